// The port to whoever checks tokens (contract §2, `auth.mode = "jwt"`). Implemented in secrets/,
// asked by net/ when a client shows one; the house sees only what a good one says.
#pragma once

#include "actors/failure.hpp"
#include "actors/ids.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>

namespace atrium {

/// Ids of the rooms that a token opens.
using opened_rooms = std::set<std::string, std::less<>>;

/// What a token that was found good says.
struct token_claims {
  /// `sub`
  user_id user;
  /// `name`, 1..64 characters
  std::optional<std::string> username{};
  /// From then on it is good no more, leeway included; nothing: it never ends.
  std::optional<unix_ms> expires_at{};
  /// `rooms`; null: all of them.
  std::shared_ptr<const opened_rooms> rooms{};
  /// `admin`
  bool is_operator = false;
};
using shared_claims = std::shared_ptr<const token_claims>;

/// Checks tokens. Thread-safe, no state, never blocks.
class token_verifier {
public:
  virtual ~token_verifier() = default;
  /// Error: `unauthorized`, with a sentence that repeats nothing of the token.
  [[nodiscard]] virtual std::variant<token_claims, failure> verify(std::string_view token,
                                                                   unix_ms now) const = 0;
};

} // namespace atrium
