// The actor that writes to Redis: one connection, a thread of its own. Contract §5 ("Writing").
#pragma once

#include "actors/counters.hpp"
#include "actors/store_port.hpp"
#include "config/settings.hpp"

namespace atrium::store {

/// INTERNAL, from the writer to itself: do what is due. 0: at once; else the timer that sent it.
struct writer_turn {
  std::uint64_t timer;
};

using redis_writer_actor = store_writer::extend<caf::reacts_to<writer_turn>>;

/// Spawns one, detached. It connects by itself and keeps itself alive until `finish_writes` or an
/// exit message. `process`: what marks rooms as loaded by this process. `counts` must outlive it.
[[nodiscard]] store_writer open_redis_writer(caf::actor_system& system, const settings& config,
                                             counters& counts, std::string process);

} // namespace atrium::store

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::store::writer_turn)
