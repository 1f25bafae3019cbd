// WebSocket frames as a client writes and reads them (RFC 6455). Server frames are unmasked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace atrium::bench {

enum class opcode : std::uint8_t { more = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// A frame of a server. `payload` points into the bytes it was read from.
struct server_frame {
  opcode kind;
  bool is_last;
  std::string_view payload;
};

enum class frame_error { none, incomplete, broken };

/// Reads the frame that begins at `bytes[at]` and moves `at` behind it. On `incomplete` (the rest
/// is still to come) and `broken` (masked, or longer than 64 MB) `at` stays.
inline frame_error read_frame(std::string_view bytes, std::size_t& at, server_frame& out) noexcept {
  auto left = bytes.size() - at;
  if (left < 2) return frame_error::incomplete;
  const auto* b = reinterpret_cast<const unsigned char*>(bytes.data()) + at;
  if (b[1] & 0x80) return frame_error::broken;
  std::uint64_t length = b[1];
  std::size_t header = 2;
  if (length >= 126) {
    auto width = length == 126 ? 2U : 8U;
    header += width;
    if (left < header) return frame_error::incomplete;
    length = 0;
    for (unsigned i = 0; i < width; ++i) length = length << 8 | b[2 + i];
    if (length > (64U << 20)) return frame_error::broken;
  }
  if (left < header + length) return frame_error::incomplete;
  out = {static_cast<opcode>(b[0] & 15), (b[0] & 0x80) != 0,
         bytes.substr(at + header, static_cast<std::size_t>(length))};
  at += header + static_cast<std::size_t>(length);
  return frame_error::none;
}

/// Appends a masked frame, as clients must send them.
void append_frame(std::string& out, opcode kind, std::string_view payload);

/// The request that opens a WebSocket at `path`.
[[nodiscard]] std::string upgrade_request(std::string_view path, std::string_view host);
/// How many bytes the server's answer has, if it is there whole. 0: it refused.
[[nodiscard]] std::optional<std::size_t> read_upgrade(std::string_view bytes);

} // namespace atrium::bench
