// A message in a user's queue, and whether it may still be delivered when the archive of its room
// does not have it. Values; the same rule for Redis and for memory.
#pragma once

#include "actors/store_port.hpp"

namespace atrium::store {

/// A queue keeps this many of a user's messages, the newest ones.
inline constexpr std::size_t queued_messages_count = 100;
/// How long a queue lives after its last message.
inline constexpr std::chrono::seconds queue_ttl{2'592'000};

struct queue_entry {
  stored_message message;
  room_id room;
  unix_ms timestamp = 0;
};

/// Precondition: `message.json` is set.
[[nodiscard]] queue_entry make_queue_entry(stored_message message);
/// From the text of an entry; nothing if it is no message of a room.
[[nodiscard]] std::optional<queue_entry> read_queue_entry(std::string_view text);

/// Deleted: it has no text any more.
[[nodiscard]] bool is_tombstone(const stored_message& message);

/// What the store holds of a room beside its archive.
struct room_mark {
  std::string epoch;
  seq_t seq = 0;
  unix_ms created_at = 0;
};

/// The archive of the room that has the name of the entry's room now lacks the message: whether
/// that is because its writer has not come so far. False: the message aged out, or belonged to an
/// earlier room of that name. Precondition: `room` was read before the archive was.
[[nodiscard]] bool is_under_way(const queue_entry& entry, const room_mark& room);

} // namespace atrium::store
