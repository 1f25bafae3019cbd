// What survives of users as a scenario plays it: what was written last, and what is answered.
#pragma once

#include "actors/store_port.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace atrium::test {

struct played_records {
  /// Reads are answered `unavailable`.
  bool is_away = false;
  std::map<std::string, put_online_user> online;
  std::size_t online_writes = 0;
  std::map<std::string, std::vector<put_activity>> activity;
  /// Connected members by room.
  std::map<std::string, std::set<std::string>> connected;
  std::map<std::string, std::vector<friend_profile>> friends;
  /// Of which rooms a user is a member.
  std::map<std::string, std::vector<loaded_user::member_room>> rooms;
  std::size_t lookups = 0;
  std::vector<caf::actor_addr> listeners;
  /// Users of whom nothing is to be known any more.
  std::set<std::string> erased;
  /// Newest first.
  std::vector<operator_action> audit;
};

/// The behaviour to spawn; `records` outlives the actor.
[[nodiscard]] user_records::behavior_type play_records(user_records::pointer self,
                                                       played_records* records);

} // namespace atrium::test
