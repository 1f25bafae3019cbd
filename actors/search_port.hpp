// What a room asks of the searcher, which reads a room's whole archive without the room waiting for
// it. Contract §3 (`chat:search`) and §4 (`?q=`).
#pragma once

#include "actors/messages.hpp"

#include <caf/typed_actor.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace atrium {

/// A message as it is now.
struct searched_message {
  seq_t seq;
  shared_text json;
};

/// Exactly one op::result goes to `from`: a `history_result`, newest first, or a failure.
struct search_room {
  caller from;
  search_messages wanted;
  room_id room;
  /// Incarnation of the room; what was remembered of another one is forgotten.
  room_key key;
  /// Epoch and seq of the room: whatever was found at the same position is still right.
  std::string position;
  /// The newest messages, oldest first, tombstones too: the archive is looked into only below them.
  std::vector<searched_message> newest;
  /// There are older ones in the archive.
  bool has_older = false;
  /// Older ones that were changed and may be in the archive as they were before.
  std::vector<searched_message> changed;
  /// How often something older than the newest was changed so far.
  std::uint64_t older_changes = 0;
  /// Only below this seq.
  std::optional<seq_t> before;
  /// The store has everything of the room up to this seq. What is above it and already older than the
  /// newest may come into the archive only after this search.
  seq_t persisted = std::numeric_limits<seq_t>::max();
};
/// The room left memory or is gone.
struct forget_searched {
  room_key key;
};

using search_actor = caf::typed_actor<caf::reacts_to<search_room>, caf::reacts_to<forget_searched>>;

} // namespace atrium

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::search_room)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::forget_searched)
