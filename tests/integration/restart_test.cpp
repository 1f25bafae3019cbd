// The server ends, in order or not, and starts anew: what the rooms held is found again.
#include "support/http_client.hpp"
#include "support/kept_house.hpp"
#include "support/ws_client.hpp"

#include <catch2/catch.hpp>

using namespace atrium::test;
using namespace std::chrono_literals;
using json = nlohmann::json;

namespace {

json say(ws_client& who, const std::string& room, const std::string& text, bool durable = false) {
  auto ack = who.request(
      {{"type", "chat:message"}, {"roomId", room}, {"message", text}, {"durable", durable}});
  INFO(ack.dump());
  REQUIRE(ack["success"] == true);
  return ack["message"];
}

json draw(ws_client& who, const std::string& room, const json& elements) {
  auto ack = who.request({{"type", "whiteboard:patch"}, {"roomId", room}, {"elements", elements}});
  INFO(ack.dump());
  REQUIRE(ack["success"] == true);
  return ack;
}

const json box{{"id", "box"}, {"version", 1}, {"versionNonce", 7}, {"x", 1.5}};
const json line{{"id", "line"}, {"version", 3}, {"versionNonce", 9}, {"points", {1, 2, 3}}};

struct evening {
  std::string room;
  std::string epoch;
  std::vector<json> said;
  std::int64_t seq = 0;
};

/// Two people meet, chat and draw.
evening spend(kept_house& house, ws_client& ann, ws_client& bob) {
  evening e;
  e.room = create_room(house.port(), {{"name", "salon"}});
  e.epoch = ann.join(e.room, "ann")["epoch"];
  CHECK(bob.join(e.room, "bob")["count"] == 2);
  e.said.push_back(say(ann, e.room, "good evening"));
  e.said.push_back(say(bob, e.room, "und ebenso: \u00fc \U0001F600"));
  draw(ann, e.room, json::array({box}));
  e.seq = draw(bob, e.room, json::array({line}))["seq"];
  e.said.push_back(say(ann, e.room, "see you tomorrow", true));
  ++e.seq;
  CHECK(e.said.back()["seq"] == e.seq);
  return e;
}

/// What a newcomer gets: history and board; returns the join's result.
json find_again(ws_client& who, const evening& e) {
  auto joined = who.join(e.room, "eve");
  CHECK(who.expect("chat:history")["messages"] == json(e.said));
  CHECK(who.expect("whiteboard:state")["elements"] == json::array({box, line}));
  return joined;
}

} // namespace

TEST_CASE("after SIGTERM everything is found again, and the sequence goes on", "[restart]") {
  kept_house house;
  ws_client ann{house.port()};
  ws_client bob{house.port()};
  auto before = spend(house, ann, bob);

  house.server.ask_to_stop();
  for (auto* who : {&ann, &bob}) {
    auto farewell = who->expect("server:shutdown");
    CHECK(farewell["retryAfterMs"].is_number_integer());
    CHECK(who->expect_close() == 1001);
  }
  CHECK(house.server.wait(10s) == 0);
  CHECK(house.redis.ask({"EXISTS", "room:" + before.room + ":participants"}) == "0");
  CHECK(house.field(before.room, "participantCount") == "0");
  CHECK(house.field(before.room, "seq") == std::to_string(before.seq));

  house.server.start();
  auto people = house.get("/api/rooms/" + before.room + "/participants");
  CHECK(people["count"] == 0);
  CHECK(people["participants"].empty());
  CHECK(house.messages(before.room) == before.said);
  ws_client eve{house.port()};
  auto joined = find_again(eve, before);
  CHECK(joined["epoch"] == before.epoch);
  CHECK(joined["seq"] == before.seq);
  CHECK(joined["room"]["name"] == "salon");
  CHECK(say(eve, before.room, "anybody here?")["seq"] == before.seq + 1);
}

TEST_CASE("after kill -9 everything is found again, under a new epoch", "[restart]") {
  kept_house house;
  ws_client ann{house.port()};
  ws_client bob{house.port()};
  auto before = spend(house, ann, bob);
  // A board is there soon, not at once.
  REQUIRE(eventually([&] {
    return house.stored_board(before.room)["elements"] == json::array({box, line});
  }));

  house.server.kill();
  CHECK(ann.expect_close() == 0);
  house.server.start();
  CHECK(house.get("/api/rooms/" + before.room + "/participants")["count"] == 0);
  ws_client eve{house.port()};
  auto joined = find_again(eve, before);
  CHECK(joined["epoch"] != before.epoch);
  CHECK(joined["count"] == 1);
  auto next = say(eve, before.room, "what happened?", true);
  CHECK(next["seq"].get<std::int64_t>() > before.seq);
  CHECK(house.field(before.room, "epoch") == joined["epoch"]);
  CHECK(house.messages(before.room).size() == before.said.size() + 1);
}

TEST_CASE("a message that was sent again after a restart is still the first one", "[restart]") {
  kept_house house;
  auto room = create_room(house.port());
  json event{{"type", "chat:message"},
             {"roomId", room},
             {"message", "once"},
             {"durable", true},
             {"clientMessageId", "m-1"}};
  json first;
  {
    ws_client ann{house.port()};
    ann.join(room, "ann");
    first = ann.request(event);
    REQUIRE(first["persisted"] == true);
  }
  bool in_order = GENERATE(true, false);
  CAPTURE(in_order);
  if (in_order)
    CHECK(house.server.stop() == 0);
  else
    house.server.kill();
  house.server.start();
  ws_client ann{house.port()};
  ann.join(room, "ann");
  auto again = ann.request(event);
  CHECK(again["duplicate"] == true);
  CHECK(again["persisted"] == true);
  CHECK(again["message"] == first["message"]);
  CHECK(house.messages(room).size() == 1);
}

TEST_CASE("SIGTERM under load: what anybody was told is there afterwards", "[restart]") {
  constexpr int burst = is_instrumented ? 100 : 400;
  kept_house house;
  auto room = create_room(house.port());
  std::vector<ws_client> writers;
  std::string epoch;
  for (auto* name : {"ann", "bob", "cid"})
    epoch = writers.emplace_back(house.port()).join(room, name)["epoch"];
  for (int i = 0; i < burst; ++i)
    for (auto& w : writers)
      w.send({{"type", "chat:message"}, {"roomId", room}, {"message", std::to_string(i)}});
  writers.front().expect("chat:message");
  house.server.ask_to_stop();
  std::int64_t told = 0;
  for (auto& w : writers) {
    CHECK(w.expect_close() == 1001);
    for (const auto& event : w.take_all())
      if (event["type"] == "chat:message") told = std::max(told, event["seq"].get<std::int64_t>());
  }
  CHECK(house.server.wait(10s) == 0);
  house.server.start();
  auto seqs = each<std::int64_t>(house.messages(room), "seq");
  REQUIRE(!seqs.empty());
  CHECK(seqs.front() == 1);
  CHECK(is_gapless(seqs));
  CHECK(seqs.back() >= told);
  ws_client eve{house.port()};
  auto joined = eve.join(room, "eve");
  CHECK(joined["epoch"] == epoch);
  CHECK(joined["seq"] == seqs.back());
}
