// See recent_latency.hpp.
#include "net/recent_latency.hpp"

namespace atrium::net {

recent_latency latency_of_last_minute() {
  return {};
}

} // namespace atrium::net
