// The latency of the last minute: the histograms now, less what they were some time ago. Readings are
// taken every 20 seconds, so that the difference covers 40 to 60.
#include "actors/measures.hpp"

#include <algorithm>
#include <cmath>

namespace atrium {

namespace {

constexpr std::chrono::seconds rotation{20};

std::chrono::microseconds as_time(double us) {
  return std::chrono::microseconds{std::llround(us)};
}

} // namespace

std::string_view to_string(event_group g) noexcept {
  switch (g) {
  case event_group::change: return "change";
  case event_group::durable: return "durable";
  case event_group::entry: return "entry";
  case event_group::read: return "read";
  case event_group::paced: break;
  }
  return "paced";
}

histogram_reading measures::read_latency() const noexcept {
  histogram_reading all;
  for (std::size_t i = 0; i < measured_group_count; ++i)
    if (static_cast<event_group>(i) != event_group::durable) all += event_latency[i].read();
  return all;
}

void measures::pass_time(clock::time_point now) {
  if (now - rotated_at_ < rotation) return;
  rotated_at_ = now;
  auto latest = read_latency();
  std::lock_guard guard{mutex_};
  std::rotate(earlier_.begin(), earlier_.begin() + 1, earlier_.end());
  earlier_.back() = latest;
}

latency_view measures::latency_last_minute() const {
  auto recent = read_latency();
  {
    std::lock_guard guard{mutex_};
    recent -= earlier_.front();
  }
  return {as_time(recent.quantile(0.5)), as_time(recent.quantile(0.99)), recent.count()};
}

} // namespace atrium
