// Operators' streams against the whole server, with real clients talking.
#include "support/kept_house.hpp"
#include "support/operators.hpp"
#include "support/tail_reader.hpp"
#include "support/ws_client.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace atrium::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

void say(ws_client& who, const std::string& room, const std::string& text) {
  auto said = who.request({{"type", "chat:message"}, {"roomId", room}, {"message", text}});
  REQUIRE(said["success"] == true);
}

/// How many operators look on.
int tails_of(const operator_desk& desk, const std::string& room) {
  return desk.get("rooms/" + room)["live"]["tails"];
}

} // namespace

TEST_CASE("a room's tail hears what a participant hears, and nobody knows") {
  live_house house{operated_settings()};
  operator_desk desk{house.port()};
  auto room = create_room(house.port());
  ws_client ann{house.port()};
  ann.join(room, "ann");
  ann.take_all();
  tail_reader tail{house.port(), "rooms/" + room + "/tail"};
  CHECK(tail.status() == 200);
  CHECK(tail.head().find("application/x-ndjson") != std::string::npos);
  auto first = tail.next();
  REQUIRE(first);
  CHECK((*first)["type"] == "tail");
  CHECK((*first)["roomId"] == room);
  CHECK((*first)["epoch"].is_string());
  CHECK((*first)["seq"] == 0);
  say(ann, room, "hello");
  auto heard = tail.expect("chat:message");
  CHECK(heard["message"] == "hello");
  CHECK(heard["seq"] == 1);
  ann.send({{"type", "cursor"}, {"roomId", room}, {"x", 1}, {"y", 2}});
  CHECK(tail.expect("cursor")["userId"] == "ann");
  CHECK(tails_of(desk, room) == 1);
  // It is in no list of who is there.
  CHECK(http_get(house.port(), "/api/rooms/" + room).json()["room"]["participantCount"] == 1);
  CHECK(desk.get("connections")["total"] == 1);
  tail.leave();
  CHECK(eventually([&] { return tails_of(desk, room) == 0; }));
}

TEST_CASE("a tail of what is not there is refused as any request") {
  live_house house{operated_settings()};
  operator_desk desk{house.port()};
  auto answer = desk.ask("GET", "rooms/999999/tail");
  CHECK(answer.status == 404);
  CHECK(answer.json()["code"] == "room_not_found");
}

TEST_CASE("a room's tail ends with the room") {
  live_house house{operated_settings()};
  auto room = create_room(house.port());
  tail_reader tail{house.port(), "rooms/" + room + "/tail"};
  tail.expect("tail");
  CHECK(http_request(house.port(), "DELETE", "/api/rooms/" + room).status == 200);
  CHECK(tail.expect("room:closed")["reason"] == "deleted");
  CHECK_FALSE(tail.next());
}

TEST_CASE("a tail over HTTP/1.0 is ended by its connection") {
  live_house house{operated_settings()};
  auto room = create_room(house.port());
  tail_reader tail{house.port(), "rooms/" + room + "/tail", 0, "1.0"};
  tail.expect("tail");
  CHECK(tail.head().find("chunked") == std::string::npos);
  CHECK(http_request(house.port(), "DELETE", "/api/rooms/" + room).status == 200);
  tail.expect("room:closed");
  CHECK_FALSE(tail.next());
}

TEST_CASE("a silent tail says that it lives") {
  auto s = operated_settings();
  s.heartbeat.interval = 50ms;
  live_house house{s};
  auto room = create_room(house.port());
  tail_reader tail{house.port(), "rooms/" + room + "/tail"};
  tail.expect("tail");
  for (int i = 0; i < 3; ++i) tail.expect("tail:alive");
}

