// The answer to a WebSocket key (RFC 6455, section 4.2.2), without a library.
#pragma once

#include <string>
#include <string_view>

namespace atrium::bench {

/// The 20 bytes of SHA-1 over `text`.
[[nodiscard]] std::string sha1(std::string_view text);
[[nodiscard]] std::string base64(std::string_view bytes);
/// What `Sec-WebSocket-Accept` must be for this key.
[[nodiscard]] std::string accept_value(std::string_view key);

} // namespace atrium::bench
