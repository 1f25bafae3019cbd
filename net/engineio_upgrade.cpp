// The WebSocket of an Engine.IO session, and the way to it (protocols.md §3.7, §3.9).
//
//   client over the WebSocket  `2probe`          `5`
//   server                             `3probe`      from here on everything goes by the WebSocket
//   server over long-polling           `6` ends the poll that is held
//
// Until `5` messages travel by polling both ways. Whatever goes wrong before costs the WebSocket, not
// the session.
#include "net/engineio_session.hpp"
#include "net/websocket_frame.hpp"

#include "log/log.hpp"

namespace atrium::net {
namespace {

using engineio::packet_type;

constexpr std::chrono::seconds upgrade_patience{10};
/// Polls that are ended at once while the upgrade is under way; later ones after a pause.
constexpr int quick_noop_count = 3;

/// A WebSocket that came for a session which has one: it is closed as soon as it is open.
class turned_away final : public session, private websocket_user {
public:
  turned_away(io_thread& thread, upgrade& u)
      : thread_{thread}, ws_{std::make_shared<websocket>(
                             thread, static_cast<websocket_user&>(*this), lanes_, u, 0)} {}

  void run(const upgrade_request& request) {
    thread_.add(shared_from_this());
    if (!ws_->accept(request)) return;
    ws_->close(0, "the session has a transport");
    // The peer's answer is to be seen.
    ws_->start();
  }

  void on_result(std::uint32_t, command_result&&) override {}
  void deliver(const op::event&) override {}
  bool deliver_batch(room_key, const merged_frames&) override { return true; }
  void offer_latest(room_key, const frame&, std::uint64_t) override {}
  void resume(room_key) override {}
  void close(std::uint16_t, std::string_view) override {}
  void drain() override {}
  void abort() override { ws_->end("aborted"); }
  void flush() override { ws_->write(); }
  void on_timer(time_point now) override {
    ws_->on_timer(now);
    if (!ws_->has_ended()) thread_.arm(*this, ws_->closing_due());
  }

private:
  session& owner() noexcept override { return *this; }
  bool may_read() const noexcept override { return false; }
  void on_message(websocket&, std::string_view, bool) override {}
  void on_sealed(websocket&) override {}
  void on_end(websocket&, std::string_view) override { thread_.remove(*this); }

  io_thread& thread_;
  lanes lanes_{lane_limits{}};
  std::shared_ptr<websocket> ws_;
};

} // namespace

std::shared_ptr<websocket> engineio_session::make_websocket(upgrade& u, lanes& out) {
  return std::make_shared<websocket>(thread_, static_cast<websocket_user&>(*this), out, u,
                                     config().limits.payload_bytes);
}

void engineio_session::open(upgrade& u) {
  current_ = engineio::transport::websocket;
  thread_.add(shared_from_this());
  ws_ = make_websocket(u, lanes_);
  auto ws = ws_;
  // Otherwise only the WebSocket's own answer is left to send, and the session ends with it.
  if (!ws->accept(u.request)) return;
  begin();
  ws->start();
}

void engineio_session::take_websocket(upgrade& u) {
  if (is_sealed() || ws_ || probe_)
    return std::make_shared<turned_away>(thread_, u)->run(u.request);
  probe_lanes_ = std::make_unique<lanes>(lane_limits{});
  is_probed_ = false;
  probe_ = make_websocket(u, *probe_lanes_);
  auto ws = probe_;
  upgrade_due_ = thread_.now() + upgrade_patience;
  arm();
  if (ws->accept(u.request)) ws->start();
}

void engineio_session::on_message(websocket& from, std::string_view text, bool is_text) {
  if (&from == probe_.get()) return take_probe_message(text, is_text);
  if (&from != ws_.get() || !is_alive()) return;
  if (!is_text) return take_packet({packet_type::message, true, text});
  auto read = engineio::read_packet(text);
  if (const auto* p = std::get_if<engineio::packet>(&read)) return take_packet(*p);
  close_for(engineio::to_string(std::get<engineio::packet_error>(read)));
}

void engineio_session::take_probe_message(std::string_view text, bool is_text) {
  if (is_text && text == "2probe") {
    is_probed_ = true;
    noops_left_ = quick_noop_count;
    probe_lanes_->put({make_text_frame("3probe"), 1}, entry_kind::result, thread_.now());
    thread_.mark_dirty(*this);
    return release_poll();
  }
  if (is_text && text == "5") return switch_to_websocket();
  drop_probe("no probe");
}

void engineio_session::switch_to_websocket() {
  ws_ = std::move(probe_);
  current_ = engineio::transport::websocket;
  transport_count_ = counted_as(transport::socketio_websocket);
  upgrade_due_ = noop_due_ = never;
  is_probed_ = false;
  is_switching_ = !probe_lanes_->empty();
  if (!is_switching_) ws_->send_from(lanes_);
  if (poll_) std::exchange(poll_, nullptr)->answer({200, "6"});
  thread_.mark_dirty(*this);
}

void engineio_session::drop_probe(std::string_view why) {
  upgrade_due_ = noop_due_ = never;
  is_probed_ = false;
  if (!probe_) return;
  log::debug("upgrade_abandoned", {{"connection", id()}, {"why", why}});
  probe_->close(0, why);
}

void engineio_session::on_receipts(websocket& from) {
  if (&from == ws_.get()) tell_receipts();
}

void engineio_session::on_drained(websocket& from) {
  if (&from != ws_.get()) return;
  if (std::exchange(is_switching_, false)) {
    ws_->send_from(lanes_);
    return thread_.mark_dirty(*this);
  }
  ask_for_missed_truth();
}

void engineio_session::on_resumed(websocket&) {
  // Its pong may have been waiting unread.
  if (pong_due_ != never) pong_due_ = thread_.now() + config().heartbeat.timeout;
}

void engineio_session::on_sealed(websocket& from) {
  if (&from == ws_.get()) say_gone();
}

void engineio_session::on_end(websocket& from, std::string_view why) {
  if (&from == probe_.get()) {
    probe_ = nullptr;
    return drop_probe(why);
  }
  if (&from == ws_.get()) end(why);
}

} // namespace atrium::net
