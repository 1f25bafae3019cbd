// The records of users, without Redis.
#pragma once

#include "store/memory_tables.hpp"

#include <caf/fwd.hpp>

namespace atrium::store {

/// Spawns them on the scheduler of `system`; rooms and queues are looked up in `tables`, users kept
/// in `people`, both never null. Ends with its last handle.
[[nodiscard]] user_records spawn_memory_records(caf::actor_system& system,
                                                std::shared_ptr<memory_tables> tables,
                                                std::shared_ptr<memory_people> people);

} // namespace atrium::store
