// How large something was, how often: fixed buckets, four to each doubling, so that a quantile is known to
// a fifth or better. Lock-free; observing is two relaxed additions to the thread's own cells.
#pragma once

#include "actors/stripes.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace atrium {

/// Counts of a histogram at one time.
struct histogram_reading {
  static constexpr std::size_t bucket_count = 108;

  std::array<std::uint64_t, bucket_count> counts{};
  std::uint64_t sum = 0;

  [[nodiscard]] std::uint64_t count() const noexcept;
  /// Values of at most `bound`, a power of two.
  [[nodiscard]] std::uint64_t count_up_to(std::uint64_t bound) const noexcept;
  /// What the part `q` (0..1) of the values does not exceed, interpolated within its bucket; 0 if there
  /// are none.
  [[nodiscard]] double quantile(double q) const noexcept;

  histogram_reading& operator+=(const histogram_reading& other) noexcept;
  /// Precondition: `earlier` is an earlier reading of the same histogram.
  histogram_reading& operator-=(const histogram_reading& earlier) noexcept;
};

class histogram {
public:
  static constexpr std::size_t bucket_count = histogram_reading::bucket_count;

  /// Any unit. 0 counts as 1; what is beyond the last bucket counts in it.
  void observe(std::uint64_t value) noexcept {
    cells_.add(bucket_of(value));
    cells_.add(sum_cell, value);
  }

  [[nodiscard]] histogram_reading read() const noexcept;

  /// The bucket that holds `value`: from above the one before up to and with its `upper_bound`.
  [[nodiscard]] static constexpr std::size_t bucket_of(std::uint64_t value) noexcept {
    // One less, so that powers of two are the last of their bucket.
    auto v = std::max<std::uint64_t>(value, 1) - 1;
    if (v < 4) return static_cast<std::size_t>(v);
    auto shift = static_cast<std::size_t>(std::bit_width(v)) - 3;
    return std::min(shift * 4 + static_cast<std::size_t>(v >> shift), bucket_count - 1);
  }
  [[nodiscard]] static constexpr std::uint64_t upper_bound(std::size_t bucket) noexcept {
    if (bucket < 4) return bucket + 1;
    auto shift = bucket / 4 - 1;
    return (std::uint64_t{bucket % 4} + 5) << shift;
  }

private:
  static constexpr std::size_t sum_cell = bucket_count;

  stripes<bucket_count + 1> cells_;
};

} // namespace atrium
