// A client over HTTP that reads only when it is told to, through a small window.
#pragma once

#include "support/loopback_socket.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace atrium::test {

/// Sends a request and reads only when it is told to.
class patient_reader {
public:
  patient_reader(std::uint16_t port, const std::string& request)
      : socket_{port, request, small_window} {}

  /// Waits for the first bytes.
  void begin() {
    char first;
    REQUIRE(::recv(socket_.descriptor(), &first, 1, MSG_PEEK) == 1);
  }
  /// Everything up to the end of the connection.
  std::string read_all() {
    std::string out;
    std::vector<char> part(65'536);
    while (true) {
      auto n = ::recv(socket_.descriptor(), part.data(), part.size(), 0);
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
  static constexpr int small_window = 4'096;

  loopback_socket socket_;
  bool was_reset_ = false;
};

} // namespace atrium::test
