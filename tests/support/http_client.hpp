// HTTP for tests, over 127.0.0.1: one-shot requests, and raw bytes for what no client would send.
// Every wait has a time limit; when it is over, std::runtime_error.
#pragma once

#include "support/ws_client.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace atrium::test {

struct http_response {
  unsigned status = 0;
  /// Names in lower case.
  std::map<std::string, std::string> headers;
  std::string body;

  /// The body as JSON; discarded (`is_discarded()`) if it is none.
  [[nodiscard]] nlohmann::json json() const;
};

/// One request on a connection of its own. A body is sent as application/json unless `extra` has a
/// Content-Type.
[[nodiscard]] http_response http_request(std::uint16_t port, const std::string& method,
                                         const std::string& target, const std::string& body = {},
                                         const headers& extra = {});
[[nodiscard]] http_response http_get(std::uint16_t port, const std::string& target);
[[nodiscard]] http_response http_post(std::uint16_t port, const std::string& target,
                                      const nlohmann::json& body);
/// Creates a room and returns its id. Throws unless the answer is 201.
std::string create_room(std::uint16_t port, nlohmann::json fields = nlohmann::json::object());

/// The bytes of a request for a WebSocket at `path`.
[[nodiscard]] std::string upgrade_request(std::string_view path = "/ws");
/// Sends `bytes` and returns all that comes until the server closes. Throws if it doesn't in time.
[[nodiscard]] std::string raw_exchange(std::uint16_t port, std::string_view bytes,
                                       std::chrono::milliseconds timeout = std::chrono::seconds{
                                           10});

} // namespace atrium::test
