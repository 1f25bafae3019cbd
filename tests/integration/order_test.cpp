// One room, one order: the same for every client, in Redis, and after a reload; for those who come in
// the middle, too.
#include "support/http_client.hpp"
#include "support/kept_house.hpp"
#include "support/ws_client.hpp"

#include <catch2/catch.hpp>

#include <map>

using namespace atrium::test;
using namespace std::chrono_literals;
using json = nlohmann::json;

namespace {

struct crowd {
  std::string room;
  std::vector<ws_client> clients;

  crowd(kept_house& house, std::size_t count) : room{create_room(house.port())} {
    for (std::size_t i = 0; i < count; ++i)
      clients.emplace_back(house.port()).join(room, "user" + std::to_string(i));
  }

  void all_say(int count) {
    for (int i = 0; i < count; ++i)
      for (auto& c : clients)
        c.send({{"type", "chat:message"},
                {"roomId", room},
                {"message", "message " + std::to_string(said++)}});
  }

  int said = 0;
};

/// Waits for `count` chat messages and returns them without what only the event has.
std::vector<json> take_chat(ws_client& client, std::size_t count, std::vector<json> got = {}) {
  while (got.size() < count) {
    got.push_back(client.expect("chat:message"));
    for (auto& event : client.take_all())
      if (event["type"] == "chat:message") got.push_back(std::move(event));
  }
  return got;
}

/// A client's frame, masked with zeros.
std::string frame_of(const json& event) {
  auto text = event.dump();
  REQUIRE(text.size() < 126);
  return "\x81" + std::string(1, static_cast<char>(0x80 | text.size())) + std::string(4, '\0')
         + text;
}

} // namespace

TEST_CASE("twenty clients see ten thousand messages in one order, as Redis and a reload do",
          "[order]") {
  constexpr std::size_t client_count = 20;
  constexpr int rounds = is_instrumented ? 4 : 20;
  constexpr int per_round = 25;
  constexpr std::size_t total = client_count * rounds * per_round;
  kept_house house;
  crowd all{house, client_count};
  std::vector<std::vector<std::int64_t>> seen(client_count);
  std::vector<std::string> ids;
  for (int round = 0; round < rounds; ++round) {
    all.all_say(per_round);
    for (std::size_t i = 0; i < client_count; ++i) {
      auto got = take_chat(all.clients[i], client_count * per_round);
      for (const auto& m : got) {
        seen[i].push_back(m["seq"]);
        if (i == 0) ids.push_back(m["id"]);
      }
    }
  }
  for (const auto& one : seen) {
    CHECK(one.size() == total);
    CHECK(one.front() == 1);
    CHECK(is_gapless(one));
  }
  CHECK(std::is_sorted(ids.begin(), ids.end()));
  auto key = "room_messages:" + all.room;
  REQUIRE(eventually([&] { return house.redis.ask({"ZCARD", key}) == std::to_string(total); }));
  CHECK(each<std::string>(house.archived_messages(all.room), "id") == ids);
  CHECK(each<std::string>(house.hot_messages(all.room), "id")
        == std::vector<std::string>(ids.end() - 100, ids.end()));

  all.clients.clear();
  CHECK(house.server.stop() == 0);
  house.server.start();
  auto reloaded = house.messages(all.room);
  CHECK(each<std::string>(reloaded, "id") == ids);
  CHECK(each<std::int64_t>(reloaded, "seq") == seen.front());
  CHECK(reloaded == house.archived_messages(all.room));
}

TEST_CASE("who joins while others write misses nothing and gets nothing twice", "[order]") {
  constexpr int join_count = is_instrumented ? 5 : 20;
  kept_house house;
  crowd writers{house, 3};
  writers.all_say(30);
  for (int n = 0; n < join_count; ++n) {
    CAPTURE(n);
    ws_client joiner{house.port()};
    writers.all_say(20);
    joiner.send({{"type", "join"},
                 {"roomId", writers.room},
                 {"userId", "joiner" + std::to_string(n)},
                 {"username", "joiner"},
                 {"ref", "in"}});
    writers.all_say(20);
    std::vector<std::int64_t> seqs = each<std::int64_t>(joiner.expect("chat:history")["messages"],
                                                        "seq");
    CHECK(seqs.size() == 50);
    auto joined = joiner.expect("ack");
    CHECK(joined["seq"] == seqs.back());
    // All that was said until now, and nothing else.
    auto last = static_cast<std::int64_t>(writers.said);
    while (seqs.back() < last) seqs.push_back(joiner.expect("chat:message")["seq"]);
    CHECK(is_gapless(seqs));
    for (auto& w : writers.clients)
      w.expect("chat:message", [&](const json& m) { return m["seq"] == last; });
    for (auto& w : writers.clients) w.take_all();
  }
}

