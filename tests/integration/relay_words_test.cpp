// Excalidraw's room protocol over real sockets, packet by packet: clients that poll, errors and limits as
// they are told and counted, and what operators see.
#include "support/kept_house.hpp"
#include "support/operators.hpp"
#include "support/polling_client.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace atrium;
using namespace atrium::test;
using json = nlohmann::json;

namespace {

/// One who joined; its socket id.
std::string enter(polling_client& who, const std::string& room) {
  std::string id = who.connect(json::object())["sid"];
  who.say("42" + json::array({"join-room", room}).dump());
  return id;
}

std::string bytes(const std::string& text) {
  auto packet = text;
  REQUIRE(packet.starts_with('b'));
  return packet.substr(1);
}

} // namespace

TEST_CASE("polling clients draw together: bytes come as bytes, in order", "[relay]") {
  live_house house;
  polling_client ann{house.port()};
  auto anns = enter(ann, "r");
  CHECK(ann.next() == R"(42["first-in-room"])");
  CHECK(ann.next() == R"(42["room-user-change",[")" + anns + R"("]])");
  polling_client bob{house.port()};
  auto bobs = enter(bob, "r");
  auto both = R"(42["room-user-change",[")" + anns + R"(",")" + bobs + R"("]])";
  CHECK(bob.next() == both);
  CHECK(ann.next() == R"(42["new-user",")" + bobs + R"("])");
  CHECK(ann.next() == both);
  const std::string message = R"(-["server-broadcast","r",{"_placeholder":true,"num":0},)"
                              R"({"_placeholder":true,"num":1}])";
  ann.say("452" + message + "\x1e" + "bAAEC" + "\x1e" + "b/w==");
  ann.say(R"(427["server-broadcast","r",{"n":1},null])");
  CHECK(
      bob.next()
      == R"(452-["client-broadcast",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])");
  CHECK(bytes(bob.next()) == "AAEC");
  CHECK(bytes(bob.next()) == "/w==");
  CHECK(bob.next() == R"(42["client-broadcast",{"n":1},null])");
  CHECK(ann.next() == R"(437[{"success":true}])");
  ann.say("1");
  CHECK(bob.next() == R"(42["room-user-change",[")" + bobs + R"("]])");
}

TEST_CASE("what a relay room does not take is told and counted", "[relay]") {
  auto config = test_settings();
  config.limits.relay_rooms = 1;
  config.limits.members_per_room = 1;
  config.limits.payload_bytes = 20'000;
  live_house house{config};
  polling_client ann{house.port()};
  (void)enter(ann, "r");
  polling_client eve{house.port()};
  (void)eve.connect(json::object());
  auto code_of = [&](const std::string& packet) {
    eve.say("421" + packet);
    return eve.expect("431").at(0)["code"].get<std::string>();
  };
  CHECK(code_of(R"(["server-broadcast","r",1,2])") == "not_in_room");
  CHECK(code_of(R"(["join-room","r"])") == "room_full");
  CHECK(code_of(R"(["join-room","s"])") == "rate_limited");
  CHECK(code_of(R"(["join-room",7])") == "bad_request");
  CHECK(house.counts().value(limit::members_per_room) == 1);
  CHECK(house.counts().value(limit::relay_rooms) == 1);
  CHECK(house.counts().value(errc::not_in_room) == 1);
  eve.say(R"(42["server-broadcast","r",1,2])");
  CHECK(eve.expect("42[\"error\"").at(1)["event"] == "server-broadcast");
}

TEST_CASE("operators see relay rooms, and one whom they disconnect is out", "[relay]") {
  live_house house{operated_settings()};
  operator_desk desk{house.port()};
  polling_client ann{house.port()};
  auto anns = enter(ann, "r");
  polling_client bob{house.port()};
  auto bobs = bob.connect({{"userId", "bob"}});
  bob.say(R"(42["join-room","r"])");
  CHECK(bob.next().starts_with(R"(42["room-user-change")"));
  ann.say(R"(42["server-broadcast","r","12345","123"])");
  CHECK(bob.next().starts_with(R"(42["client-broadcast","12345","123"])"));
  json seen;
  CHECK(eventually([&] {
    seen = json::parse(desk.ask("GET", "relays?limit=1").body);
    return seen["members"] == 2 && seen["relays"][0]["messages"] == 1;
  }));
  CHECK(seen["total"] == 1);
  CHECK(seen["relays"][0]["id"] == "r");
  CHECK(seen["relays"][0]["bytes"] == 13);
  CHECK(desk.ask("POST", "relays").status == 405);
  desk.post("users/bob/disconnect");
  CHECK(ann.expect("42[\"room-user-change\",[\"" + anns + "\"]]").at(1).size() == 1);
}
