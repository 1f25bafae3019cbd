// Sockets of the swarm: connect, write, read, and what is done with a frame once it is whole is in
// swarm_frames.cpp.
//
// A read takes up to 256 KB at once into a buffer that all clients share and that stays in the
// cache; only the beginning of an unfinished frame is copied aside. The clock is read once per
// read. What traffic sends in one turn leaves in one system call per connection.
#include "bench/load/swarm.hpp"

#include "bench/load/clock.hpp"
#include "bench/load/message.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace atrium::bench {

namespace {

constexpr std::size_t read_bytes = 256 * 1024;

void allow_sockets(std::size_t count) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < count + 64) throw std::runtime_error("the limit of open files is too low");
}

int open_socket() {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) throw std::runtime_error(std::string{"socket: "} + std::strerror(errno));
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  // Reset on close: thousands of connections a run would otherwise keep their ports for a minute.
  linger reset{1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  return fd;
}

std::string_view arrival_of(const load_options& o) {
  switch (o.kind) {
  case traffic_kind::chat: return o.speaks->chat_arrives;
  case traffic_kind::whiteboard: return o.speaks->board_arrives;
  case traffic_kind::space: break;
  }
  return o.speaks->move_arrives;
}

} // namespace

swarm::swarm(const load_options& options, const population& who, std::vector<std::string> rooms,
             ledger& books, const walk* steps)
    : options_{options}, dialect_{*options.speaks}, who_{who}, rooms_{std::move(rooms)},
      books_{books}, steps_{steps}, joined_{steps != nullptr ? dialect_.entered : dialect_.joined},
      arrives_{arrival_of(options)}, arrives_tail_at_{arrives_.size() - sizeof arrives_tail_},
      epoll_{epoll_create1(EPOLL_CLOEXEC)}, clients_(who.connection_count()),
      buffer_(read_bytes, '\0') {
  std::memcpy(&arrives_tail_, arrives_.data() + arrives_tail_at_, sizeof arrives_tail_);
  allow_sockets(clients_.size());
}

swarm::~swarm() {
  close_all();
  close(epoll_);
}

void swarm::close_all() {
  for (auto& c : clients_) {
    if (c.socket >= 0) close(std::exchange(c.socket, -1));
    c.at = stage::gone;
  }
}

std::string swarm::user_name(std::uint32_t connection) const {
  // One width for all: messages of different senders have their stamps in one place.
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "user%06u", connection);
  return text.data();
}

void swarm::connect(std::uint32_t connection) {
  auto& c = clients_[connection];
  c.socket = open_socket();
  c.at = stage::connecting;
  c.began_ns = now_ns();
  ++counts_.connecting;
  epoll_event e{};
  e.events = EPOLLIN | EPOLLOUT;
  e.data.u32 = connection;
  c.awaits_room_to_write = true;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, c.socket, &e);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(options_.port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(c.socket, reinterpret_cast<sockaddr*>(&to), sizeof to) < 0 && errno != EINPROGRESS)
    fail(connection, std::strerror(errno));
}

void swarm::await(std::uint32_t index, bool room_to_write) {
  auto& c = clients_[index];
  if (c.awaits_room_to_write == room_to_write) return;
  c.awaits_room_to_write = room_to_write;
  epoll_event e{};
  e.events = EPOLLIN | (room_to_write ? EPOLLOUT : 0U);
  e.data.u32 = index;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, c.socket, &e);
}

void swarm::begin_upgrade(std::uint32_t index) {
  auto& c = clients_[index];
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(c.socket, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return fail(index, std::strerror(error));
  c.at = stage::upgrading;
  c.unsent = upgrade_request(dialect_.path, "127.0.0.1:" + std::to_string(options_.port));
  write(index);
}

void swarm::join(std::uint32_t connection) {
  auto& c = clients_[connection];
  if (c.at != stage::ready) return;
  c.at = stage::joining;
  c.began_ns = now_ns();
  auto user = user_name(connection);
  message text{steps_ != nullptr ? dialect_.enter : dialect_.join,
               {rooms_[who_.seat_of(connection).room], user}};
  send(connection, text.with({}));
}

void swarm::note_failure(std::string_view why) {
  if (first_failure_.empty()) first_failure_ = why.substr(0, 200);
}

void swarm::fail(std::uint32_t index, std::string_view why) {
  auto& c = clients_[index];
  if (c.at == stage::gone) return;
  if (c.at < stage::ready) --counts_.connecting;
  ++counts_.gone;
  note_failure(why);
  c.at = stage::gone;
  close(std::exchange(c.socket, -1));
}

void swarm::send(std::uint32_t connection, std::string_view text) {
  put(connection, opcode::text, text);
}

void swarm::put(std::uint32_t index, opcode kind, std::string_view payload) {
  auto& c = clients_[index];
  if (c.at == stage::gone) return;
  append_frame(c.unsent, kind, payload);
  if (!std::exchange(c.is_unsent, true)) unsent_.push_back(index);
}

void swarm::write(std::uint32_t index) {
  auto& c = clients_[index];
  while (c.at != stage::gone && c.unsent_from < c.unsent.size()) {
    auto n = ::send(c.socket, c.unsent.data() + c.unsent_from, c.unsent.size() - c.unsent_from,
                    MSG_NOSIGNAL);
    if (n < 0 && errno == EAGAIN) return await(index, true);
    if (n < 0) return fail(index, std::strerror(errno));
    c.unsent_from += static_cast<std::size_t>(n);
  }
  c.unsent.clear();
  c.unsent_from = 0;
  if (c.at != stage::gone) await(index, false);
}

void swarm::write_unsent() {
  for (auto index : unsent_) {
    auto& c = clients_[index];
    c.is_unsent = false;
    if (!c.awaits_room_to_write) write(index);
  }
  unsent_.clear();
}

void swarm::read(std::uint32_t index) {
  auto& c = clients_[index];
  auto kept = c.unread.size();
  if (buffer_.size() < kept + read_bytes / 2) buffer_.resize(2 * kept + read_bytes);
  if (kept > 0) std::memcpy(buffer_.data(), c.unread.data(), kept);
  auto n = recv(c.socket, buffer_.data() + kept, buffer_.size() - kept, 0);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n < 0) return fail(index, std::strerror(errno));
  if (n == 0) return fail(index, "the server closed the connection");
  auto now = now_ns();
  counts_.received_bytes += static_cast<std::uint64_t>(n);
  ++counts_.reads;
  std::string_view bytes{buffer_.data(), kept + static_cast<std::size_t>(n)};
  auto used = read_frames(index, bytes, now);
  if (c.at == stage::gone) return;
  bytes.remove_prefix(used);
  c.unread.assign(bytes);
}

void swarm::turn(std::uint64_t timeout_ns) {
  write_unsent();
  static std::array<epoll_event, 512> events;
  timespec timeout{};
  timeout.tv_sec = static_cast<std::time_t>(timeout_ns / ns_per_second);
  timeout.tv_nsec = static_cast<long>(timeout_ns % ns_per_second);
  auto n = epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &timeout, nullptr);
  for (int i = 0; i < n; ++i) {
    auto index = events[static_cast<std::size_t>(i)].data.u32;
    auto happened = events[static_cast<std::size_t>(i)].events;
    auto& c = clients_[index];
    if (c.at == stage::connecting && (happened & (EPOLLOUT | EPOLLERR)) != 0) {
      begin_upgrade(index);
    } else if ((happened & EPOLLOUT) != 0) {
      write(index);
    }
    if (c.at > stage::connecting && c.at != stage::gone && (happened & ~EPOLLOUT) != 0) read(index);
  }
}

} // namespace atrium::bench
