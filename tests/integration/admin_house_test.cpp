// What operators see of rooms and users and do to them over HTTP, and what is recorded of it, against the
// whole server with real clients.
#include "support/kept_house.hpp"
#include "support/operators.hpp"
#include "support/ws_client.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace atrium::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

/// A room with Ann in it, and an operator called Kim.
struct scene {
  live_house house{operated_settings()};
  operator_desk desk{house.port(), {{"X-Operator", "Kim"}}};
  std::string room = create_room(house.port(), {{"name", "Stand-up"}});
  ws_client ann{house.port(), "/ws?userId=ann&username=Ann"};

  scene() {
    ann.join(room, "ann");
    ann.take_all();
  }
  [[nodiscard]] std::string path(const std::string& rest) const { return "rooms/" + room + rest; }
  /// What was recorded last of this action, waiting for it.
  json recorded(const std::string& action) {
    json found;
    auto is_there = [&] {
      const auto page = desk.get("audit");
      for (const auto& e : page["entries"])
        if (e["action"] == action) return found = e, true;
      return false;
    };
    REQUIRE(eventually(is_there));
    return found;
  }
};

} // namespace

TEST_CASE("operators see a room with everybody's connections") {
  scene s;
  ws_client second{s.house.port(), "/ws?userId=ann&username=Ann"};
  second.join(s.room, "ann");
  auto seen = s.desk.get(s.path(""));
  CHECK(seen["room"]["name"] == "Stand-up");
  CHECK(seen["live"]["connections"] == 2);
  CHECK(seen["live"]["tails"] == 0);
  REQUIRE(seen["count"] == 1);
  auto who = seen["participants"][0];
  CHECK(who["userId"] == "ann");
  REQUIRE(who["connections"].size() == 2);
  for (const auto& c : who["connections"]) {
    CHECK(c["userId"] == "ann");
    CHECK(c["vocabulary"] == "base");
    CHECK(c["address"] == "127.0.0.1");
  }
  CHECK(s.desk.ask("GET", "rooms/999999").status == 404);
}

TEST_CASE("operators see the rooms in memory") {
  scene s;
  auto one = [&] {
    auto list = s.desk.get("rooms?q=stand");
    return list["total"] == 1 && list["rooms"][0]["participants"] == 1;
  };
  CHECK(eventually(one));
  auto list = s.desk.get("rooms?q=stand");
  CHECK(list["rooms"][0]["id"] == s.room);
  CHECK(list["count"] == 1);
  CHECK(s.desk.get("rooms?q=nothing")["total"] == 0);
  CHECK(s.desk.get("rooms?flag=locked")["total"] == 0);
}

TEST_CASE("operators see users with their connections") {
  scene s;
  ws_client bob{s.house.port(), "/ws?userId=bob&username=Bob"};
  auto all = [&] { return s.desk.get("users")["total"] == 2; };
  REQUIRE(eventually(all));
  auto list = s.desk.get("users?q=an");
  CHECK(list["count"] == 1);
  CHECK(list["users"][0]["userId"] == "ann");
  CHECK(list["users"][0]["ipAddress"] == "127.0.0.1");
  auto ann = s.desk.get("users/ann")["user"];
  CHECK(ann["isOnline"] == true);
  CHECK(ann["rooms"] == json::array({s.room}));
  REQUIRE(ann["connections"].size() == 1);
  CHECK(ann["connections"][0]["protocol"] == "native");
  CHECK(s.desk.get("users/nobody")["user"]["isOnline"] == false);
}

TEST_CASE("operators see the store") {
  scene s;
  CHECK(s.desk.get("redis")["redis"]["kind"] == "memory");
  auto writers = s.desk.get("writers");
  CHECK(writers["count"].get<int>() >= 1);
  CHECK(writers["writers"][0]["connected"] == true);
  auto counted = s.desk.post("cleanup", {{"dryRun", true}});
  CHECK(counted["keys"].is_object());
  CHECK(counted["removed"] == 0);
}

