// Spells records of users.
//
// Order: within one user's friends first those who are listed now learn of it, then those who are
// not any more, last the list itself is replaced inside MULTI/EXEC: a reader sees the old list or
// the new one, and what broke off half-way is found again by the list that still stands. Every key
// that is touched here gets its lifetime in the same place, but for `ws:clients` and
// `ws:online_users`, which have none. Nothing here fails.
#include "store/records_commands.hpp"

#include "store/friend_entry.hpp"
#include "json/json.hpp"

namespace atrium::store {

namespace {

// A command on one key of as many words as come.
void append_words(command_buffer& out, std::string_view name, const std::string& key,
                  const std::vector<std::string_view>& words) {
  if (words.empty()) return;
  out.begin(2 + words.size());
  out.arg(name);
  out.arg(key);
  for (const auto word : words) out.arg(word);
}

void append_friend_of(command_buffer& out, const key_space& keys, std::string_view change,
                      const user_id& listed, const user_id& by) {
  const auto key = keys.friend_of(listed.value);
  out.add(change, key, by.value);
  out.add("EXPIRE", key, friends_ttl.count());
}

} // namespace

std::string to_json(const put_online_user& user) {
  std::string out = R"({"connectedAt":)";
  json::append_number(out, std::int64_t{user.connected_at});
  out += R"(,"lastSeen":)";
  json::append_number(out, std::int64_t{user.last_seen});
  if (!user.address.empty()) {
    out += R"(,"ipAddress":)";
    json::append_string(out, user.address);
  }
  out += R"(,"username":)";
  json::append_string(out, user.username);
  out += R"(,"connections":)";
  json::append_number(out, static_cast<std::int64_t>(user.connections));
  out += '}';
  return out;
}

void append_online_commands(command_buffer& out, const key_space& keys,
                            const std::map<user_id, std::optional<put_online_user>>& online) {
  std::vector<std::string_view> come;
  std::vector<std::string_view> gone;
  std::vector<std::string> texts;
  texts.reserve(online.size());
  std::vector<std::string_view> clients;
  for (const auto& [user, now] : online) {
    (now ? come : gone).push_back(user.value);
    if (now) clients.insert(clients.end(), {user.value, texts.emplace_back(to_json(*now))});
  }
  append_words(out, "SREM", keys.online_users(), gone);
  append_words(out, "HDEL", keys.clients(), gone);
  append_words(out, "SADD", keys.online_users(), come);
  append_words(out, "HSET", keys.clients(), clients);
}

void append_activity_commands(command_buffer& out, const key_space& keys, const user_id& user,
                              const activity_sum& sum) {
  const auto key = keys.activity(user.value);
  if (sum.events > 0) out.add("HINCRBY", key, "events", sum.events);
  if (sum.messages > 0) out.add("HINCRBY", key, "messages", sum.messages);
  out.add("HSET", key, "lastActivity", sum.when);
  out.add("EXPIRE", key, activity_ttl.count());
}

void append_connected_commands(command_buffer& out, const key_space& keys, const room_id& room,
                               const connected_changes& changes, bool starts_anew) {
  const auto key = keys.connected_members(room.value);
  std::vector<std::string_view> come;
  std::vector<std::string_view> gone;
  for (const auto& [user, is_connected] : changes.users) {
    (is_connected ? come : gone).push_back(user.value);
  }
  if (starts_anew)
    out.add("UNLINK", key);
  else
    append_words(out, "SREM", key, gone);
  append_words(out, "SADD", key, come);
  if (!come.empty()) out.add("EXPIRE", key, changes.ttl.count());
}

void append_friends_commands(command_buffer& out, const key_space& keys, const user_id& user,
                             const friends_change& change, const std::vector<std::string>& listed) {
  std::map<std::string, std::string> now;
  for (const auto& profile : change.friends) now[profile.user.value] = to_json(profile);
  std::set<user_id> gone = change.formerly;
  for (const auto& name : listed) gone.insert(user_id{name});
  for (const auto& [name, text] : now) gone.erase(user_id{name});

  for (const auto& [name, text] : now) append_friend_of(out, keys, "SADD", user_id{name}, user);
  for (const auto& former : gone) append_friend_of(out, keys, "SREM", former, user);
  const auto key = keys.friends(user.value);
  std::vector<std::string_view> fields;
  for (const auto& [name, text] : now) fields.insert(fields.end(), {name, text});
  out.add("MULTI");
  out.add("DEL", key);
  append_words(out, "HSET", key, fields);
  if (!fields.empty()) out.add("EXPIRE", key, friends_ttl.count());
  out.add("EXEC");
}

} // namespace atrium::store
