// What scenarios of users and friends say and look at.
#pragma once

#include "support/messenger.hpp"

#include <string>
#include <utility>
#include <vector>

namespace atrium::test {

inline std::uint32_t say_of_user(client& who, user_command c) {
  return who.push_user(std::move(c));
}

inline set_friends listing(std::vector<std::string> names) {
  set_friends out;
  for (auto& name : names) out.friends.push_back({{std::move(name)}, {}, {}, {}});
  return out;
}

/// Each friend with `+` or `-`.
inline words shown(const friends_status& s) {
  words out;
  for (const auto& f : s.friends) out.push_back((f.is_online ? "+" : "-") + f.who.user.value);
  return out;
}

inline words friends_of(client& who) {
  auto request = say_of_user(who, get_online_status{});
  auto status = who.expect_event<friends_status>();
  who.expect<done>(request);
  return shown(status);
}

/// Lists them, and asks how they stand.
inline words set_friends_of(client& who, std::vector<std::string> names) {
  who.expect<done>(say_of_user(who, listing(std::move(names))));
  return friends_of(who);
}

/// A REST request about a user, or about none.
inline caller rest_caller(house_scenario& house, const std::string& user = {}) {
  caller from;
  from.out = {&house.port, ++house.last_session, wire::native};
  from.request = 1;
  from.user = {user};
  return from;
}

/// The one answer to a REST request.
template <class Result>
Result answer_to(house_scenario& house, const caller& from) {
  auto& items = house.port.sessions[from.out.session].items;
  REQUIRE(items.size() == 1);
  return std::get<Result>(std::get<1>(items.front()).second);
}

/// REST asks a shard about a user.
template <class Result>
Result ask_shard(house_scenario& house, const std::string& user,
                 std::optional<user_command> change = std::nullopt) {
  auto from = rest_caller(house, user);
  const auto& shard = house.shards->of(from.user);
  if (change)
    caf::anon_send(shard, user_request{from, std::move(*change)});
  else
    caf::anon_send(shard, user_question{from});
  house.run();
  return answer_to<Result>(house, from);
}

inline online_users_page online_users(house_scenario& house, list_online_users wanted,
                                      bool is_operator = false) {
  auto from = rest_caller(house);
  from.is_operator = is_operator;
  caf::anon_send(house.shards->all().front(),
                 online_users_question{from, std::move(wanted), {}, 0});
  house.run();
  return answer_to<online_users_page>(house, from);
}

} // namespace atrium::test
