// The writing half of a native WebSocket session: the output queue, slow readers, closing.
//
// Order: frames leave as they were queued; Beast's own (pongs, closes) and pings go first at the
// next frame boundary. Nothing is queued behind a close frame. What a loop turn queued leaves in
// one gathering write. A reader that is too slow loses events, never results, and gets the truth
// anew when its queue has run empty; one that takes nothing at all is closed with 1013. Never
// waits.
#include "net/websocket_session_impl.hpp"

#include "log/log.hpp"
#include "net/websocket_frame.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <random>
#include <span>

#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace atrium::net {
namespace {

constexpr std::size_t frames_per_write = 256;
/// Beast's own writes complete late above this: a flood of pings is read no faster than answered.
constexpr std::size_t own_write_bytes = 256 * 1'024;
constexpr std::chrono::seconds closing_patience{5};
constexpr std::chrono::seconds short_patience{1};

std::chrono::milliseconds draw(std::chrono::milliseconds max) {
  thread_local std::minstd_rand source{std::random_device{}()};
  auto most = std::max<std::int64_t>(0, max.count());
  return std::chrono::milliseconds{std::uniform_int_distribution<std::int64_t>{0, most}(source)};
}

/// As `sendmsg`. A single piece, which is what broadcasts are, goes the kernel's shorter way.
ssize_t send_parts(int socket, std::span<iovec> parts) noexcept {
  constexpr int flags = MSG_NOSIGNAL | MSG_DONTWAIT;
  // Not `send`: the C library makes a point of cancellation of it, two atomic operations a call.
  if (parts.size() == 1)
    return ::syscall(SYS_sendto, socket, parts[0].iov_base, parts[0].iov_len, flags, nullptr, 0);
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  return ::sendmsg(socket, &message, flags);
}

} // namespace

bool websocket_session::is_muted(room_key room) const noexcept {
  return std::any_of(subscriptions_.begin(), subscriptions_.end(),
                     [room](const subscription& s) { return s.room == room && s.muted; });
}

void websocket_session::deliver(room_key room, const frame& bytes, delivery how) {
  if (how == delivery::snapshot) return put(bytes, entry_kind::snapshot);
  thread_.rooms().catch_up(*this);
  (void)deliver_batch(room, {bytes, 1});
}

bool websocket_session::deliver_batch(room_key room, const merged_frames& broadcasts) {
  if (is_muted(room)) {
    counts().add(counter::slow_events_dropped, broadcasts.count);
    return false;
  }
  put_events(broadcasts);
  return true;
}

void websocket_session::offer_latest(room_key room, const frame& bytes, std::uint64_t key) {
  if (is_sealed_) return;
  if (is_muted(room)) return counts().add(counter::slow_events_dropped);
  lanes_.put_latest(key, bytes, room);
  thread_.mark_dirty(*this);
}

void websocket_session::resume(room_key room) {
  for (auto& s : subscriptions_)
    if (s.room == room && std::exchange(s.muted, false)) {
      is_truth_asked_ = false;
      // Another room may be waiting for its turn.
      thread_.mark_dirty(*this);
    }
  lanes_.forget_latest(room);
}

void websocket_session::put(frame bytes, entry_kind kind) {
  thread_.rooms().catch_up(*this);
  if (is_sealed_ || has_ended_) return;
  lanes_.put({std::move(bytes), 1}, kind, thread_.now());
  thread_.mark_dirty(*this);
}

void websocket_session::put_events(const merged_frames& events) {
  if (is_sealed_ || has_ended_) return;
  lanes_.put(events, entry_kind::event, thread_.now());
  thread_.mark_dirty(*this);
  if (!lanes_.is_over_budget()) return;
  // Much in one turn is no sign of a slow reader: offer it to the socket first.
  write_queue();
  if (lanes_.is_over_budget()) fall_behind();
}

void websocket_session::fall_behind() {
  auto dropped = lanes_.drop_events();
  counts().add(counter::slow_events_dropped, dropped);
  counts().add(counter::slow_resyncs);
  for (auto& s : subscriptions_) s.muted = true;
  log::info("connection_fell_behind", {{"connection", id()}, {"events_dropped", dropped}});
}

void websocket_session::write_queue() {
  if (is_blocked_ || is_broken_ || has_ended_ || is_shut_) return;
  auto now = thread_.now();
  if (!is_sealed_) lanes_.append_latest(now);
  std::array<iovec, frames_per_write> parts;
  while (!lanes_.empty()) {
    auto count = lanes_.gather(parts.data(), parts.size());
    auto n = send_parts(ws_.next_layer().socket().native_handle(), {parts.data(), count});
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? wait_writable() : break_off();
    auto bytes = static_cast<std::size_t>(n);
    thread_.note_sent(lanes_.consume(bytes, now), bytes);
  }
  on_drained();
}

void websocket_session::wait_writable() {
  is_blocked_ = true;
  thread_.watch(*this);
  ws_.next_layer().socket().async_wait(tcp_socket::wait_write, [me = self()](boost_error ec) {
    me->is_blocked_ = false;
    if (!ec) me->write_queue();
  });
  resume_reading();
}

