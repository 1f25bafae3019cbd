// The header of a frame as a client sends it (RFC 6455 §5.2), as far as one has to know it to cut
// frames out of what was received. What a frame may be and when is Beast's to judge.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace atrium::net {

struct frame_header {
  static constexpr std::uint8_t continuation = 0, text = 1, binary = 2, close = 8, ping = 9,
                                pong = 10;

  std::uint8_t opcode = 0;
  bool is_final = false;
  bool has_reserved_bits = false;
  bool is_masked = false;
  std::uint8_t header_bytes = 0;
  std::uint64_t payload_bytes = 0;

  [[nodiscard]] bool is_data() const noexcept { return opcode <= binary; }
  /// Of header and payload together.
  [[nodiscard]] std::uint64_t bytes() const noexcept { return header_bytes + payload_bytes; }
};

/// Nothing: `bytes` end before the header does.
[[nodiscard]] std::optional<frame_header> read_frame_header(std::string_view bytes) noexcept;

/// The payload of a whole masked frame that begins with `h`, unmasked.
[[nodiscard]] std::string unmasked_payload(const frame_header& h, std::string_view whole);

} // namespace atrium::net
