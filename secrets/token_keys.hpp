// The keys of the configuration, and which of them a token is to be signed with.
#pragma once

#include "config/settings.hpp"
#include "secrets/token_key.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace atrium::secrets {

class token_keys {
public:
  /// Reads the files that `auth.jwt_keys` names. Error: a sentence that names the setting and
  /// the `kid`, never a key.
  [[nodiscard]] static std::variant<token_keys, std::string> load(const auth_settings& config);

  /// By the `kid` of a token, nothing if it has none; null: it is signed with no key of ours. A token
  /// without `kid` belongs to `auth.jwt_secret`, or to the only key; one with a `kid` that nobody has
  /// named to `auth.jwt_secret` only if no key has a `kid` at all.
  [[nodiscard]] const token_key* find(const std::optional<std::string>& kid) const;

private:
  /// `auth.jwt_secret`
  std::optional<token_key> nameless_;
  std::map<std::string, token_key, std::less<>> named_;
};

} // namespace atrium::secrets
