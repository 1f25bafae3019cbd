// Coarse deadlines for many sessions: arming is one push, a tick looks at one slot. Deadlines come
// up to one tick late, never early. A session that wants several keeps the earliest here. Not
// thread-safe.
#pragma once

#include "actors/ids.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <vector>

namespace atrium::net {

class timer_wheel {
public:
  using time_point = std::chrono::steady_clock::time_point;

  timer_wheel(time_point now, std::chrono::milliseconds tick) noexcept
      : tick_{tick}, turned_{tick_of(now)} {}

  [[nodiscard]] std::chrono::milliseconds tick() const noexcept { return tick_; }

  /// `who` comes up at `at`, or, if that is beyond the wheel's 256 ticks, earlier: then it arms anew.
  void arm(session_id who, time_point at) {
    auto due = std::clamp(tick_of(at) + 1, turned_ + 1, turned_ + slot_count - 1);
    slots_[static_cast<std::size_t>(due % slot_count)].push_back({who, at});
  }

  /// Calls `fire(who, at)` for everything due; `at` is what was asked for. `fire` may arm again.
  template <class Fire>
  void advance(time_point now, Fire fire) {
    // After a long sleep of the thread each slot is looked at once.
    auto last = std::min(tick_of(now), turned_ + slot_count);
    while (turned_ < last) {
      ++turned_;
      std::vector<entry> due;
      due.swap(slots_[static_cast<std::size_t>(turned_ % slot_count)]);
      for (const auto& e : due) fire(e.who, e.at);
    }
    turned_ = std::max(turned_, tick_of(now));
  }

private:
  static constexpr std::int64_t slot_count = 256;
  struct entry {
    session_id who;
    time_point at;
  };

  [[nodiscard]] std::int64_t tick_of(time_point t) const noexcept {
    return t.time_since_epoch() / tick_;
  }

  std::chrono::milliseconds tick_;
  std::array<std::vector<entry>, slot_count> slots_;
  std::int64_t turned_;
};

} // namespace atrium::net
