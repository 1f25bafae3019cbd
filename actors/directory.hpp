// The actor that knows which rooms are in memory. It finds, loads and creates rooms, claims their
// names, and lets go of idle ones.
#pragma once

#include "actors/desk.hpp"
#include "actors/environment.hpp"
#include "actors/gauged.hpp"
#include "actors/messages.hpp"
#include "actors/password_port.hpp"
#include "actors/search_port.hpp"
#include "actors/store_port.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <memory>

namespace atrium {

class directory;

struct directory_state {
  std::shared_ptr<directory> self;
};

struct directory_args {
  const environment& env;
  /// At least one writer and one reader.
  store_actors store;
  password_actor passwords;
  search_actor searcher;
  /// Null: nobody is told what happens to members.
  shared_user_shards shards{};
  /// Null: nobody is told how rooms stand.
  desk_actor desk{};
};

/// The behaviour to spawn, once per process.
[[nodiscard]] directory_actor::behavior_type
directory_behavior(gauged_pointer<directory_actor, directory_state> self, directory_args args);

} // namespace atrium
