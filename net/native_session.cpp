// A native session: messages into commands, results, heartbeat.
//
// Order: commands reach the connection's actor as they were received; results come back in whatever
// order rooms answer. Every command is answered once; while `server.max_in_flight` are unanswered,
// or while the client leaves its own answers unread, nothing more is read. Never blocks, never
// parses a message twice. When its token expires the session is closed with 4401. A silent peer is pinged, then dropped with 4408; a peer that was not read
// from is not blamed for its silence.
#include "net/native_session.hpp"

#include "log/log.hpp"
#include "net/connection_link.hpp"
#include "net/event_spelling.hpp"
#include "net/native_vocabulary.hpp"
#include "net/queued_session.hpp"
#include "net/websocket.hpp"
#include "net/websocket_frame.hpp"

#include <algorithm>

namespace atrium::net {
namespace {

constexpr unsigned max_malformed_in_a_row = 10;

class native_session final : public queued_session, private websocket_user {
public:
  native_session(io_thread& thread, upgrade& u);

  void run(const upgrade_request& request, identity_claim claimed);

  void on_result(std::uint32_t request, command_result&& outcome) override;
  std::optional<connection_view> describe() override;
  bool announce(const frames& all) override;
  void close(std::uint16_t code, std::string_view reason) override;
  void drain() override;
  void abort() override { ws_->end("aborted"); }
  void flush() override { ws_->write(); }
  void prefetch_flush() const noexcept override { ws_->prefetch_write(); }
  void on_timer(time_point now) override;

private:
  static constexpr auto never = time_point::max();

  // For the WebSocket.
  session& owner() noexcept override { return *this; }
  bool may_read() const noexcept override { return !link_.is_full(); }
  void on_message(websocket& from, std::string_view text, bool is_text) override;
  void on_pong(websocket& from) override;
  void on_resumed(websocket& from) override;
  void on_receipts(websocket&) override { tell_receipts(); }
  void on_drained(websocket&) override { ask_for_missed_truth(); }
  void on_sealed(websocket&) override { leave_house(); }
  void on_end(websocket& from, std::string_view why) override;

  // For the queue.
  bool is_sealed() const noexcept override { return is_sealed_; }
  bool is_blocked() const noexcept override { return ws_->is_blocked(); }
  void ask_truth(room_key room, seq_t since) override { link_.ask_truth(room, since); }
  void tell_written(std::uint64_t receipt) override { link_.tell_written(receipt); }
  void on_stalled() override { close_at_once(1013, "too slow"); }

  void dispatch(native_command&& c, std::size_t bytes);
  void take_malformed(const failure& why, const native_refusal& no, std::uint16_t close_code);
  void close_at_once(std::uint16_t code, std::string_view reason);
  void leave_house();
  void arm();
  void ping(time_point now);
  void on_pong_missing(time_point now);

