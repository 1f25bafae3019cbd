// How the bytes of a WebSocket become messages.
//
// One read takes all that the socket has, into a buffer that the thread's sessions share; data
// frames are cut out and given to Beast one at a time, synchronously and as far as they are there: it
// unmasks, joins fragments and judges. What can't be given yet stays here. Pings and pongs
// are taken here. Everything else, closes and whatever looks wrong, is left to Beast for good, which
// then reads from the socket by itself.
//
// Order: messages are taken as they were received. Nothing more is read or taken while its user
// may not; what was read by then waits. Never blocks.
#include "net/websocket.hpp"
#include "net/websocket_frame.hpp"

#include <boost/beast/websocket/error.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sys/socket.h>

namespace atrium::net {
namespace {

namespace beast_websocket = boost::beast::websocket;

/// Half a message up to this size does not count as half-received.
constexpr std::size_t free_inbound_bytes = 8'192;
/// With more unsent bytes than this a client is not read from, whatever the bytes are.
constexpr std::size_t max_unsent_bytes = 1'000'000;
constexpr std::size_t beast_read_bytes = 4'096;
constexpr std::uint64_t max_control_bytes = 125;

} // namespace

bool websocket::may_read() const noexcept {
  // While closing, only the peer's close is looked for.
  return is_sealed_ || (user_ != nullptr && user_->may_read() && out_->bytes() <= max_unsent_bytes);
}

void websocket::read() {
  if (is_reading_ || has_ended_ || is_broken_ || !is_open_ || teardown_) return;
  if (!may_read()) {
    is_paused_ = true;
    return;
  }
  if (is_left_to_beast_ || is_sealed_) return read_by_beast();
  is_reading_ = true;
  ws_.next_layer().socket().async_wait(tcp_socket::wait_read, [me = self()](boost_error ec) {
    me->is_reading_ = false;
    if (!ec) me->on_readable();
  });
}

void websocket::on_readable() {
  if (has_ended_ || teardown_) return;
  auto space = thread_.read_buffer();
  auto n = ::recv(descriptor_, space.data(), space.size(), MSG_DONTWAIT);
  if (n == 0) return end("the peer went away");
  if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
    return end(std::strerror(errno));
  auto bytes = static_cast<std::size_t>(std::max<ssize_t>(n, 0));
  thread_.note_read(bytes);
  take_bytes({space.data(), bytes});
}

void websocket::take_bytes(std::string_view fresh) {
  auto bytes = fresh;
  if (!carry_.empty()) {
    carry_ += fresh;
    bytes = carry_;
  }
  auto taken = take_frames(bytes);
  if (has_ended_) return;
  if (bytes.data() == carry_.data())
    carry_.erase(0, taken);
  else
    carry_.assign(bytes.substr(taken));
  if (carry_.empty()) carry_ = {};
  hold_inbound(carry_.size() + message_.size());
  read();
}

void websocket::hold_inbound(std::size_t bytes) {
  if (share_.hold(bytes <= free_inbound_bytes ? 0 : bytes)) return;
  counts().add(errc::payload_too_large);
  counts().add(limit::inbound_bytes);
  carry_ = {};
  message_ = {};
  close_at_once(4429, "too many half-received messages");
}

std::size_t websocket::take_frames(std::string_view bytes) {
  std::size_t taken = 0;
  while (may_read() && !is_sealed_ && !is_left_to_beast_ && !has_ended_) {
    auto rest = bytes.substr(taken);
    if (missing_bytes_ > 0) {
      if (rest.empty()) break;
      auto part = rest.substr(0, missing_bytes_);
      taken += part.size();
      take_data(part, part.size());
      continue;
    }
    auto h = read_frame_header(rest);
    if (!h) break;
    is_left_to_beast_ = !is_plain(*h);
    auto wanted = h->is_data() ? h->header_bytes + std::min<std::uint64_t>(h->payload_bytes, 1)
                               : h->bytes();
    if (is_left_to_beast_ || rest.size() < wanted) break;
    auto frame = rest.substr(0, h->bytes());
    taken += frame.size();
    if (!h->is_data()) {
      take_control(*h, frame);
      continue;
    }
    missing_bytes_ = h->payload_bytes;
    is_final_ = h->is_final;
    take_data(frame, frame.size() - h->header_bytes);
  }
  return taken;
}

bool websocket::is_plain(const frame_header& h) const noexcept {
  // The highest bit of a length must be 0; without a limit it would overflow here.
  if (!h.is_masked || h.has_reserved_bits || h.payload_bytes >> 62U != 0) return false;
  if (h.opcode == frame_header::ping || h.opcode == frame_header::pong)
    return h.is_final && h.payload_bytes <= max_control_bytes;
  // After an empty fragment Beast would look for the next frame at once.
  return h.is_data() && (max_message_bytes_ == 0 || h.payload_bytes <= max_message_bytes_)
         && (h.is_final || h.payload_bytes > 0);
}

void websocket::take_control(const frame_header& h, std::string_view whole) {
  if (h.opcode == frame_header::pong) return user_->on_pong(*this);
  out_->put_pong(pong_frame(unmasked_payload(h, whole)), thread_.now());
  mark_dirty();
}

void websocket::take_data(std::string_view part, std::size_t payload_bytes) {
  ws_.next_layer().feed(part);
  missing_bytes_ -= payload_bytes;
  bool is_end = is_final_ && missing_bytes_ == 0;
  bool is_alone = is_end && message_.empty();
  auto& into = is_alone ? thread_.message_buffer() : message_;
  auto begin = is_alone ? 0 : message_.size();
  auto end_of_part = begin + payload_bytes;
  // Beast is to find room for one byte also where the frame has none.
  if (into.size() <= end_of_part) into.resize(end_of_part + 1);
  boost_error ec;
  auto at = begin;
  do {
    at += ws_.read_some(boost::asio::buffer(into.data() + at, end_of_part + 1 - at), ec);
  } while (!ec && at < end_of_part);
  if (!is_alone) message_.resize(end_of_part);
  if (ec) return on_refused_frame(ec);
  if (!is_end) return;
  take_message(std::string_view{into}.substr(0, end_of_part));
  message_ = {};
}

void websocket::take_message(std::string_view text) {
  if (is_sealed_ || user_ == nullptr) return;
  user_->on_message(*this, text, ws_.got_text());
}

void websocket::count_refused(boost_error ec) {
  if (ec == beast_websocket::error::message_too_big) {
    counts().add(errc::payload_too_large);
    counts().add(limit::payload_bytes);
  } else if (ec == beast_websocket::error::bad_frame_payload) {
    counts().add(counter::frames_malformed);
  }
}

void websocket::on_refused_frame(boost_error ec) {
  count_refused(ec);
  // Beast has queued the close frame that says why.
  if (!has_ended_) tear_down(nullptr);
}

void websocket::read_by_beast() {
  is_left_to_beast_ = true;
  if (!carry_.empty()) ws_.next_layer().unread(std::exchange(carry_, {}));
  if (is_sealed_) message_.clear();
  auto used = message_.size();
  message_.resize(used + beast_read_bytes);
  is_reading_ = true;
  ws_.async_read_some(
      boost::asio::buffer(message_.data() + used, beast_read_bytes),
      [me = self(), used](boost_error ec, std::size_t n) { me->on_beast_read(ec, used + n); });
}

void websocket::on_beast_read(boost_error ec, std::size_t used) {
  is_reading_ = false;
  thread_.note_read(used + beast_read_bytes - message_.size(), beast_read_bytes);
  if (has_ended_) return;
  if (ec) {
    count_refused(ec);
    return end(ec.message());
  }
  message_.resize(used);
  hold_inbound(used);
  if (ws_.is_message_done()) {
    take_message(message_);
    message_ = {};
  }
  read();
}

void websocket::resume_reading() {
  if (!is_paused_ || !may_read()) return;
  is_paused_ = false;
  if (user_ != nullptr) user_->on_resumed(*this);
  if (carry_.empty() || is_left_to_beast_ || is_sealed_) return read();
  // Not here: whoever resumes us may be in the middle of writing.
  boost::asio::post(thread_.context(), [me = self()] {
    if (!me->has_ended_ && !me->is_reading_) me->take_bytes({});
  });
}

} // namespace atrium::net
