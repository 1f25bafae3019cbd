// Figures that go up and down. Relaxed atomics: they order nothing, and no reader waits.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace atrium {

using gauge = std::atomic<std::size_t>;

inline void set(gauge& g, std::size_t value) noexcept {
  g.store(value, std::memory_order_relaxed);
}
[[nodiscard]] inline std::size_t read(const gauge& g) noexcept {
  return g.load(std::memory_order_relaxed);
}

/// One more of what `count` counts, for as long as it lives. Empty: of nothing.
class counted {
public:
  counted() = default;
  explicit counted(gauge& count) noexcept : count_{&count} { ++*count_; }
  counted(counted&& other) noexcept : count_{std::exchange(other.count_, nullptr)} {}
  counted& operator=(counted&& other) noexcept {
    std::swap(count_, other.count_);
    return *this;
  }
  ~counted() {
    if (count_ != nullptr) --*count_;
  }

private:
  gauge* count_ = nullptr;
};

/// How long something has waited. One thread sets it, all may read.
class since_gauge {
public:
  using clock = std::chrono::steady_clock;

  void set(clock::time_point at) noexcept {
    since_.store(at.time_since_epoch().count(), std::memory_order_relaxed);
  }
  void clear() noexcept { since_.store(0, std::memory_order_relaxed); }
  [[nodiscard]] bool is_set() const noexcept { return since_.load(std::memory_order_relaxed) != 0; }
  /// Zero while nothing waits.
  [[nodiscard]] clock::duration age(clock::time_point now) const noexcept {
    auto since = since_.load(std::memory_order_relaxed);
    if (since == 0) return {};
    return std::max(now - clock::time_point{clock::duration{since}}, clock::duration::zero());
  }

private:
  std::atomic<clock::rep> since_{0};
};

/// Figures of things of one kind by their index, each on cache lines of its own. Those beyond the last
/// place share it.
template <class T, std::size_t Places = 64>
class numbered {
public:
  /// The place of the thing with this index, which counts as one that there is from now on.
  T& at(std::size_t index) noexcept {
    auto known = count_.load(std::memory_order_relaxed);
    while (known <= index
           && !count_.compare_exchange_weak(known, index + 1, std::memory_order_relaxed)) {
    }
    return places_[std::min(index, Places - 1)].value;
  }
  /// The place after the last one.
  T& claim() noexcept {
    return places_[std::min(count_.fetch_add(1, std::memory_order_relaxed), Places - 1)].value;
  }
  [[nodiscard]] std::size_t count() const noexcept {
    return std::min(count_.load(std::memory_order_relaxed), Places);
  }
  [[nodiscard]] const T& operator[](std::size_t index) const noexcept {
    return places_[index].value;
  }

private:
  struct alignas(64) place {
    T value{};
  };
  std::array<place, Places> places_{};
  std::atomic<std::size_t> count_{0};
};

using gauge_row = numbered<gauge>;

/// Whole microseconds from `began` until now.
[[nodiscard]] inline std::uint64_t
microseconds_since(std::chrono::steady_clock::time_point began) noexcept {
  auto passed = std::chrono::steady_clock::now() - began;
  auto us = std::chrono::duration_cast<std::chrono::microseconds>(passed).count();
  return us < 0 ? 0 : static_cast<std::uint64_t>(us);
}

} // namespace atrium
