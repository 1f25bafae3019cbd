// Redis goes away and comes back during traffic: rooms go on from memory, say what cannot be known, and
// write themselves back.
#include "support/http_client.hpp"
#include "support/kept_house.hpp"
#include "support/ws_client.hpp"

#include <catch2/catch.hpp>

using namespace atrium::test;
using namespace std::chrono_literals;
using json = nlohmann::json;

namespace {

atriumd_process::environment impatient() {
  return {{"ATRIUM_ROOMS_DURABLE_TIMEOUT_MS", "300"}};
}

json say(ws_client& who, const std::string& room, const std::string& text) {
  auto ack = who.request({{"type", "chat:message"}, {"roomId", room}, {"message", text}});
  INFO(ack.dump());
  REQUIRE(ack["success"] == true);
  return ack["message"];
}

void draw(ws_client& who, const std::string& room, int n) {
  json element{{"id", "e" + std::to_string(n)}, {"version", 1}, {"versionNonce", n}};
  auto ack = who.request(
      {{"type", "whiteboard:patch"}, {"roomId", room}, {"elements", json::array({element})}});
  INFO(ack.dump());
  REQUIRE(ack["success"] == true);
}

bool becomes_degraded(const kept_house& house) {
  return eventually([&] {
    auto health = house.get("/health");
    return health["status"] == "degraded" && health["redis"]["status"] == "unhealthy";
  });
}

/// What a server without its store says to those who ask for what only the store knows.
void check_what_cannot_be_known(const kept_house& house, const std::string& stored_room) {
  for (const auto& name : {stored_room, std::string{"nowhere"}}) {
    auto answer = http_get(house.port(), "/api/rooms/" + name);
    CHECK(answer.status == 503);
    CHECK(answer.json()["code"] == "store_unavailable");
    CHECK(answer.headers.count("retry-after") == 1);
  }
  ws_client lost{house.port()};
  auto refused = lost.request(
      {{"type", "join"}, {"roomId", stored_room}, {"userId", "lost"}, {"username", "lost"}});
  CHECK(refused["success"] == false);
  CHECK(refused["code"] == "store_unavailable");
  auto own = http_post(house.port(), "/api/rooms/create",
                       {{"name", "n"}, {"createdBy", "c"}, {"id", "my-own"}});
  CHECK(own.status == 503);
  CHECK(own.json()["code"] == "store_unavailable");
  CHECK(http_get(house.port(), "/api/rooms").status == 503);
}

/// The room as Redis has it is the room as the server has it.
void check_written_back(kept_house& house, const std::string& room, std::size_t message_count,
                        const std::string& participant) {
  INFO("room " << room);
  auto messages = house.messages(room);
  CHECK(messages.size() == message_count);
  CHECK(eventually([&] { return house.archived_messages(room) == messages; }));
  CHECK(house.hot_messages(room) == messages);
  auto stats = house.get("/api/rooms/" + room + "/stats")["stats"];
  CHECK(house.field(room, "seq") == std::to_string(stats["seq"].get<std::int64_t>()));
  if (auto board = house.board(room); !board.empty())
    CHECK(house.stored_board(room)["elements"] == board);
  CHECK(house.redis.command({"HGETALL", "room:" + room + ":participants"})
        == std::vector{participant, participant});
  CHECK(house.field(room, "participantCount") == "1");
  CHECK(std::stol(house.redis.ask({"TTL", "room:" + room})) > 86'000);
  CHECK(std::stol(house.redis.ask({"TTL", "room:" + room + ":messages"})) > 86'000);
  CHECK(house.redis.ask({"ZSCORE", "rooms:active", room}) != "(nil)");
}

} // namespace

TEST_CASE("Redis goes away and comes back during traffic, with data and empty", "[outage]") {
  bool comes_back_empty = GENERATE(false, true);
  CAPTURE(comes_back_empty);
  kept_house house{impatient(), always_on_disk()};
  auto room = create_room(house.port());
  auto stored_room = create_room(house.port(), {{"id", "stored"}});
  // Only rooms in memory can be served later.
  CHECK(house.server.stop() == 0);
  house.server.start();
  ws_client ann{house.port()};
  auto joined = ann.join(room, "ann");
  say(ann, room, "before");
  draw(ann, room, 1);
  REQUIRE(eventually([&] {
    return house.redis.ask({"LLEN", "room:" + room + ":messages"}) == "1";
  }));

  house.redis.kill();
  REQUIRE(becomes_degraded(house));
  CHECK(http_get(house.port(), "/ready").status == 200);
  for (int i = 0; i < 20; ++i) {
    say(ann, room, "during " + std::to_string(i));
    draw(ann, room, 10 + i);
  }
  auto durable = ann.request({{"type", "chat:message"},
                              {"roomId", room},
                              {"message", "sure?"},
                              {"durable", true},
                              {"clientMessageId", "sure"}});
  CHECK(durable["code"] == "not_persisted");
  check_what_cannot_be_known(house, stored_room);
  auto born = create_room(house.port(), {{"name", "born in the dark"}});
  ws_client bob{house.port()};
  bob.join(born, "bob");
  say(bob, born, "hello?");
  CHECK(ann.request({{"type", "presence:list"}, {"roomId", room}})["count"] == 1);
  CHECK(house.health() == "degraded");

  if (comes_back_empty) house.redis.erase_data();
  house.redis.start();
  say(ann, room, "after");
  REQUIRE(house.becomes_healthy());
  auto again = ann.request({{"type", "chat:message"},
                            {"roomId", room},
                            {"message", "sure?"},
                            {"durable", true},
                            {"clientMessageId", "sure"}});
  CHECK(again["persisted"] == true);
  CHECK(again["duplicate"] == true);
  check_written_back(house, room, 23, "ann");
  check_written_back(house, born, 1, "bob");
  CHECK(house.get("/api/rooms/" + born)["room"]["name"] == "born in the dark");
  CHECK(http_get(house.port(), "/api/rooms/stored").status == (comes_back_empty ? 404 : 200));

  // A server that was not there finds the same.
  auto messages = house.messages(room);
  auto board = house.board(room);
  ann.drop();
  bob.drop();
  CHECK(house.server.stop() == 0);
  house.server.start();
  CHECK(house.messages(room) == messages);
  CHECK(house.board(room) == board);
  CHECK(house.messages(born).size() == 1);
  ws_client eve{house.port()};
  CHECK(eve.join(room, "eve")["epoch"] == joined["epoch"]);
}

TEST_CASE("Redis goes away again and again while many rooms talk", "[outage]") {
  constexpr int outage_count = is_instrumented ? 2 : 5;
  constexpr int room_count = 10;
  kept_house house;
  std::vector<std::string> rooms;
  std::vector<ws_client> people;
  for (int i = 0; i < room_count; ++i) {
    rooms.push_back(create_room(house.port()));
    people.emplace_back(house.port()).join(rooms.back(), "u" + std::to_string(i));
  }
  std::size_t said = 0;
  auto everybody_speaks = [&] {
    for (int i = 0; i < room_count; ++i)
      say(people[static_cast<std::size_t>(i)], rooms[static_cast<std::size_t>(i)],
          "n" + std::to_string(said));
    ++said;
  };
  for (int n = 0; n < outage_count; ++n) {
    CAPTURE(n);
    everybody_speaks();
    house.redis.kill();
    everybody_speaks();
    house.redis.start();
    everybody_speaks();
    REQUIRE(house.becomes_healthy());
    for (const auto& room : rooms) {
      INFO("room " << room);
      auto messages = house.messages(room);
      CHECK(messages.size() == said);
      CHECK(eventually([&] { return house.archived_messages(room) == messages; }));
      CHECK(house.hot_messages(room) == messages);
    }
  }
}

TEST_CASE("Redis stops answering and goes on: nobody waits for it, nothing is there twice",
          "[outage]") {
  kept_house house{
      {{"ATRIUM_REDIS_COMMAND_TIMEOUT_MS", "200"}, {"ATRIUM_ROOMS_DURABLE_TIMEOUT_MS", "10000"}}};
  auto room = create_room(house.port());
  ws_client ann{house.port()};
  ann.join(room, "ann");
  say(ann, room, "before");
  // What it has received and not yet done, it does when it goes on: behind a rewrite's back, if one
  // was not looking.
  house.redis.freeze();
  auto started = std::chrono::steady_clock::now();
  for (int i = 0; i < 50; ++i) say(ann, room, "during " + std::to_string(i));
  CHECK(std::chrono::steady_clock::now() - started < 5s);
  ann.send({{"type", "chat:message"},
            {"roomId", room},
            {"message", "sure?"},
            {"durable", true},
            {"ref", "durable"}});
  REQUIRE(becomes_degraded(house));
  for (int i = 50; i < 100; ++i) say(ann, room, "during " + std::to_string(i));
  house.redis.thaw();
  CHECK(ann.expect("ack", [](const json& m) { return m["ref"] == "durable"; })["persisted"]
        == true);
  REQUIRE(house.becomes_healthy());
  auto messages = house.messages(room);
  CHECK(messages.size() == 102);
  CHECK(is_gapless(each<std::int64_t>(messages, "seq")));
  CHECK(eventually([&] { return house.archived_messages(room) == messages; }));
  CHECK(house.hot_messages(room) == std::vector<json>(messages.end() - 100, messages.end()));
}

TEST_CASE("a server that starts without Redis is degraded and gets ready with it", "[outage]") {
  redis_server redis;
  redis.kill();
  atriumd_process server{{}, house_environment(redis, {}), false};
  auto health = http_get(server.port(), "/health");
  CHECK(health.status == 200);
  CHECK(health.json()["status"] == "degraded");
  auto ready = http_get(server.port(), "/ready");
  CHECK(ready.status == 503);
  auto create = [&] {
    return http_post(server.port(), "/api/rooms", {{"name", "n"}, {"createdBy", "c"}});
  };
  auto refused = create();
  CHECK(refused.status == 503);
  CHECK(refused.json()["code"] == "store_unavailable");
  CHECK(http_get(server.port(), "/api/rooms/123456").status == 503);

  redis.start();
  CHECK(eventually([&] { return http_get(server.port(), "/ready").status == 200; }));
  CHECK(
      eventually([&] { return http_get(server.port(), "/health").json()["status"] == "healthy"; }));
  // Each connection to the store comes back by itself, within its pause.
  CHECK(eventually([&] { return create().status == 201; }));
  CHECK(eventually([&] { return http_get(server.port(), "/api/rooms/123456").status == 404; }));
  CHECK(server.stop() == 0);
}

TEST_CASE("a server whose Redis is away ends in time all the same", "[outage]") {
  kept_house house{{{"ATRIUM_SERVER_SHUTDOWN_MS", "1500"}}};
  auto room = create_room(house.port());
  ws_client ann{house.port()};
  ann.join(room, "ann");
  house.redis.kill();
  say(ann, room, "too late");
  house.server.ask_to_stop();
  ann.expect("server:shutdown");
  CHECK(ann.expect_close() == 1001);
  CHECK(house.server.wait(5s) == 0);
  CHECK(house.server.log().find("drained_incompletely") != std::string::npos);
}
