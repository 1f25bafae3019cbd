// The actor that keeps the queues of members who are away in Redis: one connection, a thread of its
// own. Contract §3 ("Messenger"), §5.
#pragma once

#include "actors/counters.hpp"
#include "actors/store_port.hpp"
#include "config/settings.hpp"

namespace atrium::store {

/// INTERNAL, from the queue to itself: do what is due. 0: at once; else the timer that sent it.
struct queue_turn {
  std::uint64_t timer;
};

using redis_queue_actor = message_queue::extend<caf::reacts_to<queue_turn>>;

/// Spawns one, detached. It connects when it has something to do; while something waits for Redis
/// it keeps itself alive until `finish_queues` or an exit message. `counts` must outlive it.
[[nodiscard]] message_queue open_redis_queue(caf::actor_system& system, const settings& config,
                                             counters& counts);

} // namespace atrium::store

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::store::queue_turn)
