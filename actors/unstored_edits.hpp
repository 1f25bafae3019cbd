// Edited and deleted messages whose change the store has not confirmed yet, as a value: what is read
// from the archive meanwhile is corrected by it, and a room that writes itself whole adds what is older
// than its newest messages. Bounded: beyond `max_count` nothing can be changed until the store has
// caught up.
#pragma once

#include "actors/chat_message.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace atrium {

class unstored_edits {
public:
  explicit unstored_edits(std::size_t max_count) : max_count_{max_count} {}

  [[nodiscard]] bool is_full() const noexcept { return edits_.size() >= max_count_; }
  /// `m` is as it is since the mutation `changed_at` of the room.
  void add(stored_message m, seq_t changed_at);
  /// The store has everything up to this seq of the room. Returns how many of the messages that it
  /// has now as they are were posted before `posted`.
  std::size_t settle(seq_t persisted, seq_t posted);

  /// The message as it is now; null if no change of it is under way. Valid until the next change.
  [[nodiscard]] const stored_message* find(seq_t posted) const;
  /// Those that were posted before `posted`, oldest first.
  [[nodiscard]] std::vector<stored_message> below(seq_t posted) const;

private:
  struct edit {
    stored_message message;
    seq_t changed_at;
  };

  std::size_t max_count_;
  /// By the seq under which each was posted.
  std::map<seq_t, edit> edits_;
};

} // namespace atrium
