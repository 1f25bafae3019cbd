// `GET /metrics`: the process's counters in Prometheus' text format; every name begins with
// `atrium_`.
#pragma once

#include "actors/counters.hpp"

#include <cstddef>
#include <string>

namespace atrium::net {

/// What is counted up and down, as it is now.
struct gauges {
  std::size_t sessions = 0;
  std::size_t sockets = 0;
};

[[nodiscard]] std::string spell_metrics(const counters& counts, const gauges& now);

} // namespace atrium::net
