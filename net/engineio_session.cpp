// Packets, heartbeat and the end of an Engine.IO session.
//
// Order: packets are taken as they came, over whichever transport; what is queued leaves in order,
// across an upgrade too; only pings go first. Deadlines are absolute: a ping that a coarse timer
// sends late does not give the client more time, and a request that comes first checks them. Never
// blocks.
#include "net/engineio_session.hpp"

#include "log/log.hpp"
#include "net/websocket_frame.hpp"

#include <algorithm>

namespace atrium::net {
namespace {

using engineio::packet_type;

/// How long a polling client may take to come for its last packet.
constexpr std::chrono::seconds closing_patience{30};

const frame& ping_packet() {
  static const frame shared = make_text_frame("2");
  return shared;
}

} // namespace

engineio_session::engineio_session(io_thread& thread, connection_slot place)
    : queued_session{thread}, place_{std::move(place)}, session_count_{thread.shared().sessions},
      connected_at_{thread.home().env.now()}, sid_{engineio::make_sid()} {}

void engineio_session::begin() {
  auto me = std::static_pointer_cast<engineio_session>(shared_from_this());
  thread_.shared().engines.add(sid_, {&thread_, std::move(me)});
  is_open_ = true;
  transport_count_ = counted_as(current_ == engineio::transport::websocket
                                    ? transport::socketio_websocket
                                    : transport::socketio_polling);
  counts().add(counter::connections_opened);
  log::debug("connection_opened", {{"connection", id()}, {"ip", ip()}});
  const auto& beat = config().heartbeat;
  std::string packet;
  engineio::append_open(
      packet, {sid_, current_, beat.interval, beat.timeout, config().limits.payload_bytes});
  put(make_text_frame(packet), entry_kind::result);
  if (beat.interval.count() != 0) next_ping_ = thread_.now() + beat.interval;
  on_open();
  arm();
}

std::optional<connection_view> engineio_session::describe() {
  if (is_sealed()) return std::nullopt;
  auto v = describe_queue();
  v.is_polling = current_ == engineio::transport::polling;
  v.address = ip();
  v.connected_at = connected_at_;
  v.rtt = heartbeat_.last();
  describe_user(v);
  return v;
}

void engineio_session::take_packet(const engineio::packet& p) {
  switch (p.type) {
  case packet_type::message: return on_data(p.data, p.is_binary);
  case packet_type::pong: return on_pong();
  case packet_type::close:
    return ws_ ? close(0, "the client closed") : end("the client closed", "6");
  case packet_type::ping: return close_for("a ping from a client");
  case packet_type::open:
  case packet_type::upgrade:
  case packet_type::noop: break;
  }
}

bool engineio_session::is_alive() {
  if (!has_ended_) on_timer(thread_.now());
  return !has_ended_;
}

void engineio_session::on_pong() {
  heartbeat_.pong_came(thread_.now());
  if (next_ping_ == never && pong_due_ == never) return;
  pong_due_ = never;
  next_ping_ = thread_.now() + config().heartbeat.interval;
  arm();
}

void engineio_session::arm() {
  auto at = std::min(
      {next_ping_, pong_due_, upgrade_due_, noop_due_, closing_due_, own_deadline()});
  for (const auto& ws : {ws_, probe_})
    if (ws) at = std::min(at, ws->closing_due());
  if (at != never) thread_.arm(*this, at);
}

void engineio_session::on_timer(time_point now) {
  for (const auto& ws : {ws_, probe_})
    if (ws) ws->on_timer(now);
  if (has_ended_) return;
  if (now >= closing_due_) return end("the client did not come for its last packet");
  if (now >= upgrade_due_) drop_probe("the upgrade took too long");
  if (now >= noop_due_) release_poll();
  if (now >= own_deadline()) on_own_deadline();
  if (now >= next_ping_) ping(now);
  if (now >= pong_due_) on_pong_missing(now);
  if (!has_ended_) arm();
}

void engineio_session::ping(time_point now) {
  auto due = std::exchange(next_ping_, never);
  if (is_sealed()) return;
  lanes_.put_control(ping_packet(), now);
  heartbeat_.ping_sent(now);
  thread_.mark_dirty(*this);
  if (config().heartbeat.timeout.count() != 0)
    pong_due_ = due + config().heartbeat.timeout;
  else
    next_ping_ = now + config().heartbeat.interval;
}

void engineio_session::on_pong_missing(time_point now) {
  if (is_sealed()) {
    pong_due_ = never;
    return;
  }
  // Not read from, or the ping may still be queued: `stalled_ms` judges a reader that takes
  // nothing. Who polls has to come for its pings.
  if (ws_ && (ws_->is_paused() || ws_->is_blocked())) {
    pong_due_ = now + config().heartbeat.timeout;
    return;
  }
  pong_due_ = never;
  counts().add(counter::heartbeats_missed);
  if (!ws_) return end("no heartbeat");
  ws_->close_at_once(4408, "no heartbeat");
}

bool engineio_session::is_sealed() const noexcept {
  return is_closing_ || has_ended_ || !is_open_ || (ws_ && ws_->is_sealed());
}

bool engineio_session::is_blocked() const noexcept {
  if (has_ended_) return false;
  return ws_ ? ws_->is_blocked() : !poll_ && !lanes_.empty();
}

bool engineio_session::keeps_up() const noexcept {
  // A poll takes few packets.
  return ws_ ? queued_session::keeps_up() : lanes_.empty();
}

void engineio_session::on_stalled() {
  if (ws_) return ws_->close_at_once(1013, "too slow");
  end("too slow");
}

void engineio_session::flush() {
  if (probe_) probe_->write();
  if (ws_) return ws_->write();
  answer_poll();
}

void engineio_session::close(std::uint16_t code, std::string_view reason) {
  if (is_sealed()) return;
  thread_.rooms().catch_up(*this);
  if (ws_) return ws_->close(code, reason);
  log::debug("connection_closing", {{"connection", id()}, {"code", code}, {"reason", reason}});
  put(make_text_frame("1"), entry_kind::result);
  is_closing_ = true;
  answer_whole();
  closing_due_ = thread_.now() + closing_patience;
  drop_probe("the session closes");
  say_gone();
  arm();
}

void engineio_session::close_for(std::string_view reason) {
  counts().add(counter::frames_malformed);
  hang_up(reason);
}

void engineio_session::hang_up(std::string_view reason) {
  return ws_ ? close(0, reason) : end(reason);
}

void engineio_session::say_gone() {
  if (!is_open_ || std::exchange(is_gone_, true)) return;
  on_gone();
  thread_.rooms().leave_all(*this);
}

void engineio_session::end(std::string_view why, std::string_view last_packet) {
  if (std::exchange(has_ended_, true)) return;
  say_gone();
  thread_.shared().engines.remove(sid_);
  for (auto* ws : {&ws_, &probe_})
    if (*ws) std::exchange(*ws, nullptr)->abandon();
  if (poll_) std::exchange(poll_, nullptr)->answer({200, std::string{last_packet}});
  answer_payload(200);
  if (is_open_) counts().add(counter::connections_closed);
  log::debug("connection_ended", {{"connection", id()}, {"why", why}});
  session_count_ = counted{};
  transport_count_ = counted{};
  thread_.remove(*this);
}

} // namespace atrium::net
