// What members of a room hear without being in it.
//
// Order: as the room said it. A session that is in the room hears it from there, one that registered
// and is not hears it from here, and for a user without either a message is queued. A message costs one
// post per I/O thread and one per queue, however many members there are.
// A session that goes live in the very moment in which a room takes it in may be told once more
// what its history has already; nobody is ever told less.
#include "actors/user_shard_impl.hpp"

#include <algorithm>

namespace atrium {

void user_shard::on(const member_message& m) {
  auto* room = find(m.room);
  if (room == nullptr) return;
  room->ports.publish(chat_posted{m.message.json, m.message.seq}, audience::all, delivery::reliable,
                      m.sender);
  tell_those_delivered_to(*room, m);
  queue_for_absent(*room, m);
}

void user_shard::on(const member_event& e) {
  auto* room = find(e.room);
  if (room == nullptr) return;
  room->ports.publish(*e.what, audience::all, e.how, e.except, e.key);
  // What is queued is read as it is by then.
  if (seq_of(*e.what) != no_seq) hold_for_those_delivered_to(*room, e);
}

void user_shard::hold_for_those_delivered_to(room_entry& room, const member_event& e) {
  for (const auto& user : delivered_to_)
    if (room.members.contains(user))
      users_.at(user).registered->hold({room.id, e.what, seq_of(*e.what)}, [&](session_id id) {
        return room.members.is_inside(user, id);
      });
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
  std::shared_ptr<const event> held;
  for (const auto& user : delivered_to_) {
    if (!room.members.contains(user)) continue;
    auto& u = *users_.at(user).registered;
    if (!u.is_live() && !room.members.is_anyone_inside(user)) {
      u.note_queued();
      continue;
    }
    if (!held) held = std::make_shared<const event>(chat_posted{m.message.json, m.message.seq});
    u.hold({room.id, held, m.message.seq},
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
  if (auto* listing = find_user(f.user);
      listing != nullptr && listing->friends && listing->friends->key == f.key)
    return renew_friends(*listing->friends, f.session);
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

} // namespace atrium
