// Readings of histograms: pure arithmetic on counts.
#include "actors/histogram.hpp"

#include <numeric>

namespace atrium {

std::uint64_t histogram_reading::count() const noexcept {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

std::uint64_t histogram_reading::count_up_to(std::uint64_t bound) const noexcept {
  std::uint64_t out = 0;
  // The last bucket has no upper bound.
  for (std::size_t i = 0; i + 1 < bucket_count && histogram::upper_bound(i) <= bound; ++i)
    out += counts[i];
  return out;
}

double histogram_reading::quantile(double q) const noexcept {
  auto wanted = q * static_cast<double>(count());
  if (wanted <= 0) return 0;
  double before = 0;
  for (std::size_t i = 0; i < bucket_count; ++i) {
    auto here = static_cast<double>(counts[i]);
    if (before + here < wanted || here == 0) {
      before += here;
      continue;
    }
    auto low = i == 0 ? 0.0 : static_cast<double>(histogram::upper_bound(i - 1));
    auto high = static_cast<double>(histogram::upper_bound(i));
    return low + (high - low) * (wanted - before) / here;
  }
  return static_cast<double>(histogram::upper_bound(bucket_count - 1));
}

histogram_reading& histogram_reading::operator+=(const histogram_reading& other) noexcept {
  for (std::size_t i = 0; i < bucket_count; ++i) counts[i] += other.counts[i];
  sum += other.sum;
  return *this;
}

histogram_reading& histogram_reading::operator-=(const histogram_reading& earlier) noexcept {
  for (std::size_t i = 0; i < bucket_count; ++i) counts[i] -= earlier.counts[i];
  sum -= earlier.sum;
  return *this;
}

histogram_reading histogram::read() const noexcept {
  histogram_reading out;
  for (std::size_t i = 0; i < bucket_count; ++i) out.counts[i] = cells_.sum(i);
  out.sum = cells_.sum(sum_cell);
  return out;
}

} // namespace atrium
