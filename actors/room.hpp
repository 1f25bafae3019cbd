// The actor of one room: the only place that orders what happens in it.
#pragma once

#include "actors/desk.hpp"
#include "actors/environment.hpp"
#include "actors/messages.hpp"
#include "actors/password_port.hpp"
#include "actors/search_port.hpp"
#include "actors/store_port.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <string>

namespace atrium {

class room;

struct room_holder {
  std::shared_ptr<room> self;
};

struct room_args {
  const environment& env;
  directory_actor directory;
  store_writer writer;
  store_reader reader;
  password_actor passwords;
  search_actor searcher;
  shared_user_shards shards;
  /// Unique per incarnation.
  room_key key = 0;
  /// What the store knows; of a room just created: its meta and epoch.
  loaded_room loaded;
  /// Created while the store was away: has to write itself whole when it is back.
  bool unstored = false;
  /// Told how the room stands; null: nobody is.
  desk_actor desk{};
  /// Index of `writer` among all.
  std::size_t writer_index = 0;
};

/// The behaviour to spawn. The room ends by `passivate_now{true}` after it asked, by `delete_room`, by
/// expiry, or by `drain_room`; the directory hears `room_left` or `room_removed`.
[[nodiscard]] room_actor::behavior_type
room_behavior(room_actor::stateful_pointer<room_holder> self, room_args args);

} // namespace atrium
