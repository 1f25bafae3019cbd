// Chooses the back end. Which writer serves which room is the directory's business, once, by the
// hash of the room's id, and which queue serves which user likewise; here they are only made.
// Records of users have one actor: whoever takes away what an earlier process left of the keys that
// all users share, or of a room's connected members, must be the only one to write them, and be in
// order with itself. It is enough: what it is told is coalesced, and goes out in batches.
// Redis actors are detached, because they block on their connections; those of the memory store
// never block and share the scheduler's threads.
#include "store/store.hpp"

#include "actors/environment.hpp"
#include "store/memory_store.hpp"
#include "store/redis_queue.hpp"
#include "store/redis_reader.hpp"
#include "store/redis_records.hpp"
#include "store/redis_writer.hpp"

#include <algorithm>

namespace atrium {

store_actors open_memory_store(caf::actor_system& system, const settings& config, counters& counts,
                               std::function<unix_ms()> now) {
  return store::spawn_memory_store(system, config, counts, std::move(now));
}

store_actors open_store(caf::actor_system& system, const settings& config, counters& counts) {
  if (config.store.kind == store_kind::memory) {
    return open_memory_store(system, config, counts, [] {
      const auto since = std::chrono::system_clock::now().time_since_epoch();
      return std::chrono::duration_cast<milliseconds>(since).count();
    });
  }
  // Tells the rooms of this process from those that others died with.
  const auto process = random_hex(8);
  store_actors actors;
  for (unsigned i = 0; i < std::max(1U, config.redis.writers); ++i) {
    actors.writers.push_back(store::open_redis_writer(system, config, counts, process));
    actors.queues.push_back(store::open_redis_queue(system, config, counts));
  }
  for (unsigned i = 0; i < std::max(1U, config.redis.readers); ++i) {
    actors.readers.push_back(store::open_redis_reader(system, config, counts, process));
  }
  actors.records.push_back(store::open_redis_records(system, config, counts));
  return actors;
}

} // namespace atrium
