// A native WebSocket session: handshake, messages into commands, results, heartbeat.
//
// Order: commands reach the connection's actor as they were received; results come back in whatever
// order rooms answer. Every command is answered once; while `server.max_in_flight` are unanswered,
// or while the client leaves its own answers unread, nothing more is read. Never blocks, never
// parses a message twice. A silent peer is pinged, then dropped with 4408; a peer that was not read
// from is not blamed for its silence.
#include "net/websocket_session_impl.hpp"

#include "log/log.hpp"
#include "net/websocket_frame.hpp"

#include <boost/beast/websocket/rfc6455.hpp>

#include <algorithm>
#include <limits>

namespace atrium::net {
namespace {

namespace websocket = boost::beast::websocket;

constexpr unsigned max_malformed_in_a_row = 10;
/// What a larger message asks for is done on another thread.
constexpr std::size_t max_inline_bytes = 65'536;
/// Of commands whose results may be large so many may be without result, whatever `max_in_flight`.
constexpr std::size_t max_bulky_in_flight = 4;

std::size_t weight_of(const room_command& c, std::size_t max_in_flight) noexcept {
  bool is_bulky = std::holds_alternative<join_room>(c) || std::holds_alternative<get_history>(c)
                  || std::holds_alternative<list_presence>(c);
  return is_bulky ? std::max<std::size_t>(1, max_in_flight / max_bulky_in_flight) : 1;
}

} // namespace

void start_websocket(io_thread& thread, upgrade u) {
  auto request = std::move(u.request);
  std::make_shared<websocket_session>(thread, std::move(u))->run(request);
}

websocket_session::websocket_session(io_thread& thread, upgrade u)
    : thread_{thread}, place_{std::move(u.place)}, socket_count_{std::move(u.socket_count)},
      websocket_count_{thread.shared().websockets}, claimed_{std::move(u.claimed)},
      ws_{std::move(u.socket), static_cast<cork&>(*this)}, lanes_{{config().limits.lane_bytes,
                                                                   config().limits.lane,
                                                                   config().limits.stalled}},
      share_{thread.shared().admitted}, carry_{std::move(u.early)} {}

void websocket_session::run(const upgrade_request& request) {
  thread_.add(shared_from_this());
  ws_.auto_fragment(false);
  ws_.set_option(websocket::stream_base::decorator([](websocket::response_type& answer) {
    // Left unset, it would name Beast and its version.
    answer.set(boost::beast::http::field::server, "Atrium");
  }));
  ws_.read_message_max(config().limits.payload_bytes);
  ws_.control_callback([this](websocket::frame_type kind, auto) {
    if (kind == websocket::frame_type::pong) on_pong();
  });
  boost_error refused;
  ws_.accept(request, refused);
  // At once: a frame behind the request may make Beast close, and a close takes the queue's place.
  write_queue();
  if (!refused) return open();
  // Beast has queued its own refusal: let it out.
  counts().add(counter::connections_refused);
  seal(std::chrono::seconds{1});
  tear_down(nullptr);
}

void websocket_session::open() {
  is_open_ = true;
  counts().add(counter::connections_opened);
  log::debug("connection_opened", {{"connection", id()}, {"ip", place_.ip()}});
  connection_ = open_connection(thread_.home(), {&thread_, id(), wire::native},
                                std::move(claimed_));
  if (config().heartbeat.interval.count() != 0)
    next_ping_ = thread_.now() + config().heartbeat.interval;
  arm();
  if (thread_.shared().draining) drain();
  take_bytes({});
}

void websocket_session::take_message(std::string_view text) {
  if (is_sealed_) return;
  if (!ws_.got_text()) {
    put(encode_failure({errc::invalid_json, "binary messages are not understood here"}, {}, {}),
        entry_kind::result);
    counts().add(errc::invalid_json);
    return take_malformed(1003);
  }
  auto read = read_native_command(text, config());
  if (auto* command = std::get_if<native_command>(&read)) {
    malformed_in_a_row_ = 0;
    return dispatch(std::move(*command), text.size());
  }
  const auto& no = std::get<native_refusal>(read);
  if (no.is_malformed) {
    counts().add(no.why.code);
    put(encode_failure(no.why, no.ref, no.event), entry_kind::result);
    return take_malformed(1007);
  }
  malformed_in_a_row_ = 0;
  thread_.tell(connection_, refused_command{open_request(no.ref, no.event, 1), no.why});
}

void websocket_session::take_malformed(std::uint16_t close_code) {
  counts().add(counter::frames_malformed);
  if (++malformed_in_a_row_ == max_malformed_in_a_row)
    close(close_code, "too many messages that are no JSON object");
}

void websocket_session::dispatch(native_command&& c, std::size_t bytes) {
  if (auto* join = std::get_if<join_room>(&c.command)) join->lists_participants = !c.ref.empty();
  auto weight = weight_of(c.command, config().server.max_in_flight);
  auto request = open_request(std::move(c.ref), std::string{event_name(c.command)}, weight);
  client_command command{request, std::move(c.room), std::move(c.who), std::move(c.command)};
  // A large scene takes its time to merge: not the time of this thread's other sockets.
  if (bytes > max_inline_bytes) return thread_.tell_elsewhere(connection_, std::move(command));
  thread_.tell(connection_, std::move(command));
}

std::uint32_t websocket_session::open_request(std::string ref, std::string event,
                                              std::size_t weight) {
  in_flight_.push_back({next_request_, std::move(ref), std::move(event), weight});
  weight_ += weight;
  auto request = next_request_;
  if (++next_request_ == 0) next_request_ = 1;
  return request;
}

void websocket_session::on_result(std::uint32_t request, command_result&& outcome) {
  auto asked = std::find_if(in_flight_.begin(), in_flight_.end(),
                            [request](const in_flight& f) { return f.request == request; });
  if (asked == in_flight_.end()) return;
  if (const auto* why = std::get_if<failure>(&outcome)) counts().add(why->code);
  if (auto bytes = encode_result(outcome, asked->ref, asked->event))
    put(std::move(bytes), entry_kind::result);
  weight_ -= asked->weight;
  in_flight_.erase(asked);
  resume_reading();
}

void websocket_session::on_pong() {
  if (pong_due_ == never) return;
  pong_due_ = never;
  next_ping_ = thread_.now() + config().heartbeat.interval;
  arm();
}

void websocket_session::arm() {
  auto at = std::min({next_ping_, pong_due_, closing_due_});
  if (at != never) thread_.arm(*this, at);
}

void websocket_session::on_timer(time_point now) {
  if (now >= closing_due_) return end("the peer did not close in time");
  if (now >= pong_due_) on_pong_missing(now);
  if (now >= next_ping_) ping(now);
  arm();
}

void websocket_session::ping(time_point now) {
  next_ping_ = never;
  if (is_sealed_) return;
  lanes_.put_control(ping_frame(), now);
  thread_.mark_dirty(*this);
  if (config().heartbeat.timeout.count() != 0)
    pong_due_ = now + config().heartbeat.timeout;
  else
    next_ping_ = now + config().heartbeat.interval;
}

void websocket_session::on_pong_missing(time_point now) {
  // Not read from, or the ping may still be queued: `stalled_ms` judges a reader that takes
  // nothing.
  if (is_paused_ || is_blocked_) {
    pong_due_ = now + config().heartbeat.timeout;
    return;
  }
  pong_due_ = never;
  counts().add(counter::heartbeats_missed);
  close_at_once(4408, "no heartbeat");
}

} // namespace atrium::net
