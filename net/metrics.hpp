// `GET /metrics`: counters, gauges and histograms of the server in Prometheus' text format; every name
// begins with `atrium_`. What each means is in docs/operating.md. Labels have few values: never a room, a
// user or an address.
#pragma once

#include "actors/counters.hpp"
#include "net/resource_use.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace atrium::net {

/// What is known elsewhere than in the counters, as it is now.
struct gauges {
  /// Of any kind.
  std::size_t sockets = 0;
  std::size_t users_online = 0;
  bool is_draining = false;
  std::optional<resource_use> use{};
};

/// Adds up what the threads counted; waits for nobody.
[[nodiscard]] std::string spell_metrics(const counters& counts, const gauges& now);

} // namespace atrium::net
