#include <catch2/catch.hpp>

#include "net/admin_spelling.hpp"
#include "net/overview.hpp"

#include <nlohmann/json.hpp>

using namespace atrium;
using namespace atrium::net;
using namespace std::chrono_literals;
using value = nlohmann::json;

namespace {

template <class... What>
value spelled(const What&... what) {
  std::string text;
  atrium::json::object_writer w{text};
  append_members(w, what...);
  w.end();
  return value::parse(text);
}

connection_view view(session_id id) {
  connection_view v;
  v.id = id;
  v.is_native = true;
  v.address = "203.0.113.9";
  v.connected_at = 1'790'000'000'000;
  return v;
}

} // namespace

TEST_CASE("a connection is spelled without what is not known of it") {
  connections_page page{{view(4'294'967'297)}, 7, "1.2"};
  auto out = spelled(page);
  CHECK(out["count"] == 1);
  CHECK(out["total"] == 7);
  CHECK(out["cursor"] == "1.2");
  auto one = out["connections"][0];
  CHECK(one["id"] == "4294967297");
  CHECK(one["protocol"] == "native");
  CHECK(one["transport"] == "websocket");
  CHECK(one["isBehind"] == false);
  for (const auto* unknown : {"userId", "username", "rttMs"}) CHECK_FALSE(one.contains(unknown));

  page.connections[0].user = "ann";
  page.connections[0].username = "Ann";
  page.connections[0].rtt = 12'500us;
  page.connections[0].is_native = false;
  page.connections[0].is_polling = true;
  page.connections[0].events_per_second = 0.4999;
  one = spelled(page)["connections"][0];
  CHECK(one["userId"] == "ann");
  CHECK(one["username"] == "Ann");
  CHECK(one["rttMs"] == 12.5);
  CHECK(one["protocol"] == "socketio");
  CHECK(one["transport"] == "polling");
  CHECK(one["eventsPerSecond"] == 0.5);
}

TEST_CASE("a room is spelled with the connections of its participants") {
  room_inspection room;
  room.room.id.value = "123456";
  room.figures.ttl = 60s;
  room.figures.bytes = 5;
  room.epoch = "9f";
  room.seq = 3;
  room_inspection::seated ann;
  ann.who.user.value = "ann";
  ann.who.username = "Ann";
  ann.who.status = "online";
  ann.seats = {{1, vocabulary::base}, {2, vocabulary::space}, {3, vocabulary::base}};
  room.participants.push_back(ann);
  room.cursor = "ann";
  auto out = spelled(room, connection_views{{1, view(1)}, {2, view(2)}});
  CHECK(out["room"]["id"] == "123456");
  CHECK(out["live"]["epoch"] == "9f");
  CHECK(out["live"]["memoryBytes"] == 5);
  CHECK_FALSE(out["live"]["window"].contains("firstSeq"));
  CHECK(out["count"] == 1);
  CHECK(out["cursor"] == "ann");
  auto who = out["participants"][0];
  CHECK(who["userId"] == "ann");
  // One is gone meanwhile.
  REQUIRE(who["connections"].size() == 2);
  CHECK(who["connections"][0]["vocabulary"] == "base");
  CHECK(who["connections"][1]["vocabulary"] == "space");
  room.window_first = 2;
  CHECK(spelled(room)["live"]["window"]["firstSeq"] == 2);
}

TEST_CASE("a user is spelled with its connections") {
  user_view user;
  user.id.value = "ann";
  user.connections = 2;
  user.sessions = {1, 2};
  user.rooms = {{"123456"}, {"lobby"}};
  user.queue_length = 4;
  auto out = spelled(user, connection_views{{2, view(2)}})["user"];
  CHECK(out["userId"] == "ann");
  CHECK(out["isOnline"] == true);
  CHECK(out["rooms"] == value{"123456", "lobby"});
  CHECK(out["lastActivity"].is_null());
  CHECK(out["queueLength"] == 4);
  REQUIRE(out["connections"].size() == 1);
  CHECK(out["connections"][0]["id"] == "2");
}

TEST_CASE("the overview has every figure") {
  overview o;
  o.started_at = 1'000;
  o.now = 61'000;
  o.log_level = "info";
  o.connections = {4, 3, 2};
  o.health.store_kind = "redis";
  o.health.store_up = true;
  o.health.writers = 2;
  o.lag = 30ms;
  o.latency = {180us, 900us, 5};
  counters counts;
  counts.add(counter::commands, 5);
  counts.add(errc::forbidden);
  counts.add(errc::bad_request);
  auto out = spelled(o, counts);
  CHECK(out["server"]["uptimeSeconds"] == 60);
  CHECK(out["server"]["version"].is_string());
  CHECK(out["connections"]
        == value{{"total", 9}, {"native", 4}, {"socketioWebsocket", 3}, {"socketioPolling", 2}});
  CHECK(out["counters"].size() == 15);
  CHECK(out["counters"]["commands"] == 5);
  CHECK(out["counters"]["failures"] == 2);
  CHECK(out["latency"] == value{{"p50Us", 180}, {"p99Us", 900}});
  CHECK(out["health"]["redis"]["status"] == "up");
  CHECK(out["health"]["writers"]["lagMs"] == 30);
  o.health.store_up = false;
  CHECK(spelled(o, counts)["health"]["redis"]["status"] == "down");
}
