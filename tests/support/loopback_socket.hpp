// A blocking TCP socket to a server under test, for clients that read as slowly as they are told to.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace atrium::test {

class loopback_socket {
public:
  /// Connects and sends `request`. A read that takes ten seconds fails. `receive_buffer_bytes` 0: what the
  /// system gives.
  loopback_socket(std::uint16_t port, std::string_view request, int receive_buffer_bytes = 0) {
    // Before it connects: afterwards the window is agreed upon.
    if (receive_buffer_bytes > 0)
      ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
    timeval limit{10, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0
        || ::send(fd_, request.data(), request.size(), MSG_NOSIGNAL)
               != static_cast<ssize_t>(request.size())) {
      close();
      throw std::runtime_error{"no connection"};
    }
  }
  loopback_socket(const loopback_socket&) = delete;
  loopback_socket& operator=(const loopback_socket&) = delete;
  ~loopback_socket() { close(); }

  [[nodiscard]] int descriptor() const noexcept { return fd_; }
  /// Without a word.
  void close() noexcept {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

private:
  int fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
};

} // namespace atrium::test
