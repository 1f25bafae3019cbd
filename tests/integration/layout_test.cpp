// What redis-cli shows while a real server works: every key of the contract and no other, with its TTL,
// and nothing left when a room is gone.
#include "support/http_client.hpp"
#include "support/kept_house.hpp"
#include "support/ws_client.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>

using namespace atrium::test;
using namespace std::chrono_literals;
using json = nlohmann::json;

namespace {

/// Rooms leave memory and expire fast; no codes are claimed beforehand.
atriumd_process::environment hasty() {
  return {{"ATRIUM_ROOMS_RESERVED_CODES", "0"},
          {"ATRIUM_ROOMS_IDLE_MS", "100"},
          {"ATRIUM_ROOMS_GRACE_MS", "0"},
          {"ATRIUM_ROOMS_SWEEP_MS", "100"}};
}

json say(ws_client& who, const std::string& room, const std::string& text) {
  auto ack = who.request(
      {{"type", "chat:message"}, {"roomId", room}, {"message", text}, {"durable", true}});
  INFO(ack.dump());
  REQUIRE(ack["persisted"] == true);
  return ack["message"];
}

void draw(ws_client& who, const std::string& room) {
  auto ack = who.request({{"type", "whiteboard-change"},
                          {"roomId", room},
                          {"elements", json::array({json{{"id", "a"}, {"version", 1}}})}});
  REQUIRE(ack["changed"] == 1);
}

std::vector<std::string> sorted(std::vector<std::string> keys) {
  std::sort(keys.begin(), keys.end());
  return keys;
}

/// All keys but those of who is online.
std::vector<std::string> room_keys(kept_house& house) {
  auto keys = house.redis.keys();
  std::erase_if(keys, [](const std::string& key) {
    return key == "ws:clients" || key == "ws:online_users" || key.starts_with("activity:");
  });
  return keys;
}

long ttl(kept_house& house, const std::string& key) {
  return std::stol(house.redis.ask({"TTL", key}));
}

bool left_memory(kept_house& house, const std::string& room) {
  return eventually([&] { return house.redis.ask({"HEXISTS", "room:" + room, "loaded"}) == "0"; });
}

} // namespace

TEST_CASE("a room with a code has exactly its keys", "[layout]") {
  kept_house house{hasty()};
  auto code = create_room(house.port(), {{"name", "plain"}, {"createdBy", "ann"}});
  CHECK(code.size() == 6);
  ws_client ann{house.port()};
  ann.join(code, "ann");
  auto first = say(ann, code, "one");
  draw(ann, code);
  auto second = say(ann, code, "two");
  auto expected = sorted({"message:" + first["id"].get<std::string>(),
                          "message:" + second["id"].get<std::string>(), "room:" + code,
                          "room:" + code + ":messages", "room:" + code + ":participants",
                          "room:" + code + ":whiteboard", "room_messages:" + code, "rooms:active"});
  CHECK(eventually([&] { return room_keys(house) == expected; }));
  CHECK(room_keys(house) == expected);
  CHECK(house.hot_messages(code) == std::vector<json>{first, second});
  CHECK(house.archived_messages(code) == std::vector<json>{first, second});
  CHECK(house.field(code, "name") == "plain");
  CHECK(house.field(code, "createdBy") == "ann");
  CHECK(house.redis.command({"HGETALL", "room:" + code + ":participants"})
        == std::vector<std::string>{"ann", "ann"});
  CHECK(house.stored_board(code)["version"] == 1);
}

TEST_CASE("TTLs are there and refreshed while anybody speaks", "[layout]") {
  kept_house house{hasty()};
  auto room = create_room(house.port(), {{"id", "with-ttl"}, {"ttlSeconds", 600}});
  ws_client ann{house.port()};
  auto code = ann.join(room, "ann")["room"]["code"].get<std::string>();
  auto message = say(ann, room, "hello");
  draw(ann, room);
  const std::vector<std::string> of_room{"room:" + room, "room:" + room + ":messages",
                                         "room:" + room + ":whiteboard",
                                         "room:" + room + ":participants", "room_code:" + code};
  REQUIRE(eventually([&] { return ttl(house, of_room[2]) > 590; }));
  for (const auto& key : of_room) {
    INFO(key);
    CHECK(ttl(house, key) > 590);
    house.redis.ask({"EXPIRE", key, "50"});
  }
  CHECK(ttl(house, "room_messages:" + room) > 2'591'000);
  CHECK(ttl(house, "message:" + message["id"].get<std::string>()) > 2'591'000);
  CHECK(ttl(house, "rooms:active") == -1);
  // At most one refresh a second, but one comes.
  say(ann, room, "still here");
  CHECK(eventually([&] {
    return std::all_of(of_room.begin(), of_room.end(),
                       [&](const auto& key) { return ttl(house, key) > 590; });
  }));
  CHECK(house.get("/api/rooms/" + room + "/stats")["stats"]["ttl"] >= 598);
}