void websocket_session::on_drained() {
  if (held_) std::exchange(held_, nullptr)->post({});
  ask_for_truth();
  if (teardown_) discard_input();
  resume_reading();
}

// One room at a time: the next snapshot is asked for when the one before is out.
void websocket_session::ask_for_truth() {
  if (is_truth_asked_ || !connection_) return;
  auto muted = std::find_if(subscriptions_.begin(), subscriptions_.end(),
                            [](const subscription& s) { return s.muted; });
  if (muted == subscriptions_.end()) return;
  is_truth_asked_ = true;
  thread_.tell(connection_, lane_drained{muted->room});
}

bool websocket_session::on_tick(time_point now) {
  if (!is_blocked_ || has_ended_) return false;
  if (is_sealed_) return true;
  if (lanes_.is_overdue(now)) fall_behind();
  if (lanes_.is_stalled(now)) {
    counts().add(counter::slow_closed);
    log::info("connection_stalled", {{"connection", id()}, {"unsent_bytes", lanes_.bytes()}});
    close_at_once(1013, "too slow");
  }
  return true;
}

void websocket_session::break_off() {
  is_broken_ = true;
  // Not here: a broadcast may be walking over the sessions.
  boost::asio::post(thread_.context(), [me = self()] { me->end("the socket broke"); });
}

bool websocket_session::put_own(std::string bytes) {
  constexpr char close_byte = '\x88';
  if (is_sealed_ || has_ended_) return true;
  bool is_close = is_open_ && !bytes.empty() && bytes.front() == close_byte;
  if (is_close) lanes_.drop_all();
  lanes_.put_control(std::make_shared<const std::string>(std::move(bytes)), thread_.now());
  thread_.mark_dirty(*this);
  if (is_close) seal(closing_patience);
  return lanes_.bytes() < own_write_bytes;
}

void websocket_session::hold(std::unique_ptr<write_completion> done) {
  held_ = std::move(done);
}

void websocket_session::seal(std::chrono::milliseconds patience) {
  is_sealed_ = true;
  closing_due_ = std::min(closing_due_, thread_.now() + patience);
  arm();
  leave_house();
  if (held_) std::exchange(held_, nullptr)->post({});
}

void websocket_session::close(std::uint16_t code, std::string_view reason) {
  if (is_sealed_ || has_ended_) return;
  log::debug("connection_closing", {{"connection", id()}, {"code", code}, {"reason", reason}});
  put(close_frame(code, reason), entry_kind::result);
  seal(closing_patience);
  resume_reading();
}

void websocket_session::close_at_once(std::uint16_t code, std::string_view reason) {
  if (is_sealed_ || has_ended_) return;
  thread_.rooms().leave_all(*this);
  lanes_.drop_all();
  close(code, reason);
  closing_due_ = thread_.now() + short_patience;
  arm();
}

void websocket_session::drain() {
  if (!is_open_) return;
  put(encode_shutdown(draw(config().server.retry_after), wire::native), entry_kind::result);
  close(1001, "the server is shutting down");
}

void websocket_session::tear_down(std::unique_ptr<write_completion> done) {
  if (has_ended_) {
    if (done) done->post(boost::asio::error::operation_aborted);
    return;
  }
  struct nobody final : write_completion {
    void post(boost_error) override {}
  };
  teardown_ = done ? std::move(done) : std::make_unique<nobody>();
  seal(short_patience);
  if (lanes_.empty())
    discard_input();
  else
    thread_.mark_dirty(*this);
}

void websocket_session::discard_input() {
  boost_error ignored;
  if (!std::exchange(is_shut_, true))
    ws_.next_layer().socket().shutdown(tcp_socket::shutdown_send, ignored);
  // Closing with unread input would make the kernel reset the connection, and the peer might never
  // read our close frame.
  message_.resize(std::max(message_.size(), std::size_t{512}));
  ws_.next_layer().async_read_some(boost::asio::buffer(message_),
                                   [me = self()](boost_error ec, std::size_t n) {
                                     me->thread_.note_read(n);
                                     if (!ec) return me->discard_input();
                                     if (me->teardown_)
                                       std::exchange(me->teardown_, nullptr)->post({});
                                     me->end("closed");
                                   });
}

void websocket_session::leave_house() {
  thread_.rooms().leave_all(*this);
  if (connection_) thread_.tell(connection_, client_gone{});
  connection_ = nullptr;
}

void websocket_session::end(std::string_view why) {
  if (std::exchange(has_ended_, true)) return;
  leave_house();
  boost_error ignored;
  ws_.next_layer().socket().close(ignored);
  for (auto* waiting : {&held_, &teardown_})
    if (*waiting) std::exchange(*waiting, nullptr)->post(boost::asio::error::operation_aborted);
  if (is_open_) counts().add(counter::connections_closed);
  log::debug("connection_ended", {{"connection", id()}, {"why", why}});
  websocket_count_ = counted{};
  thread_.remove(*this);
}

} // namespace atrium::net
