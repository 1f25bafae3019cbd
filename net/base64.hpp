// Base64 in its standard alphabet (RFC 4648 §4), as Engine.IO spells binary packets in payloads.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace atrium::net {

/// Appends `bytes` as base64 with padding.
void append_base64(std::string& out, std::string_view bytes);

/// The bytes that `text` spells. Padding is whole or left out whole. Nothing for a character outside
/// of the alphabet (white space, `-` and `_` too), a length that no bytes have, padding elsewhere
/// than at the end, and bits behind the last byte that are not zero: bytes have one spelling.
[[nodiscard]] std::optional<std::string> base64_decoded(std::string_view text);

} // namespace atrium::net
