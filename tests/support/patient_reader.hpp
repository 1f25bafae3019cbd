// A client over HTTP that reads only when it is told to, through a small window.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

namespace atrium::test {

/// Sends a request and reads only when it is told to.
class patient_reader {
public:
  patient_reader(std::uint16_t port, const std::string& request) {
    int small = 4'096;
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    timeval limit{10, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0
        || ::send(fd_, request.data(), request.size(), 0) != static_cast<ssize_t>(request.size()))
      throw std::runtime_error{"no connection"};
  }
  patient_reader(const patient_reader&) = delete;
  patient_reader& operator=(const patient_reader&) = delete;
  ~patient_reader() { ::close(fd_); }

  /// Waits for the first bytes.
  void begin() {
    char first;
    REQUIRE(::recv(fd_, &first, 1, MSG_PEEK) == 1);
  }
  /// Everything up to the end of the connection.
  std::string read_all() {
    std::string out;
    std::vector<char> part(65'536);
    while (true) {
      auto n = ::recv(fd_, part.data(), part.size(), 0);
      if (n <= 0) {
        was_reset_ = n < 0;
        return out;
      }
      out.append(part.data(), static_cast<std::size_t>(n));
    }
  }
  /// The connection did not end but break.
  [[nodiscard]] bool was_reset() const { return was_reset_; }

private:
  int fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
  bool was_reset_ = false;
};

} // namespace atrium::test
