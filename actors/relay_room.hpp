// The actor of one relay room: it passes messages on among its members, who speak Excalidraw's room
// protocol, and tells them who is in and who follows them. It keeps nothing of what it passes on, and
// ends with its last member. A value (relay_state) holds who is in; this is who tells whom.
#pragma once

#include "actors/environment.hpp"
#include "actors/relay_messages.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <string>

namespace atrium {

class relay_room;

struct relay_room_state {
  std::shared_ptr<relay_room> self;
};
struct relay_room_args {
  const environment& env;
  relay_directory_actor directory;
  std::string name;
  /// With `relay_key_bit`.
  room_key key = 0;
};

/// The behaviour to spawn; ends after `end_relay`.
[[nodiscard]] relay_room_actor::behavior_type
relay_room_behavior(relay_room_actor::stateful_pointer<relay_room_state> self,
                    relay_room_args args);

} // namespace atrium
