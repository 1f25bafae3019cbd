// The actor of a part of the users: it knows who of them is online, their registered sessions, whom
// they list as friends, and of which rooms they are members. It decides who hears a room's message
// through it, and for whom it is queued.
#pragma once

#include "actors/environment.hpp"
#include "actors/gauged.hpp"
#include "actors/messages.hpp"
#include "actors/store_port.hpp"

#include <caf/fwd.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <vector>

namespace atrium {

class user_shard;

struct user_shard_state {
  std::shared_ptr<user_shard> self;
};

struct user_shard_args {
  const environment& env;
  /// Which of the shards this is.
  std::size_t index = 0;
  /// Empty: nothing is queued for anybody.
  std::vector<message_queue> queues;
  /// Empty: nothing is recorded, and nothing was.
  std::vector<user_records> records;
  /// What connections say that its users did.
  user_shards::shared_ledger ledger;
  /// Users that are online, all shards together.
  user_shards::online_count online;
};

/// The behaviour to spawn. Ends after `drain_users`.
[[nodiscard]] user_shard_actor::behavior_type
user_shard_behavior(gauged_pointer<user_shard_actor, user_shard_state> self, user_shard_args args);

/// Spawns all shards (`server.user_shards`). Whoever calls this ends them, and introduces them before
/// the first client is let in. A user's queue and records are picked by `std::hash`, modulo their
/// number.
[[nodiscard]] shared_user_shards spawn_user_shards(caf::actor_system& system,
                                                   const environment& env,
                                                   const std::vector<message_queue>& queues,
                                                   const std::vector<user_records>& records);

/// From now on the shards know each other, ask this directory for rooms, and listen to their records.
/// They keep none of them alive but the records.
void introduce(const user_shards& shards, const directory_actor& directory);

} // namespace atrium
