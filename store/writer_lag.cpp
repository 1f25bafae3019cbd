// How long a writer's rooms wait for the store: from the moment that the oldest write came that is not
// confirmed, whether it is queued, lost or dropped; a room that is lost waits until its rewrite is
// confirmed.
//
// The clock is looked at once for a segment and once for a room that begins to wait, not for each
// write. The longest wait is known without a look at the rooms.
#include "store/writer_core.hpp"

namespace atrium::store {

void writer_core::note_waiting(tracked_room& room) {
  const bool is_new = !room.queue.empty() && room.queue.back().taken_at == clock::time_point{};
  if (!is_new && room.waits) return;
  const auto now = clock::now();
  if (is_new) room.queue.back().taken_at = now;
  if (!room.waits) room.waits = waiting_.insert(waiting_.end(), now);
}

void writer_core::note_settled(tracked_room& room) {
  // What is confirmed is of an earlier incarnation.
  if (room.is_lost) return;
  if (room.waits) waiting_.erase(*room.waits);
  room.waits.reset();
  if (!room.queue.empty()) room.waits = waiting_.insert(room.queue.front().taken_at);
}

milliseconds writer_core::lag() const {
  if (waiting_.empty()) return milliseconds{0};
  return std::chrono::duration_cast<milliseconds>(clock::now() - *waiting_.begin());
}

writer_status writer_core::status() const {
  std::size_t queued = 0;
  for (const auto& id : ready_) {
    const auto at = rooms_.find(id);
    if (at == rooms_.end()) continue;
    for (const auto& segment : at->second.queue) queued += segment.writes;
  }
  writer_status now{connection_.is_open(), breaker_open_, queued,
                    queued_bytes_,         reconnects_,   lost_rooms_};
  now.lag = lag();
  // A batch is answered before anything else is, so while we speak none is under way.
  now.in_flight = 0;
  now.batches = batches_;
  now.writes = writes_;
  now.last_error = last_error_;
  return now;
}

} // namespace atrium::store
