// The actor that reads from Redis: one connection, a thread of its own, so that reads never wait
// behind writes.
#pragma once

#include "actors/counters.hpp"
#include "actors/store_port.hpp"
#include "config/settings.hpp"

namespace atrium::store {

/// INTERNAL, from the reader to itself: go on counting rooms.
struct count_turn {};

using redis_reader_actor = store_reader::extend<caf::reacts_to<count_turn>>;

/// Spawns one, detached. It connects when it is first asked, answers `unavailable` at once while
/// the store is known to be away, and ends with its last handle. `process`: what marks rooms as
/// loaded by this process. `counts` must outlive it.
[[nodiscard]] store_reader open_redis_reader(caf::actor_system& system, const settings& config,
                                             counters& counts, std::string process);

} // namespace atrium::store

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::store::count_turn)
