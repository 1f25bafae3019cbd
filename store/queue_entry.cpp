// The rule for queued messages that the archive does not have.
//
// A queue and a room's archive are written by different actors, so a queued message may be read
// before its room's writer stored it. It is told from one that is gone by what the room's hash
// says, which a writer sets last: everything up to the hash's `seq` was stored, so what is missing
// there is gone. Above it, a message of the hash's epoch is on its way. After a crash the room goes
// on in an epoch that the hash learns with the first write; such a message was made after the room
// was, and one of an earlier room of that name before it. (That both were wrong together takes a
// clock that was set back by more than the earlier room's message is old, and a message of a user
// who was a member of that room.) Nothing here blocks or fails.
#include "store/queue_entry.hpp"

#include "store/message_fields.hpp"

namespace atrium::store {

namespace {

// The epoch is what follows the number in an id.
bool is_of_epoch(const stored_message& message, const std::string& epoch) {
  return message.id == make_message_id(message.seq, epoch);
}

} // namespace

queue_entry make_queue_entry(stored_message message) {
  auto fields = read_fields(message);
  return {std::move(message), std::move(fields.room), fields.timestamp};
}

std::optional<queue_entry> read_queue_entry(std::string_view text) {
  auto message = read_stored_message(text);
  if (!message) return std::nullopt;
  auto entry = make_queue_entry(std::move(*message));
  if (entry.room.value.empty()) return std::nullopt;
  return entry;
}

bool is_tombstone(const stored_message& message) {
  return read_fields(message).is_deleted;
}

bool is_under_way(const queue_entry& entry, const room_mark& room) {
  if (entry.message.seq <= room.seq) return false;
  return is_of_epoch(entry.message, room.epoch) || entry.timestamp >= room.created_at;
}

} // namespace atrium::store
