// What the three parts of json/ share: walking bytes of JSON text. Not for other folders.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace atrium::json::detail {

[[nodiscard]] inline bool is_space(char c) noexcept {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

[[nodiscard]] inline const char* skip_space(const char* at, const char* end) noexcept {
  while (at != end && is_space(*at)) ++at;
  return at;
}

/// Which of eight bytes, of which the first is the lowest, are no plain ASCII of a string: the top bit
/// of each such byte. A borrow can flag a byte wrongly, but only above one rightly flagged, and the
/// lowest one is what counts.
[[nodiscard]] inline std::uint64_t special_bytes(std::uint64_t x) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101U;
  constexpr std::uint64_t tops = 0x8080808080808080U;
  const std::uint64_t quote = x ^ (ones * '"');
  const std::uint64_t slash = x ^ (ones * '\\');
  return (((x - ones * 0x20U) & ~x) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash) | x)
         & tops;
}

template <class Word>
[[nodiscard]] Word load(const char* at) noexcept {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// As `skip_plain`, for what is left of a text: `begin` is where the text begins, plain up to `at`, and
/// less than 16 bytes follow. Looks once more at what is known rather than at single bytes.
[[nodiscard]] inline const char* skip_plain_rest(const char* begin, const char* at,
                                                 const char* end) noexcept {
  if constexpr (std::endian::native == std::endian::little) {
    while (end - at >= 8) {
      if (const auto special = special_bytes(load<std::uint64_t>(at)); special != 0)
        return at + std::countr_zero(special) / 8;
      at += 8;
    }
    if (at != end && end - begin >= 8) {
      const auto special = special_bytes(load<std::uint64_t>(end - 8));
      return special == 0 ? end : end - 8 + std::countr_zero(special) / 8;
    }
    if (end - at >= 4) {
      // A space is plain.
      const auto special = special_bytes(load<std::uint32_t>(at) | 0x2020202000000000U);
      if (special != 0) return at + std::countr_zero(special) / 8;
      at = end - 4;
      const auto last = special_bytes(load<std::uint32_t>(at) | 0x2020202000000000U);
      return last == 0 ? end : at + std::countr_zero(last) / 8;
    }
  }
  while (at != end) {
    const auto c = static_cast<unsigned char>(*at);
    if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\') break;
    ++at;
  }
  return at;
}

/// The first byte in [at, end) that is no plain ASCII of a string: a quote, a backslash, a control
/// character or the start of a longer UTF-8 sequence; `end` if there is none.
[[nodiscard]] inline const char* skip_plain(const char* at, const char* end) noexcept {
  const char* const begin = at;
#if defined(__SSE2__)
  // Signed bytes: everything beyond ASCII is below the space as well.
  const __m128i space = _mm_set1_epi8(0x20);
  const __m128i quotes = _mm_set1_epi8('"');
  const __m128i slashes = _mm_set1_epi8('\\');
  while (end - at >= 16) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i special = _mm_or_si128(
        _mm_cmplt_epi8(x, space),
        _mm_or_si128(_mm_cmpeq_epi8(x, quotes), _mm_cmpeq_epi8(x, slashes)));
    const auto found = static_cast<unsigned>(_mm_movemask_epi8(special));
    if (found != 0) return at + std::countr_zero(found);
    at += 16;
  }
#endif
  return skip_plain_rest(begin, at, end);
}

/// Bytes of the UTF-8 sequence that begins at `at`; 0 if there is no valid one. RFC 3629: no
/// overlong forms, no surrogates, nothing above U+10FFFF. Precondition: at != end.
[[nodiscard]] std::size_t sequence_length(const char* at, const char* end) noexcept;

/// Past the closing quote of a valid string. Precondition: *at is its opening quote.
[[nodiscard]] const char* skip_string(const char* at, const char* end) noexcept;

/// Past the valid value that begins at `at`.
[[nodiscard]] const char* skip_value(const char* at, const char* end) noexcept;

} // namespace atrium::json::detail
