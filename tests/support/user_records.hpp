// What tests of users' records say to a store, and what they look for in its Redis.
#pragma once

#include "support/store_backends.hpp"

#include <algorithm>

namespace atrium::test {

inline const std::vector<std::string> durable{"--appendonly", "yes", "--appendfsync", "always"};
inline const std::string connected_key = "ws:joined_room_participants:office";

inline settings one_each(const redis_server& server) {
  auto config = server.config();
  config.redis.writers = 1;
  config.redis.readers = 1;
  config.redis.command_timeout = std::chrono::milliseconds{300};
  return config;
}

inline bool wait_until(const std::function<bool()>& reached,
                       std::chrono::milliseconds limit = std::chrono::seconds{10}) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!reached()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return true;
}

inline put_online_user online(const std::string& user, unix_ms seen = 2'000) {
  return {user_id{user}, "Name", "10.0.0.1", 1'000, seen, 1};
}

inline put_connected_member connected(const std::string& user, bool is_connected = true) {
  return {room_id{"office"}, std::chrono::seconds{600}, user_id{user}, is_connected};
}

inline put_friends friends(const std::string& user, const std::vector<std::string>& listed) {
  put_friends request{user_id{user}, {}};
  for (const auto& name : listed) request.friends.push_back({user_id{name}, {}, {}, {}});
  return request;
}

inline std::vector<std::string> sorted(std::vector<std::string> all) {
  std::sort(all.begin(), all.end());
  return all;
}

inline std::vector<std::string> members(redis_server& server, const std::string& key) {
  return sorted(server.command({"SMEMBERS", key}));
}

using names = std::vector<std::string>;

inline long ttl(redis_server& server, const std::string& key) {
  return std::stol(server.ask({"TTL", key}));
}

inline loaded_user user_when_back(store_bench& bench, const std::string& id) {
  loaded_user found{};
  wait_until([&] {
    found = bench.user(id);
    return found.status == store_status::ok;
  });
  return found;
}

} // namespace atrium::test
