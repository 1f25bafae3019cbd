// See frame_header.hpp. Pure functions.
#include "net/frame_header.hpp"

namespace atrium::net {
namespace {

constexpr std::size_t mask_bytes = 4;

std::uint8_t byte_at(std::string_view bytes, std::size_t i) noexcept {
  return static_cast<std::uint8_t>(bytes[i]);
}

} // namespace

std::optional<frame_header> read_frame_header(std::string_view bytes) noexcept {
  if (bytes.size() < 2) return std::nullopt;
  frame_header h;
  h.opcode = byte_at(bytes, 0) & 0x0fU;
  h.is_final = (byte_at(bytes, 0) & 0x80U) != 0;
  h.has_reserved_bits = (byte_at(bytes, 0) & 0x70U) != 0;
  h.is_masked = (byte_at(bytes, 1) & 0x80U) != 0;
  h.payload_bytes = byte_at(bytes, 1) & 0x7fU;
  const std::size_t length_bytes = h.payload_bytes == 126 ? 2 : h.payload_bytes == 127 ? 8 : 0;
  h.header_bytes = static_cast<std::uint8_t>(2 + length_bytes + (h.is_masked ? mask_bytes : 0));
  if (bytes.size() < h.header_bytes) return std::nullopt;
  if (length_bytes == 0) return h;
  h.payload_bytes = 0;
  for (std::size_t i = 2; i < 2 + length_bytes; ++i)
    h.payload_bytes = h.payload_bytes << 8U | byte_at(bytes, i);
  return h;
}

std::string unmasked_payload(const frame_header& h, std::string_view whole) {
  const auto mask = whole.substr(h.header_bytes - mask_bytes, mask_bytes);
  std::string out{whole.substr(h.header_bytes, h.payload_bytes)};
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<char>(out[i] ^ mask[i % mask_bytes]);
  return out;
}

} // namespace atrium::net
