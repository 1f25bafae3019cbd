// Durations by log-linear buckets, as HdrHistogram keeps them: fixed memory, a quantile is at most
// 1/128 above the true one, adding costs a few instructions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace atrium::bench {

class histogram {
public:
  void add(std::uint64_t value) noexcept {
    ++buckets_[bucket_of(value)];
    ++count_;
    if (value > largest_) largest_ = value;
  }

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] std::uint64_t largest() const noexcept { return largest_; }
  /// The smallest recorded value (rounded up to its bucket's end) that `share` of all values do not
  /// exceed; 0 if there are none. `share` is from 0 to 1.
  [[nodiscard]] std::uint64_t quantile(double share) const noexcept;

private:
  // Values below 2 × 128 have a bucket each; above, every power of two is cut into 128.
  static constexpr unsigned fine_bits = 7;
  static constexpr std::size_t fine_count = std::size_t{1} << fine_bits;
  static constexpr std::size_t bucket_count = fine_count * (65 - fine_bits);

  static std::size_t bucket_of(std::uint64_t value) noexcept {
    auto width = static_cast<unsigned>(64 - __builtin_clzll(value | 1));
    auto shift = width > fine_bits + 1 ? width - fine_bits - 1 : 0;
    return shift * fine_count + static_cast<std::size_t>(value >> shift);
  }
  static std::uint64_t end_of(std::size_t bucket) noexcept;

  std::array<std::uint64_t, bucket_count> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t largest_ = 0;
};

} // namespace atrium::bench
