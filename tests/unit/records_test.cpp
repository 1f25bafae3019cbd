// Records of users as values: what is coalesced and how little of it is held, which commands come
// of it, and how entries that others wrote are read.
#include <catch2/catch.hpp>

#include "store/friend_entry.hpp"
#include "store/place_entry.hpp"
#include "store/records_commands.hpp"

#include <algorithm>

using namespace atrium;
using namespace atrium::store;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t plenty = 1'000'000'000;

put_online_user online(const std::string& user, unix_ms seen = 2, std::size_t connections = 1) {
  return {user_id{user}, "Name", "10.0.0.1", 1, seen, connections};
}

put_friends friends(const std::string& user, const std::vector<std::string>& listed) {
  put_friends request{user_id{user}, {}};
  for (const auto& name : listed) request.friends.push_back({user_id{name}, {}, {}, {}});
  return request;
}

// A line per command, words parted by blanks.
std::vector<std::string> lines_of(const command_buffer& commands) {
  std::vector<std::string> lines;
  const auto& bytes = commands.bytes();
  for (std::size_t at = 0; at < bytes.size();) {
    const auto end = bytes.find("\r\n", at);
    const auto number = std::stoul(bytes.substr(at + 1, end - at - 1));
    const bool is_command = bytes[at] == '*';
    at = end + 2;
    if (is_command) {
      lines.emplace_back();
      continue;
    }
    if (!lines.back().empty()) lines.back() += ' ';
    lines.back() += bytes.substr(at, number);
    at += number + 2;
  }
  return lines;
}

std::vector<std::string> friend_commands(const friends_change& change,
                                         const std::vector<std::string>& listed) {
  command_buffer out;
  append_friends_commands(out, key_space{}, user_id{"ann"}, change, listed);
  return lines_of(out);
}

bool has(const std::vector<std::string>& lines, const std::string& line) {
  return std::find(lines.begin(), lines.end(), line) != lines.end();
}

} // namespace

TEST_CASE("of what a user's records say only the newest waits", "[store][records]") {
  records_backlog backlog{plenty};
  for (unix_ms i = 1; i <= 100; ++i) CHECK(backlog.put(online("ann", i)));
  CHECK(backlog.put(online("bob")));
  CHECK(backlog.put(drop_online_user{user_id{"bob"}}));
  const auto changes = backlog.take(plenty);
  REQUIRE(changes.online.size() == 2);
  CHECK(changes.online.at(user_id{"ann"})->last_seen == 100);
  CHECK_FALSE(changes.online.at(user_id{"bob"}));
  CHECK(backlog.empty());
  CHECK(backlog.bytes() == 0);
}

