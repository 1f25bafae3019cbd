// Rooms as their members hear them without being in them.
//
// Order: a room tells what happened in its own order, so who is in it and who is not is known for
// each message exactly. A session that is in the room hears it from there, one that registered and
// is not hears it from here, and for a user without either it is queued. A message costs one post
// per I/O thread and one per queue, however many members there are.
// A session that goes live in the very moment in which a room takes it in may be told once more
// what its history has already; nobody is ever told less.
// A room that left memory is remembered as long as one of its members is registered, so that a slow
// reader can still be told what it missed. Nothing here keeps an actor alive.
#include "actors/tell.hpp"
#include "actors/user_shard_impl.hpp"

#include <caf/actor_cast.hpp>

#include <algorithm>

namespace atrium {

namespace {

/// The messenger's wires carry no positions.
const std::string no_epoch;

constexpr unsigned shard_shift = 48;

} // namespace

user_shard::room_entry::room_entry(const environment& env, room_id room, std::string room_code,
                                   room_key under)
    : id{std::move(room)}, code{std::move(room_code)}, key{under}, ports{env, key, no_epoch} {}

user_shard::room_entry* user_shard::find(const room_id& id) {
  auto at = rooms_.find(id);
  return at == rooms_.end() ? nullptr : &at->second;
}

// ---- who is a member -----------------------------------------------------------------------------

user_shard::room_entry& user_shard::open_room(const room_members& m) {
  auto* room = find(m.room);
  bool is_new = room == nullptr;
  if (is_new) {
    auto key = members_key_bit | room_key{index_} << shard_shift | ++last_key_;
    room = &rooms_.try_emplace(m.room, env_, m.room, m.code, key).first->second;
    by_key_.emplace(key, room);
  }
  room->is_loaded = true;
  if (is_new || m.is_whole)
    if (auto actor = caf::actor_cast<room_actor>(m.from))
      tell(self_->context(), actor, members_key{index_, room->key});
  return *room;
}

void user_shard::on(room_members& m) {
  auto& room = open_room(m);
  if (m.is_whole) drop_strangers(room, m.added);
  for (const auto& user : m.added) add_member(room, user);
  for (const auto& user : m.removed) {
    remove_member(room, user);
    empty_queue_of(user, m.room);
  }
  close_if_empty(room);
}

void user_shard::drop_strangers(room_entry& room, const std::vector<user_id>& members) {
  // Few are left of a room that was not in memory: those that are registered.
  if (room.members.size() == 0) return;
  std::unordered_set<user_id> loaded{members.begin(), members.end()};
  for (const auto& user : room.members.members())
    if (!loaded.contains(user)) remove_member(room, user);
}

void user_shard::add_member(room_entry& room, const user_id& user) {
  if (!room.members.add(user)) return;
  auto& u = users_[user];
  u.rooms.push_back(&room);
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
  room.members.remove(user);
  std::erase(u.rooms, &room);
  forget_user(user);
}

void user_shard::empty_queue_of(const user_id& user, const room_id& room) {
  if (auto queue = queue_of(user)) tell(self_->context(), queue, drop_queued_room{user, room, 0});
}

void user_shard::forget_user(const user_id& user) {
  auto at = users_.find(user);
  if (at != users_.end() && !at->second.registered && at->second.rooms.empty()) users_.erase(at);
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
    forget_user(user);
  }
  by_key_.erase(room.key);
  auto id = room.id;
  rooms_.erase(id);
}

void user_shard::on(const members_room_ended& e) {
  auto* room = find(e.room);
  if (room == nullptr) return;
  if (e.reason.empty()) return leave_memory(*room);
  for (const auto& user : room->members.members()) empty_queue_of(user, e.room);
  room->ports.publish(room_closed_event{e.room, e.reason}, audience::all, delivery::reliable);
  close_room(*room);
}

