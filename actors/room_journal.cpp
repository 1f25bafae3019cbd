// See room_journal.hpp.
#include "actors/room_journal.hpp"

#include <algorithm>

namespace atrium {

namespace {

constexpr unix_ms refresh_interval_ms = 1'000;

} // namespace

std::optional<numbered_change> room_journal::add(room_change change, seq_t seq) {
  if (dirty_ || stopped_) return std::nullopt;
  auto ticket = ++last_ticket_;
  sent_.push_back({ticket, seq});
  if (std::holds_alternative<put_board>(change)) board_waits_ = false;
  return numbered_change{ticket, std::move(change)};
}

std::optional<numbered_change> room_journal::add_board(const board_view& board, seq_t seq) {
  if (board_ticket_ != 0 || dirty_ || stopped_) {
    board_waits_ = true;
    return std::nullopt;
  }
  auto out = add(put_board{board, seq}, seq);
  board_ticket_ = last_ticket_;
  return out;
}

std::optional<numbered_change> room_journal::touch(unix_ms now) {
  if (now - last_refresh_ < refresh_interval_ms) {
    if (!refresh_due_at_) refresh_due_at_ = last_refresh_ + refresh_interval_ms;
    return std::nullopt;
  }
  last_refresh_ = now;
  refresh_due_at_.reset();
  return add(refresh_ttl{now}, 0);
}

void room_journal::on_persisted(write_ticket ticket) {
  while (!sent_.empty() && sent_.front().ticket <= ticket) {
    persisted_seq_ = std::max(persisted_seq_, sent_.front().seq);
    sent_.pop_front();
  }
  if (board_ticket_ <= ticket) board_ticket_ = 0;
}

void room_journal::on_lost(write_ticket ticket) {
  // A loss from before the last rewrite is made good already. One that was confirmed is none the less
  // a loss: the store may come back without it. Whatever was sent later is dropped by the writer, too.
  if (ticket < last_rewrite_) return;
  // What was confirmed and is lost none the less is not persisted any more.
  if (sent_.empty() || ticket < sent_.front().ticket) persisted_seq_ = 0;
  dirty_ = true;
  stopped_ = false;
  sent_.clear();
  board_ticket_ = 0;
}

numbered_change room_journal::rewrite(rewrite_room whole) {
  dirty_ = false;
  board_waits_ = false;
  sent_.clear();
  auto ticket = ++last_ticket_;
  sent_.push_back({ticket, whole.seq});
  last_rewrite_ = ticket;
  return {ticket, std::move(whole)};
}

} // namespace atrium
