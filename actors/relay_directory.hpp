// Finds relay rooms by name and makes them; shows operators which there are. Knows them as long as
// somebody is in or on the way. Nothing of them is stored.
#pragma once

#include "actors/environment.hpp"
#include "actors/relay_messages.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <memory>

namespace atrium {

class relay_directory;

struct relay_directory_state {
  std::shared_ptr<relay_directory> self;
};

/// The behaviour to spawn, once per process. Whoever spawns it ends it.
[[nodiscard]] relay_directory_actor::behavior_type
relay_directory_behavior(relay_directory_actor::stateful_pointer<relay_directory_state> self,
                         const environment* env);

} // namespace atrium
