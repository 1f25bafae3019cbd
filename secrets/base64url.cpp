// See base64url.hpp. Strict, so that no two texts are the same token. What is decoded is shown to
// whoever sent it anyway: a table's timing gives nothing away.
#include "secrets/base64url.hpp"

#include <array>
#include <cstdint>

namespace atrium::secrets {
namespace {

constexpr std::uint8_t no_digit = 0xff;

constexpr std::array<std::uint8_t, 256> digit_values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(no_digit);
  constexpr std::string_view digits
      = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (std::size_t i = 0; i < digits.size(); ++i)
    values[static_cast<unsigned char>(digits[i])] = static_cast<std::uint8_t>(i);
  return values;
}();

} // namespace

std::optional<std::string> decode_base64url(std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  unsigned bit_count = 0;
  for (char c : text) {
    auto value = digit_values[static_cast<unsigned char>(c)];
    if (value == no_digit) return std::nullopt;
    bits = bits << 6U | value;
    bit_count += 6;
    if (bit_count < 8) continue;
    bit_count -= 8;
    out += static_cast<char>(bits >> bit_count & 0xffU);
    bits &= (1U << bit_count) - 1;
  }
  if (bits != 0) return std::nullopt;
  return out;
}

} // namespace atrium::secrets
