// The clock that every figure of the load generator is taken from.
#pragma once

#include <cstdint>
#include <ctime>

namespace atrium::bench {

inline constexpr std::uint64_t ns_per_second = 1'000'000'000;

/// Nanoseconds of the monotonic clock. Plain integers, because a stamp carries them as text.
inline std::uint64_t now_ns() noexcept {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<std::uint64_t>(t.tv_sec) * ns_per_second
         + static_cast<std::uint64_t>(t.tv_nsec);
}

/// `seconds` may not be negative.
inline std::uint64_t to_ns(double seconds) noexcept {
  return static_cast<std::uint64_t>(seconds * static_cast<double>(ns_per_second));
}

inline double to_seconds(std::uint64_t ns) noexcept {
  return static_cast<double>(ns) / static_cast<double>(ns_per_second);
}

} // namespace atrium::bench
