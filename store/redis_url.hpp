// Where Redis is: `redis://[user:pass@]host:port/db` or `unix:///path?db=0` (contract §7).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace atrium::store {

struct redis_address {
  std::string host = "127.0.0.1";
  std::uint16_t port = 6379;
  /// Not empty: a Unix socket instead of host and port.
  std::string socket_path;
  /// Both may be percent-encoded in the URL; empty: none.
  std::string user;
  std::string password;
  unsigned database = 0;
};

/// The address, or a sentence that says what is wrong without repeating a secret.
[[nodiscard]] std::variant<redis_address, std::string> parse_redis_url(std::string_view url);

/// For logs: `127.0.0.1:6379/0`, never with user or password.
[[nodiscard]] std::string describe(const redis_address& address);

} // namespace atrium::store
