// A rate limit as a value: `rate` tokens a second, at most `burst` saved up. Contract §6.
#pragma once

#include <algorithm>
#include <chrono>

namespace atrium {

class token_bucket {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// `rate` 0: no limit.
  token_bucket(double rate, double burst, time_point now)
      : rate_{rate}, burst_{std::max(burst, 1.0)}, tokens_{burst_}, last_{now} {}

  /// Zero: one token was taken. Otherwise nothing was taken, and it is the time until one is there.
  [[nodiscard]] std::chrono::milliseconds take(time_point now) {
    if (rate_ <= 0) return std::chrono::milliseconds{0};
    std::chrono::duration<double> passed = now - last_;
    tokens_ = std::min(burst_, tokens_ + std::max(passed.count(), 0.0) * rate_);
    last_ = now;
    if (tokens_ >= 1) {
      tokens_ -= 1;
      return std::chrono::milliseconds{0};
    }
    auto wait = (1 - tokens_) / rate_ * 1'000;
    return std::chrono::milliseconds{static_cast<std::int64_t>(wait) + 1};
  }

  /// Full again: nothing is lost by forgetting this bucket.
  [[nodiscard]] bool is_full(time_point now) const {
    std::chrono::duration<double> passed = now - last_;
    return tokens_ + passed.count() * rate_ >= burst_;
  }

private:
  double rate_;
  double burst_;
  double tokens_;
  time_point last_;
};

} // namespace atrium