TEST_CASE("who joins while others draw ends with their board", "[order]") {
  constexpr int join_count = is_instrumented ? 4 : 15;
  kept_house house;
  auto room = create_room(house.port());
  std::vector<ws_client> artists;
  for (auto* name : {"ann", "bob"})
    artists.emplace_back(house.port()).join(room, name, {{"whiteboard", "patch"}});
  int drawn = 0;
  auto all_draw = [&](int count) {
    for (int i = 0; i < count; ++i)
      for (auto& a : artists) {
        ++drawn;
        json element{
            {"id", "e" + std::to_string(drawn % 17)}, {"version", drawn}, {"versionNonce", drawn}};
        a.send(
            {{"type", "whiteboard:patch"}, {"roomId", room}, {"elements", json::array({element})}});
      }
  };
  for (int n = 0; n < join_count; ++n) {
    CAPTURE(n);
    bool by_patch = n % 2 == 0;
    ws_client joiner{house.port()};
    all_draw(10);
    joiner.send({{"type", "join"},
                 {"roomId", room},
                 {"userId", "joiner" + std::to_string(n)},
                 {"username", "joiner"},
                 {"whiteboard", by_patch ? "patch" : "full"},
                 {"ref", "in"}});
    all_draw(10);
    // A later change than all others ends the round.
    json closing{{"id", "last"}, {"version", n + 1}};
    auto last = artists.front().request(
        {{"type", "whiteboard:patch"}, {"roomId", room}, {"elements", json::array({closing})}});
    REQUIRE(last["changed"] == 1);
    // The other artist's changes may still be on their way.
    auto settled = artists.back().request({{"type", "presence:list"}, {"roomId", room}});
    REQUIRE(settled["success"] == true);
    auto seq = house.get("/api/rooms/" + room + "/stats")["stats"]["seq"].get<std::int64_t>();

    std::map<std::string, json> board;
    auto apply = [&](const json& elements, bool is_whole) {
      if (is_whole) board.clear();
      for (const auto& e : elements) board[e["id"]] = e;
    };
    apply(joiner.expect("whiteboard:state")["elements"], true);
    std::vector<std::int64_t> seqs{joiner.expect("ack")["seq"]};
    while (seqs.back() < seq) {
      auto update = joiner.expect(by_patch ? "whiteboard:patch" : "whiteboard-update");
      apply(update["elements"], !by_patch);
      seqs.push_back(update["seq"]);
    }
    CHECK(is_gapless(seqs));
    json mine = json::array();
    for (const auto& [id, element] : board) mine.push_back(element);
    CHECK(mine == house.board(room));
    for (auto& a : artists) a.take_all();
  }
}

TEST_CASE("nobody's cursor moves after the news that they have left") {
  kept_house house;
  auto room = create_room(house.port());
  ws_client bob{house.port()};
  bob.join(room, "bob");
  for (int i = 0; i < 10; ++i) {
    ws_client ann{house.port()};
    ann.join(room, "ann");
    bob.expect([](const json& e) { return e["type"] == "presence:update" && e["count"] == 2; });
    (void)bob.take_all();
    // In one write, so that the server reads and answers it in one turn.
    std::string said;
    for (int x = 0; x < 3; ++x)
      said += frame_of({{"type", "cursor"}, {"roomId", room}, {"x", x}, {"y", 0}});
    ann.send_raw(said + frame_of({{"type", "leave"}, {"roomId", room}}));
    while (bob.next()["type"] != "presence:update") {
    }
    // Answered behind all that was on its way.
    bob.request({{"type", "chat:history"}, {"roomId", room}});
    for (const auto& late : bob.take_all()) CHECK(late["type"] != "cursor");
  }
}
