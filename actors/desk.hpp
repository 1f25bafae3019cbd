// The operators' desk: the actor that answers what operators ask about all rooms and about the store,
// so that neither the directory nor any room is kept from its work by it. Rooms tell it how they stand;
// it never asks them. Lists are looked through in portions, with its other mail in between.
#pragma once

#include "actors/admin_commands.hpp"
#include "actors/admin_results.hpp"
#include "actors/caller.hpp"
#include "actors/environment.hpp"
#include "actors/store_port.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <cstdint>
#include <memory>

namespace atrium {

/// From a room, when it starts and at most every two seconds while something of this changes.
struct live_room_changed {
  room_key key;
  room_figures now;
};
/// A room has left memory.
struct live_room_gone {
  room_key key;
};
/// Exactly one op::result follows.
struct desk_request {
  caller from;
  desk_command command;
};
/// An operator did something: goes to `ws:audit` and to the log.
struct operator_acted {
  operator_action what;
};
/// INTERNAL the look through the list of rooms under this number goes on.
struct desk_walk {
  std::uint64_t number;
};

using desk_actor = caf::typed_actor<caf::reacts_to<live_room_changed>,
                                    caf::reacts_to<live_room_gone>, caf::reacts_to<desk_request>,
                                    caf::reacts_to<operator_acted>, caf::reacts_to<desk_walk>>;

class desk;

struct desk_state {
  std::shared_ptr<desk> self;
};
struct desk_args {
  const environment& env;
  /// At least one writer, one reader and one of records.
  store_actors store;
};

/// The behaviour to spawn, once per process.
[[nodiscard]] desk_actor::behavior_type desk_behavior(desk_actor::stateful_pointer<desk_state> self,
                                                      desk_args args);

} // namespace atrium

// Local to this process: they carry outlets and handles.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::live_room_changed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::live_room_gone)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::desk_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::operator_acted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::desk_walk)
