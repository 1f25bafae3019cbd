// Loading a user: friends, rooms, last activity, length of the queue.
//
// Order: what waits for Redis counts as written, so that a user who set friends just now finds
// them. A room of the user's set is believed only if it exists and has the user as a member. Others
// are doubtful: its writer puts a room into the user's set before it puts the user into the room's,
// and may be about to. They are looked at again after a writer's longest silence, and leave the set
// if nothing changed, unless the store has only just come back: its rooms may be about to write
// themselves. Lists of friends live on because they were read.
#include "actors/store_port.hpp"
#include "store/friend_entry.hpp"
#include "store/records_core.hpp"

#include <algorithm>

namespace atrium::store {

namespace {

constexpr std::size_t room_portion = 500;
constexpr std::size_t doubtful_most = 10'000;

} // namespace

loaded_user records_core::load(const user_id& user) {
  loaded_user unavailable{};
  unavailable.status = store_status::unavailable;
  return serve(unavailable, [&] { return look_up(user); });
}

loaded_user records_core::look_up(const user_id& user) {
  loaded_user answer{};
  command_buffer read;
  read.add("SMEMBERS", keys_.user_rooms(user.value));
  read.add("HGETALL", keys_.friends(user.value));
  read.add("HGET", keys_.activity(user.value), "lastActivity");
  read.add("LLEN", keys_.queue(user.value));
  const auto replies = link_.call_all(read);
  if (link_.failed()) return answer;
  std::map<user_id, friend_profile> friends;
  if (const auto* waiting = backlog_.friends_of(user)) {
    for (const auto& profile : *waiting) friends.insert_or_assign(profile.user, profile);
  } else {
    for (auto& [name, text] : replies[1]->pairs()) {
      if (auto found = read_friend(user_id{name}, text))
        friends.emplace(user_id{name}, std::move(*found));
    }
  }
  for (auto& [id, profile] : friends) answer.friends.push_back(std::move(profile));
  answer.last_activity = std::max(replies[2]->integer(), backlog_.activity_of(user));
  answer.queue_length = static_cast<std::size_t>(replies[3]->integer());
  // At the side: a store that refuses writes must not make it fail.
  command_buffer renew;
  renew.add("EXPIRE", keys_.friends(user.value), friends_ttl.count());
  renew.add("EXPIRE", keys_.friend_of(user.value), friends_ttl.count());
  renew.add("EXPIRE", keys_.user_rooms(user.value), user_rooms_ttl_seconds);
  (void)link_.ask_all(renew);
  read_rooms(answer, user, replies[0]->texts());
  return answer;
}

void records_core::read_rooms(loaded_user& answer, const user_id& user,
                              std::vector<std::string> ids) {
  std::sort(ids.begin(), ids.end());
  for (std::size_t from = 0; from < ids.size() && !link_.failed(); from += room_portion) {
    const auto end = std::min(ids.size(), from + room_portion);
    command_buffer commands;
    for (auto i = from; i < end; ++i) {
      commands.add("HMGET", keys_.room(ids[i]), "id", "name", "code", "ttlSeconds");
      commands.add("SISMEMBER", keys_.members(ids[i]), user.value);
    }
    const auto replies = link_.call_all(commands);
    if (link_.failed()) return;
    for (auto i = from; i < end; ++i) {
      const auto& fields = replies[(i - from) * 2];
      const bool is_member = replies[(i - from) * 2 + 1]->integer() == 1;
      const std::vector<hash_field> hash{{"id", std::string{fields[0].text()}},
                                         {"name", std::string{fields[1].text()}},
                                         {"code", std::string{fields[2].text()}},
                                         {"ttlSeconds", std::string{fields[3].text()}}};
      const auto room = read_room(hash);
      if (room && is_member)
        answer.rooms.push_back({room->meta.id, room->meta.code, room->meta.ttl});
      else
        doubt(user, ids[i]);
    }
  }
}

void records_core::doubt(const user_id& user, const std::string& room) {
  if (doubtful_.size() >= doubtful_most) return;
  doubtful_.push_back({user, room_id{room}, clock::now() + config_.command_timeout});
}

void records_core::look_again() {
  const auto now = clock::now();
  if (doubtful_.empty() || doubtful_.front().look_at > now) return;
  std::vector<doubtful_room> looked_at;
  command_buffer commands;
  while (!doubtful_.empty() && doubtful_.front().look_at <= now
         && looked_at.size() < room_portion) {
    auto& [user, room, look_at] = doubtful_.front();
    commands.add("HEXISTS", keys_.room(room.value), "name");
    commands.add("SISMEMBER", keys_.members(room.value), user.value);
    looked_at.push_back(std::move(doubtful_.front()));
    doubtful_.pop_front();
  }
  // A later load doubts them again.
  if (!link_.is_settled()) return;
  const auto replies = link_.ask_all(commands);
  if (link_.failed()) return;
  commands.clear();
  for (std::size_t i = 0; i < looked_at.size(); ++i) {
    const auto& exists = replies[i * 2];
    const auto& is_member = replies[i * 2 + 1];
    if (exists->is_error() || is_member->is_error()) continue;
    if (exists->integer() == 1 && is_member->integer() == 1) continue;
    commands.add("SREM", keys_.user_rooms(looked_at[i].user.value), looked_at[i].room.value);
  }
  (void)link_.ask_all(commands);
}

} // namespace atrium::store
