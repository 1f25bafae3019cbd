// Users and friends over real sockets: what a messenger's clients see of each other, and what REST
// shows of them.
#include "support/http_client.hpp"
#include "support/live_house.hpp"
#include "support/ws_client.hpp"

#include <catch2/catch.hpp>

using namespace atrium::test;
using nlohmann::json;

namespace {

const headers operators{{"Authorization", "Bearer secret"}};

atrium::settings with_operators() {
  auto config = test_settings();
  config.admin.token = "secret";
  return config;
}

json as(const std::string& user, const std::string& event) {
  return {{"type", event}, {"userId", user}};
}

json in(const std::string& room, const std::string& user, const std::string& event) {
  auto out = as(user, event);
  out["roomId"] = room;
  return out;
}

http_response put_friends(std::uint16_t port, const std::string& user, const json& friends,
                          const headers& extra) {
  return http_request(port, "PUT", "/api/users/" + user + "/friends",
                      json{{"friends", friends}}.dump(), extra);
}

} // namespace

TEST_CASE("friends see each other come and go", "[messenger]") {
  live_house house;
  ws_client bob{house.port()};
  auto list = as("bob", "setFriends");
  list["friends"] = {{{"id", "ann"}, {"username", "ann"}, {"name", "Ann"}, {"profileImage", "a"}},
                     {{"id", "cyd"}}};
  CHECK(bob.request(list)["success"] == true);
  bob.send({{"type", "getOnlineStatus"}});
  auto status = bob.expect("onlineStatus");
  json expected{{{"id", "ann"},
                 {"username", "ann"},
                 {"name", "Ann"},
                 {"profileImage", "a"},
                 {"isOnline", false}},
                {{"id", "cyd"}, {"isOnline", false}}};
  CHECK(status["friends"] == expected);
  {
    ws_client ann{house.port(), "/ws?userId=ann"};
    CHECK(ann.request({{"type", "register"}})["success"] == true);
    auto online = bob.expect("friendOnline");
    CHECK(online["userId"] == "ann");
    CHECK(online["user"]["profileImage"] == "a");
    CHECK(bob.request({{"type", "getOnlineStatus"}})["success"] == true);
    CHECK(bob.expect("onlineStatus")["friends"][0]["isOnline"] == true);
    ann.close();
  }
  CHECK(bob.expect("friendOffline")["userId"] == "ann");

  ws_client nobody{house.port()};
  CHECK(nobody.request({{"type", "getOnlineStatus"}})["code"] == "bad_request");
  auto bad = as("bob", "setFriends");
  bad["friends"] = {{{"name", "nobody"}}};
  CHECK(bob.request(bad)["code"] == "bad_request");
  bad["friends"] = {{{"id", "ann"}, {"name", std::string(257, 'x')}}};
  CHECK(bob.request(bad)["code"] == "bad_request");
  bad["friends"] = json::array();
  for (int i = 0; i < 1'001; ++i) bad["friends"].push_back({{"id", std::to_string(i)}});
  CHECK(bob.request(bad)["code"] == "payload_too_large");
}

TEST_CASE("a member outside hears all that is to be heard of its room", "[messenger]") {
  live_house house;
  auto room = create_room(house.port());
  ws_client ann{house.port()};
  REQUIRE(ann.request(in(room, "ann", "joinRoom"))["success"] == true);
  {
    ws_client bob{house.port()};
    REQUIRE(bob.request(in(room, "bob", "joinRoom"))["success"] == true);
    bob.close();
  }
  CHECK(ann.expect("userOffline")
        == json({{"type", "userOffline"}, {"userId", "bob"}, {"roomId", room}}));
  ws_client bob{house.port()};
  REQUIRE(bob.request(as("bob", "register"))["success"] == true);
  auto said = in(room, "bob", "message");
  said["content"] = "from outside";
  REQUIRE(bob.request(said)["success"] == true);
  auto heard = ann.expect("message");
  CHECK(heard["senderId"] == "bob");
  auto typing = in(room, "ann", "typing");
  typing["content"] = true;
  REQUIRE(ann.request(typing)["success"] == true);
  CHECK(bob.expect("typing")["userId"] == "ann");
  ws_client eve{house.port()};
  REQUIRE(eve.request(in(room, "eve", "joinRoom"))["success"] == true);
  CHECK(eve.expect("joinedRoom")["participants"] == json::array({"ann", "eve", "bob"}));
}

TEST_CASE("REST shows users and figures", "[rest]") {
  live_house house{with_operators()};
  auto port = house.port();
  auto room = create_room(port);
  auto plaza = create_room(port, {{"kind", "space"}, {"id", "plaza"}});
  create_room(port, {{"kind", "space"}, {"isPrivate", true}});
  ws_client ann{port};
  ann.join(plaza, "ann");
  ws_client bob{port, "/ws?userId=bob&username=Bob"};
  bob.join(room, "bob");

  auto online = http_get(port, "/api/users/online").json();
  CHECK(online["success"] == true);
  CHECK(online["count"] == 2);
  CHECK(online["total"] == 2);
  CHECK(online["users"][0]["userId"] == "ann");
  CHECK(online["users"][0]["connections"] == 1);
  CHECK_FALSE(online["users"][0].contains("ipAddress"));
  auto first = http_request(port, "GET", "/api/users/online?limit=1", {}, operators).json();
  CHECK(first["users"][0]["ipAddress"] == "127.0.0.1");
  auto cursor = first["cursor"].get<std::string>();
  auto second = http_get(port, "/api/users/online?cursor=" + cursor).json();
  CHECK(second["users"][0]["userId"] == "bob");
  CHECK_FALSE(second.contains("cursor"));
  CHECK(http_get(port, "/api/users/online?limit=x").status == 400);

  auto user = http_get(port, "/api/users/bob").json()["user"];
  CHECK(user["username"] == "bob");
  CHECK(user["isOnline"] == true);
  CHECK(user["rooms"] == json::array({room}));
  CHECK(user["queueLength"] == 0);
  auto nobody = http_get(port, "/api/users/nobody");
  CHECK(nobody.status == 200);
  CHECK(nobody.json()["user"]
        == json({{"userId", "nobody"},
                 {"isOnline", false},
                 {"connections", 0},
                 {"rooms", json::array()},
                 {"lastActivity", nullptr},
                 {"queueLength", 0}}));
  CHECK(http_get(port, "/api/users/" + std::string(65, 'x')).status == 404);

  auto stats = http_get(port, "/api/stats").json();
  CHECK(stats["success"] == true);
  CHECK(stats["totalRooms"] == 3);
  CHECK(stats["totalSpaces"] == 2);
  CHECK(stats["totalUsers"] == 2);
  CHECK(stats["spacesWithUsers"] == json::array({{{"spaceId", plaza}, {"userCount", 1}}}));
  create_room(port);
  CHECK(http_get(port, "/api/stats").json()["totalRooms"] == 4);
  CHECK(http_request(port, "DELETE", "/api/rooms/" + room).status == 200);
  CHECK(http_get(port, "/api/stats").json()["totalRooms"] == 3);
}

TEST_CASE("an operator sets whom a user lists", "[rest]") {
  live_house house{with_operators()};
  auto port = house.port();
  json friends{{{"id", "bob"}, {"name", "Bob"}}, {{"id", "cyd"}}, {{"id", "bob"}, {"name", "B"}}};
  CHECK(put_friends(port, "ann", friends, {}).status == 401);
  auto put = put_friends(port, "ann", friends, operators);
  CHECK(put.status == 200);
  CHECK(put.json()
        == json({{"success", true},
                 {"count", 2},
                 {"friends", {{{"id", "bob"}, {"name", "B"}}, {{"id", "cyd"}}}}}));
  CHECK(put_friends(port, "ann", "x", operators).status == 400);
  CHECK(put_friends(port, "ann", json::array({1}), operators).status == 400);
  CHECK(http_request(port, "POST", "/api/users/ann/friends", "{}").status == 405);
}
