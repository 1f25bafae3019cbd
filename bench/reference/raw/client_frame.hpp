// WebSocket frames as a server reads them: masked, and unmasked in place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace atrium::bench {

enum class frame_kind : std::uint8_t { text = 1, close = 8, ping = 9, pong = 10 };

/// A frame of a client; `payload` is in the bytes it was read from.
struct client_frame {
  frame_kind kind;
  std::string_view payload;
};

/// Reads the frame that begins at `bytes`, of which there are `size`, and unmasks it there. Returns
/// how many bytes it takes; 0: its end is still to come.
inline std::size_t read_client_frame(char* bytes, std::size_t size, client_frame& out) noexcept {
  if (size < 6) return 0;
  const auto* b = reinterpret_cast<const unsigned char*>(bytes);
  std::uint64_t length = b[1] & 0x7f;
  std::size_t header = 2;
  if (length >= 126) {
    header += length == 126 ? 2 : 8;
    if (size < header + 4) return 0;
    length = 0;
    for (std::size_t i = 2; i < header; ++i) length = length << 8 | b[i];
  }
  header += 4;
  if (size < header || size - header < length) return 0;
  std::uint32_t mask = 0;
  std::memcpy(&mask, bytes + header - 4, 4);
  auto wide = std::uint64_t{mask} << 32 | mask;
  char* p = bytes + header;
  std::size_t i = 0;
  for (; i + 8 <= length; i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, p + i, 8);
    word ^= wide;
    std::memcpy(p + i, &word, 8);
  }
  for (; i < length; ++i)
    p[i] = static_cast<char>(static_cast<unsigned char>(p[i]) ^ (mask >> (8 * (i % 4)) & 0xff));
  out = {static_cast<frame_kind>(b[0] & 15), {p, static_cast<std::size_t>(length)}};
  return header + static_cast<std::size_t>(length);
}

/// Appends the header of an unmasked frame, as servers send them.
inline void append_server_header(std::string& out, frame_kind kind, std::size_t length) {
  out.push_back(static_cast<char>(0x80 | static_cast<unsigned>(kind)));
  int width = length < 126 ? 0 : length < 65536 ? 2 : 8;
  out.push_back(static_cast<char>(width == 0 ? length : width == 2 ? 126U : 127U));
  for (int i = width - 1; i >= 0; --i)
    out.push_back(static_cast<char>(std::uint64_t{length} >> (8 * i)));
}

} // namespace atrium::bench
