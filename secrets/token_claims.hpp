// What a token says whose signature is good (contract §2). Pure.
#pragma once

#include "actors/token_port.hpp"
#include "config/settings.hpp"
#include "secrets/token_text.hpp"

#include <variant>

namespace atrium::secrets {

/// Checks the claims against time and settings. Error: `unauthorized`: one is missing, of the wrong
/// type or not ours, or the time is not that of the token.
[[nodiscard]] std::variant<token_claims, failure>
read_claims(const token_members& claims, const auth_settings& config, unix_ms now);

} // namespace atrium::secrets
