// Places and typing in Redis, how many rooms there are, and the presence that a dead process left.
#include <catch2/catch.hpp>

#include "support/user_records.hpp"

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

TEST_CASE("places in Redis look as the contract says and live an hour",
          "[store][integration][records]") {
  redis_server server;
  store_bench bench{one_each(server)};
  const auto meta = bench.create("plaza", "e1", [](room_meta& m) { m.kind = "space"; });
  auto room = bench.open(meta, "e1");
  const std::string key = "space:plaza:users";
  const auto put = [&](put_places change) {
    REQUIRE(room->wait_persisted(room->write(std::move(change))));
  };
  put({{{user_id{"ann"}, "Ann", {1.5, 2}, "c1", 1'700'000'000'123}}, {}});
  CHECK(server.ask({"HGET", key, "ann"})
        == R"({"username":"Ann","x":1.5,"y":2,"connectionId":"c1","lastUpdated":1700000000123})");
  CHECK(ttl(server, key) > 3'590);
  CHECK(ttl(server, key) <= 3'600);
  server.ask({"EXPIRE", key, "100"});
  REQUIRE(room->wait_persisted(room->write(refresh_ttl{1})));
  CHECK(ttl(server, key) <= 100);
  put({{{user_id{"bob"}, "Bob", {1, 2}, "c2", 1}}, {}});
  CHECK(ttl(server, key) > 3'590);
  rewrite_room whole;
  whole.places = {{user_id{"cleo"}, "Cleo", {3, 4}, "", 1}};
  REQUIRE(room->wait_persisted(room->write(whole)));
  CHECK(server.command({"HKEYS", key}) == names{"cleo"});
  CHECK(ttl(server, key) > 3'590);
  server.command({"HSET", key, "sick", "{", "odd", R"({"username":"Odd","x":1})"});
  const auto loaded = bench.load("plaza");
  REQUIRE(loaded);
  REQUIRE(loaded->places.size() == 1);
  CHECK(loaded->places[0].user.value == "cleo");
  put({{}, {user_id{"cleo"}, user_id{"sick"}, user_id{"odd"}}});
  CHECK(server.ask({"EXISTS", key}) == "0");
}

TEST_CASE("typing lives as long as it is said, and ends with the room",
          "[store][integration][records]") {
  redis_server server;
  auto config = one_each(server);
  config.rooms.typing = 5'000ms;
  store_bench bench{config};
  auto room = bench.open(bench.create("office", "e1"), "e1");
  room->write(put_typing{user_id{"ann"}, true});
  REQUIRE(room->wait_persisted(room->write(put_typing{user_id{"bob"}, true})));
  CHECK(server.ask({"GET", "typing:office:ann"}) == "1");
  const auto left = std::stol(server.ask({"PTTL", "typing:office:ann"}));
  CHECK(left > 2'000);
  CHECK(left <= 5'000);
  REQUIRE(room->wait_persisted(room->write(put_typing{user_id{"ann"}, false})));
  CHECK(server.ask({"EXISTS", "typing:office:ann"}) == "0");
  REQUIRE(room->wait_persisted(room->write(remove_room{})));
  CHECK(server.keys().empty());
}

TEST_CASE("rooms are counted in portions, with other requests in between",
          "[store][integration][records]") {
  redis_server server;
  store_bench bench{one_each(server)};
  // More of one moment than fit in a portion.
  for (int i = 0; i < 2'300; ++i) {
    const auto id = "room-" + std::to_string(i);
    const auto created = i < 1'200 ? 1'700'000'000'000 : 1'700'000'000'000 + i;
    server.command({"HSET", "room:" + id, "id", id, "name", "n", "kind", i % 3 ? "room" : "space"});
    server.command({"ZADD", "rooms:active", std::to_string(created), id});
  }
  server.command({"ZADD", "rooms:active", "5", "expired"});
  server.command({"HSET", "room:claimed", "id", "claimed"});
  server.command({"ZADD", "rooms:active", "6", "claimed"});
  caf::scoped_actor asker{bench.system()};
  for (int i = 0; i < 3; ++i) asker->send(bench.reader(), count_rooms{});
  CHECK(bench.load("room-5"));
  for (int i = 0; i < 3; ++i) {
    asker->receive([](const room_totals& totals) {
      CHECK(totals.status == store_status::ok);
      CHECK(totals.rooms == 2'300);
      CHECK(totals.spaces == 767);
    });
  }
  server.kill();
  CHECK(bench.ask<room_totals>(count_rooms{}).status == store_status::unavailable);
}

TEST_CASE("the presence of very many rooms is cleared portion by portion",
          "[store][integration][records]") {
  redis_server server;
  for (int i = 0; i < 1'300; ++i) {
    const auto id = "room-" + std::to_string(i);
    server.command(
        {"HSET", "room:" + id, "id", id, "name", "n", "loaded", "1", "participantCount", "3"});
    server.command({"HSET", "room:" + id + ":participants", "ann", "Ann"});
    server.command({"ZADD", "rooms:active", std::to_string(1'000 + i), id});
  }
  store_bench bench{one_each(server)};
  REQUIRE(bench.load("room-7"));
  server.command({"HSET", "room:room-7", "participantCount", "1"});
  std::size_t offset = 0;
  std::size_t cleared = 0;
  std::size_t portions = 0;
  do {
    const auto answer = bench.ask<presence_cleared>(clear_presence{offset});
    REQUIRE(answer.status == store_status::ok);
    cleared += answer.cleared;
    offset = answer.next_offset;
    ++portions;
  } while (offset != 0);
  CHECK(cleared == 1'299);
  CHECK(portions == 3);
  CHECK(server.ask({"HGET", "room:room-7", "participantCount"}) == "1");
  CHECK(server.ask({"HGET", "room:room-8", "participantCount"}) == "0");
  CHECK(server.ask({"HGET", "room:room-8", "loaded"}) == "1");
}
