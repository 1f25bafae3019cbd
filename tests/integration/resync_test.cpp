// Readers that stop for a while: what they missed comes once, or the truth as a whole.
#include "support/http_client.hpp"
#include "support/live_house.hpp"
#include "support/ws_client.hpp"

#include <catch2/catch.hpp>

using atrium::counter;
using namespace atrium::test;
using nlohmann::json;

namespace {

json chat(const std::string& room, const std::string& text) {
  return {{"type", "chat:message"}, {"roomId", room}, {"message", text}};
}

/// Writes until the lane of a reader that stopped has overflown, and a little more. Returns how much.
int write_past(live_house& house, const std::string& room, ws_client& writer, ws_client& other) {
  std::string text(9'000, 'x');
  int sent = 0;
  // The kernel's buffers take some megabytes before the lane fills.
  while (house.counts().value(counter::slow_resyncs) == 0 && sent < 4'000) {
    REQUIRE(writer.request(chat(room, text + std::to_string(sent)))["success"] == true);
    writer.take_all();
    ++sent;
    other.expect("chat:message");
  }
  REQUIRE(house.counts().value(counter::slow_resyncs) == 1);
  writer.request(chat(room, "while it slept"));
  other.expect("chat:message", [](const json& m) { return m["message"] == "while it slept"; });
  return sent + 1;
}

} // namespace

TEST_CASE("a reader that stops gets the truth anew when it goes on; the others notice nothing") {
  auto config = test_settings();
  config.limits.lane_bytes = 100'000;
  config.rooms.window_count = 2;
  live_house house{config};
  auto room = create_room(house.port());
  ws_client slow{house.port(), "/ws", {}, 4'096};
  ws_client writer{house.port()};
  ws_client other{house.port()};
  slow.join(room, "slow");
  writer.join(room, "writer");
  other.join(room, "other");
  write_past(house, room, writer, other);
  auto again = slow.expect("chat:history", [](const json& m) { return m.contains("resync"); });
  CHECK(again["messages"].back()["message"] == "while it slept");
  slow.expect("whiteboard:state", [](const json& m) { return m.contains("resync"); });
  writer.request(chat(room, "live again"));
  slow.expect("chat:message", [](const json& m) { return m["message"] == "live again"; });
  // Its own commands were answered all along.
  CHECK(slow.request(chat(room, "mine"))["success"] == true);
}

TEST_CASE("a reader that stops gets what it missed, each message once, where the room has it") {
  auto config = test_settings();
  config.limits.lane_bytes = 100'000;
  config.rooms.window_count = 5'000;
  config.rooms.window_bytes = 64'000'000;
  live_house house{config};
  auto room = create_room(house.port());
  ws_client slow{house.port(), "/ws", {}, 4'096};
  ws_client writer{house.port()};
  ws_client other{house.port()};
  slow.join(room, "slow");
  writer.join(room, "writer");
  other.join(room, "other");
  auto sent = write_past(house, room, writer, other);
  bool was_resent = false;
  for (int seq = 1; seq <= sent; ++seq) {
    auto m = slow.expect("chat:message");
    REQUIRE(m["seq"] == seq);
    // Once something is sent anew, all is until it has caught up.
    REQUIRE(m.contains("resync") >= was_resent);
    was_resent = m.contains("resync");
  }
  CHECK(was_resent);
  CHECK(slow.expect("presence:update", [](const json& m) { return m.contains("resync"); })["count"]
        == 3);
  writer.request(chat(room, "live again"));
  auto live = slow.expect("chat:message");
  CHECK(live["seq"] == sent + 1);
  CHECK_FALSE(live.contains("resync"));
}
