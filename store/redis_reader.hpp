// The actor that reads from Redis: one connection, a thread of its own, so that reads never wait
// behind writes.
#pragma once

#include "actors/counters.hpp"
#include "actors/store_port.hpp"
#include "config/settings.hpp"

namespace atrium::store {

/// Spawns one, detached. It connects when it is first asked, answers `unavailable` at once while
/// the store is known to be away, and ends with its last handle; `counts` must outlive it.
[[nodiscard]] store_reader open_redis_reader(caf::actor_system& system, const settings& config,
                                             counters& counts);

} // namespace atrium::store
