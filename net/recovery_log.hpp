// What one client has been sent of its rooms, in order: from the last event that it says it has, it
// tells how far the client is in each room (protocols.md §4.6). A value; memory is bounded.
#pragma once

#include "actors/ids.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <unordered_map>

namespace atrium::net {

class recovery_log {
public:
  /// What was queued next takes the client up to `seq` of `room`.
  void note(room_key room, seq_t seq);
  /// Everything that `later` noted, behind what is known here.
  void append(const recovery_log& later);
  /// What was queued may never have been sent: nothing of before is known any more.
  void clear();

  /// Where the client is in `wanted` when the last that it has is `seq` of `room`. Nothing: that is
  /// not known, or it has nothing of `wanted`.
  [[nodiscard]] std::optional<seq_t> seen(room_key wanted, room_key room, seq_t seq) const;

private:
  struct entry {
    room_key room;
    /// The first and the last that was noted of the run.
    seq_t first;
    seq_t last;
  };

  /// In the order of sending; a run of one room is one entry.
  std::deque<entry> entries_;
  /// Where rooms stood before the first entry.
  std::unordered_map<room_key, seq_t> before_;
};

} // namespace atrium::net
