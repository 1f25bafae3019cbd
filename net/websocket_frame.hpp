// Frames as a server sends them (RFC 6455 §5): unmasked, so the same bytes serve every recipient.
#pragma once

#include "actors/outlet.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace atrium::net {

/// The longest header of an unmasked frame.
inline constexpr std::size_t max_frame_header_bytes = 10;

/// Builds one whole text frame without copying the text once more: append to `text()`, then
/// `finish`.
class text_frame {
public:
  text_frame() : bytes_(max_frame_header_bytes, '\0') {}
  /// The frame's text is what the caller appends here; what stands there already is not to be
  /// touched.
  [[nodiscard]] std::string& text() noexcept { return bytes_; }
  /// What was appended so far.
  [[nodiscard]] std::string_view payload() const noexcept {
    return std::string_view{bytes_}.substr(max_frame_header_bytes);
  }
  /// The frame, header first. The builder is spent.
  [[nodiscard]] frame finish();

private:
  std::string bytes_;
};

/// Appends a whole frame.
void append_text_frame(std::string& out, std::string_view text);
void append_binary_frame(std::string& out, std::string_view bytes);
/// A whole text frame.
[[nodiscard]] frame make_text_frame(std::string_view text);

/// A ping without payload; one shared by everybody.
[[nodiscard]] const frame& ping_frame();
/// The answer to a ping with this payload, of at most 125 bytes.
[[nodiscard]] frame pong_frame(std::string_view payload);
/// A close frame; with code 0 one without a code. `reason` is cut to the 123 bytes that fit.
[[nodiscard]] frame close_frame(std::uint16_t code, std::string_view reason);

} // namespace atrium::net