  std::shared_ptr<websocket> ws_;
  /// As the WebSocket says, which a broadcast need not be asked for that.
  bool is_sealed_ = false;
  bool is_open_ = false;
  unsigned malformed_in_a_row_ = 0;
  connection_slot place_;
  counted session_count_;
  counted transport_count_;
  const unix_ms connected_at_;
  round_trip heartbeat_;
  connection_link link_;
  time_point next_ping_ = never;
  time_point pong_due_ = never;
};

native_session::native_session(io_thread& thread, upgrade& u)
    : queued_session{thread}, ws_{std::make_shared<websocket>(
                                  thread, static_cast<websocket_user&>(*this), lanes_, u,
                                  thread.home().config.limits.payload_bytes)},
      place_{std::move(u.place)}, session_count_{thread.shared().sessions},
      connected_at_{thread.home().env.now()}, link_{thread} {}

void native_session::run(const upgrade_request& request, identity_claim claimed) {
  thread_.add(shared_from_this());
  if (!ws_->accept(request)) return;
  is_open_ = true;
  transport_count_ = counted_as(transport::native);
  counts().add(counter::connections_opened);
  log::debug("connection_opened", {{"connection", id()}, {"ip", place_.ip()}});
  link_.open({&thread_, id(), wire::native}, std::move(claimed), place_.ip());
  if (config().heartbeat.interval.count() != 0)
    next_ping_ = thread_.now() + config().heartbeat.interval;
  arm();
  if (thread_.shared().draining) drain();
  ws_->start();
}

std::optional<connection_view> native_session::describe() {
  if (!is_open_ || is_sealed()) return std::nullopt;
  auto v = describe_queue();
  v.is_native = true;
  v.user = link_.user();
  v.username = link_.username();
  v.address = place_.ip();
  v.connected_at = connected_at_;
  v.rtt = heartbeat_.last();
  return v;
}

bool native_session::announce(const frames& all) {
  if (!is_open_ || is_sealed()) return false;
  deliver({id(), 0, all[static_cast<std::size_t>(wire::native)], delivery::reliable});
  return true;
}

void native_session::on_message(websocket&, std::string_view text, bool is_text) {
  note_received(text.size());
  if (!is_text)
    return take_malformed({errc::invalid_json, "binary messages are not understood here"}, {},
                          1003);
  auto read = read_native_command(text, config());
  if (auto* command = std::get_if<native_command>(&read)) {
    malformed_in_a_row_ = 0;
    return dispatch(std::move(*command), text.size());
  }
  auto& no = std::get<native_refusal>(read);
  if (no.is_malformed) return take_malformed(no.why, no, 1007);
  malformed_in_a_row_ = 0;
  link_.refuse(std::move(no.why), std::move(no.ref), std::move(no.event));
}

void native_session::take_malformed(const failure& why, const native_refusal& no,
                                    std::uint16_t close_code) {
  counts().add(why);
  counts().add(counter::frames_malformed);
  put(encode_failure(why, no.ref, no.event), entry_kind::result);
  if (++malformed_in_a_row_ == max_malformed_in_a_row)
    close(close_code, "too many messages that are no JSON object");
}

void native_session::dispatch(native_command&& c, std::size_t bytes) {
  if (auto* join = std::get_if<join_room>(&c.command)) join->lists_participants = !c.ref.empty();
  auto ref = std::move(c.ref);
  bool brings_token = c.token.has_value();
  link_.send(std::move(c), std::move(ref), bytes);
  if (brings_token) arm();
}

void native_session::on_result(std::uint32_t request, command_result&& outcome) {
  auto owed = link_.settle(request, outcome);
  if (!owed) return;
  if (const auto* why = std::get_if<failure>(&outcome)) counts().add(*why);
  if (auto bytes = encode_result(outcome, owed->ref, owed->event))
    put(std::move(bytes), entry_kind::result);
  ws_->resume_reading();
}

void native_session::on_pong(websocket&) {
  heartbeat_.pong_came(thread_.now());
  if (pong_due_ == never) return;
  pong_due_ = never;
  next_ping_ = thread_.now() + config().heartbeat.interval;
  arm();
}

void native_session::on_resumed(websocket&) {
  // Its pong may have been waiting unread.
  if (pong_due_ != never) pong_due_ = thread_.now() + config().heartbeat.timeout;
}

void native_session::arm() {
  auto at = std::min({next_ping_, pong_due_, ws_->closing_due(), link_.token_due()});
  if (at != never) thread_.arm(*this, at);
}

void native_session::on_timer(time_point now) {
  ws_->on_timer(now);
  if (ws_->has_ended()) return;
  if (link_.has_expired()) close(4401, "the token has expired");
  if (now >= pong_due_) on_pong_missing(now);
  if (now >= next_ping_) ping(now);
  arm();
}

void native_session::ping(time_point now) {
  next_ping_ = never;
  if (is_sealed()) return;
  lanes_.put_control(ping_frame(), now);
  heartbeat_.ping_sent(now);
  thread_.mark_dirty(*this);
  if (config().heartbeat.timeout.count() != 0)
    pong_due_ = now + config().heartbeat.timeout;
  else
    next_ping_ = now + config().heartbeat.interval;
}

void native_session::on_pong_missing(time_point now) {
  // Not read from, or the ping may still be queued: `stalled_ms` judges a reader that takes
  // nothing.
  if (ws_->is_paused() || ws_->is_blocked()) {
    pong_due_ = now + config().heartbeat.timeout;
    return;
  }
  pong_due_ = never;
  counts().add(counter::heartbeats_missed);
  close_at_once(4408, "no heartbeat");
}

void native_session::close(std::uint16_t code, std::string_view reason) {
  thread_.rooms().catch_up(*this);
  ws_->close(code, reason);
}

void native_session::close_at_once(std::uint16_t code, std::string_view reason) {
  if (is_sealed()) return;
  thread_.rooms().leave_all(*this);
  ws_->close_at_once(code, reason);
}

void native_session::drain() {
  if (!is_open_) return;
  put(encode_shutdown(draw(config().server.retry_after), wire::native), entry_kind::result);
  close(1001, "the server is shutting down");
}

void native_session::leave_house() {
  is_sealed_ = true;
  thread_.rooms().leave_all(*this);
  link_.close();
}

void native_session::on_end(websocket&, std::string_view why) {
  leave_house();
  if (is_open_) counts().add(counter::connections_closed);
  log::debug("connection_ended", {{"connection", id()}, {"why", why}});
  session_count_ = counted{};
  transport_count_ = counted{};
  thread_.remove(*this);
}

} // namespace

void start_native(io_thread& thread, upgrade u) {
  std::make_shared<native_session>(thread, u)->run(u.request, std::move(u.claimed));
}

} // namespace atrium::net
