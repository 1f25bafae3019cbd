// Broadcast within one I/O thread. Order: subscribers see a room's broadcasts as the room made
// them, because each queues at once. `deliver` never adds or removes subscribers, so the walk is
// safe.
#include "net/channels.hpp"

#include <algorithm>

namespace atrium::net {
namespace {

bool is_in_audience(audience wanted, audience board) noexcept {
  return wanted == audience::all || wanted == board;
}

} // namespace

void channels::subscribe(session& who, room_key room, wire spelling, audience board) {
  auto& list = by_room_[room].subscribers;
  auto found = std::find_if(list.begin(), list.end(),
                            [&](const subscriber& s) { return s.who == &who; });
  if (found != list.end()) {
    found->spelling = spelling;
    found->board = board;
    who.resume(room);
    return;
  }
  list.push_back({&who, who.id(), spelling, board});
  who.subscriptions_.push_back({room, false});
}

void channels::remove(session& who, room_key room) {
  auto found = by_room_.find(room);
  if (found == by_room_.end()) return;
  auto& list = found->second.subscribers;
  auto at = std::find_if(list.begin(), list.end(),
                         [&](const subscriber& s) { return s.who == &who; });
  if (at == list.end()) return;
  *at = list.back();
  list.pop_back();
  if (list.empty()) by_room_.erase(found);
}

void channels::unsubscribe(session& who, room_key room) {
  remove(who, room);
  who.resume(room);
  std::erase_if(who.subscriptions_, [room](const subscription& s) { return s.room == room; });
}

void channels::leave_all(session& who) {
  for (const auto& s : who.subscriptions_) remove(who, s.room);
  who.subscriptions_.clear();
}

void channels::publish(const op::publish& p) {
  auto found = by_room_.find(p.room);
  if (found == by_room_.end()) return;
  bool passed_by = false;
  for (const auto& s : found->second.subscribers) {
    const auto& bytes = p.bytes[static_cast<std::size_t>(s.spelling)];
    if (s.id == p.except || !bytes || !is_in_audience(p.who, s.board)) continue;
    if (!s.who->deliver(p.room, bytes, p.how, p.key)) passed_by = true;
  }
  if (passed_by && p.how != delivery::latest) found->second.unheard = p.bytes;
}

void channels::forget(room_key room) {
  auto found = by_room_.find(room);
  if (found == by_room_.end()) return;
  auto gone = std::move(found->second);
  by_room_.erase(found);
  for (const auto& s : gone.subscribers) {
    auto& rooms = s.who->subscriptions_;
    auto mine = std::find_if(rooms.begin(), rooms.end(),
                             [room](const subscription& r) { return r.room == room; });
    bool was_muted = mine != rooms.end() && mine->muted;
    s.who->resume(room);
    const auto& last = gone.unheard[static_cast<std::size_t>(s.spelling)];
    if (was_muted && last) s.who->deliver(room, last, delivery::reliable, 0);
    std::erase_if(rooms, [room](const subscription& r) { return r.room == room; });
  }
}

} // namespace atrium::net
