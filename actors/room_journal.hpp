// What of a room is on its way to the store, as a value: numbers the writes, knows up to which seq the
// store has confirmed them, turns a room dirty when a write was lost and whole again afterwards, and
// spaces out TTL refreshes and board writes. It decides; the room actor sends. Contract §5 ("Writing",
// "Losing Redis").
//
// Order: changes are handed out in the order of the calls. While dirty nothing is handed out but a
// `rewrite_room`, which makes everything before it superfluous.
#pragma once

#include "actors/store_port.hpp"

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace atrium {

/// A change with its number, to be sent to the room's writer at once.
struct numbered_change {
  write_ticket ticket;
  room_change change;
};

class room_journal {
public:
  /// `persisted_seq`: what the store already has, 0 for a new room.
  explicit room_journal(seq_t persisted_seq) : persisted_seq_{persisted_seq} {}

  /// Numbers a change of which the room's seq is `seq`; nothing while dirty.
  [[nodiscard]] std::optional<numbered_change> add(room_change change, seq_t seq);

  /// The board changed. At most one board is under way; the newest follows when it is confirmed, so
  /// that boards superseded meanwhile are never rendered.
  [[nodiscard]] std::optional<numbered_change> add_board(const board_view& board, seq_t seq);
  /// A newer board waits for the one under way.
  [[nodiscard]] bool board_waits() const noexcept { return board_waits_; }
  /// A board waits, and the one that was under way is confirmed.
  [[nodiscard]] bool board_due() const noexcept {
    return board_waits_ && board_ticket_ == 0 && !dirty_;
  }

  /// Something happened that keeps the room alive. Returns a refresh if the last one is a second ago;
  /// otherwise `refresh_due_at` tells when to call again.
  [[nodiscard]] std::optional<numbered_change> touch(unix_ms now);
  /// When a refresh that was held back is due.
  [[nodiscard]] std::optional<unix_ms> refresh_due_at() const noexcept { return refresh_due_at_; }

  /// The change handed out last was the room's last word (it leaves, or is removed): nothing follows
  /// unless that write is lost.
  void stop() noexcept { stopped_ = true; }

  /// The store confirmed everything up to `ticket`.
  void on_persisted(write_ticket ticket);
  /// Writes up to `ticket` were lost.
  void on_lost(write_ticket ticket);
  /// The room was created or changed while the store is known to be away.
  void mark_dirty() { dirty_ = true; }
  /// Hands out the whole room as one write and ends the dirty state.
  [[nodiscard]] numbered_change rewrite(rewrite_room whole);

  [[nodiscard]] bool dirty() const noexcept { return dirty_; }
  /// Everything handed out is confirmed.
  [[nodiscard]] bool confirmed() const noexcept { return !dirty_ && sent_.empty(); }
  /// Nothing is under way and nothing is missing.
  [[nodiscard]] bool settled() const noexcept { return confirmed() && !board_waits_; }
  [[nodiscard]] seq_t persisted_seq() const noexcept { return persisted_seq_; }
  /// Changes that are handed out and not confirmed, and a board that waits.
  [[nodiscard]] std::size_t unconfirmed() const noexcept {
    return sent_.size() + (board_waits_ ? 1 : 0);
  }

private:
  struct sent_write {
    write_ticket ticket;
    seq_t seq;
  };

  seq_t persisted_seq_;
  write_ticket last_ticket_ = 0;
  write_ticket last_rewrite_ = 0;
  std::deque<sent_write> sent_;
  bool dirty_ = false;
  bool stopped_ = false;
  bool board_waits_ = false;
  /// The board write under way; 0: none.
  write_ticket board_ticket_ = 0;
  unix_ms last_refresh_ = 0;
  std::optional<unix_ms> refresh_due_at_;
};

} // namespace atrium
