// Drawing over the wire: whole scenes at once, patches, plain elements, clearing; and what is stored.
#include "support/http_client.hpp"
#include "support/kept_house.hpp"
#include "support/ws_client.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace atrium::test;
using namespace std::chrono_literals;
using json = nlohmann::json;

namespace {

json element(const std::string& id, int version, int nonce = 1) {
  return {{"id", id}, {"version", version}, {"versionNonce", nonce}};
}

json scene(const std::string& room, json elements) {
  return {{"type", "whiteboard-change"}, {"roomId", room}, {"elements", std::move(elements)}};
}

json patch(const std::string& room, json elements) {
  return {{"type", "whiteboard:patch"}, {"roomId", room}, {"elements", std::move(elements)}};
}

std::set<std::string> ids_of(const json& elements) {
  std::set<std::string> out;
  for (const auto& e : elements) out.insert(e["id"].get<std::string>());
  return out;
}

struct studio {
  kept_house house;
  std::string room = create_room(house.port());
  ws_client ann{house.port()};
  ws_client bob{house.port()};

  explicit studio(const char* ann_board = "full", const char* bob_board = "full") {
    ann.join(room, "ann", {{"whiteboard", ann_board}});
    bob.join(room, "bob", {{"whiteboard", bob_board}});
    ann.expect("whiteboard:state");
    bob.expect("whiteboard:state");
  }

  void restart() {
    ann.drop();
    bob.drop();
    CHECK(house.server.stop() == 0);
    house.server.start();
  }
};

} // namespace

TEST_CASE("two clients that send whole scenes at once lose no element", "[drawing]") {
  constexpr int rounds = is_instrumented ? 30 : 100;
  studio s;
  json mine = json::array();
  json yours = json::array();
  // Neither looks at the other's scene before sending its own.
  for (int i = 0; i < rounds; ++i) {
    mine.push_back(element("a" + std::to_string(i), 1, i));
    yours.push_back(element("b" + std::to_string(i), 1, i));
    mine.front()["version"] = i + 1;
    s.ann.send(scene(s.room, mine));
    s.bob.send(scene(s.room, yours));
  }
  auto a = s.ann.request(scene(s.room, mine));
  auto b = s.bob.request(scene(s.room, yours));
  CHECK(a["changed"] == 0);
  CHECK(b["changed"] == 0);
  // Behind this answer nothing of bob's can still be on its way to ann.
  s.ann.request({{"type", "presence:list"}, {"roomId", s.room}});
  auto board = s.house.board(s.room);
  auto ids = ids_of(board);
  CHECK(ids.size() == static_cast<std::size_t>(2 * rounds));
  CHECK(board.size() == ids.size());
  for (const auto& e : mine) CHECK(ids.count(e["id"]) == 1);
  // What each has and what it was sent last is the whole board.
  auto seq = b["seq"];
  auto what_it_knows = [](ws_client& who, const json& own) {
    auto known = ids_of(own);
    json last;
    for (auto& event : who.take_all())
      if (event["type"] == "whiteboard-update") last = event["elements"];
    known.merge(ids_of(last));
    return known;
  };
  CHECK(what_it_knows(s.ann, mine) == ids);
  CHECK(what_it_knows(s.bob, yours) == ids);
  CHECK(eventually([&] { return s.house.stored_board(s.room)["elements"] == board; }));
  s.restart();
  CHECK(s.house.board(s.room) == board);
  CHECK(s.house.get("/api/rooms/" + s.room + "/stats")["stats"]["seq"] == seq);
}

TEST_CASE("both clients end with the same element when they changed it at once", "[drawing]") {
  studio s{"patch", "patch"};
  s.ann.send(patch(s.room, json::array({element("x", 5, 30)})));
  s.bob.send(patch(s.room, json::array({element("x", 5, 20)})));
  auto a = s.ann.request({{"type", "presence:list"}, {"roomId", s.room}});
  auto b = s.bob.request({{"type", "presence:list"}, {"roomId", s.room}});
  REQUIRE(a["success"] == true);
  REQUIRE(b["success"] == true);
  // On a tie the lower nonce wins, whoever came first: whoever sent the other one is told.
  auto told = s.ann.expect("whiteboard:patch",
                           [](const json& m) { return m["elements"][0]["versionNonce"] == 20; });
  CHECK(told["elements"] == json::array({element("x", 5, 20)}));
  CHECK(s.house.board(s.room) == json::array({element("x", 5, 20)}));

  auto older = s.bob.request(patch(s.room, json::array({element("x", 4, 1)})));
  CHECK(older["changed"] == 0);
  CHECK(s.bob
            .expect("whiteboard:patch",
                    [](const json& m) {
                      return m["elements"][0]["version"] == 5
                             && m["elements"][0]["versionNonce"] == 20;
                    })["elements"]
            .size()
        == 1);
}

