// Messages for members who are away: `ws:offline_messages:<userId>`, the newest 100 of each user. One
// actor per connection to the store; a user's requests always go to the same one, which carries them
// out in their order. What comes while the store is away is kept, up to 100 messages a user and
// `redis.queue_bytes` together; what finds no place is counted (messages_not_queued).
#pragma once

#include "actors/chat_message.hpp"
#include "actors/ids.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include <memory>
#include <string>
#include <vector>

namespace atrium {

enum class store_status : int;

/// Appends a message to the queues of users.
struct queue_message {
  std::shared_ptr<const std::vector<user_id>> users;
  stored_message message;
  room_id room;
};
struct read_queue {
  user_id user;
};
struct queued_messages {
  store_status status;
  /// Oldest first, each as its archive has it now: those that were deleted, or whose room is no more,
  /// are left out and leave the queue.
  std::vector<stored_message> messages;
};
/// These were delivered.
struct drop_queued {
  user_id user;
  std::vector<std::string> ids;
};
/// The user was shown everything of this room from `from` on.
struct drop_queued_room {
  user_id user;
  room_id room;
  seq_t from;
};
/// Close the connection after what came before.
struct finish_queues {};
struct queues_finished {};

using message_queue
    = caf::typed_actor<caf::reacts_to<queue_message>,
                       caf::replies_to<read_queue>::with<queued_messages>,
                       caf::reacts_to<drop_queued>, caf::reacts_to<drop_queued_room>,
                       caf::replies_to<finish_queues>::with<queues_finished>>;

} // namespace atrium

// Local to this process: they carry shared bytes.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::queue_message)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::read_queue)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::queued_messages)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::drop_queued)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::drop_queued_room)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::finish_queues)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::queues_finished)
