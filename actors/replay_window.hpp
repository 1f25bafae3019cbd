// The newest mutations of a room as a value, so that whoever comes back is told exactly what it
// missed. Bounded by count and bytes (`rooms.window_count`, `rooms.window_bytes`). Contract §1
// ("seq, epoch") and §3 (`join` with `since`).
//
// Order: mutations are kept and told in the order of their seq, without a gap; what lies before a
// gap can't be served. All that was missed, or nothing: never a part.
// It knows no epoch: whoever asks has compared it.
#pragma once

#include "actors/commands.hpp"
#include "actors/events.hpp"
#include "actors/store_port.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace atrium {

/// A board change as it is told again.
struct replayed_drawing {
  /// The scene after it.
  board_view board;
  /// What won, for those who follow by patches; empty: a patch would not tell this change.
  std::vector<shared_text> patch;
  /// Who caused it, and was not told; 0: everybody was.
  session_id author = 0;
  /// The author lost elements as well: what it was told instead is missing, too.
  bool is_corrected = false;
};

/// An edit (or, without text, a deletion) as it is told again.
struct replayed_edit {
  std::string id;
  /// The new text; null: the message was deleted by this.
  shared_text text;
  unix_ms at = 0;
};

class replay_window {
public:
  /// An empty window of a room that stands at `seq`. Keeps at most `max_count` mutations, of at
  /// most `max_bytes` together; one that is larger by itself is not kept.
  replay_window(std::size_t max_count, std::size_t max_bytes, seq_t seq)
      : max_count_{max_count}, max_bytes_{max_bytes}, last_{seq} {}

  /// Fills an empty window with what the store has of a room that stands at the window's seq:
  /// `messages`, oldest first. A seq that none of them has was a board change, which is lost.
  void load(const std::deque<stored_message>& messages);

  /// The next mutation is a chat message, told to everybody.
  void add(seq_t seq, shared_text message);
  /// The next mutation is a board change. `winners`: its changed elements, which count with their
  /// bytes; the scene and the patch count with their vectors. At most one board more hangs on the
  /// oldest scene: elements whose own mutations are gone.
  void add(seq_t seq, replayed_drawing what, const std::vector<shared_text>& winners);

  /// The next mutation changed or deleted a message, told to everybody. A deleted message's text is
  /// nowhere in the window any more; `posted`: the seq under which it was told, `now`: what it is since.
  void add(seq_t seq, replayed_edit what, seq_t posted, const shared_text& now);

  /// What somebody missed who has everything up to `since.seq`, in order; empty: nothing. No value
  /// if it can't be served whole: older than the window, not yet given out, or more than the
  /// window's bytes as this joiner reads it (whole scenes add up). Board changes of `since.own` are
  /// left out. `patches`: it follows the board by patches.
  [[nodiscard]] std::optional<std::vector<event>>
  missed(const room_id& room, const join_room::since_point& since, bool patches) const;

  [[nodiscard]] std::size_t size() const noexcept { return kept_.size(); }
  /// As counted against `max_bytes`.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  /// The seq of the oldest mutation that is here; `no_seq`: none is.
  [[nodiscard]] seq_t first() const noexcept { return kept_.empty() ? no_seq : reach() + 1; }

private:
  struct mutation {
    std::variant<shared_text, replayed_drawing, replayed_edit> what;
    std::size_t bytes;
  };

  void push(seq_t seq, mutation m);
  void redact(seq_t posted, std::string_view id, const shared_text& tombstone);
  void clear() noexcept;
  /// Everything after this seq is here.
  [[nodiscard]] seq_t reach() const noexcept { return last_ - static_cast<seq_t>(kept_.size()); }

  std::size_t max_count_;
  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  /// The room's seq: that of the newest mutation, kept or not.
  seq_t last_;
  /// Oldest first; their seqs are contiguous up to `last_`.
  std::deque<mutation> kept_;
};

} // namespace atrium
