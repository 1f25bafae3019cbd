// The net effect of what happened between two presence events: somebody who came and went was never
// there (unless a joiner was shown it meanwhile), somebody who went and came back has changed. That
// keeps a join storm linear.
//
// Within an event users are in the order of their ids. It neither sends nor waits: the room decides
// when to flush.
#include "actors/presence_journal.hpp"

#include <utility>

namespace atrium {

void presence_journal::put(entry& e, const participant& who) {
  if (!std::exchange(e.is_in, true)) e.in_since = shown_;
  e.who = who;
}

void presence_journal::note_joined(const participant& who) {
  put(entries_.try_emplace(who.user).first->second, who);
}

void presence_journal::note_changed(const participant& who) {
  const auto [at, fresh] = entries_.try_emplace(who.user);
  if (fresh) at->second.was_told = true;
  put(at->second, who);
}

void presence_journal::note_left(const participant& who) {
  const auto [at, fresh] = entries_.try_emplace(who.user);
  entry& e = at->second;
  if (fresh) e.was_told = true;
  if (e.is_in && e.in_since < shown_) e.was_shown = true;
  if (!e.was_told && !e.was_shown) {
    entries_.erase(at);
    return;
  }
  e.is_in = false;
  e.who = who;
}

std::optional<event> presence_journal::flush(const room_id& room, const roster& who_is_in) {
  if (entries_.empty()) return std::nullopt;
  const bool is_above = is_batched(who_is_in.size());
  const bool is_whole = !is_above || !was_above_;
  was_above_ = is_above;
  if (is_whole) {
    entries_.clear();
    return presence_updated{room, who_is_in.participants(), who_is_in.count(), false};
  }
  presence_changed delta;
  delta.room = room;
  delta.count = who_is_in.count();
  for (auto& [user, e] : entries_) {
    std::vector<participant>& list = !e.is_in     ? delta.left
                                     : e.was_told ? delta.changed
                                                  : delta.joined;
    list.push_back(std::move(e.who));
  }
  entries_.clear();
  return delta;
}

} // namespace atrium
