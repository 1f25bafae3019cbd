// One turn: wait, read everybody who has something, then flush the rooms that got messages. Order:
// a room's messages in the order in which they were read; a joiner's history holds exactly what was
// flushed before it came. A slow member's bytes pile up in its own queue, without a limit: this is
// a yardstick, not a server. It leaves out all that the contract asks for beyond relaying.
#include "bench/reference/raw/broadcaster.hpp"

#include "bench/reference/raw/client_frame.hpp"
#include "bench/reference/raw/sha1.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace atrium::bench {

namespace {

constexpr std::size_t read_bytes = 512 * 1024;
/// `{"type":"w`: a whiteboard, which its sender does not get back.
constexpr std::size_t kind_at = 9;

std::string_view between(std::string_view text, std::string_view before, char end) {
  auto from = text.find(before);
  if (from == text.npos) return {};
  text.remove_prefix(from + before.size());
  return text.substr(0, text.find(end));
}

int open_listener(std::uint16_t port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_port = htons(port);
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd, reinterpret_cast<sockaddr*>(&here), sizeof here) < 0 || listen(fd, 4096) < 0)
    throw std::runtime_error("the port is taken");
  return fd;
}

} // namespace

broadcaster::broadcaster(std::uint16_t port, std::size_t history_count)
    : history_count_{history_count}, listener_{open_listener(port)}, epoll_{epoll_create1(0)},
      buffer_(read_bytes, '\0') {
  epoll_event e{};
  e.events = EPOLLIN;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &e);
}

broadcaster::~broadcaster() {
  close(listener_);
  close(epoll_);
}

void broadcaster::serve() {
  std::array<epoll_event, 1024> events{};
  for (;;) {
    auto n = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < n; ++i) {
      const auto& e = events[static_cast<std::size_t>(i)];
      auto* m = static_cast<member*>(e.data.ptr);
      if (!m) {
        accept_all();
        continue;
      }
      if (m->socket >= 0 && (e.events & EPOLLOUT) != 0) write_unsent(*m);
      if (m->socket >= 0 && (e.events & ~EPOLLOUT) != 0) read(*m);
    }
    for (auto* r : to_flush_) flush(*r);
    to_flush_.clear();
    for (auto* m : dropped_) delete m;
    dropped_.clear();
  }
}

void broadcaster::accept_all() {
  for (int i = 0; i < 256; ++i) {
    int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
    if (fd < 0) return;
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto* m = new member;
    m->socket = fd;
    epoll_event e{};
    e.events = EPOLLIN;
    e.data.ptr = m;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &e);
  }
}

void broadcaster::drop(member& m) {
  if (m.socket < 0) return;
  close(std::exchange(m.socket, -1));
  if (m.in) {
    auto& members = m.in->members;
    members[m.place] = members.back();
    members[m.place]->place = m.place;
    members.pop_back();
  }
  dropped_.push_back(&m);
}

void broadcaster::read(member& m) {
  auto kept = m.unread.size();
  if (buffer_.size() < kept + read_bytes / 2) buffer_.resize(2 * kept + read_bytes);
  if (kept > 0) m.unread.copy(buffer_.data(), kept);
  auto n = recv(m.socket, buffer_.data() + kept, buffer_.size() - kept, 0);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) return drop(m);
  auto size = kept + static_cast<std::size_t>(n);
  std::size_t at = m.is_upgraded ? 0 : upgrade(m, {buffer_.data(), size});
  client_frame f{};
  while (m.is_upgraded && m.socket >= 0) {
    auto used = read_client_frame(buffer_.data() + at, size - at, f);
    if (used == 0) break;
    at += used;
    if (f.kind == frame_kind::text) take_text(m, f.payload);
    if (f.kind == frame_kind::close) drop(m);
    if (f.kind == frame_kind::ping) {
      std::string pong;
      append_server_header(pong, frame_kind::pong, f.payload.size());
      put(m, pong.append(f.payload));
    }
  }
  m.unread.assign(buffer_, at, size - at);
}

