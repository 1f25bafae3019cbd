// What one connection received, and how fast lately. Values; counting is two additions, rates are made
// when somebody looks.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace atrium::net {

/// The time from a ping to its answer. Not thread-safe.
class round_trip {
public:
  using time_point = std::chrono::steady_clock::time_point;

  void ping_sent(time_point now) noexcept { sent_at_ = now; }
  /// An answer that nobody waits for says nothing.
  void pong_came(time_point now) noexcept {
    if (sent_at_ == time_point{}) return;
    last_ = std::chrono::duration_cast<std::chrono::microseconds>(now - sent_at_);
    sent_at_ = {};
  }
  /// Nothing: no ping was answered so far.
  [[nodiscard]] std::optional<std::chrono::microseconds> last() const noexcept {
    return last_.count() < 0 ? std::nullopt : std::optional{last_};
  }

private:
  time_point sent_at_{};
  /// Negative: there is none.
  std::chrono::microseconds last_{-1};
};

/// Not thread-safe.
class traffic_meter {
public:
  using time_point = std::chrono::steady_clock::time_point;
  /// Rates are of at least so long a time, but for a connection younger than that.
  static constexpr std::chrono::seconds span{2};

  explicit traffic_meter(time_point now) noexcept : since_{now} {}

  /// An event of the client, of so many bytes.
  void received(std::size_t bytes) noexcept {
    ++events_;
    bytes_ += bytes;
  }
  [[nodiscard]] std::uint64_t events() const noexcept { return events_; }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }

  struct rates {
    /// Received, a second.
    double events = 0;
    /// Both ways, a second.
    double bytes = 0;
  };
  /// Of the time since they were asked for last, unless that was just now: then as before. `sent`:
  /// bytes sent since the connection began.
  [[nodiscard]] rates look(time_point now, std::uint64_t sent) noexcept {
    auto passed = std::chrono::duration<double>(now - since_).count();
    bool is_long = now - since_ >= span;
    if (!is_long && rates_.events >= 0) return rates_;
    if (passed <= 0) return {};
    auto total = bytes_ + sent;
    rates fresh{static_cast<double>(events_ - seen_events_) / passed,
                static_cast<double>(total - seen_bytes_) / passed};
    if (!is_long) return fresh;
    since_ = now;
    seen_events_ = events_;
    seen_bytes_ = total;
    return rates_ = fresh;
  }

private:
  std::uint64_t events_ = 0;
  std::uint64_t bytes_ = 0;
  /// When somebody looked last, and what there was then.
  time_point since_;
  std::uint64_t seen_events_ = 0;
  std::uint64_t seen_bytes_ = 0;
  /// Below 0: there are none so far.
  rates rates_{-1, 0};
};

} // namespace atrium::net