void user_shard::leave_memory(room_entry& room) {
  room.is_loaded = false;
  for (const auto& user : room.members.members())
    if (find_registered(user) == nullptr) remove_member(room, user);
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

// ---- messages ------------------------------------------------------------------------------------

void user_shard::on(const member_message& m) {
  auto* room = find(m.room);
  if (room == nullptr) return;
  room->ports.publish(chat_posted{m.message.json, m.message.seq}, audience::all, delivery::reliable,
                      m.sender);
  tell_those_delivered_to(*room, m);
  queue_for_absent(*room, m);
}

void user_shard::on(const member_message_deleted& d) {
  auto* room = find(d.room);
  if (room == nullptr || queues_.empty()) return;
  const auto& absent = absent_from(*room);
  for (std::size_t i = 0; i < absent.size(); ++i)
    if (absent[i])
      for (const auto& user : *absent[i])
        tell(self_->context(), queues_[i], drop_queued{user, {d.id}});
}

void user_shard::tell_those_delivered_to(room_entry& room, const member_message& m) {
  for (const auto& user : delivered_to_) {
    if (!room.members.contains(user)) continue;
    auto& u = *users_.at(user).registered;
    if (!u.is_live() && !room.members.is_anyone_inside(user)) {
      u.note_queued();
      continue;
    }
    u.hold({room.id, m.message.json, m.message.seq},
           [&](session_id id) { return id == m.sender || room.members.is_inside(user, id); });
  }
}

const shard_room::absent_lists& user_shard::absent_from(room_entry& room) const {
  return room.members.absent(queues_.size(), [this](const user_id& user) { return is_live(user); });
}

void user_shard::queue_for_absent(room_entry& room, const member_message& m) {
  if (queues_.empty()) return;
  const auto& absent = absent_from(room);
  for (std::size_t i = 0; i < absent.size(); ++i)
    if (absent[i]) tell(self_->context(), queues_[i], queue_message{absent[i], m.message, m.room});
}

// ---- slow readers --------------------------------------------------------------------------------

void user_shard::on(const member_fell_behind& f) {
  auto room = by_key_.find(f.key);
  auto* u = find_registered(f.user);
  auto* s = u != nullptr ? u->registered->find(f.session) : nullptr;
  if (room == by_key_.end() || s == nullptr) return;
  auto& since = s->missed.try_emplace(room->second->id, f.since).first->second;
  since = std::min(since, f.since);
  ask_truth(f.user, *s, room->second->id, since);
  retry_later(f.user, *u);
}

void user_shard::ask_truth(const user_id& user, const session& s, const room_id& room,
                           seq_t since) {
  caller from;
  from.out = s.out;
  from.user = user;
  from.room_name = room.value;
  tell(self_->context(), caf::actor_cast<directory_actor>(directory_),
       routed_request{std::move(from),
                      resync_member{since == no_seq ? std::nullopt : std::optional{since}}});
}

void user_shard::on(const member_truth& t) {
  auto* room = find(t.room);
  auto* u = find_registered(t.user);
  auto* s = u != nullptr ? u->registered->find(t.session) : nullptr;
  if (room == nullptr || s == nullptr || s->missed.erase(t.room) == 0) return;
  room->ports.resume(s->out, no_seq);
  if (room->members.is_inside(t.user, t.session)) return;
  for (const auto& bytes : t.events) room->ports.send(s->out, bytes, delivery::snapshot, no_seq);
}

// ---- limits --------------------------------------------------------------------------------------

void user_shard::on(join_as_member& j) {
  const auto& from = j.request.from;
  auto limit = env_.config.limits.rooms_per_user;
  auto at = users_.find(from.user);
  if (limit != 0 && at != users_.end() && at->second.rooms.size() >= limit) {
    const auto& rooms = at->second.rooms;
    bool is_member = std::any_of(rooms.begin(), rooms.end(), [&](const room_entry* room) {
      return room->id.value == from.room_name || room->code == from.room_name;
    });
    if (!is_member) {
      from.out.port->post(op::result{
          from.out.session, from.request,
          failure{errc::rate_limited, "this user is a member of as many rooms as one may be"}});
      if (auto connection = caf::actor_cast<connection_actor>(from.connection))
        tell(self_->context(), connection, join_refused{from.room_name});
      return;
    }
  }
  tell(self_->context(), caf::actor_cast<directory_actor>(directory_), std::move(j.request));
}

} // namespace atrium
