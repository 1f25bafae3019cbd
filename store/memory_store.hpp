// The store without Redis: everything in this process, nothing survives it. Contract §5
// ("store.kind").
#pragma once

#include "actors/counters.hpp"
#include "store/memory_tables.hpp"

namespace atrium::store {

/// Spawns one writer, one reader, one queue and the records over the same tables, on the scheduler
/// of `system`, which in scenarios is the deterministic one. `now` must be thread-safe on any
/// other. `counts` must outlive them; they end with their last handles.
[[nodiscard]] store_actors spawn_memory_store(caf::actor_system& system, const settings& config,
                                              counters& counts, unix_clock now);

} // namespace atrium::store