TEST_CASE("a hundred thousand events of a user are one entry", "[store][records]") {
  records_backlog backlog{plenty};
  for (unix_ms i = 1; i <= 100'000; ++i) {
    CHECK(backlog.put(put_activity{user_id{"ann"}, i, 2, 1}));
  }
  CHECK(backlog.bytes() < 1'000);
  CHECK(backlog.activity_of(user_id{"ann"}) == 100'000);
  const auto changes = backlog.take(plenty);
  command_buffer out;
  append_activity_commands(out, key_space{}, user_id{"ann"}, changes.activity.at(user_id{"ann"}));
  CHECK(lines_of(out)
        == std::vector<std::string>{
            "HINCRBY activity:ann events 200000", "HINCRBY activity:ann messages 100000",
            "HSET activity:ann lastActivity 100000", "EXPIRE activity:ann 86400"});
}

TEST_CASE("activity that comes late does not turn the clock back", "[store][records]") {
  records_backlog backlog{plenty};
  CHECK(backlog.put(put_activity{user_id{"ann"}, 9, 1, 0}));
  CHECK(backlog.put(put_activity{user_id{"ann"}, 5, 1, 0}));
  CHECK(backlog.activity_of(user_id{"ann"}) == 9);
}

TEST_CASE("the backlog is bounded, and brings what it holds up to date all the same",
          "[store][records]") {
  records_backlog backlog{2'000};
  std::size_t placed = 0;
  for (int i = 0; i < 1'000; ++i)
    placed += backlog.put(online("user-" + std::to_string(i))) ? 1 : 0;
  CHECK(placed > 3);
  CHECK(placed < 20);
  CHECK(backlog.bytes() < 2'500);
  CHECK_FALSE(backlog.put(drop_online_user{user_id{"nobody"}}));
  CHECK_FALSE(backlog.put(put_connected_member{room_id{"office"}, 60s, user_id{"ann"}, true}));
  CHECK_FALSE(backlog.put(put_activity{user_id{"ann"}, 1, 1, 1}));
  CHECK_FALSE(backlog.put(friends("ann", {"bob"})));
  CHECK(backlog.put(drop_online_user{user_id{"user-0"}}));
  CHECK_FALSE(backlog.take(plenty).online.at(user_id{"user-0"}));
  CHECK(backlog.bytes() == 0);
}

TEST_CASE("a portion is bounded, and what was not done waits on", "[store][records]") {
  records_backlog backlog{plenty};
  for (int i = 0; i < 100; ++i) {
    const auto name = "user-" + std::to_string(i);
    CHECK(backlog.put(online(name)));
    CHECK(backlog.put(put_activity{user_id{name}, 1, 1, 1}));
    CHECK(backlog.put(put_connected_member{room_id{"room"}, 60s, user_id{name}, true}));
    CHECK(backlog.put(friends(name, {"a", "b"})));
  }
  const auto all = backlog.bytes();
  auto portion = backlog.take(10'000);
  CHECK_FALSE(portion.empty());
  CHECK(all - backlog.bytes() <= 10'000);
  backlog.put_back(std::move(portion));
  CHECK(backlog.bytes() >= all);
  std::size_t portions = 0;
  for (; !backlog.empty(); ++portions) CHECK_FALSE(backlog.take(10'000).empty());
  CHECK(portions > 5);
  CHECK(backlog.bytes() == 0);
  // However small the portion, something goes.
  CHECK(backlog.put(online("ann")));
  CHECK(backlog.take(1).online.size() == 1);
}

TEST_CASE("who is online is at most four commands", "[store][records]") {
  std::map<user_id, std::optional<put_online_user>> changes{
      {user_id{"ann"}, online("ann", 7, 2)},
      {user_id{"bob"}, std::nullopt},
      {user_id{"cleo"}, put_online_user{user_id{"cleo"}, "C \"1\"", "", 3, 4, 1}}};
  command_buffer out;
  append_online_commands(out, key_space{"p:"}, changes);
  CHECK(lines_of(out)
        == std::vector<std::string>{
            "SREM p:ws:online_users bob", "HDEL p:ws:clients bob",
            "SADD p:ws:online_users ann cleo",
            R"(HSET p:ws:clients ann {"connectedAt":1,"lastSeen":7,"ipAddress":"10.0.0.1",)"
            R"("username":"Name","connections":2} cleo )"
            R"({"connectedAt":3,"lastSeen":4,"username":"C \"1\"","connections":1})"});
}

TEST_CASE("connected members of a room go out together", "[store][records]") {
  records_backlog backlog{plenty};
  const auto put = [&](const std::string& user, bool is_connected) {
    CHECK(backlog.put(put_connected_member{room_id{"office"}, 600s, user_id{user}, is_connected}));
  };
  put("ann", true);
  put("bob", true);
  put("cleo", false);
  put("ann", false);
  const auto changes = backlog.take(plenty).connected.at(room_id{"office"});
  command_buffer out;
  append_connected_commands(out, key_space{}, room_id{"office"}, changes, false);
  const std::string key = "ws:joined_room_participants:office";
  CHECK(lines_of(out)
        == std::vector<std::string>{"SREM " + key + " ann cleo", "SADD " + key + " bob",
                                    "EXPIRE " + key + " 600"});
  out.clear();
  append_connected_commands(out, key_space{}, room_id{"office"}, changes, true);
  CHECK(lines_of(out)
        == std::vector<std::string>{"UNLINK " + key, "SADD " + key + " bob",
                                    "EXPIRE " + key + " 600"});
}

TEST_CASE("a list of friends is replaced at one stroke, its other side before it",
          "[store][records]") {
  friends_change change;
  change.friends = {{user_id{"bob"}, "b", "Bob", "http://i/b"}, {user_id{"cleo"}, {}, {}, {}}};
  const auto lines = friend_commands(change, {"cleo", "dora"});
  const std::vector<std::string> expected{
      "SADD ws:friend_of:bob ann",
      "EXPIRE ws:friend_of:bob 7776000",
      "SADD ws:friend_of:cleo ann",
      "EXPIRE ws:friend_of:cleo 7776000",
      "SREM ws:friend_of:dora ann",
      "EXPIRE ws:friend_of:dora 7776000",
      "MULTI",
      "DEL ws:friends:ann",
      R"(HSET ws:friends:ann bob {"id":"bob","username":"b","name":"Bob",)"
      R"("profileImage":"http://i/b"} cleo {"id":"cleo"})",
      "EXPIRE ws:friends:ann 7776000",
      "EXEC"};
  CHECK(lines == expected);
  const auto empty = friend_commands({}, {"bob"});
  CHECK(has(empty, "SREM ws:friend_of:bob ann"));
  CHECK(has(empty, "DEL ws:friends:ann"));
  CHECK_FALSE(has(empty, "EXPIRE ws:friends:ann 7776000"));
}

TEST_CASE("friends of a list that may have been written are told when the next one lacks them",
          "[store][records]") {
  records_backlog backlog{plenty};
  CHECK(backlog.put(friends("ann", {"bob", "cleo"})));
  backlog.put_back(backlog.take(plenty));
  CHECK(backlog.put(friends("ann", {"cleo"})));
  CHECK(backlog.put(friends("ann", {"cleo", "dora"})));
  const auto change = backlog.take(plenty).friends.at(user_id{"ann"});
  const auto lines = friend_commands(change, {});
  CHECK(has(lines, "SREM ws:friend_of:bob ann"));
  CHECK(has(lines, "SADD ws:friend_of:dora ann"));
  CHECK_FALSE(has(lines, "SREM ws:friend_of:cleo ann"));
  CHECK(backlog.bytes() == 0);
}

TEST_CASE("a friend's profile reads back, and one that others wrote as far as it goes",
          "[store][records]") {
  const friend_profile bob{user_id{"bob"}, "b", std::nullopt, "x\"y"};
  const auto read = read_friend(user_id{"bob"}, to_json(bob));
  REQUIRE(read);
  CHECK(read->username == "b");
  CHECK_FALSE(read->name);
  CHECK(read->profile_image == "x\"y");
  CHECK(read_friend(user_id{"bob"}, R"({"username":7,"name":"B","more":[1]})")->name == "B");
  for (const auto* text : {"", "bob", "[]", "{", R"("x")"}) {
    INFO(text);
    CHECK_FALSE(read_friend(user_id{"bob"}, text));
  }
}

TEST_CASE("a place reads back, and what lacks anything is none", "[store][records]") {
  const placed_user ann{user_id{"ann"}, "Ann \"A\"", {0.1, 99}, "", 1'700'000'000'123};
  CHECK(to_json(ann)
        == R"({"username":"Ann \"A\"","x":0.1,"y":99,"connectionId":"",)"
           R"("lastUpdated":1700000000123})");
  const auto read = read_placed_user(user_id{"ann"}, to_json(ann));
  REQUIRE(read);
  CHECK(read->user.value == "ann");
  CHECK(read->username == "Ann \"A\"");
  CHECK(read->place.x == 0.1);
  CHECK(read->place.y == 99);
  CHECK(read->connection.empty());
  CHECK(read->last_updated == 1'700'000'000'123);
  for (const auto* text :
       {"", "[]", R"({"username":"A","x":1,"y":2,"connectionId":"c"})",
        R"({"username":"A","x":"1","y":2,"connectionId":"c","lastUpdated":1})",
        R"({"username":"A","x":1,"y":1e999,"connectionId":"c","lastUpdated":1})",
        R"({"username":1,"x":1,"y":2,"connectionId":"c","lastUpdated":1})",
        R"({"username":"A","x":1,"y":2,"connectionId":"c","lastUpdated":1.5})"}) {
    INFO(text);
    CHECK_FALSE(read_placed_user(user_id{"ann"}, text));
  }
}

TEST_CASE("nothing waits of a user that is erased, and nobody who waits lists it",
          "[store][records]") {
  records_backlog backlog{plenty};
  const user_id ann{"ann"};
  const user_id bob{"bob"};
  const auto put_lists = [&] {
    CHECK(backlog.put(put_friends{ann, {{bob, {}, {}, {}}}}));
    CHECK(backlog.put(put_friends{bob, {{ann, {}, {}, {}}, {user_id{"cleo"}, {}, {}, {}}}}));
  };
  put_lists();
  CHECK(backlog.put(put_activity{ann, 1, 1, 1}));
  CHECK(backlog.put(put_activity{bob, 1, 1, 1}));
  CHECK(backlog.erase(ann) == std::set<user_id>{bob});
  CHECK(backlog.friends_of(ann) == nullptr);
  CHECK(backlog.activity_of(ann) == 0);
  CHECK(backlog.activity_of(bob) == 1);
  REQUIRE(backlog.friends_of(bob) != nullptr);
  CHECK(backlog.friends_of(bob)->size() == 1);
  // Ann may have been told by an attempt that was not confirmed.
  auto sent = backlog.take(plenty);
  CHECK(sent.friends.at(bob).formerly == std::set<user_id>{ann});
  CHECK(backlog.bytes() == 0);
  put_lists();
  backlog.put_back(backlog.take(plenty));
  CHECK(backlog.erase(ann) == std::set<user_id>{bob});
  CHECK(backlog.erase(ann).empty());
  (void)backlog.take(plenty);
  CHECK(backlog.bytes() == 0);
}
