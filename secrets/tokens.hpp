// The way into secrets/ for tokens (contract §2).
#pragma once

#include "actors/token_port.hpp"
#include "config/settings.hpp"

#include <memory>
#include <string>
#include <variant>

namespace atrium {

/// Reads the keys. Null: `auth.mode` is "none". Error: what is wrong with the settings of section
/// `auth` or with a file that they name; never shows a key.
[[nodiscard]] std::variant<std::unique_ptr<const token_verifier>, std::string>
open_tokens(const auth_settings& config);

} // namespace atrium
