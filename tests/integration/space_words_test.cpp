// Spaces over real sockets: clients of both kinds in one space come, walk, are lost, return and leave.
#include "support/http_client.hpp"
#include "support/live_house.hpp"
#include "support/polling_client.hpp"
#include "support/ws_client.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace atrium::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

std::string create_space(std::uint16_t port, json more = json::object()) {
  json fields{{"kind", "space"}};
  fields.update(more);
  return create_room(port, fields);
}

json entry(const std::string& space, const std::string& user) {
  return {{"type", "join-space"}, {"spaceId", space}, {"userId", user}, {"username", user}};
}

json step(const std::string& space, double x, double y) {
  return {{"type", "move"}, {"spaceId", space}, {"x", x}, {"y", y}};
}

/// `event` without what all of them have: its name and the space.
json about(json event) {
  event.erase("type");
  event.erase("spaceId");
  return event;
}

/// The fields of a Socket.IO event.
json fields_of(polling_client& who, const std::string& event) {
  return who.expect("42[\"" + event + '"')[1];
}

json point(double x, double y) {
  return {{"x", x}, {"y", y}};
}

} // namespace

TEST_CASE("clients of both kinds meet in a space", "[space]") {
  live_house house;
  auto space = create_space(house.port(), {{"width", 20}, {"height", 10}, {"spawn", point(4, 5)}});
  ws_client ann{house.port()};
  auto result = ann.request(entry(space, "ann"));
  CHECK(result["success"] == true);
  CHECK(result["spaceId"] == space);
  CHECK(result["userId"] == "ann");
  CHECK(result["seq"] == 0);
  CHECK(result["epoch"].is_string());
  CHECK(result["spawn"] == point(4, 5));
  auto alone = ann.next();
  CHECK(alone
        == json{{"type", "space-joined"},
                {"spaceId", space},
                {"spawn", point(4, 5)},
                {"users", json::array()}});

  polling_client bob{house.port()};
  bob.connect({{"userId", "bob"}, {"username", "Bob"}});
  bob.say("420" + json::array({"join-space", {{"spaceId", space}, {"username", "Bob"}}}).dump());
  auto state = fields_of(bob, "space-joined");
  CHECK(state["spawn"] == point(4, 4));
  CHECK(state["users"]
        == json::array(
            {{{"userId", "ann"}, {"username", "ann"}, {"x", 4}, {"y", 5}, {"status", "online"}}}));
  auto answer = bob.expect("430[")[0];
  CHECK(answer["success"] == true);
  CHECK(answer["userId"] == "bob");
  CHECK(about(ann.expect("user-joined-space"))
        == json{{"userId", "bob"}, {"username", "Bob"}, {"x", 4}, {"y", 4}});

  SECTION("each hears where the other goes, and not where it goes itself") {
    CHECK(ann.request(step(space, 3.5, 0))["success"] == true);
    CHECK(fields_of(bob, "user-moved")
          == json{{"spaceId", space}, {"userId", "ann"}, {"x", 3.5}, {"y", 0}});
    // The space entered last is meant.
    bob.emit("move", point(19.75, 9));
    CHECK(about(ann.expect("user-moved")) == json{{"userId", "bob"}, {"x", 19.75}, {"y", 9}});
    for (const auto& event : ann.take_all()) CHECK(event["type"] != "user-moved");
  }
  SECTION("nobody leaves through a wall") {
    bob.emit("move", {{"spaceId", space}, {"x", 20}, {"y", 5}});
    CHECK(fields_of(bob, "movement-rejected") == json{{"spaceId", space}, {"x", 4}, {"y", 4}});
    bob.say("427" + json::array({"move", {{"x", nullptr}, {"y", 5}}}).dump());
    CHECK(bob.next().starts_with("42[\"movement-rejected\""));
    auto refusal = bob.expect("437[")[0];
    CHECK(refusal["success"] == false);
    CHECK(refusal["code"] == "bad_request");
    ann.send_text(R"({"type":"move","spaceId":")" + space + R"(","x":1e999,"y":0})");
    auto rejected = ann.next();
    CHECK(rejected["type"] == "movement-rejected");
    CHECK(about(rejected) == point(4, 5));
    // No `error` came with any of these, and nobody heard of a move.
    ann.send({{"type", "chat:message"}, {"roomId", space}, {"message", "hi"}});
    CHECK(ann.next()["type"] == "chat:message");
    CHECK(bob.next().starts_with("42[\"chat:message\""));
  }
  SECTION("a status is told, in a space's own way") {
    ann.send({{"type", "presence:status"},
              {"roomId", space},
              {"status", "busy"},
              {"text", " thinking "}});
    auto told = fields_of(bob, "presence:delta");
    REQUIRE(told["changed"].size() == 1);
    CHECK(told["changed"][0]["userId"] == "ann");
    CHECK(told["changed"][0]["status"] == "busy");
    CHECK(told["changed"][0]["text"] == "thinking");
    CHECK(told["joined"].empty());
    CHECK(ann.request({{"type", "presence:status"},
                       {"roomId", space},
                       {"status", "busy"},
                       {"text", "a\nb"}})["code"]
          == "bad_request");
  }
  SECTION("a lost one is a ghost, and has its place again") {
    bob.emit("move", {{"spaceId", space}, {"x", 7}, {"y", 8}});
    ann.expect("user-moved");
    bob.say("1");
    CHECK(about(ann.expect("user-away-space")) == json{{"userId", "bob"}});
    ws_client eve{house.port()};
    eve.send(entry(space, "eve"));
    auto seen = eve.expect("space-joined")["users"];
    CHECK(seen.size() == 2);
    for (const auto& user : seen)
      CHECK(user["status"] == (user["userId"] == "bob" ? "away" : "online"));
    ws_client back{house.port()};
    CHECK(back.request(entry(space, "bob"))["spawn"] == point(7, 8));
    CHECK(about(ann.expect("user-joined-space", [](const json& e) { return e["userId"] == "bob"; }))
          == json{{"userId", "bob"}, {"username", "bob"}, {"x", 7}, {"y", 8}, {"returned", true}});
    SECTION("who leaves has no place any more") {
      CHECK(back.request({{"type", "leave-space"}, {"spaceId", space}})["success"] == true);
      CHECK(about(ann.expect("user-left-space")) == json{{"userId", "bob"}});
      CHECK(back.request(step(space, 1, 1))["code"] == "not_in_room");
      auto again = back.request(entry(space, "bob"));
      CHECK(again["spawn"] != point(7, 8));
    }
  }
}

