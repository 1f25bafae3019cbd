// Quantiles walk the buckets once; they are asked for at the end of a run only.
#include "bench/load/histogram.hpp"

#include <algorithm>
#include <cmath>

namespace atrium::bench {

std::uint64_t histogram::end_of(std::size_t bucket) noexcept {
  if (bucket < 2 * fine_count) return bucket;
  auto shift = bucket / fine_count - 1;
  auto fine = static_cast<std::uint64_t>(bucket - shift * fine_count);
  return ((fine + 1) << shift) - 1;
}

std::uint64_t histogram::quantile(double share) const noexcept {
  auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (seen >= std::max<std::uint64_t>(wanted, 1)) return std::min(end_of(i), largest_);
  }
  return largest_;
}

} // namespace atrium::bench
