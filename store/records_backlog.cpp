// Records of users that wait for Redis.
//
// Order: what waits of one user is the newest of each kind, so the order in which kinds and users
// leave is of no matter. A list of friends that was sent and not confirmed leaves a trace: whom it
// named may have to be told that they are listed no more.
// Bounds: what is there already may always be brought up to date unless that takes more room; what
// is new finds a place while less than `most_bytes` are held. Nothing here blocks or fails.
#include "store/records_backlog.hpp"

#include <algorithm>

namespace atrium::store {

namespace {

constexpr std::size_t entry_overhead_bytes = 200;

std::size_t cost_of(const std::optional<put_online_user>& now) {
  return entry_overhead_bytes + (now ? now->username.size() + now->address.size() : 0);
}

std::size_t cost_of(const activity_sum&) {
  return entry_overhead_bytes;
}

std::size_t cost_of(const user_id& user) {
  return entry_overhead_bytes + user.value.size();
}

std::size_t cost_of(const connected_changes& changes) {
  auto bytes = entry_overhead_bytes;
  for (const auto& [user, is_connected] : changes.users) bytes += cost_of(user);
  return bytes;
}

std::size_t cost_of(const friend_profile& profile) {
  auto bytes = cost_of(profile.user);
  for (const auto* text : {&profile.username, &profile.name, &profile.profile_image}) {
    if (*text) bytes += (*text)->size();
  }
  return bytes;
}

std::size_t cost_of(const friends_change& change) {
  auto bytes = entry_overhead_bytes;
  for (const auto& profile : change.friends) bytes += cost_of(profile);
  for (const auto& user : change.formerly) bytes += cost_of(user);
  return bytes;
}

template <class Key, class Value>
std::size_t cost_of_entry(const Key& key, const Value& value) {
  return key.value.size() + cost_of(value);
}

// Moves entries of one kind until `bytes` are used up. Returns what they cost.
template <class Key, class Value>
std::size_t move_some(std::map<Key, Value>& from, std::map<Key, Value>& to, std::size_t bytes,
                      bool takes_any) {
  std::size_t moved = 0;
  while (!from.empty()) {
    const auto cost = cost_of_entry(from.begin()->first, from.begin()->second);
    if (moved + cost > bytes && !(takes_any && moved == 0)) break;
    to.insert(from.extract(from.begin()));
    moved += cost;
  }
  return moved;
}

template <class Key, class Value>
std::size_t move_back(std::map<Key, Value>& from, std::map<Key, Value>& to) {
  std::size_t moved = 0;
  for (const auto& [key, value] : from) moved += cost_of_entry(key, value);
  to.merge(from);
  return moved;
}

} // namespace

template <class Key, class Value>
bool records_backlog::replace(std::map<Key, Value>& in, const Key& key, Value now) {
  const auto cost = cost_of_entry(key, now);
  const auto at = in.find(key);
  const auto before = at == in.end() ? 0 : cost_of_entry(key, at->second);
  if (is_full() && cost > before) return false;
  bytes_ += cost - before;
  if (at == in.end())
    in.emplace(key, std::move(now));
  else
    at->second = std::move(now);
  return true;
}

bool records_backlog::put(const put_online_user& request) {
  return replace(waiting_.online, request.user, std::optional{request});
}

bool records_backlog::put(const drop_online_user& request) {
  return replace(waiting_.online, request.user, std::optional<put_online_user>{});
}

bool records_backlog::put(const put_activity& request) {
  activity_sum sum{request.when, request.events, request.messages};
  if (const auto at = waiting_.activity.find(request.user); at != waiting_.activity.end()) {
    sum.when = std::max(sum.when, at->second.when);
    sum.events += at->second.events;
    sum.messages += at->second.messages;
  }
  return replace(waiting_.activity, request.user, sum);
}

bool records_backlog::put(const put_connected_member& request) {
  const auto at = waiting_.connected.find(request.room);
  const bool has_room = at != waiting_.connected.end();
  if (is_full() && !(has_room && at->second.users.contains(request.user))) return false;
  auto& changes = has_room ? at->second : waiting_.connected[request.room];
  if (!has_room) bytes_ += cost_of_entry(request.room, changes);
  changes.ttl = request.ttl;
  if (changes.users.insert_or_assign(request.user, request.is_connected).second) {
    bytes_ += cost_of(request.user);
  }
  return true;
}

bool records_backlog::put(const put_friends& request) {
  friends_change change{request.friends, {}};
  if (const auto at = waiting_.friends.find(request.user); at != waiting_.friends.end()) {
    change.formerly = at->second.formerly;
  }
  return replace(waiting_.friends, request.user, std::move(change));
}

record_changes records_backlog::take(std::size_t bytes) {
  record_changes taken;
  std::size_t moved = 0;
  const auto left = [&] { return bytes - std::min(bytes, moved); };
  moved += move_some(waiting_.online, taken.online, left(), taken.empty());
  moved += move_some(waiting_.connected, taken.connected, left(), taken.empty());
  moved += move_some(waiting_.friends, taken.friends, left(), taken.empty());
  moved += move_some(waiting_.activity, taken.activity, left(), taken.empty());
  bytes_ -= moved;
  return taken;
}

void records_backlog::put_back(record_changes changes) {
  for (auto& [user, change] : changes.friends) {
    for (const auto& profile : change.friends) change.formerly.insert(profile.user);
  }
  bytes_ += move_back(changes.online, waiting_.online);
  bytes_ += move_back(changes.connected, waiting_.connected);
  bytes_ += move_back(changes.friends, waiting_.friends);
  bytes_ += move_back(changes.activity, waiting_.activity);
}

std::set<user_id> records_backlog::erase(const user_id& user) {
  std::set<user_id> listed;
  if (const auto at = waiting_.friends.find(user); at != waiting_.friends.end()) {
    bytes_ -= cost_of_entry(user, at->second);
    listed = std::move(at->second.formerly);
    for (const auto& profile : at->second.friends) listed.insert(profile.user);
    waiting_.friends.erase(at);
  }
  if (const auto at = waiting_.activity.find(user); at != waiting_.activity.end()) {
    bytes_ -= cost_of_entry(user, at->second);
    waiting_.activity.erase(at);
  }
  for (auto& [lister, change] : waiting_.friends) {
    const auto before = cost_of(change);
    const auto is_it = [&](const friend_profile& profile) { return profile.user == user; };
    if (std::erase_if(change.friends, is_it) == 0) continue;
    // It may have been told that it is listed.
    change.formerly.insert(user);
    bytes_ += cost_of(change) - before;
  }
  return listed;
}

const std::vector<friend_profile>* records_backlog::friends_of(const user_id& user) const {
  const auto at = waiting_.friends.find(user);
  return at == waiting_.friends.end() ? nullptr : &at->second.friends;
}

unix_ms records_backlog::activity_of(const user_id& user) const {
  const auto at = waiting_.activity.find(user);
  return at == waiting_.activity.end() ? 0 : at->second.when;
}

} // namespace atrium::store
