// The actor that keeps the records of users in Redis: one connection, a thread of its own. Contract
// §5 (`ws:…`, `activity:`).
#pragma once

#include "actors/counters.hpp"
#include "actors/user_port.hpp"
#include "config/settings.hpp"

namespace atrium::store {

/// INTERNAL, from the actor to itself: do what is due. 0: at once; else the timer that sent it.
struct records_turn {
  std::uint64_t timer;
};

using redis_records_actor = user_records::extend<caf::reacts_to<records_turn>>;

/// Spawns it, detached. It connects by itself, takes away what earlier processes left, and keeps
/// itself alive until `finish_records` or an exit message. At most one per store: two would take
/// away each other's. `counts` must outlive it.
[[nodiscard]] user_records open_redis_records(caf::actor_system& system, const settings& config,
                                              counters& counts);

} // namespace atrium::store

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::store::records_turn)
