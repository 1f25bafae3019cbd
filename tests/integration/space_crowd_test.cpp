// Many who walk: who is near is told of every step, who is far of some; a reader that stops costs
// little, and knows in the end where everybody is.
#include "support/atriumd_process.hpp"
#include "support/http_client.hpp"
#include "support/kept_house.hpp"
#include "support/live_house.hpp"
#include "support/polling_client.hpp"
#include "support/ws_client.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

using namespace atrium::test;
using namespace std::chrono_literals;
using nlohmann::json;
using test_clock = std::chrono::steady_clock;

namespace {

json step(const std::string& space, double x, double y) {
  return {{"type", "move"}, {"spaceId", space}, {"x", x}, {"y", y}};
}

/// A client in a space, standing there.
ws_client walker(std::uint16_t port, const std::string& space, const std::string& user, double x,
                 double y, int receive_buffer_bytes = 0) {
  ws_client who{port, "/ws", {}, receive_buffer_bytes};
  json entry{{"type", "join-space"}, {"spaceId", space}, {"userId", user}, {"username", user}};
  CHECK(who.request(entry)["success"] == true);
  CHECK(who.request(step(space, x, y))["success"] == true);
  return who;
}

ws_client::predicate is_at(const std::string& user, double x) {
  return [=](const json& e) {
    return e["type"] == "user-moved" && e["userId"] == user && e["x"] == x;
  };
}

/// `speaker` says so much that everybody else has to read it, and hears it itself.
void fill(ws_client& speaker, const std::string& space, std::size_t bytes) {
  const std::string much(9'990, 'x');
  for (std::size_t said = 0; said < bytes; said += much.size()) {
    speaker.send({{"type", "chat:message"}, {"roomId", space}, {"message", much}});
    speaker.expect("chat:message");
  }
}

} // namespace

TEST_CASE("in a crowd those far away are told less often, and of the end", "[space]") {
  auto config = test_settings();
  config.spaces.crowd = 3;
  config.spaces.radius = 5;
  live_house house{config};
  auto space = create_room(house.port(), {{"kind", "space"}});
  auto port = house.port();
  auto ann = walker(port, space, "ann", 10, 10);
  auto near = walker(port, space, "near", 12, 10);
  auto far = walker(port, space, "far", 90, 90);
  auto other = walker(port, space, "other", 90, 10);
  far.expect(is_at("other", 90));
  far.take_all();

  constexpr int steps = 40;
  auto began = test_clock::now();
  double x = 10;
  for (int i = 0; i < steps; ++i) {
    x += 0.0625;
    ann.send(step(space, x, 10));
    // Every step, at the pace at which they are told.
    near.expect(is_at("ann", x));
  }
  far.expect(is_at("ann", x));
  auto seconds = std::chrono::duration<double>(test_clock::now() - began).count();
  auto told = 1.0;
  for (const auto& e : far.take_all()) told += e["type"] == "user-moved" && e["userId"] == "ann";
  CAPTURE(told, seconds);
  CHECK(told <= seconds * config.spaces.far_hz + 2);
  CHECK(told < steps / 2);

  // Who comes near is told every step, too.
  far.send(step(space, 13, 10));
  near.expect(is_at("far", 13));
  for (int i = 0; i < 5; ++i) {
    x += 0.0625;
    ann.send(step(space, x, 10));
    far.expect(is_at("ann", x));
  }
}

TEST_CASE("who stops reading where many walk finds everybody's last place", "[space]") {
  constexpr int walkers = 50;
  constexpr int rounds = is_instrumented ? 30 : 200;
  // No limit is to be reached: what is told is only a matter of how the sleeper reads.
  atriumd_process server{{"--store", "memory"},
                         {{"ATRIUM_SPACES_MOVE_HZ", "1000"},
                          {"ATRIUM_SPACES_GATHER_MS", "1"},
                          {"ATRIUM_SPACES_CROWD", "1000"},
                          {"ATRIUM_CHAT_JOIN_HISTORY", "1"},
                          {"ATRIUM_LIMITS_EVENTS_PER_SECOND", "0"},
                          {"ATRIUM_LIMITS_LANE_BYTES", "0"},
                          {"ATRIUM_LIMITS_LANE_MS", "0"},
                          {"ATRIUM_LIMITS_STALLED_MS", "300000"}}};
  auto space = create_room(server.port(), {{"kind", "space"}, {"maxParticipants", 100}});
  auto watcher = walker(server.port(), space, "watcher", 0, 0);
  constexpr int small_buffer_bytes = 8'192;
  auto sleeper = walker(server.port(), space, "sleeper", 0, 0, small_buffer_bytes);
  // More than sockets hold: from here on everything waits for the sleeper.
  fill(watcher, space, 8'000'000);
  // Entered by `join`, they hear of no moves themselves.
  const std::string family = "walker";
  auto name = [&](int i) { return family + std::to_string(100 + i); };
  std::vector<ws_client> crowd;
  for (int i = 0; i < walkers; ++i) crowd.emplace_back(server.port()).join(space, name(i));

  auto before = server.resident_bytes();
  double x = 0;
  for (int round = 1; round <= rounds; ++round) {
    x = round * 0.125;
    for (auto& who : crowd) who.send(step(space, x, 1));
    watcher.expect(is_at(name(walkers - 1), x));
    if (round % 10 == 0) watcher.take_all();
  }
  for (int i = 0; i < walkers - 1; ++i)
    crowd[static_cast<std::size_t>(i)].request(step(space, x, 2));
  auto after = server.resident_bytes();
  CAPTURE(before, after);
  if (!is_instrumented) CHECK(after < before + 4'000'000);

  std::map<std::string, double> places;
  std::set<std::string> arrived;
  int told = 0;
  while (arrived.size() < walkers) {
    auto e = sleeper.next();
    if (e["type"] != "user-moved" || !e["userId"].get<std::string>().starts_with(family)) continue;
    auto& place = places[e["userId"]];
    // Never an older one behind a newer one.
    CHECK(e["x"] >= place);
    place = e["x"];
    if (place == x && e["y"] == (e["userId"] == name(walkers - 1) ? 1 : 2))
      arrived.insert(e["userId"]);
    ++told;
  }
  CHECK(places.size() == walkers);
  // Once, and again as the rest of what stood before them left the server.
  CHECK(told <= walkers * 3);
  auto metrics = http_get(server.port(), "/metrics").body;
  CHECK(metrics.find("atrium_slow_resyncs_total 0") != std::string::npos);
}

TEST_CASE("who polls where many walk is told the newest, and little of what was before",
          "[space]") {
  auto config = test_settings();
  config.spaces.move_hz = 1'000;
  config.spaces.gather = 1ms;
  live_house house{config};
  auto space = create_room(house.port(), {{"kind", "space"}});
  polling_client poller{house.port()};
  poller.connect({{"userId", "poller"}, {"username", "Poller"}});
  poller.emit("join-space", {{"spaceId", space}});
  poller.expect("42[\"space-joined\"");
  constexpr int walkers = 30;
  constexpr int rounds = 50;
  std::vector<ws_client> crowd;
  for (int i = 0; i < walkers; ++i)
    crowd.push_back(walker(house.port(), space, "walker" + std::to_string(10 + i), 0, 0));
  auto& first = crowd.front();
  for (int round = 1; round <= rounds; ++round) {
    for (auto& who : crowd) who.send(step(space, round, 1));
    first.expect(is_at("walker39", round));
    first.take_all();
  }
  std::map<std::string, double> places;
  std::set<std::string> arrived;
  int told = 0;
  while (arrived.size() < walkers) {
    auto e = poller.expect("42[\"user-moved\"")[1];
    auto& place = places[e["userId"]];
    CHECK(e["x"] >= place);
    place = e["x"];
    if (place == rounds) arrived.insert(e["userId"]);
    ++told;
  }
  CHECK(told < walkers * 10);
}
