// The way into store/: opens the back end that the settings name. Contract §5, §7 ("store",
// "redis").
#pragma once

#include "actors/counters.hpp"
#include "actors/store_port.hpp"
#include "config/settings.hpp"

#include <caf/fwd.hpp>

#include <functional>

namespace atrium {

/// Spawns the writers, readers, queues and records of `config.store.kind`; with Redis as many
/// queues as writers, and of records one whatever the settings say. Does not wait for Redis: a
/// start without it is a degraded start that goes on trying. At least one of each, whatever the
/// settings say. `counts` must outlive the actors. End them in this order: `finish_writes` to every
/// writer, `finish_queues` to every queue, `finish_records` to all records and `finish_reads` to
/// every reader, then let go of the handles.
[[nodiscard]] store_actors open_store(caf::actor_system& system, const settings& config,
                                      counters& counts);

/// The memory store with a clock of the caller's, `now` in ms since 1970; for scenarios on CAF's
/// deterministic scheduler. On any other scheduler `now` must be thread-safe.
[[nodiscard]] store_actors open_memory_store(caf::actor_system& system, const settings& config,
                                             counters& counts, std::function<unix_ms()> now);

} // namespace atrium
