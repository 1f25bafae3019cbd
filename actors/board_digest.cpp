// See board_digest.hpp. Nothing is allocated for an element.
#include "actors/board_digest.hpp"

#include <array>
#include <charconv>

namespace atrium {

namespace {

constexpr std::uint32_t fnv_basis = 2'166'136'261U;
constexpr std::uint32_t fnv_prime = 16'777'619U;

std::uint32_t add(std::uint32_t hash, std::string_view bytes) noexcept {
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * fnv_prime;
  return hash;
}

std::uint32_t add(std::uint32_t hash, std::int64_t number) noexcept {
  std::array<char, 24> digits{};
  const auto spelled = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  return add(hash, std::string_view{digits.data(), spelled.ptr});
}

std::uint32_t finish(std::uint32_t hash) noexcept {
  hash = (hash ^ (hash >> 16)) * 0x85eb'ca6bU;
  hash = (hash ^ (hash >> 13)) * 0xc2b2'ae35U;
  return hash ^ (hash >> 16);
}

} // namespace

std::uint32_t element_hash(std::string_view id, std::int64_t version, std::int64_t nonce) noexcept {
  std::uint32_t hash = add(add(fnv_basis, id), "\n");
  hash = add(add(hash, version), "\n");
  return finish(add(hash, nonce));
}

std::string spell_hash(std::uint32_t hash) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out(8, '0');
  for (auto digit = out.rbegin(); digit != out.rend(); ++digit, hash >>= 4)
    *digit = digits[hash & 15U];
  return out;
}

} // namespace atrium
