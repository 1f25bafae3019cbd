// Base64url as tokens use it (RFC 7515, appendix C). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace atrium::secrets {

/// The bytes that `text` spells. Nothing unless it is the one spelling that these bytes have: no
/// padding, no white space, no character of another alphabet, and no bits set that no byte has.
[[nodiscard]] std::optional<std::string> decode_base64url(std::string_view text);

} // namespace atrium::secrets
