// A house that asks for tokens, and the secret of whoever makes them.
#pragma once

#include "support/http_client.hpp"
#include "support/live_house.hpp"
#include "support/tokens.hpp"

#include <string>

namespace atrium::test {

inline const std::string token_secret = "a secret of more than thirty-two bytes";

/// HS256 with `token_secret`; the operator's own token is "operator".
[[nodiscard]] inline settings with_tokens() {
  auto s = test_settings();
  s.auth.mode = "jwt";
  s.auth.jwt_secret = token_secret;
  s.admin.token = "operator";
  return s;
}

[[nodiscard]] inline headers bearer(const std::string& token) {
  return {{"Authorization", "Bearer " + token}};
}

} // namespace atrium::test