TEST_CASE("a change is told as a patch to those who asked for patches, else whole", "[drawing]") {
  studio s{"patch", "full"};
  ws_client cid{s.house.port()};
  cid.join(s.room, "cid", {{"whiteboard", "patch"}});
  cid.expect("whiteboard:state");
  auto first = s.ann.request(patch(s.room, json::array({element("a", 1), element("b", 1)})));
  CHECK(first["changed"] == 2);
  CHECK(first["seq"] == 1);
  auto second = s.ann.request(patch(s.room, json::array({element("b", 2)})));
  CHECK(second["seq"] == 2);
  CHECK(second["version"].get<std::int64_t>() > first["version"].get<std::int64_t>());

  CHECK(cid.expect("whiteboard:patch")["elements"].size() == 2);
  auto small = cid.expect("whiteboard:patch");
  CHECK(small["elements"] == json::array({element("b", 2)}));
  CHECK(small["seq"] == 2);
  CHECK(small["version"] == second["version"]);
  CHECK(s.bob.expect("whiteboard-update")["seq"] == 1);
  auto whole = s.bob.expect("whiteboard-update");
  CHECK(whole["elements"] == json::array({element("a", 1), element("b", 2)}));
  CHECK(whole["version"] == second["version"]);

  // A whole scene goes out whole, to everybody but its sender.
  s.bob.request(scene(s.room, json::array({element("c", 1)})));
  CHECK(ids_of(cid.expect("whiteboard-update")["elements"])
        == std::set<std::string>{"a", "b", "c"});
  CHECK(ids_of(s.ann.expect("whiteboard-update")["elements"])
        == std::set<std::string>{"a", "b", "c"});
  // An unchanged or empty scene takes no seq and tells nobody.
  CHECK(s.bob.request(scene(s.room, json::array({element("c", 1)})))["seq"] == 3);
  CHECK(s.bob.request(scene(s.room, json::array()))["changed"] == 0);
  s.bob.request({{"type", "chat:message"}, {"roomId", s.room}, {"message", "done"}});
  CHECK(cid.expect("chat:message")["seq"] == 4);
  for (const auto& event : cid.take_all())
    CHECK(event["type"].get<std::string>().substr(0, 10) != "whiteboard");
}

TEST_CASE("clearing leaves tombstones, which keep what is deleted deleted", "[drawing]") {
  studio s;
  s.ann.request(scene(s.room, json::array({element("a", 1), element("b", 7)})));
  auto cleared = s.bob.request({{"type", "whiteboard:clear"}, {"roomId", s.room}});
  CHECK(cleared["changed"] == 2);
  auto told = s.ann.expect("whiteboard-update")["elements"];
  REQUIRE(told.size() == 2);
  for (const auto& e : told) CHECK(e["isDeleted"] == true);
  CHECK(told[0]["version"] == 2);
  CHECK(told[1]["version"] == 8);
  // Ann's scene from before brings nothing back, and she is told.
  CHECK(s.ann.request(scene(s.room, json::array({element("a", 1), element("b", 7)})))["changed"]
        == 0);
  CHECK(s.ann.expect("whiteboard-update")["elements"] == told);
  CHECK(s.bob.request({{"type", "whiteboard:clear"}, {"roomId", s.room}})["changed"] == 0);

  s.restart();
  CHECK(s.house.board(s.room) == told);
}

TEST_CASE("plain elements replace the whole scene", "[drawing]") {
  studio s;
  json stroke{{"tool", "pen"}, {"points", {1, 2, 3, 4}}, {"color", "#f00"}};
  json dot{{"tool", "dot"}, {"at", {5, 6}}};
  CHECK(s.ann.request(scene(s.room, json::array({stroke, dot})))["seq"] == 1);
  CHECK(s.bob.expect("whiteboard-update")["elements"] == json::array({stroke, dot}));
  s.bob.request(scene(s.room, json::array({dot})));
  CHECK(s.ann.expect("whiteboard-update")["elements"] == json::array({dot}));
  CHECK(s.house.board(s.room) == json::array({dot}));
  auto mixed = s.ann.request(scene(s.room, json::array({dot, element("a", 1)})));
  CHECK(mixed["success"] == false);
  CHECK(mixed["code"] == "bad_request");
  CHECK(s.house.board(s.room) == json::array({dot}));

  s.restart();
  ws_client eve{s.house.port()};
  eve.join(s.room, "eve");
  CHECK(eve.expect("whiteboard:state")["elements"] == json::array({dot}));
  CHECK(eve.request(scene(s.room, json::array()))["success"] == true);
  CHECK(s.house.board(s.room).empty());
}