std::size_t broadcaster::upgrade(member& m, std::string_view bytes) {
  auto end = bytes.find("\r\n\r\n");
  if (end == bytes.npos) return 0;
  auto key = between(bytes.substr(0, end), "Sec-WebSocket-Key: ", '\r');
  if (key.empty()) {
    drop(m);
    return 0;
  }
  m.is_upgraded = true;
  put(m, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: "
             + accept_value(key) + "\r\n\r\n");
  return end + 4;
}

void broadcaster::take_text(member& m, std::string_view text) {
  if (!m.in) return join(m, text);
  auto& r = *m.in;
  if (text.size() > kind_at && text[kind_at] == 'w') return publish(r, text, &m);
  if (history_count_ > 0) r.history[r.message_count++ % history_count_].assign(text);
  r.history_frame.clear();
  publish(r, text, nullptr);
}

void broadcaster::join(member& m, std::string_view text) {
  auto name = between(text, R"("roomId":")", '"');
  if (name.empty()) return drop(m);
  auto& slot = rooms_[std::string{name}];
  if (!slot) {
    slot = std::make_unique<room>();
    slot->history.resize(history_count_);
  }
  auto& r = *slot;
  flush(r);
  m.in = &r;
  m.place = r.members.size();
  r.members.push_back(&m);
  put(m, history_of(r));
}

const std::string& broadcaster::history_of(room& r) const {
  if (!r.history_frame.empty()) return r.history_frame;
  auto count = std::min(r.message_count, history_count_);
  std::string body = R"({"type":"chat:history","messages":[)";
  for (auto i = r.message_count - count; i < r.message_count; ++i) {
    if (body.back() == '}') body.push_back(',');
    body.append(r.history[i % history_count_]);
  }
  body.append("]}");
  append_server_header(r.history_frame, frame_kind::text, body.size());
  return r.history_frame.append(body);
}

void broadcaster::publish(room& r, std::string_view text, const member* except) {
  if (r.fresh.empty()) to_flush_.push_back(&r);
  auto from = r.fresh.size();
  append_server_header(r.fresh, frame_kind::text, text.size());
  r.fresh.append(text);
  r.pieces.push_back({from, r.fresh.size() - from, except});
  r.leaves_out |= except != nullptr;
}

void broadcaster::flush(room& r) {
  if (r.fresh.empty()) return;
  // From the end: a member that is dropped changes places with the last one.
  for (auto i = r.members.size(); i-- > 0;) {
    if (r.leaves_out)
      send_pieces(*r.members[i], r);
    else
      put(*r.members[i], r.fresh);
  }
  r.fresh.clear();
  r.pieces.clear();
  r.leaves_out = false;
}

void broadcaster::send_pieces(member& m, const room& r) {
  std::string_view all{r.fresh};
  std::size_t from = 0;
  for (const auto& p : r.pieces) {
    if (p.except != &m) continue;
    if (p.from > from) put(m, all.substr(from, p.from - from));
    from = p.from + p.size;
    if (m.socket < 0) return;
  }
  if (from < all.size()) put(m, all.substr(from));
}

void broadcaster::put(member& m, std::string_view bytes) {
  if (m.unsent.empty()) {
    auto n = send(m.socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN) return drop(m);
    if (n > 0) bytes.remove_prefix(static_cast<std::size_t>(n));
    if (bytes.empty()) return;
    await(m, true);
  }
  m.unsent.append(bytes);
}

void broadcaster::write_unsent(member& m) {
  auto n = send(m.socket, m.unsent.data(), m.unsent.size(), MSG_NOSIGNAL);
  if (n < 0 && errno != EAGAIN) return drop(m);
  if (n > 0) m.unsent.erase(0, static_cast<std::size_t>(n));
  if (m.unsent.empty()) await(m, false);
}

void broadcaster::await(member& m, bool room_to_write) {
  if (std::exchange(m.awaits_room_to_write, room_to_write) == room_to_write) return;
  epoll_event e{};
  e.events = EPOLLIN | (room_to_write ? EPOLLOUT : 0U);
  e.data.ptr = &m;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, m.socket, &e);
}

} // namespace atrium::bench
