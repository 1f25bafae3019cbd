// See recovery_log.hpp.
#include "net/recovery_log.hpp"

#include <algorithm>

namespace atrium::net {
namespace {

constexpr std::size_t max_entry_count = 256;

} // namespace

void recovery_log::note(room_key room, seq_t seq) {
  if (!entries_.empty() && entries_.back().room == room) {
    entries_.back().last = std::max(entries_.back().last, seq);
    return;
  }
  entries_.push_back({room, seq, seq});
  if (entries_.size() <= max_entry_count) return;
  before_[entries_.front().room] = entries_.front().last;
  entries_.pop_front();
  // Rooms that were left long ago go with all that is known of before.
  if (before_.size() > max_entry_count) before_.clear();
}

void recovery_log::append(const recovery_log& later) {
  for (const auto& e : later.entries_) {
    note(e.room, e.first);
    note(e.room, e.last);
  }
}

void recovery_log::clear() {
  entries_.clear();
  before_.clear();
}

std::optional<seq_t> recovery_log::seen(room_key wanted, room_key room, seq_t seq) const {
  auto last = std::find_if(entries_.begin(), entries_.end(),
                           [&](const entry& e) { return e.room == room && e.last >= seq; });
  if (last == entries_.end()) return std::nullopt;
  auto earlier = before_.find(room);
  if (earlier != before_.end() && earlier->second >= seq) return std::nullopt;
  if (wanted == room) return seq;
  // Older than the log: who has no more than that may have nothing of what the log begins with.
  bool is_first = earlier == before_.end()
                  && std::none_of(entries_.begin(), last,
                                  [&](const entry& e) { return e.room == room; });
  if (is_first && seq < last->first) return std::nullopt;
  // The room's state was sent once more without news of its own: it is not known which of the two the
  // client has, and what it was sent of `wanted` in between.
  auto again = std::find_if(last + 1, entries_.end(),
                            [&](const entry& e) { return e.room == room && e.first <= seq; });
  bool is_ambiguous = again != entries_.end()
                      && std::any_of(last, again, [&](const entry& e) { return e.room == wanted; });
  if (is_ambiguous) return std::nullopt;
  for (auto at = last; at != entries_.begin();)
    if ((--at)->room == wanted) return at->last;
  auto b = before_.find(wanted);
  return b == before_.end() ? std::nullopt : std::optional{b->second};
}

} // namespace atrium::net
