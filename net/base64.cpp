// See base64.hpp. Three bytes are four characters; what is left over at the end is one byte in two
// characters or two bytes in three. Pure functions, linear in their input; the decoder believes
// nothing and never throws but for memory.
#include "net/base64.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace atrium::net {
namespace {

constexpr std::string_view alphabet
    = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::uint8_t no_digit = 0xff;

constexpr std::array<std::uint8_t, 256> make_digits() {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(no_digit);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    digits[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
  return digits;
}

constexpr auto digits = make_digits();

std::uint32_t byte_at(std::string_view bytes, std::size_t i) noexcept {
  return static_cast<std::uint8_t>(bytes[i]);
}

/// `count` (2 to 4) digits from `i` on as the upper of 24 bits; no value has bit 31 set.
std::uint32_t bits_at(std::string_view text, std::size_t i, std::size_t count) noexcept {
  std::uint32_t bits = 0;
  for (std::size_t k = 0; k < count; ++k) {
    const std::uint32_t digit = digits[static_cast<std::uint8_t>(text[i + k])];
    if (digit == no_digit) return 1U << 31U;
    bits |= digit << (18 - 6 * k);
  }
  return bits;
}

/// Appends the `count` upper ones of three bytes. False if they are not all that `bits` hold.
bool append_bytes(std::string& out, std::uint32_t bits, std::size_t count) {
  for (std::size_t k = 0; k < count; ++k) out += static_cast<char>(bits >> (16 - 8 * k) & 0xffU);
  return (bits & ((1U << (24 - 8 * count)) - 1)) == 0 && bits >> 24U == 0;
}

void append_digits(std::string& out, std::uint32_t bits, std::size_t count) {
  for (std::size_t k = 0; k < count; ++k) out += alphabet[bits >> (18 - 6 * k) & 0x3fU];
}

} // namespace

void append_base64(std::string& out, std::string_view bytes) {
  out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
  std::size_t i = 0;
  for (; bytes.size() - i >= 3; i += 3)
    append_digits(
        out, byte_at(bytes, i) << 16U | byte_at(bytes, i + 1) << 8U | byte_at(bytes, i + 2), 4);
  if (bytes.size() - i == 1) {
    append_digits(out, byte_at(bytes, i) << 16U, 2);
    out += "==";
  } else if (bytes.size() - i == 2) {
    append_digits(out, byte_at(bytes, i) << 16U | byte_at(bytes, i + 1) << 8U, 3);
    out += '=';
  }
}

std::optional<std::string> base64_decoded(std::string_view text) {
  if (text.size() % 4 == 0 && text.ends_with('=')) text.remove_suffix(text.ends_with("==") ? 2 : 1);
  const std::size_t rest = text.size() % 4;
  if (rest == 1) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 4 * 3 + 2);
  std::size_t i = 0;
  for (; text.size() - i >= 4; i += 4)
    if (!append_bytes(out, bits_at(text, i, 4), 3)) return std::nullopt;
  if (rest != 0 && !append_bytes(out, bits_at(text, i, rest), rest - 1)) return std::nullopt;
  return out;
}

} // namespace atrium::net
