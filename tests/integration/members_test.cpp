// Members over real sockets: what is said while one is away waits, is delivered at `register`, and is
// gone once its socket took it.
#include "support/http_client.hpp"
#include "support/live_house.hpp"
#include "support/ws_client.hpp"

#include <catch2/catch.hpp>

using namespace atrium::test;
using nlohmann::json;

namespace {

json as(const std::string& user, const std::string& event, const std::string& room) {
  return {{"type", event}, {"userId", user}, {"roomId", room}};
}

json saying(const std::string& room, const std::string& content) {
  auto out = as("ann", "message", room);
  out["content"] = content;
  return out;
}

/// A round trip through the connection's actor: it has heard of all receipts so far.
void settle(ws_client& who, const std::string& user) {
  CHECK(who.request(as(user, "leaveRoom", "000000"))["success"] == false);
}

} // namespace

TEST_CASE("an absent member is given what it missed, once, and then hears its rooms",
          "[messenger]") {
  live_house house;
  auto room = create_room(house.port());
  ws_client ann{house.port()};
  REQUIRE(ann.request(as("ann", "joinRoom", room))["success"] == true);
  {
    ws_client bob{house.port()};
    REQUIRE(bob.request(as("bob", "joinRoom", room))["success"] == true);
    auto joined = bob.expect("joinedRoom");
    CHECK(joined["participants"] == json::array({"ann", "bob"}));
    bob.close();
  }
  CHECK(ann.expect("userOffline")["userId"] == "bob");
  REQUIRE(ann.request(saying(room, "one"))["success"] == true);
  REQUIRE(ann.request(saying(room, "two"))["success"] == true);
  {
    ws_client bob{house.port()};
    REQUIRE(bob.request({{"type", "register"}, {"userId", "bob"}})["success"] == true);
    bob.expect("registered");
    auto missed = bob.expect("offlineMessages");
    CHECK(missed["count"] == 2);
    CHECK(missed["messages"][0]["content"] == "one");
    CHECK(missed["messages"][1]["content"] == "two");
    settle(bob, "bob");
  }
  ws_client bob{house.port()};
  REQUIRE(bob.request({{"type", "register"}, {"userId", "bob"}})["success"] == true);
  settle(bob, "bob");
  REQUIRE(ann.request(saying(room, "three"))["success"] == true);
  CHECK(bob.expect("message")["content"] == "three");
  for (const auto& other : bob.take_all()) CHECK(other["type"] == "registered");
  for (const auto& other : ann.take_all()) CHECK(other["type"] != "message");

  REQUIRE(bob.request(as("bob", "leaveRoom", room))["success"] == true);
  CHECK(bob.expect("leftRoom")["roomId"] == room);
}
