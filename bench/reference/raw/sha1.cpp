// SHA-1 as RFC 3174 describes it, a block of 64 bytes at a time. For handshakes only: it is neither
// fast nor fit for secrets.
#include "bench/reference/raw/sha1.hpp"

#include <array>
#include <bit>
#include <cstdint>

namespace atrium::bench {

namespace {

using state = std::array<std::uint32_t, 5>;

std::uint32_t byte_at(std::string_view bytes, std::size_t i) {
  return static_cast<unsigned char>(bytes[i]);
}

std::uint32_t round_function(int t, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  if (t < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (t < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (t < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}

void add_block(state& h, std::string_view block) {
  std::array<std::uint32_t, 80> w{};
  for (std::size_t i = 0; i < 64; ++i) w[i / 4] = w[i / 4] << 8 | byte_at(block, i);
  for (std::size_t i = 16; i < 80; ++i)
    w[i] = std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
  auto [a, b, c, d, e] = h;
  for (int t = 0; t < 80; ++t) {
    auto next = std::rotl(a, 5) + round_function(t, b, c, d) + e + w[static_cast<std::size_t>(t)];
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = next;
  }
  h = {h[0] + a, h[1] + b, h[2] + c, h[3] + d, h[4] + e};
}

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<char>(value >> (8 * i)));
}

} // namespace

std::string sha1(std::string_view text) {
  std::string padded{text};
  padded.push_back(static_cast<char>(0x80));
  while (padded.size() % 64 != 56) padded.push_back('\0');
  append_big_endian(padded, std::uint64_t{text.size()} * 8, 8);
  state h{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  for (std::size_t at = 0; at < padded.size(); at += 64)
    add_block(h, std::string_view{padded}.substr(at, 64));
  std::string digest;
  for (auto word : h) append_big_endian(digest, word, 4);
  return digest;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view letters
      = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bits = bits << 8 | byte_at(bytes, i);
    for (held += 8; held >= 6; held -= 6) out.push_back(letters[bits >> (held - 6) & 63]);
  }
  if (held > 0) out.push_back(letters[bits << (6 - held) & 63]);
  while (out.size() % 4 != 0) out.push_back('=');
  return out;
}

std::string accept_value(std::string_view key) {
  return base64(sha1(std::string{key} + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
}

} // namespace atrium::bench
