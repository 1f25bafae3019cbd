// What every actor of the house is given when it is made. Lives as long as the actor system.
#pragma once

#include "actors/counters.hpp"
#include "actors/entry_failures.hpp"
#include "actors/ids.hpp"
#include "actors/outlet.hpp"
#include "config/settings.hpp"

#include <functional>

namespace atrium {

struct environment {
  const settings& config;
  const encoder& spelling;
  counters& counts;
  entry_failures& failures;
  /// The time of day. Scenarios bind it to the scheduler's virtual clock.
  std::function<unix_ms()> now;
};

/// `bytes` random bytes from the system as lower-case hex: epochs, made-up user ids.
[[nodiscard]] std::string random_hex(std::size_t bytes);

} // namespace atrium
