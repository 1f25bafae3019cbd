// The writing half of a WebSocket, from the upgrade's answer to the end.
//
// Order: frames leave as they were queued; Beast's own (pongs, closes) and pings go first at the
// next frame boundary. Nothing is queued behind a close frame. What waits at the session's turn
// leaves in one gathering write. Never waits.
#include "net/websocket.hpp"

#include "log/log.hpp"
#include "net/websocket_frame.hpp"

#include <boost/asio/post.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>

#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace atrium::net {
namespace {

namespace beast_websocket = boost::beast::websocket;

constexpr std::size_t frames_per_write = 256;
/// Beast's own writes complete late above this: a flood of pings is read no faster than answered.
constexpr std::size_t own_write_bytes = 256 * 1'024;
constexpr std::chrono::seconds closing_patience{5};
constexpr std::chrono::seconds short_patience{1};

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

websocket::websocket(io_thread& thread, websocket_user& user, lanes& out, upgrade& u,
                     std::size_t max_message_bytes)
    : thread_{thread}, user_{&user}, out_{&out}, descriptor_{u.socket.native_handle()},
      max_message_bytes_{max_message_bytes},
      socket_count_{std::move(u.socket_count)}, ws_{std::move(u.socket), static_cast<cork&>(*this)},
      share_{thread.shared().admitted}, carry_{std::move(u.early)} {}

bool websocket::accept(const upgrade_request& request) {
  ws_.auto_fragment(false);
  ws_.set_option(
      beast_websocket::stream_base::decorator([](beast_websocket::response_type& answer) {
        // Left unset, it would name Beast and its version.
        answer.set(boost::beast::http::field::server, "Atrium");
      }));
  ws_.read_message_max(max_message_bytes_);
  ws_.control_callback([this](beast_websocket::frame_type kind, auto) {
    if (kind == beast_websocket::frame_type::pong && user_ != nullptr) user_->on_pong(*this);
  });
  boost_error refused;
  ws_.accept(request, refused);
  // At once: a frame behind the request may make Beast close, and a close takes the queue's place.
  write();
  if (!refused) {
    is_open_ = true;
    return true;
  }
  // Beast has queued its own refusal: let it out.
  counts().add(counter::connections_refused);
  tear_down(nullptr);
  return false;
}

void websocket::mark_dirty() {
  if (user_ != nullptr) thread_.mark_dirty(user_->owner());
}

void websocket::catch_up() {
  if (user_ != nullptr) thread_.rooms().catch_up(user_->owner());
}

void websocket::arm() {
  if (user_ != nullptr && closing_due_ != never) thread_.arm(user_->owner(), closing_due_);
}

void websocket::on_timer(time_point now) {
  if (now >= closing_due_) end("the peer did not close in time");
}

void websocket::write() {
  if (is_blocked_ || is_broken_ || has_ended_ || is_shut_) return;
  auto now = thread_.now();
  std::array<iovec, frames_per_write> parts;
  for (;;) {
    if (!is_sealed_) out_->append_latest(now);
    if (out_->empty()) break;
    auto count = out_->gather(parts.data(), parts.size());
    auto n = send_parts(descriptor_, {parts.data(), count});
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? wait_writable() : break_off();
    auto bytes = static_cast<std::size_t>(n);
    thread_.note_sent(out_->consume(bytes, now), bytes);
    if (out_->has_receipts() && user_ != nullptr) user_->on_receipts(*this);
  }
  on_drained();
}

void websocket::wait_writable() {
  is_blocked_ = true;
  if (user_ != nullptr) thread_.watch(user_->owner());
  ws_.next_layer().socket().async_wait(tcp_socket::wait_write, [me = self()](boost_error ec) {
    me->is_blocked_ = false;
    if (ec) return;
    me->catch_up();
    me->write();
  });
  resume_reading();
}

void websocket::on_drained() {
  if (held_) std::exchange(held_, nullptr)->post({});
  if (user_ != nullptr) user_->on_drained(*this);
  if (teardown_) discard_input();
  resume_reading();
}

void websocket::break_off() {
  is_broken_ = true;
  // Not here: a broadcast may be walking over the sessions.
  boost::asio::post(thread_.context(), [me = self()] { me->end("the socket broke"); });
}

bool websocket::put_own(std::string bytes) {
  constexpr char close_byte = '\x88';
  if (is_sealed_ || has_ended_) return true;
  bool is_close = is_open_ && !bytes.empty() && bytes.front() == close_byte;
  if (is_close) {
    // What was said before the peer's mistake, as far as its socket takes it.
    catch_up();
    write();
    out_->drop_all();
  }
  out_->put_control(std::make_shared<const std::string>(std::move(bytes)), thread_.now());
  mark_dirty();
  if (is_close) seal(closing_patience);
  return out_->bytes() < own_write_bytes;
}

void websocket::hold(std::unique_ptr<write_completion> done) {
  held_ = std::move(done);
}

void websocket::seal(std::chrono::milliseconds patience) {
  closing_due_ = std::min(closing_due_, thread_.now() + patience);
  arm();
  if (held_) std::exchange(held_, nullptr)->post({});
  if (!std::exchange(is_sealed_, true) && user_ != nullptr) user_->on_sealed(*this);
}

void websocket::close(std::uint16_t code, std::string_view reason) {
  if (is_sealed()) return;
  log::debug("websocket_closing", {{"code", code}, {"reason", reason}});
  out_->put({close_frame(code, reason), 1}, entry_kind::result, thread_.now());
  mark_dirty();
  seal(closing_patience);
  resume_reading();
}

void websocket::close_at_once(std::uint16_t code, std::string_view reason) {
  if (is_sealed()) return;
  out_->drop_all();
  close(code, reason);
  closing_due_ = thread_.now() + short_patience;
  arm();
}

void websocket::tear_down(std::unique_ptr<write_completion> done) {
  if (has_ended_) {
    if (done) done->post(boost::asio::error::operation_aborted);
    return;
  }
  struct nobody final : write_completion {
    void post(boost_error) override {}
  };
  teardown_ = done ? std::move(done) : std::make_unique<nobody>();
  seal(short_patience);
  if (out_->empty())
    discard_input();
  else
    mark_dirty();
}

void websocket::discard_input() {
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

void websocket::end(std::string_view why) {
  if (std::exchange(has_ended_, true)) return;
  boost_error ignored;
  ws_.next_layer().socket().close(ignored);
  for (auto* waiting : {&held_, &teardown_})
    if (*waiting) std::exchange(*waiting, nullptr)->post(boost::asio::error::operation_aborted);
  share_.hold(0);
  socket_count_ = counted{};
  // The user may let go of us in this call.
  auto me = self();
  if (user_ != nullptr) std::exchange(user_, nullptr)->on_end(*this, why);
}

} // namespace atrium::net
