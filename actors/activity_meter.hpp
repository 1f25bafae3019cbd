// What one client did and its user shard was not told yet, as a value: it is told at most once in
// 500 ms, at once if it was quiet before.
#pragma once

#include "actors/messages.hpp"

#include <chrono>
#include <optional>
#include <utility>

namespace atrium {

class activity_meter {
public:
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::milliseconds pause{500};

  /// The client did something.
  void note(bool is_message) noexcept {
    ++did_.events;
    did_.messages += is_message ? 1 : 0;
  }
  /// How long what it did is to wait before it is told; nothing: it did nothing.
  [[nodiscard]] std::optional<std::chrono::milliseconds> wait(time_point now) const noexcept {
    if (did_.events == 0) return std::nullopt;
    if (now - told_ >= pause) return std::chrono::milliseconds{0};
    return std::chrono::ceil<std::chrono::milliseconds>(pause - (now - told_));
  }
  /// It is told now.
  [[nodiscard]] client_activity take(time_point now) noexcept {
    told_ = now;
    return std::exchange(did_, {});
  }

private:
  client_activity did_;
  time_point told_{};
};

} // namespace atrium
