// Broadcast within one I/O thread. Order: subscribers see a room's broadcasts as the room made
// them, and between them whatever else they were told, at its place. `deliver_batch` never adds or
// removes subscribers, so the walk is safe. A room that publishes very much delivers in between:
// nothing here grows beyond `max_pending_bytes` and one frame.
#include "net/channels.hpp"

#include <algorithm>
#include <utility>

namespace atrium::net {
namespace {

constexpr std::size_t max_pending_bytes = 65'536;
/// Copying a larger frame would cost more than its own queue slots.
constexpr std::size_t max_merged_bytes = 8'192;

std::size_t index_of(wire spelling, audience board) noexcept {
  return static_cast<std::size_t>(spelling) * 2 + (board == audience::patch_board ? 1 : 0);
}

bool is_for(audience wanted, std::size_t group) noexcept {
  if (wanted == audience::all) return true;
  return (wanted == audience::patch_board) == (group % 2 == 1);
}

} // namespace

channel_group& channels::open_group(room_key room, std::size_t index) {
  auto& g = by_room_[room].groups[index];
  if (!g) {
    g = std::make_unique<channel_group>();
    g->room = room;
    g->spelling = static_cast<wire>(index / 2);
  }
  return *g;
}

void channels::close_group_if_empty(channel_group& g) {
  if (!g.members.empty()) return;
  std::erase(dirty_, &g);
  auto found = by_room_.find(g.room);
  auto& groups = found->second.groups;
  for (auto& mine : groups)
    if (mine.get() == &g) mine.reset();
  if (std::none_of(groups.begin(), groups.end(), [](const auto& other) { return !!other; }))
    by_room_.erase(found);
}

void channels::join(session& who, channel_group& g) {
  auto* s = who.subscription_to(g.room);
  s->group = &g;
  s->place = static_cast<std::uint32_t>(g.members.size());
  g.members.push_back({&who, g.pending.end()});
}

void channels::subscribe(session& who, room_key room, wire spelling, audience board, seq_t seq) {
  auto& g = open_group(room, index_of(spelling, board));
  if (auto* s = who.subscription_to(room)) {
    catch_up(*s->group, s->group->members[s->place]);
    if (s->group != &g) {
      remove(*s);
      join(who, g);
    }
    who.resume(room);
    s->seq = seq;
    return;
  }
  who.subscriptions_.push_back({room, nullptr, 0, false, seq, nullptr});
  join(who, g);
}

void channels::remove(const subscription& s) {
  auto& g = *s.group;
  auto place = s.place;
  g.members[place] = g.members.back();
  if (auto* moved = g.members[place].who->subscription_to(g.room)) moved->place = place;
  g.members.pop_back();
  close_group_if_empty(g);
}

void channels::unsubscribe(session& who, room_key room) {
  if (auto* s = who.subscription_to(room)) {
    catch_up(*s->group, s->group->members[s->place]);
    remove(*s);
  }
  who.resume(room);
  std::erase_if(who.subscriptions_, [room](const subscription& s) { return s.room == room; });
}

void channels::leave_all(session& who) {
  for (const auto& s : who.subscriptions_) remove(s);
  who.subscriptions_.clear();
}

void channels::publish(const op::publish& p, session* except) {
  auto found = by_room_.find(p.room);
  if (found == by_room_.end()) return;
  for (std::size_t i = 0; i < group_count; ++i) {
    auto* g = found->second.groups[i].get();
    const auto& bytes = p.bytes[i / 2];
    if (g == nullptr || !bytes || !is_for(p.who, i)) continue;
    if (p.how == delivery::passing) {
      // What was said before comes before it.
      deliver(*g);
      for (const auto& m : g->members)
        if (m.who != except) m.who->offer_passing(p.room, bytes, p.key);
      continue;
    }
    if (p.how != delivery::latest) {
      if (p.key != 0)
        for (const auto& m : g->members) m.who->forget_latest(p.room, p.key);
      add(*g, bytes, p.seq, except);
      continue;
    }
    for (const auto& m : g->members)
      if (m.who != except) m.who->offer_latest(p.room, bytes, p.key);
  }
}

void channels::see_from(session& who, room_key room, room_point place,
                        std::optional<std::uint64_t> user) {
  auto* s = who.subscription_to(room);
  if (s == nullptr) return;
  if (!s->view) s->view = std::make_unique<viewpoint>();
  s->view->place = place;
  if (user) s->view->user = user;
}

void channels::publish(const op::moves& m) {
  auto found = by_room_.find(m.room);
  if (found == by_room_.end()) return;
  for (auto& g : found->second.groups) {
    if (!g || words_of(g->spelling) != vocabulary::space) continue;
    // Who moved may have come just now: nobody moves before it is there.
    deliver(*g);
    moves_.begin(*m.batch, g->spelling);
    if (moves_.empty()) continue;
    for (const auto& each : g->members) {
      auto told = moves_.from(each.who->subscription_to(m.room)->view.get());
      if (!told.empty()) each.who->offer_moves(m.room, told);
    }
  }
}

void channels::add(channel_group& g, const frame& bytes, seq_t seq, session* except) {
  auto* left_out = except != nullptr ? except->subscription_to(g.room) : nullptr;
  if (left_out != nullptr && left_out->group != &g) left_out = nullptr;
  if (left_out != nullptr) catch_up(g, g.members[left_out->place]);
  bool is_large = bytes->size() > max_merged_bytes;
  if (is_large || g.pending.end().bytes + bytes->size() > max_pending_bytes) deliver(g);
  if (g.wait == 0) {
    g.wait = ++last_wait_;
    dirty_.push_back(&g);
  }
  g.pending.add(bytes, seq);
  if (left_out != nullptr) g.members[left_out->place].heard = g.pending.end();
  if (is_large) deliver(g);
}

void channels::deliver(channel_group& g) {
  if (g.pending.empty()) return;
  auto last = g.pending.last();
  const auto end = g.pending.end();
  for (auto& m : g.members)
    // Who heard a part hears the rest as a copy of its own: mostly it is the one sender.
    if (m.heard.count != 0 && m.heard.count != end.count) catch_up(g, m);
  bool passed_by = false;
  auto all = g.pending.take();
  for (std::size_t i = 0; i < g.members.size(); ++i) {
    if (i + 2 * prefetch_distance < g.members.size())
      g.members[i + 2 * prefetch_distance].who->prefetch_self();
    if (i + prefetch_distance < g.members.size())
      g.members[i + prefetch_distance].who->prefetch_delivery();
    auto& m = g.members[i];
    if (m.heard.count == 0 && !m.who->deliver_batch(g.room, all)) passed_by = true;
    m.heard = {};
  }
  if (passed_by) g.unheard = std::move(last);
}

std::uint64_t channels::deliver_next() {
  if (dirty_.empty()) return 0;
  auto& g = *dirty_.front();
  dirty_.pop_front();
  const auto number = std::exchange(g.wait, 0);
  deliver(g);
  return number;
}

void channels::deliver_pending() {
  while (deliver_next() != 0) {
  }
}

void channels::catch_up(channel_group& g, channel_group::member& m) {
  auto rest = g.pending.after(m.heard);
  if (rest.count == 0) return;
  m.heard = g.pending.end();
  if (!m.who->deliver_batch(g.room, rest)) g.unheard = g.pending.last();
}

void channels::catch_up(session& who) {
  if (dirty_.empty()) return;
  for (const auto& s : who.subscriptions_) catch_up(*s.group, s.group->members[s.place]);
}

void channels::forget(room_key room) {
  auto found = by_room_.find(room);
  if (found == by_room_.end()) return;
  for (auto& g : found->second.groups)
    if (g) {
      deliver(*g);
      std::erase(dirty_, g.get());
    }
  auto gone = std::move(found->second);
  by_room_.erase(found);
  for (auto& g : gone.groups) {
    if (!g) continue;
    for (const auto& m : g->members) {
      bool was_muted = m.who->subscription_to(room)->muted;
      m.who->resume(room);
      if (was_muted && g->unheard) m.who->deliver_batch(room, {g->unheard, 1});
      std::erase_if(m.who->subscriptions_,
                    [room](const subscription& s) { return s.room == room; });
      m.who->on_forgotten(room);
    }
  }
}

} // namespace atrium::net