TEST_CASE("a slow tail is told that something is missing, and goes on") {
  auto s = operated_settings();
  s.limits.lane_bytes = 100'000;
  live_house house{s};
  auto room = create_room(house.port());
  ws_client ann{house.port()};
  ann.join(room, "ann");
  tail_reader tail{house.port(), "rooms/" + room + "/tail", 4'096};
  tail.expect("tail");
  // Nobody reads the tail meanwhile: more than all buffers take.
  auto resyncs = house.counts().value(atrium::counter::slow_resyncs);
  int said = 0;
  auto is_behind = [&] {
    for (int i = 0; i < 20; ++i) say(ann, room, std::to_string(++said) + std::string(9'000, 'x'));
    ann.take_all();
    return house.counts().value(atrium::counter::slow_resyncs) > resyncs;
  };
  REQUIRE(eventually(is_behind, 30s));
  int last = 0;
  bool was_skipped = false;
  for (;;) {
    auto event = *tail.next();
    if (event["type"] == "tail:skipped") {
      was_skipped = true;
      break;
    }
    if (event["type"] != "chat:message") continue;
    CHECK(event["seq"] == last + 1);
    last = event["seq"];
  }
  CHECK(was_skipped);
  CHECK(last < said);
  // It has read up: it hears the room again.
  auto hears_again = [&] {
    say(ann, room, "again");
    auto event = tail.expect("chat:message");
    return event["message"] == "again";
  };
  CHECK(hears_again());
}

TEST_CASE("so many tails are open at a time") {
  auto s = operated_settings();
  s.admin.tails = 2;
  live_house house{s};
  operator_desk desk{house.port()};
  auto room = create_room(house.port());
  tail_reader first{house.port(), "rooms/" + room + "/tail"};
  tail_reader second{house.port(), "users/ann/tail"};
  first.expect("tail");
  second.expect("tail");
  auto refused = desk.ask("GET", "rooms/" + room + "/tail");
  CHECK(refused.status == 429);
  CHECK(refused.json()["code"] == "rate_limited");
  CHECK(refused.headers.contains("retry-after"));
  second.leave();
  auto has_room = [&] { return tail_reader{house.port(), "users/ann/tail"}.status() == 200; };
  CHECK(eventually(has_room));
}

TEST_CASE("a tail that nobody reads is ended") {
  auto s = operated_settings();
  s.limits.stalled = 300ms;
  s.limits.lane_bytes = 100'000;
  live_house house{s};
  operator_desk desk{house.port()};
  auto room = create_room(house.port());
  ws_client ann{house.port()};
  ann.join(room, "ann");
  tail_reader tail{house.port(), "rooms/" + room + "/tail", 4'096};
  tail.expect("tail");
  auto is_ended = [&] {
    for (int i = 0; i < 20; ++i) say(ann, room, std::string(9'000, 'x'));
    ann.take_all();
    return tails_of(desk, room) == 0;
  };
  CHECK(eventually(is_ended, 30s));
  CHECK(house.counts().value(atrium::counter::slow_closed) == 1);
}

TEST_CASE("a tail ends when the server leaves") {
  live_house house{operated_settings()};
  auto room = create_room(house.port());
  tail_reader tail{house.port(), "rooms/" + room + "/tail"};
  tail.expect("tail");
  house.doors().announce_shutdown();
  tail.expect("server:shutdown");
  CHECK_FALSE(tail.next());
  CHECK(house.doors().wait_closed(std::chrono::steady_clock::now() + 10s));
}

TEST_CASE("a user's tail hears it come, speak and go") {
  live_house house{operated_settings()};
  auto room = create_room(house.port());
  tail_reader tail{house.port(), "users/ann/tail"};
  CHECK(tail.expect("tail")["userId"] == "ann");
  ws_client ann{house.port()};
  ann.join(room, "ann");
  auto came = tail.expect("connected");
  CHECK(came["userId"] == "ann");
  say(ann, room, "hello");
  auto spoke = tail.expect("command");
  while (spoke["event"] != "chat:message") spoke = tail.expect("command");
  CHECK(spoke["roomId"] == room);
  CHECK(spoke["connection"] == came["connection"]);
  ann.close();
  CHECK(tail.expect("disconnected")["connection"] == came["connection"]);
}
