// Sums that many threads add to. Each thread adds to a row of its own, so no two cores pull one cache
// line to and fro; who reads adds the rows up. Relaxed: nothing is ordered by it, and sums of one
// reading may be of slightly different moments.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace atrium {

/// More threads than rows share them.
inline constexpr std::size_t stripe_count = 16;

namespace detail {
inline std::atomic<unsigned> next_stripe{0};
inline constexpr unsigned no_stripe = ~0U;
inline constinit thread_local unsigned stripe_of_thread = no_stripe;
} // namespace detail

/// The row of the calling thread.
[[nodiscard]] inline std::size_t own_stripe() noexcept {
  auto& mine = detail::stripe_of_thread;
  if (mine == detail::no_stripe) [[unlikely]]
    mine = detail::next_stripe.fetch_add(1, std::memory_order_relaxed) % stripe_count;
  return mine;
}

template <std::size_t Size>
class stripes {
public:
  /// The thread's own part of the sum before.
  std::uint64_t add(std::size_t at, std::uint64_t n = 1) noexcept {
    return rows_[own_stripe()].cells[at].fetch_add(n, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t sum(std::size_t at) const noexcept {
    std::uint64_t out = 0;
    for (const auto& row : rows_) out += row.cells[at].load(std::memory_order_relaxed);
    return out;
  }

private:
  struct alignas(64) row {
    std::array<std::atomic<std::uint64_t>, Size> cells{};
  };
  std::array<row, stripe_count> rows_{};
};

} // namespace atrium