TEST_CASE("a user is removed from a room, which is recorded") {
  scene s;
  CHECK(s.desk.post(s.path("/kick"), {{"userId", "ann"}, {"reason", "spam"}})["success"] == true);
  auto told = s.ann.expect("kicked");
  CHECK(told["roomId"] == s.room);
  CHECK(told["reason"] == "spam");
  CHECK(http_get(s.house.port(), "/api/rooms/" + s.room).json()["room"]["participantCount"] == 0);
  auto entry = s.recorded("kick");
  CHECK(entry["who"] == "Kim");
  CHECK(entry["target"] == s.room + "/ann");
  CHECK(entry["detail"] == "spam");
  CHECK(entry["from"] == "127.0.0.1");
  CHECK(entry["outcome"] == "ok");
  CHECK(entry["at"].get<std::int64_t>() > 1'600'000'000'000);
}

TEST_CASE("what fails is recorded with its code") {
  scene s;
  CHECK(s.desk.ask("POST", "rooms/999999/kick", {{"userId", "ann"}}).status == 404);
  CHECK(s.recorded("kick")["outcome"] == "room_not_found");
  CHECK(s.desk.ask("POST", "connections/1/disconnect").status == 404);
  CHECK(s.recorded("disconnect")["outcome"] == "bad_request");
}

TEST_CASE("a room is locked and opened again") {
  scene s;
  CHECK(s.desk.post(s.path("/lock"), {{"locked", true}})["room"]["locked"] == true);
  CHECK(s.ann.expect("room:locked")["locked"] == true);
  json say{{"type", "chat:message"}, {"roomId", s.room}, {"message", "m"}};
  CHECK(s.ann.request(say)["code"] == "forbidden");
  CHECK(s.desk.post(s.path("/lock"), {{"locked", false}})["room"]["locked"] == false);
  CHECK(s.ann.request(say)["success"] == true);
  CHECK(s.recorded("lock")["target"] == s.room);
  CHECK(s.recorded("unlock")["outcome"] == "ok");
}

TEST_CASE("an operator speaks to a room, redacts in it and closes it") {
  scene s;
  s.desk.post(s.path("/announce"), {{"message", "soon"}});
  auto heard = s.ann.expect("announce");
  CHECK(heard["roomId"] == s.room);
  CHECK(heard["message"] == "soon");
  auto said = s.ann.request({{"type", "chat:message"}, {"roomId", s.room}, {"message", "rude"}});
  auto id = said["message"]["id"].get<std::string>();
  CHECK(s.desk.ask("DELETE", s.path("/messages/" + id)).status == 200);
  CHECK(s.ann.expect("chat:deleted")["id"] == id);
  CHECK(s.desk.ask("DELETE", s.path("/messages/none")).status == 404);
  s.desk.post(s.path("/close"), {{"reason", "the end"}});
  CHECK(s.ann.expect("room:closed")["reason"] == "the end");
  CHECK(s.desk.ask("GET", s.path("")).status == 404);
  CHECK(s.recorded("close")["detail"] == "the end");
  CHECK(s.recorded("announce")["detail"] == "soon");
}

TEST_CASE("all of a user's connections are closed, and it is forgotten") {
  scene s;
  ws_client second{s.house.port(), "/ws?userId=ann&username=Ann"};
  second.join(s.room, "ann");
  CHECK(s.desk.post("users/ann/disconnect", {{"reason", "enough"}})["connections"] == 2);
  CHECK(s.ann.expect_close() == 4403);
  CHECK(second.expect_close() == 4403);
  auto forgotten = s.desk.ask("DELETE", "users/ann");
  CHECK(forgotten.status == 200);
  CHECK(forgotten.json()["rooms"].is_number_integer());
  CHECK(s.recorded("forget")["target"] == "ann");
  CHECK(s.recorded("disconnect")["detail"] == "enough");
}
