// What scenarios of members say and look at.
#pragma once

#include "support/house_scenario.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace atrium::test {

inline set_members these(std::vector<std::string> names) {
  set_members out;
  for (auto& name : names) out.users.push_back({std::move(name)});
  return out;
}

inline std::string text_of(const shared_text& message) {
  auto at = message->find("\"message\":\"");
  REQUIRE(at != std::string::npos);
  at += 11;
  return message->substr(at, message->find('"', at) - at);
}

inline std::vector<std::string> texts(const std::vector<shared_text>& messages) {
  std::vector<std::string> out;
  for (const auto& m : messages) out.push_back(text_of(m));
  return out;
}

using words = std::vector<std::string>;

/// Texts of all messages that came as such; the rest is dropped.
inline words heard(client& who) {
  words out;
  for (const auto& e : who.take_events<chat_posted>()) out.push_back(text_of(e.message));
  return out;
}

/// Registers, and nothing was queued.
inline void go_live(client& who) {
  auto request = who.enroll();
  REQUIRE(who.expect_event<user_registered>().user.value == who.user);
  who.expect<done>(request);
  who.expect_nothing();
}

} // namespace atrium::test
