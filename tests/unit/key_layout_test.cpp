// Which keys are this server's, and how what operators did is spelled.
#include "store/audit_entry.hpp"
#include "store/key_layout.hpp"
#include "store/redis_commands.hpp"

#include <catch2/catch.hpp>

using namespace atrium;
using namespace atrium::store;

TEST_CASE("every key of the layout is known by its pattern", "[store][cleaning]") {
  const key_space keys;
  const std::vector<std::pair<std::string, std::string>> layout{
      {keys.room("123456"), "room:*"},
      {keys.room("Own_id-1"), "room:*"},
      {keys.messages("a"), "room:*:messages"},
      {keys.whiteboard("a"), "room:*:whiteboard"},
      {keys.participants("a"), "room:*:participants"},
      {keys.rooms_active(), "rooms:active"},
      {keys.room_code("123456"), "room_code:*"},
      {keys.archive("a"), "room_messages:*"},
      {keys.message("0001-x"), "message:*"},
      {keys.space_users("a"), "space:*:users"},
      {keys.members("a"), "ws:room_participants:*"},
      {keys.connected_members("a"), "ws:joined_room_participants:*"},
      {keys.user_rooms("a:b c"), "ws:user_rooms:*"},
      {keys.typing("a", "who:ever"), "typing:*:*"},
      {keys.queue("ann"), "ws:offline_messages:*"},
      {keys.clients(), "ws:clients"},
      {keys.online_users(), "ws:online_users"},
      {keys.friends("ann"), "ws:friends:*"},
      {keys.friend_of("ann"), "ws:friend_of:*"},
      {keys.activity("ann"), "activity:*"},
      {keys.cache("rooms:50:"), "cache:*"},
  };
  for (const auto& [key, pattern] : layout) CHECK(pattern_of(key) == pattern);
}

TEST_CASE("keys of others are none of ours, nor is what operators did", "[store][cleaning]") {
  for (const auto* key : {"",
                          "room",
                          "room:",
                          "room:a:b",
                          "room:a:messages:b",
                          "room:a b",
                          "room::messages",
                          "rooms:active2",
                          "rooms",
                          "room_code:hello",
                          "room_code:1234567",
                          "message:",
                          "space:a",
                          "space:users",
                          "ws:clients:1",
                          "ws:other",
                          "typing:a",
                          "typing:a:",
                          "typing:a b:c",
                          "session:1",
                          "ws:friends:",
                          "cache",
                          "user:ann",
                          "ws:audit"})
    CHECK(pattern_of(key) == "");
  CHECK(pattern_of("room:" + std::string(65, 'a')) == "");
  CHECK(pattern_of("activity:" + std::string(65, 'a')) == "");
}

TEST_CASE("a prefix means what it says, whatever is in it", "[store][cleaning]") {
  CHECK(glob_of("") == "*");
  CHECK(glob_of("app:") == "app:*");
  CHECK(glob_of("a*[b]?\\") == "a\\*\\[b\\]\\?\\\\*");
}

TEST_CASE("what an operator did is read as it was written", "[store][audit]") {
  operator_action action{1'700'000'000'000, "ann \"A\"", "kick", "123456", "bob", "::1", "ok"};
  const auto text = to_json(action);
  CHECK(text
        == R"({"at":1700000000000,"who":"ann \"A\"","action":"kick","target":"123456",)"
           R"("detail":"bob","from":"::1","outcome":"ok"})");
  const auto read = read_action(text);
  REQUIRE(read);
  CHECK(to_json(*read) == text);
  action.target.clear();
  action.detail.clear();
  CHECK(to_json(action)
        == R"({"at":1700000000000,"who":"ann \"A\"","action":"kick","from":"::1","outcome":"ok"})");
  CHECK(read_action(R"({"at":1,"action":"drain","who":7,"more":[1]})")->who.empty());
  for (const auto* other : {"", "[]", "{}", R"({"at":1})", R"({"at":"1","action":"kick"})", "x"})
    CHECK_FALSE(read_action(other));
}
