// Who is online: a user is, while a connection of it is there. Records, its friends, and the rooms
// that it is a member of or was in hear of the first connection and of the last.
//
// Order: a connection tells rooms that it is gone before it tells its shard, so a room that hears from
// here that a user is offline knows already that it is not inside.
// Activity is taken from the ledger and recorded every half second, by one timer for all users of a
// shard; there is none while nobody does anything. Never waits for records.
#include "actors/user_shard_impl.hpp"

#include <algorithm>
#include <utility>

namespace atrium {

namespace {

/// Activity is gathered so long at most before it is recorded.
constexpr std::chrono::milliseconds record_pause{500};
/// `lastSeen` of a user is written at most this often.
constexpr unix_ms seen_pause_ms = 1'000;

} // namespace

user_records user_shard::records_of(const user_id& user) const {
  return records_.empty() ? user_records{} : records_[std::hash<user_id>{}(user) % records_.size()];
}

// ---- connections ---------------------------------------------------------------------------------

void user_shard::on(user_connected& c) {
  auto& u = users_[c.user];
  bool is_first = !u.online;
  auto now = env_.now();
  if (is_first) u.online = std::make_unique<online_user>(now);
  auto& online = *u.online;
  online.connect({c.session, std::move(c.connection), std::move(c.address), now});
  online.is_forgotten = false;
  if (!c.username.empty()) online.username = std::move(c.username);
  if (auto early = early_.extract(c.user)) c.did.add(early.mapped().did);
  note_activity(c.user, online, c.did, now);
  record_online(c.user, online);
  if (is_first) come_online(c.user, u);
  if (!observers_.empty()) observe_new(c.user, online.sessions().back());
}

void user_shard::on(const user_renamed& r) {
  auto* u = find_online(r.user);
  if (u == nullptr || u->online->username == r.username) return;
  u->online->username = r.username;
  record_online(r.user, *u->online);
}

void user_shard::on(users_active) {
  arm_record();
}

void user_shard::on(const user_disconnected& d) {
  collect_activity();
  auto* u = find_online(d.user);
  if (u == nullptr || !u->online->disconnect(d.session)) return;
  if (!observers_.empty()) tell_gone(d.user, d.session);
  stop_listening(*u, d.session);
  if (u->online->sessions().empty()) return go_offline(d.user, *u);
  record_online(d.user, *u->online);
}

void user_shard::come_online(const user_id& user, user_entry& u) {
  ++*online_count_;
  online_.add(users_.find(user)->first, *u.online);
  for (const auto* room : u.rooms) {
    record_member(*room, user, true);
    if (room->is_loaded) tell_room(room->actor, members_online{index_, {user}});
  }
  tell_watchers(user, true, u.online->connected_at);
}

void user_shard::go_offline(const user_id& user, user_entry& u) {
  --*online_count_;
  online_.remove(user);
  record_activity(user, *u.online);
  record(user, drop_online_user{user});
  for (const auto* room : u.rooms) record_member(*room, user, false);
  tell_rooms_offline(user, u);
  tell_watchers(user, false, 0);
  if (u.friends) {
    watch(user, u.friends->list.users(), false);
    u.friends->ports.forget();
    u.friends.reset();
  }
  u.online.reset();
  u.known = lookup::none;
  auto rooms = u.rooms;
  for (auto* room : rooms) {
    if (room->is_loaded) continue;
    remove_member(*room, user);
    close_if_empty(*room);
  }
  let_go_of(user);
}

// ---- rooms ---------------------------------------------------------------------------------------

void user_shard::tell_rooms_offline(const user_id& user, const user_entry& u) {
  for (const auto* room : u.rooms) {
    if (room->is_loaded) {
      tell_room(room->actor, member_offline{user});
      continue;
    }
    // Nobody is in it; its members may be anywhere.
    member_event gone{room->id, std::make_shared<const event>(user_offline{room->id, user})};
    for (std::size_t i = 0; i < shards_.size(); ++i) tell_shard(i, gone);
  }
  for (const auto& lost : u.online->lost()) {
    auto* room = find(lost.room);
    bool is_told = room != nullptr && room->is_loaded && room->members.contains(user);
    if (!is_told) tell_room(lost.actor, member_offline{user});
  }
}

void user_shard::on(participant_lost& l) {
  if (auto* u = find_online(l.user))
    u->online->note_lost({std::move(l.room), std::move(l.from)});
  else
    tell_room(l.from, member_offline{l.user});
}

// ---- records -------------------------------------------------------------------------------------

void user_shard::record_online(const user_id& user, online_user& online) const {
  online.recorded_at = env_.now();
  online.recorded_seen = online.last_seen;
  const auto& name = online.username.empty() ? user.value : online.username;
  record(user, put_online_user{user, name, online.address(), online.connected_at, online.last_seen,
                               online.sessions().size()});
}

void user_shard::record_activity(const user_id& user, online_user& online) const {
  auto did = std::exchange(online.did, {});
  if (did.events != 0 && !online.is_forgotten)
    record(user, put_activity{user, online.last_seen, did.events, did.messages});
}

void user_shard::record_member(const room_entry& room, const user_id& user,
                               bool is_connected) const {
  record(user, put_connected_member{room.id, room.ttl, user, is_connected});
}

void user_shard::note_activity(const user_id& user, online_user& online, const client_activity& did,
                               unix_ms at) {
  if (did.events == 0) return;
  online.note(did, at);
  if (std::exchange(online.is_due, true)) return;
  due_.push_back(user);
  arm_record();
}

/// Takes what connections did from the ledger, which is ahead of what they told us.
void user_shard::collect_activity() {
  for (auto& line : ledger_->take()) {
    if (auto* u = find_online(line.user)) {
      note_activity(line.user, *u->online, line.did, line.at);
      continue;
    }
    auto& early = early_[std::move(line.user)];
    early.did.add(line.did);
    early.is_old = false;
  }
  if (!early_.empty()) arm_record();
}

void user_shard::arm_record() {
  if (std::exchange(record_armed_, true)) return;
  // Shards take turns: all that users did, recorded at once, would keep others from the core.
  const auto shard_count = std::max(env_.config.server.user_shards, 1u);
  const auto pause = static_cast<unix_ms>(record_pause.count());
  const auto ahead = pause * static_cast<unix_ms>(index_ % shard_count) / shard_count;
  const auto wait = pause - (env_.now() + ahead) % pause;
  self_->delayed_send(self_, std::chrono::milliseconds{wait}, activity_record_due{});
}

void user_shard::on(activity_record_due) {
  collect_activity();
  std::erase_if(early_, [](const auto& e) { return e.second.is_old; });
  for (auto& [user, early] : early_) early.is_old = true;
  record_armed_ = false;
  auto now = env_.now();
  for (auto& user : std::exchange(due_, {})) {
    auto* u = find_online(user);
    if (u == nullptr) continue;
    auto& online = *u->online;
    record_activity(user, online);
    // Timers come a little early or late.
    bool is_early = now - online.recorded_at < seen_pause_ms - record_pause.count() / 2;
    online.is_due = online.last_seen > online.recorded_seen && is_early;
    if (online.is_due)
      due_.push_back(std::move(user));
    else if (online.last_seen > online.recorded_seen)
      record_online(user, online);
  }
  if (!due_.empty() || !early_.empty()) arm_record();
}

void user_shard::on(records_wanted) {
  for (auto& [user, u] : users_) {
    if (!u.online) continue;
    record_online(user, *u.online);
    for (const auto* room : u.rooms) record_member(*room, user, true);
  }
}

void user_shard::on_drain() {
  collect_activity();
  for (auto& [user, u] : users_) {
    if (!u.online) continue;
    record_activity(user, *u.online);
    record(user, drop_online_user{user});
    for (const auto* room : u.rooms) record_member(*room, user, false);
  }
}

} // namespace atrium
