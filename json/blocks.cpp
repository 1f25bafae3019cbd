// See blocks.hpp. A block with a backslash is read byte by byte; all others by comparing 16 bytes at
// once and turning quotes into the stretches between them.
#include "json/blocks.hpp"

namespace atrium::json::detail {
namespace {

#if defined(__SSE2__)

struct quarters {
  __m128i part[4];
};

/// One bit per byte for which `compare` sets all of a quarter's bits. Spelled out, as compilers keep a
/// loop over four quarters, and the block in memory.
template <class Compare>
std::uint64_t bits_where(const quarters& block, Compare compare) noexcept {
  const auto bits = [&](std::size_t i) {
    const int found = _mm_movemask_epi8(compare(block.part[i]));
    return static_cast<std::uint64_t>(static_cast<unsigned>(found)) << (16 * i);
  };
  return (bits(0) | bits(1)) | (bits(2) | bits(3));
}

std::uint64_t equal(const quarters& block, char c) noexcept {
  const __m128i wanted = _mm_set1_epi8(c);
  return bits_where(block, [&](__m128i part) { return _mm_cmpeq_epi8(part, wanted); });
}

/// Brackets and braces differ in one bit: with it set they are equal.
std::uint64_t equal_with_bit(const quarters& block, char c) noexcept {
  const __m128i wanted = _mm_set1_epi8(c);
  const __m128i bit = _mm_set1_epi8(0x20);
  return bits_where(block,
                    [&](__m128i part) { return _mm_cmpeq_epi8(_mm_or_si128(part, bit), wanted); });
}

/// JSON's white space is the space and, of what is below it, all that may stand outside of strings.
std::uint64_t at_most_space(const quarters& block) noexcept {
  const __m128i limit = _mm_set1_epi8(0x20);
  return bits_where(block,
                    [&](__m128i part) { return _mm_cmpeq_epi8(_mm_min_epu8(part, limit), part); });
}

/// Each bit is the parity of the bits up to and with it.
std::uint64_t running_parity(std::uint64_t x) noexcept {
  x ^= x << 1U;
  x ^= x << 2U;
  x ^= x << 4U;
  x ^= x << 8U;
  x ^= x << 16U;
  return x ^ x << 32U;
}

#endif

} // namespace

bool block_reader::next(block_masks& masks) noexcept {
  begin_ = at_;
  const auto left = static_cast<std::size_t>(end_ - at_);
  if (left == 0) return false;
  const char* block = at_;
  // What is missing behind the end is filled with something that has no meaning.
  std::array<char, block_bytes> last;
  if (left < block_bytes) {
    last.fill('0');
    std::memcpy(last.data(), at_, left);
    block = last.data();
  }
  at_ += left < block_bytes ? left : block_bytes;
#if defined(__SSE2__)
  quarters parts;
  for (std::size_t i = 0; i < 4; ++i)
    parts.part[i] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block) + i);
  if (!is_escaped_ && equal(parts, '\\') == 0) {
    const std::uint64_t inside = running_parity(equal(parts, '"')) ^ (is_in_string_ ? ~0ULL : 0);
    is_in_string_ = inside >> 63U != 0;
    masks.opens = equal_with_bit(parts, '{') & ~inside;
    masks.closes = equal_with_bit(parts, '}') & ~inside;
    masks.spaces = at_most_space(parts) & ~inside;
    return true;
  }
#endif
  read_slowly(block, masks);
  return true;
}

void block_reader::read_slowly(const char* block, block_masks& masks) noexcept {
  masks = {};
  for (std::size_t i = 0; i < block_bytes; ++i) {
    const char c = block[i];
    const std::uint64_t bit = std::uint64_t{1} << i;
    if (is_in_string_) {
      if (is_escaped_)
        is_escaped_ = false;
      else if (c == '\\')
        is_escaped_ = true;
      else if (c == '"')
        is_in_string_ = false;
    } else if (c == '"') {
      is_in_string_ = true;
    } else if (c == '{' || c == '[') {
      masks.opens |= bit;
    } else if (c == '}' || c == ']') {
      masks.closes |= bit;
    } else if (is_space(c)) {
      masks.spaces |= bit;
    }
  }
}

} // namespace atrium::json::detail
