// What changed about a room's participants since it was last told, as a value, and in which form it
// is told next. Contract §3 ("Presence").
#pragma once

#include "actors/events.hpp"
#include "actors/ids.hpp"
#include "actors/roster.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

namespace atrium {

/// Not thread-safe; one room's. Holds at most one entry per user that is or was in the room.
class presence_journal {
public:
  /// Up to `full_limit` participants (away ones too) a change is told whole, above it as a delta.
  explicit presence_journal(std::size_t full_limit) : full_limit_{full_limit} {}

  /// Notes what happened, with the participant as it is now (or was last).
  void note_joined(const participant& who);
  void note_left(const participant& who);
  void note_changed(const participant& who);

  /// Somebody was shown the room's participants as they are now.
  void note_shown() noexcept { ++shown_; }

  /// Whether there is anything to tell.
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  /// Whether events of a room with so many participants wait for `presence.delta_interval`.
  [[nodiscard]] bool is_batched(std::size_t participants) const noexcept {
    return participants > full_limit_;
  }

  /// The event that tells everything noted, which is then forgotten: a `presence_updated` or a
  /// `presence_changed`; nothing if nothing is left of it. The first one after the number of
  /// participants crossed the limit, either way, is whole.
  [[nodiscard]] std::optional<event> flush(const room_id& room, const roster& who_is_in);

private:
  struct entry {
    /// Whether others know this user from an earlier event.
    bool was_told = false;
    bool is_in = false;
    /// Whether a joiner knows it from what it was shown before it left.
    bool was_shown = false;
    /// While it is in: how often participants had been shown when it came.
    std::uint64_t in_since = 0;
    participant who;
  };

  void put(entry& e, const participant& who);

  std::size_t full_limit_;
  bool was_above_ = false;
  std::uint64_t shown_ = 0;
  std::map<user_id, entry> entries_;
};

} // namespace atrium