TEST_CASE("an own id and its code name the same room everywhere", "[layout]") {
  kept_house house{hasty()};
  auto made = http_post(house.port(), "/api/rooms",
                        {{"name", "n"}, {"createdBy", "c"}, {"id", "Team_7-x"}});
  REQUIRE(made.status == 201);
  auto code = made.json()["room"]["code"].get<std::string>();
  CHECK(made.json()["room"]["id"] == "Team_7-x");
  CHECK(house.redis.ask({"GET", "room_code:" + code}) == "Team_7-x");
  CHECK(house.redis.ask({"EXISTS", "room:" + code}) == "0");
  REQUIRE(left_memory(house, "Team_7-x"));
  // Loaded by its code.
  ws_client ann{house.port()};
  CHECK(ann.join(code, "ann")["room"]["id"] == "Team_7-x");
  CHECK(ann.expect("chat:history")["roomId"] == "Team_7-x");
  ws_client bob{house.port()};
  CHECK(bob.join("Team_7-x", "bob")["count"] == 2);
  CHECK(say(ann, code, "by code")["roomId"] == "Team_7-x");
  CHECK(bob.expect("chat:message")["roomId"] == "Team_7-x");
  CHECK(house.messages(code).size() == 1);
  auto again = http_post(house.port(), "/api/rooms",
                         {{"name", "n"}, {"createdBy", "c"}, {"id", "Team_7-x"}});
  CHECK(again.status == 409);
  CHECK(again.json()["code"] == "room_exists");
}

TEST_CASE("DELETE tells who is in, and nothing is left", "[layout]") {
  kept_house house{hasty()};
  bool is_loaded = GENERATE(true, false);
  CAPTURE(is_loaded);
  auto room = create_room(house.port(), {{"id", "doomed"}});
  ws_client ann{house.port()};
  ws_client bob{house.port()};
  ann.join(room, "ann");
  bob.join(room, "bob");
  for (int i = 0; i < 120; ++i)
    ann.send({{"type", "chat:message"}, {"roomId", room}, {"message", "n" + std::to_string(i)}});
  draw(ann, room);
  say(ann, room, "the last one");
  if (!is_loaded) {
    ann.close();
    bob.close();
    REQUIRE(left_memory(house, room));
  }
  auto deleted = http_request(house.port(), "DELETE", "/api/rooms/doomed");
  CHECK(deleted.status == 200);
  CHECK(deleted.json()["success"] == true);
  CHECK(room_keys(house).empty());
  if (is_loaded) {
    for (auto* who : {&ann, &bob}) {
      CHECK(who->expect("room:closed")["roomId"] == "doomed");
      auto later = who->request({{"type", "chat:message"}, {"roomId", room}, {"message", "?"}});
      CHECK(later["code"] == "room_not_found");
      auto join = who->request({{"type", "join"}, {"roomId", room}, {"username", "again"}});
      CHECK(join["code"] == "room_not_found");
    }
  }
  CHECK(http_get(house.port(), "/api/rooms/doomed").status == 404);
  CHECK(http_get(house.port(), "/api/rooms/doomed/messages").status == 404);
  CHECK(http_request(house.port(), "DELETE", "/api/rooms/doomed").status == 404);
  CHECK(house.get("/api/rooms")["count"] == 0);
  // The name is free, and the new room shows nothing of the old one.
  CHECK(create_room(house.port(), {{"id", "doomed"}}) == "doomed");
  CHECK(house.messages(room).empty());
  CHECK(house.board(room).empty());
}

TEST_CASE("an expired room leaves the list by itself and is not found", "[layout]") {
  kept_house house{hasty()};
  auto stays = create_room(house.port(), {{"name", "stays"}});
  auto goes = create_room(house.port(), {{"name", "goes"}});
  REQUIRE(left_memory(house, goes));
  CHECK(house.redis.ask({"PEXPIRE", "room:" + goes, "1"}) == "1");
  CHECK(eventually([&] { return house.redis.ask({"ZSCORE", "rooms:active", goes}) == "(nil)"; }));
  auto answer = http_get(house.port(), "/api/rooms/" + goes);
  CHECK(answer.status == 404);
  CHECK(answer.json()["code"] == "room_not_found");
  CHECK(house.redis.command({"ZRANGE", "rooms:active", "0", "-1"}) == std::vector{stays});
}

TEST_CASE("a thousand rooms that were left are in Redis and not in memory", "[layout]") {
  constexpr int room_count = is_instrumented ? 200 : 1'000;
  kept_house house{hasty()};
  for (int i = 0; i < room_count; ++i) (void)create_room(house.port());
  CHECK(eventually([&] { return house.get("/health")["rooms"]["loaded"] == 0; }));
  CHECK(house.redis.ask({"ZCARD", "rooms:active"}) == std::to_string(room_count));
  CHECK(house.health() == "healthy");
}
