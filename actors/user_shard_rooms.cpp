// The rooms that users are members of, and who of them is in.
//
// Order: a room tells what happened in its own order, so who is in it and who is not is known for
// each message exactly (user_shard_messages.cpp). It is told who of its members is online.
// A room that is not in memory is remembered as long as one of its members is online: what records or
// the room said last. What a room in memory says counts more than records do.
// Nothing here keeps an actor alive.
#include "actors/user_shard_impl.hpp"

#include <algorithm>

namespace atrium {

namespace {

/// The messenger's wires carry no positions.
const std::string no_epoch;

} // namespace

user_shard::room_entry::room_entry(const environment& env, room_id room, std::string room_code,
                                   std::chrono::seconds room_ttl, room_key under)
    : id{std::move(room)}, code{std::move(room_code)}, ttl{room_ttl}, key{under}, ports{env, key,
                                                                                        no_epoch} {}

user_shard::room_entry* user_shard::find(const room_id& id) {
  auto at = rooms_.find(id);
  return at == rooms_.end() ? nullptr : &at->second;
}

// ---- who is a member -----------------------------------------------------------------------------

user_shard::room_entry& user_shard::make_room(const room_id& id, const std::string& code,
                                              std::chrono::seconds ttl) {
  auto& room = rooms_.try_emplace(id, env_, id, code, ttl, next_key()).first->second;
  by_key_.emplace(room.key, &room);
  return room;
}

void user_shard::on(room_members& m) {
  auto* found = find(m.room);
  auto& room = found != nullptr ? *found : make_room(m.room, m.code, m.ttl);
  // It had no members here before, or is another incarnation: whoever else is known is none.
  bool is_all = m.is_whole || !room.is_loaded;
  room.is_loaded = true;
  room.actor = m.from;
  room.ttl = m.ttl;
  if (is_all) tell_room(room.actor, members_key{index_, room.key});
  if (is_all) drop_strangers(room, m.added);
  for (const auto& user : m.added) add_member(room, user);
  for (const auto& user : m.removed) {
    note_left(user, m.room);
    if (m.farewell) bid_farewell(room, user, *m.farewell);
    remove_member(room, user);
    empty_queue_of(user, m.room);
  }
  tell_online(room, m);
  close_if_empty(room);
}

/// Those that are in the room have it from there.
void user_shard::bid_farewell(const room_entry& room, const user_id& user, const event& e) {
  auto* u = find_registered(user);
  if (u == nullptr || !room.members.contains(user)) return;
  for (const auto& [id, s] : u->registered->sessions())
    if (!room.members.is_inside(user, id)) room.ports.send(s.out, e, delivery::snapshot);
}

void user_shard::tell_online(const room_entry& room, const room_members& m) const {
  members_online told{index_, {}, m.is_whole};
  for (const auto& user : m.added)
    if (auto u = users_.find(user); u != users_.end() && u->second.online)
      told.users.push_back(user);
  if (m.is_whole || !told.users.empty()) tell_room(room.actor, std::move(told));
}

void user_shard::drop_strangers(room_entry& room, const std::vector<user_id>& members) {
  // Few are left of a room that was not in memory: those that are online.
  if (room.members.size() == 0) return;
  std::unordered_set<user_id> loaded{members.begin(), members.end()};
  for (const auto& user : room.members.members())
    if (!loaded.contains(user)) remove_member(room, user);
}

void user_shard::add_member(room_entry& room, const user_id& user) {
  if (!room.members.add(user)) return;
  auto& u = users_[user];
  u.rooms.push_back(&room);
  if (u.online) record_member(room, user, true);
  if (!u.registered) return;
  for (auto& [id, s] : u.registered->sessions())
    if (s.is_live) room.ports.subscribe(s.out, false, no_seq);
}

void user_shard::remove_member(room_entry& room, const user_id& user) {
  auto at = users_.find(user);
  if (at == users_.end() || !room.members.contains(user)) return;
  auto& u = at->second;
  if (u.registered)
    for (auto& [id, s] : u.registered->sessions()) {
      if (s.is_live && !room.members.is_inside(user, id)) room.ports.unsubscribe(s.out, false);
      s.missed.erase(room.id);
      u.registered->forget_held(id, room.id, 0);
    }
  if (u.online) record_member(room, user, false);
  room.members.remove(user);
  std::erase(u.rooms, &room);
  let_go_of(user);
}

/// Records that are being read may still say otherwise.
void user_shard::note_left(const user_id& user, const room_id& room) {
  auto* u = find_online(user);
  if (u != nullptr && u->known == lookup::asked) u->online->left_rooms.push_back(room);
}

void user_shard::empty_queue_of(const user_id& user, const room_id& room) {
  if (auto queue = queue_of(user)) tell(self_->context(), queue, drop_queued_room{user, room, 0});
}

void user_shard::let_go_of(const user_id& user) {
  auto at = users_.find(user);
  if (at == users_.end()) return;
  const auto& u = at->second;
  if (!u.registered && !u.online && u.rooms.empty()) users_.erase(at);
}

void user_shard::close_if_empty(room_entry& room) {
  if (room.members.size() == 0) close_room(room);
}

void user_shard::close_room(room_entry& room) {
  room.ports.forget();
  for (const auto& user : room.members.members()) {
    auto& u = users_.at(user);
    std::erase(u.rooms, &room);
    if (u.registered)
      for (auto& [id, s] : u.registered->sessions()) {
        s.missed.erase(room.id);
        u.registered->forget_held(id, room.id, 0);
      }
    let_go_of(user);
  }
  by_key_.erase(room.key);
  auto id = room.id;
  rooms_.erase(id);
}

void user_shard::on(const members_room_ended& e) {
  auto* room = find(e.room);
  if (room == nullptr) return;
  if (e.reason.empty()) return leave_memory(*room);
  for (const auto& user : room->members.members()) {
    note_left(user, e.room);
    empty_queue_of(user, e.room);
  }
  room->ports.publish(room_closed_event{e.room, e.reason}, audience::all, delivery::reliable);
  close_room(*room);
}

void user_shard::leave_memory(room_entry& room) {
  room.is_loaded = false;
  room.actor = nullptr;
  for (const auto& user : room.members.members())
    if (find_online(user) == nullptr) remove_member(room, user);
  close_if_empty(room);
}

// ---- who is in the room --------------------------------------------------------------------------

void user_shard::on(const member_entered& e) {
  auto* room = find(e.room);
  if (room == nullptr || !room->members.contains(e.user)) return;
  bool is_new = room->members.enter(e.user, e.session);
  if (e.shown_from)
    tell(self_->context(), queue_of(e.user), drop_queued_room{e.user, e.room, *e.shown_from});
  auto* u = find_registered(e.user);
  auto* s = u != nullptr ? u->registered->find(e.session) : nullptr;
  if (s == nullptr) return;
  if (e.shown_from) {
    u->registered->forget_held(e.session, e.room, *e.shown_from);
    s->missed.erase(e.room);
  }
  if (is_new && s->is_live) room->ports.unsubscribe(s->out, false);
}

void user_shard::on(const member_left& l) {
  auto* room = find(l.room);
  if (room == nullptr || !room->members.leave(l.user, l.session)) return;
  auto* u = find_registered(l.user);
  auto* s = u != nullptr ? u->registered->find(l.session) : nullptr;
  if (s != nullptr && s->is_live) room->ports.subscribe(s->out, false, no_seq);
}

// ---- what members ask ----------------------------------------------------------------------------

bool user_shard::is_member(const user_entry& u, std::string_view room_name) {
  return std::any_of(u.rooms.begin(), u.rooms.end(), [&](const room_entry* room) {
    return room->id.value == room_name || room->code == room_name;
  });
}

/// A connection that gave no name is called as another one of its user is.
void user_shard::name_caller(caller& from) const {
  auto u = users_.find(from.user);
  if (from.username.empty() && u != users_.end() && u->second.online)
    from.username = u->second.online->username;
}

void user_shard::on(join_as_member& j) {
  name_caller(j.request.from);
  const auto& from = j.request.from;
  auto limit = env_.config.limits.rooms_per_user;
  const auto* u = find_user(from.user);
  bool is_full = limit != 0 && u != nullptr && u->rooms.size() >= limit;
  if (!is_full || is_member(*u, from.room_name))
    return tell(self_->context(), caf::actor_cast<directory_actor>(directory_),
                std::move(j.request));
  answer(from, over(limit::rooms_per_user, errc::rate_limited,
                    "this user is a member of as many rooms as one may be"));
  if (auto connection = caf::actor_cast<connection_actor>(from.connection))
    tell(self_->context(), connection, join_refused{from.room_name});
}

void user_shard::on(speak_as_member& s) {
  name_caller(s.request.from);
  const auto& from = s.request.from;
  const auto* u = find_user(from.user);
  // Nobody learns by this which rooms there are.
  if (u == nullptr || (u->known == lookup::done && !is_member(*u, from.room_name)))
    return answer(from, failure{errc::not_in_room, "join the room before you speak to it"});
  tell(self_->context(), caf::actor_cast<directory_actor>(directory_), std::move(s.request));
}

} // namespace atrium