TEST_CASE("a ghost that nobody comes back for is swept", "[space]") {
  auto config = test_settings();
  config.spaces.grace = 300ms;
  config.spaces.sweep = 100ms;
  live_house house{config};
  auto space = create_space(house.port());
  ws_client ann{house.port()}, bob{house.port()};
  CHECK(ann.request(entry(space, "ann"))["success"] == true);
  CHECK(bob.request(entry(space, "bob"))["success"] == true);
  bob.drop();
  CHECK(ann.expect("user-away-space")["userId"] == "bob");
  CHECK(ann.expect("user-left-space")["userId"] == "bob");
}

TEST_CASE("each hears a space in the words of its entry", "[space]") {
  live_house house;
  auto space = create_space(house.port());
  ws_client walker{house.port()}, talker{house.port()};
  CHECK(walker.request(entry(space, "walker"))["success"] == true);
  talker.join(space, "talker");
  CHECK(walker.expect("user-joined-space")["userId"] == "talker");
  walker.send(step(space, 1, 2));
  auto is_there = [](const json& e) {
    for (const auto& p : e.contains("changed") ? e["changed"] : e["participants"])
      if (p["userId"] == "walker" && p.contains("x") && p["x"] == 1.0) return true;
    return false;
  };
  talker.expect([&](const json& e) {
    return e["type"].get<std::string>().starts_with("presence:") && is_there(e);
  });
  // Who is in by `join` stands somewhere and may walk, too.
  CHECK(talker.request(step(space, 5, 6))["success"] == true);
  CHECK(walker.expect("user-moved")["userId"] == "talker");
  for (const auto& event : talker.take_all()) {
    INFO(event.dump());
    CHECK(event["type"].get<std::string>().find("space") == std::string::npos);
    CHECK(event["type"] != "user-moved");
  }
  for (const auto& event : walker.take_all()) CHECK(event["type"] != "presence:update");
  CHECK(walker.request(entry(create_room(house.port()), "walker"))["code"] == "bad_request");
}
