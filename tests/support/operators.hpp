// An operator at work: requests with the shared token.
#pragma once

#include "support/http_client.hpp"
#include "support/live_house.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace atrium::test {

inline const std::string operator_token = "the token of operators";

/// As `test_settings`, with operators.
[[nodiscard]] inline settings operated_settings() {
  auto s = test_settings();
  s.admin.token = operator_token;
  return s;
}

/// Asks under `/api/admin/`.
class operator_desk {
public:
  explicit operator_desk(std::uint16_t port, headers more = {}) : port_{port}, shown_{std::move(more)} {
    shown_.emplace_back("Authorization", "Bearer " + operator_token);
  }

  [[nodiscard]] http_response ask(const std::string& method, const std::string& path,
                                  const nlohmann::json& body = nullptr) const {
    return http_request(port_, method, "/api/admin/" + path, body.is_null() ? "" : body.dump(),
                        shown_);
  }
  /// The answer of a request that succeeds.
  [[nodiscard]] nlohmann::json get(const std::string& path) const { return good(ask("GET", path)); }
  nlohmann::json post(const std::string& path, const nlohmann::json& body = nullptr) const {
    return good(ask("POST", path, body));
  }

private:
  static nlohmann::json good(const http_response& answer) {
    if (answer.status / 100 != 2)
      throw std::runtime_error{std::to_string(answer.status) + ": " + answer.body};
    return answer.json();
  }

  std::uint16_t port_;
  headers shown_;
};

} // namespace atrium::test
