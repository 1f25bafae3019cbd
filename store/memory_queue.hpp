// Queues of members who are away, without Redis.
#pragma once

#include "store/memory_tables.hpp"

#include <caf/fwd.hpp>

namespace atrium::store {

/// Spawns one on the scheduler of `system`; it looks messages up in `tables`, never null, and ends
/// with its last handle.
[[nodiscard]] message_queue spawn_memory_queue(caf::actor_system& system,
                                               std::shared_ptr<memory_tables> tables);

} // namespace atrium::store
