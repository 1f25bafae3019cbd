// A blocking HTTP client of the smallest kind: it knows Content-Length and nothing else, and gives
// up after ten seconds without an answer.
#include "bench/load/rest_rooms.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace atrium::bench {

namespace {

int connect_to(std::uint16_t port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  timeval limit{10, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) < 0)
    throw std::runtime_error(std::string{"connect: "} + std::strerror(errno));
  return fd;
}

std::string id_in(const std::string& answer) {
  constexpr std::string_view before = R"("id":")";
  auto from = answer.find(before);
  if (from == std::string::npos) throw std::runtime_error("no room id in " + answer);
  from += before.size();
  return answer.substr(from, answer.find('"', from) - from);
}

std::size_t content_length(const std::string& head) {
  auto at = head.find("Content-Length: ");
  return at == std::string::npos ? 0 : std::strtoul(head.c_str() + at + 16, nullptr, 10);
}

} // namespace

rest_rooms::rest_rooms(std::uint16_t port, std::uint32_t count, std::uint32_t capacity,
                       const char* kind)
    : port_{port}, socket_{connect_to(port)} {
  auto body = R"({"name":"Bench","createdBy":"bench","maxParticipants":)" + std::to_string(capacity)
              + R"(,"kind":")" + kind + R"("})";
  for (std::uint32_t i = 0; i < count; ++i)
    ids_.push_back(id_in(ask("POST", "/api/rooms", body, 201)));
}

rest_rooms::~rest_rooms() {
  close(socket_);
}

void rest_rooms::remove() {
  // After a long run the server has closed the idle connection.
  close(socket_);
  socket_ = connect_to(port_);
  for (const auto& id : ids_) ask("DELETE", "/api/rooms/" + id, "", 200);
  ids_.clear();
}

std::string rest_rooms::ask(const std::string& method, const std::string& path,
                            const std::string& body, int wanted) {
  auto request = method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
  if (!body.empty()) request += "Content-Type: application/json\r\n";
  request += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  if (send(socket_, request.data(), request.size(), MSG_NOSIGNAL)
      != static_cast<ssize_t>(request.size()))
    throw std::runtime_error("the server did not take a request for a room");
  return read_answer(wanted);
}

std::string rest_rooms::read_answer(int wanted) {
  std::string answer;
  std::array<char, 16384> part{};
  std::size_t whole = std::string::npos;
  while (answer.size() < whole) {
    auto n = recv(socket_, part.data(), part.size(), 0);
    if (n <= 0) throw std::runtime_error("the server did not answer a request for a room");
    answer.append(part.data(), static_cast<std::size_t>(n));
    auto end = answer.find("\r\n\r\n");
    if (end != std::string::npos) whole = end + 4 + content_length(answer.substr(0, end));
  }
  if (answer.substr(0, 9 + 3) != "HTTP/1.1 " + std::to_string(wanted))
    throw std::runtime_error("the server refused a room: " + answer);
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

} // namespace atrium::bench
