// Spaces in scenarios: clients that enter them.
#pragma once

#include "support/house_scenario.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace atrium::test {

/// A space of 100 × 100 whose spawn point is its centre, unless wished otherwise.
inline std::string create_space(house_scenario& house, create_room wish = {}) {
  wish.kind = "space";
  return house.create_room_named("space", std::move(wish));
}

inline join_room entry() {
  join_room j;
  j.words = vocabulary::space;
  return j;
}

/// What a client is sent when it enters.
struct entered_space {
  space_entered state;
  space_joined_result result;
};

/// `join-space`, of a client that has looked at everything; it hears of nothing else.
inline entered_space enter(client& who, const std::string& space) {
  auto request = who.push(space, entry());
  entered_space out;
  out.state = who.expect_event<space_entered>();
  out.result = who.expect<space_joined_result>(request);
  who.expect_nothing();
  CHECK(out.result.spawn.x == out.state.spawn.x);
  CHECK(out.result.spawn.y == out.state.spawn.y);
  return out;
}

/// Null: the user is not among them.
inline const participant* find_user(const std::vector<participant>& all, const std::string& user) {
  auto at = std::find_if(all.begin(), all.end(),
                         [&](const participant& p) { return p.user.value == user; });
  return at == all.end() ? nullptr : &*at;
}

inline leave_room leaving() {
  leave_room l;
  l.words = vocabulary::space;
  return l;
}

inline bool is_at(const room_point& p, double x, double y) {
  return p.x == x && p.y == y;
}

} // namespace atrium::test
