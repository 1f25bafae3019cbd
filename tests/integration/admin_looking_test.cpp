// What operators see of a running server, against the whole server with real clients.
#include "support/kept_house.hpp"
#include "support/operators.hpp"
#include "support/polling_client.hpp"
#include "support/ws_client.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

using namespace atrium::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

/// The connections of one user, as operators see them.
json connections_of(const operator_desk& desk, const std::string& user) {
  return desk.get("connections?q=" + user)["connections"];
}

} // namespace

TEST_CASE("the overview counts clients by their wires") {
  auto s = operated_settings();
  s.server.threads = 2;
  live_house house{s};
  operator_desk desk{house.port()};
  ws_client ann{house.port(), "/ws?userId=ann&username=Ann"};
  polling_client bob{house.port()};
  bob.connect({{"userId", "bob"}});
  auto room = create_room(house.port());
  ann.join(room, "ann");
  auto o = desk.get("overview");
  CHECK(o["success"] == true);
  CHECK(o["server"]["pid"] == ::getpid());
  CHECK(o["server"]["store"] == "memory");
  CHECK(o["server"]["ioThreads"] == 2);
  CHECK(o["server"]["draining"] == false);
  CHECK(o["server"]["memoryBytes"].get<std::int64_t>() > 1'000'000);
  CHECK(o["server"]["startedAt"].get<std::int64_t>() > 1'600'000'000'000);
  CHECK(o["connections"]
        == json{{"total", 2}, {"native", 1}, {"socketioWebsocket", 0}, {"socketioPolling", 1}});
  CHECK(o["rooms"]["live"] == 1);
  CHECK(o["counters"]["connectionsOpened"] == 2);
  CHECK(o["counters"]["commands"].get<int>() >= 1);
  CHECK(o["health"]["status"] == "healthy");
  CHECK(o["health"]["redis"]["status"] == "disabled");
  ann.close();
  CHECK(eventually([&] { return desk.get("overview")["connections"]["total"] == 1; }));
}

TEST_CASE("a connection is seen with its user, its address and what it did") {
  auto s = operated_settings();
  s.heartbeat.interval = 50ms;
  live_house house{s};
  operator_desk desk{house.port()};
  auto room = create_room(house.port());
  ws_client ann{house.port()};
  auto one = desk.get("connections")["connections"].at(0);
  CHECK_FALSE(one.contains("userId"));
  ann.join(room, "ann");
  one = connections_of(desk, "ann").at(0);
  CHECK(one["userId"] == "ann");
  CHECK(one["username"].is_string());
  CHECK(one["protocol"] == "native");
  CHECK(one["transport"] == "websocket");
  CHECK(one["address"] == "127.0.0.1");
  CHECK(one["rooms"] == 1);
  CHECK(one["isBehind"] == false);
  CHECK(one["eventsReceived"] == 1);
  CHECK(one["bytesReceived"].get<int>() > 20);
  CHECK(one["framesSent"].get<int>() >= 2);
  CHECK(one["eventsPerSecond"].get<double>() >= 0);
  // It answers pings while it reads.
  CHECK(eventually([&] {
    ann.read_for(60ms);
    return connections_of(desk, "ann").at(0).contains("rttMs");
  }));
  CHECK(connections_of(desk, "127.0.0").size() == 1);
  CHECK(connections_of(desk, "nobody").empty());
}

TEST_CASE("a guest is seen under the name that it was given") {
  live_house house{operated_settings()};
  operator_desk desk{house.port()};
  ws_client guest{house.port()};
  auto joined = guest.request(
      {{"type", "join"}, {"roomId", create_room(house.port())}, {"username", "Guest"}});
  REQUIRE(joined["success"] == true);
  auto one = desk.get("connections")["connections"].at(0);
  CHECK(one["userId"] == joined["userId"]);
  CHECK(one["username"] == "Guest");
}

TEST_CASE("a client of Socket.IO is seen with its transport") {
  live_house house{operated_settings()};
  operator_desk desk{house.port()};
  polling_client bob{house.port()};
  bob.connect({{"userId", "bob"}, {"username", "Bob"}});
  auto one = connections_of(desk, "bob").at(0);
  CHECK(one["protocol"] == "socketio");
  CHECK(one["transport"] == "polling");
  CHECK(one["username"] == "Bob");
  ws_client carol{house.port(), "/socket.io/?EIO=4&transport=websocket&userId=carol"};
  carol.send_text("40");
  CHECK(eventually([&] { return connections_of(desk, "carol").size() == 1; }));
  CHECK(connections_of(desk, "carol").at(0)["transport"] == "websocket");
}

TEST_CASE("very many connections are looked through in portions, each shown once") {
  auto s = operated_settings();
  s.limits.connections_per_ip = 0;
  s.server.threads = 2;
  live_house house{s};
  operator_desk desk{house.port()};
  // More than one thread looks through in a turn.
  constexpr std::size_t count = 1'100;
  std::vector<ws_client> clients;
  for (std::size_t i = 0; i < count; ++i)
    clients.emplace_back(house.port(), "/ws?userId=user" + std::to_string(i));
  for (const auto* order : {"age", "sent&order=asc"}) {
    std::set<std::string> seen;
    std::string cursor;
    do {
      auto page = desk.get("connections?limit=200&sort=" + std::string{order} + cursor);
      CHECK(page["total"] == count);
      CHECK(page["count"] == page["connections"].size());
      for (const auto& c : page["connections"]) seen.insert(c["id"].get<std::string>());
      cursor = page.contains("cursor") ? "&cursor=" + page["cursor"].get<std::string>() : "";
    } while (!cursor.empty());
    CHECK(seen.size() == count);
  }
  auto page = desk.get("connections?q=user10");
  // user10, user100 … user109, user1000 … user1099
  CHECK(page["total"] == 111);
  CHECK(page["count"] == 50);
}

TEST_CASE("a slow reader is seen to fall behind") {
  auto s = operated_settings();
  s.limits.lane_bytes = 50'000;
  live_house house{s};
  operator_desk desk{house.port()};
  auto room = create_room(house.port());
  ws_client sleeper{house.port(), "/ws", {}, 4'096};
  sleeper.join(room, "sleeper");
  ws_client speaker{house.port()};
  speaker.join(room, "speaker");
  auto falls_behind = [&] {
    for (int i = 0; i < 20; ++i) {
      auto said = speaker.request(
          {{"type", "chat:message"}, {"roomId", room}, {"message", std::string(9'000, 'x')}});
      REQUIRE(said["success"] == true);
      speaker.take_all();
    }
    return connections_of(desk, "sleeper").at(0)["isBehind"] == true;
  };
  REQUIRE(eventually(falls_behind, 30s));
  auto one = desk.get("connections?sort=dropped&limit=1")["connections"].at(0);
  CHECK(one["userId"] == "sleeper");
  CHECK(one["resyncs"] == 1);
  CHECK(one["dropped"].get<int>() > 0);
  CHECK(one["queuedBytes"].get<int>() > 0);
}

TEST_CASE("the log's level is read and set") {
  live_house house{operated_settings()};
  operator_desk desk{house.port()};
  auto before = desk.get("log-level")["level"].get<std::string>();
  auto put = desk.ask("PUT", "log-level", {{"level", "error"}});
  CHECK(put.status == 200);
  CHECK(put.json()["level"] == "error");
  CHECK(desk.get("log-level")["level"] == "error");
  CHECK(desk.get("overview")["server"]["logLevel"] == "error");
  CHECK(desk.ask("PUT", "log-level", {{"level", "loud"}}).status == 400);
  (void)desk.ask("PUT", "log-level", {{"level", before}});
}
