// How long clients lately waited, for the overview of operators.
#pragma once

#include <chrono>

namespace atrium::net {

/// From the acceptance of an event until its result was written, over the last minute.
struct recent_latency {
  std::chrono::microseconds p50{0};
  std::chrono::microseconds p99{0};
};

[[nodiscard]] recent_latency latency_of_last_minute();

} // namespace atrium::net
