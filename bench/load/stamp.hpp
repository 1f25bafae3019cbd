// What every message of the generator carries inside its payload: who sent it, as which of its
// messages, and when it was due. Text of fixed width that JSON never escapes, so servers may parse,
// build and re-spell messages as they like, and the generator finds it without parsing anything.
//
//   @[ssssssssqqqqqqqqtttttttttttttttt]@      a letter from a to p is four bits, lowest first
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace atrium::bench {

struct stamp {
  /// Index of the connection that sent it.
  std::uint32_t sender = 0;
  /// Counts the sender's messages from 1.
  std::uint32_t sequence = 0;
  /// When it was to be sent, on the monotonic clock.
  std::uint64_t due_ns = 0;
};

inline constexpr std::size_t stamp_bytes = 36;

namespace detail {

inline constexpr std::uint64_t all_letters_a = 0x6161616161616161;

inline void put_letters(char* out, std::uint32_t value) noexcept {
  std::uint64_t v = value;
  v = (v | v << 16) & 0x0000ffff0000ffff;
  v = (v | v << 8) & 0x00ff00ff00ff00ff;
  v = (v | v << 4) & 0x0f0f0f0f0f0f0f0f;
  v += all_letters_a;
  std::memcpy(out, &v, sizeof v);
}

/// Returns whether all eight are letters of a stamp.
inline bool take_letters(const char* text, std::uint32_t& value) noexcept {
  std::uint64_t v = 0;
  std::memcpy(&v, text, sizeof v);
  v -= all_letters_a;
  bool valid = (v & 0xf0f0f0f0f0f0f0f0) == 0;
  v = (v | v >> 4) & 0x00ff00ff00ff00ff;
  v = (v | v >> 8) & 0x0000ffff0000ffff;
  value = static_cast<std::uint32_t>(v | v >> 16);
  return valid;
}

} // namespace detail

/// Writes `stamp_bytes` bytes.
inline void put_stamp(char* out, const stamp& s) noexcept {
  std::memcpy(out, "@[", 2);
  detail::put_letters(out + 2, s.sender);
  detail::put_letters(out + 10, s.sequence);
  detail::put_letters(out + 18, static_cast<std::uint32_t>(s.due_ns));
  detail::put_letters(out + 26, static_cast<std::uint32_t>(s.due_ns >> 32));
  std::memcpy(out + 34, "]@", 2);
}

/// Whether a stamp begins at `text`, of which `stamp_bytes` can be read.
inline bool take_stamp(const char* text, stamp& s) noexcept {
  if (text[0] != '@' || text[1] != '[' || text[34] != ']' || text[35] != '@') return false;
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  bool valid = detail::take_letters(text + 2, s.sender);
  valid &= detail::take_letters(text + 10, s.sequence);
  valid &= detail::take_letters(text + 18, low) & detail::take_letters(text + 26, high);
  s.due_ns = std::uint64_t{high} << 32 | low;
  return valid;
}

/// Where the first stamp begins; npos: nowhere.
std::size_t find_stamp(std::string_view text, stamp& s) noexcept;

} // namespace atrium::bench
