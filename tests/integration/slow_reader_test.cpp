// One of ten stops reading while megabytes go through the room: the other nine notice nothing, the
// server's memory stays where it was, and the tenth finds the truth when it reads on.
#include "support/http_client.hpp"
#include "support/kept_house.hpp"
#include "support/ws_client.hpp"

#include <catch2/catch.hpp>

#include <optional>

using namespace atrium::test;
using namespace std::chrono_literals;
using json = nlohmann::json;

namespace {

constexpr std::size_t scene_bytes = 200'000;
constexpr int small_buffer_bytes = 8'192;
constexpr std::chrono::milliseconds prompt = is_instrumented ? 10s : 2s;

/// Nine who read, the first of whom speaks, and one who does not.
struct hall {
  kept_house house;
  std::string room = create_room(house.port());
  std::vector<ws_client> readers;
  ws_client sleeper{house.port(), "/ws", {}, small_buffer_bytes};
  int said = 0;

  explicit hall(atriumd_process::environment env) : house{std::move(env)} {
    for (int i = 0; i < 9; ++i)
      readers.emplace_back(house.port()).join(room, "reader" + std::to_string(i));
    sleeper.join(room, "sleeper");
  }

  /// A large scene and a numbered message; all nine have both promptly.
  void round() {
    auto& speaker = readers.front();
    // Without ids and versions a scene replaces the last one: the room does not grow.
    json large{{"n", ++said}, {"ink", std::string(scene_bytes, 'x')}};
    speaker.send(
        {{"type", "whiteboard-change"}, {"roomId", room}, {"elements", json::array({large})}});
    speaker.send({{"type", "chat:message"}, {"roomId", room}, {"message", std::to_string(said)}});
    auto is_this = [this](const json& m) { return m["message"] == std::to_string(said); };
    for (auto& r : readers) {
      r.expect("chat:message", is_this, prompt);
      r.take_all();
    }
  }
};

int number_of(const json& message) {
  return std::stoi(message["message"].get<std::string>());
}

/// What the sleeper reads: whether it is a continuation is checked as it comes.
struct reading {
  /// The number of the last message known; empty while only a resync can tell.
  std::optional<int> last;
  int resyncs = 0;

  void take(const json& event) {
    std::string type = event["type"];
    if (type == "chat:message") {
      // After what was dropped nothing else may come before the truth.
      CHECK(number_of(event) == last.value_or(0) + 1);
      last = number_of(event);
    } else if (type == "chat:history" && event.value("resync", false)) {
      const auto& messages = event["messages"];
      for (std::size_t i = 1; i < messages.size(); ++i)
        CHECK(number_of(messages[i]) == number_of(messages[i - 1]) + 1);
      CHECK(number_of(messages.back()) >= last.value_or(0));
      last = number_of(messages.back());
      ++resyncs;
    }
  }
};

} // namespace

TEST_CASE("a reader that stops costs the others nothing, the server little, itself nothing",
          "[slow_reader]") {
  constexpr int rounds = is_instrumented ? 50 : 300;
  // Under sanitizers a round takes seconds: here nobody is to be closed for reading nothing.
  hall h{{{"ATRIUM_LIMITS_LANE_BYTES", "500000"}, {"ATRIUM_LIMITS_STALLED_MS", "300000"}}};
  for (int i = 0; i < 10; ++i) h.round();
  auto before = h.house.server.resident_bytes();
  for (int i = 0; i < rounds; ++i) h.round();
  auto after = h.house.server.resident_bytes();
  CAPTURE(before, after);
  // Far less than went past it.
  if (!is_instrumented) CHECK(after < before + 16'000'000);
  CHECK(h.house.metric("atrium_slow_resyncs_total") == 1);

  reading seen;
  auto read_until_resync = [&] {
    while (seen.resyncs == 0) seen.take(h.sleeper.next());
  };
  read_until_resync();
  CHECK(seen.last == h.said);
  auto board = h.sleeper.next();
  CHECK(board["type"] == "whiteboard:state");
  CHECK(board["resync"] == true);
  CHECK(board["elements"][0]["n"] == h.said);
  auto roster = h.sleeper.next();
  CHECK(roster["type"] == "presence:update");
  CHECK(roster["resync"] == true);
  CHECK(roster["count"] == 10);

  // From now on it is a reader like all others.
  for (int i = 0; i < 10; ++i) {
    h.round();
    while (seen.last != h.said) seen.take(h.sleeper.next());
  }
  CHECK(seen.resyncs == 1);
}

TEST_CASE("results are never lost, however slowly they are read", "[slow_reader]") {
  hall h{{{"ATRIUM_LIMITS_LANE_BYTES", "500000"}}};
  constexpr int asked = 20;
  for (int i = 0; i < asked; ++i) {
    h.sleeper.send({{"type", "typing"}, {"roomId", h.room}, {"isTyping", true}, {"ref", i}});
    h.round();
  }
  for (int i = 0; i < 30; ++i) h.round();
  for (int i = 0; i < asked; ++i) {
    auto ack = h.sleeper.expect("ack");
    CHECK(ack["ref"] == i);
    CHECK(ack["success"] == true);
  }
}

TEST_CASE("a reader that never reads again is closed, and has left", "[slow_reader]") {
  hall h{{{"ATRIUM_LIMITS_LANE_BYTES", "500000"}, {"ATRIUM_LIMITS_STALLED_MS", "1500"}}};
  for (int i = 0; i < 60; ++i) h.round();
  // Nobody touches the sleeper's socket any more.
  auto about = "/api/rooms/" + h.room;
  REQUIRE(
      eventually([&] { return h.house.get(about + "/stats")["stats"]["participantCount"] == 9; }));
  auto people = h.house.get(about + "/participants")["participants"];
  CHECK(people.size() == 10);
  for (const auto& p : people) CHECK(p["status"] == (p["userId"] == "sleeper" ? "away" : "online"));
  CHECK(h.house.metric("atrium_slow_closed_total") == 1);
  CHECK(
      eventually([&] { return h.house.metric("atrium_connections{transport=\"native\"}") == 9; }));
  h.sleeper.expect_close();
}
