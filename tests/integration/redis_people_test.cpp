// Records of users, places and typing in Redis: what redis-cli shows, what an outage leaves right,
// and what a process finds that another one left behind.
#include <catch2/catch.hpp>

#include "support/store_backends.hpp"

#include <algorithm>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

const std::vector<std::string> durable{"--appendonly", "yes", "--appendfsync", "always"};
const std::string connected_key = "ws:joined_room_participants:office";

settings one_each(const redis_server& server) {
  auto config = server.config();
  config.redis.writers = 1;
  config.redis.readers = 1;
  config.redis.command_timeout = 300ms;
  return config;
}

bool wait_until(const std::function<bool()>& reached, std::chrono::milliseconds limit = 10s) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!reached()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(5ms);
  }
  return true;
}

put_online_user online(const std::string& user, unix_ms seen = 2'000) {
  return {user_id{user}, "Name", "10.0.0.1", 1'000, seen, 1};
}

put_connected_member connected(const std::string& user, bool is_connected = true) {
  return {room_id{"office"}, 600s, user_id{user}, is_connected};
}

put_friends friends(const std::string& user, const std::vector<std::string>& listed) {
  put_friends request{user_id{user}, {}};
  for (const auto& name : listed) request.friends.push_back({user_id{name}, {}, {}, {}});
  return request;
}

std::vector<std::string> sorted(std::vector<std::string> all) {
  std::sort(all.begin(), all.end());
  return all;
}

std::vector<std::string> members(redis_server& server, const std::string& key) {
  return sorted(server.command({"SMEMBERS", key}));
}

using names = std::vector<std::string>;

long ttl(redis_server& server, const std::string& key) {
  return std::stol(server.ask({"TTL", key}));
}

loaded_user user_when_back(store_bench& bench, const std::string& id) {
  loaded_user found{};
  wait_until([&] {
    found = bench.user(id);
    return found.status == store_status::ok;
  });
  return found;
}

} // namespace

TEST_CASE("records in Redis look as the contract says", "[store][integration][records]") {
  redis_server server;
  store_bench bench{one_each(server)};
  REQUIRE(bench.listen()->wait(1));
  bench.tell(online("ann"));
  bench.tell(online("bob"));
  bench.tell(online("cleo"));
  bench.tell(drop_online_user{user_id{"cleo"}});
  bench.tell(put_activity{user_id{"ann"}, 3'000, 5, 2});
  bench.tell(put_activity{user_id{"ann"}, 4'000, 1, 0});
  bench.tell(connected("ann"));
  bench.tell(connected("bob"));
  bench.tell(friends("ann", {"bob", "cleo"}));
  bench.finish_records_now();
  CHECK(server.keys()
        == names{"activity:ann", "ws:clients", "ws:friend_of:bob", "ws:friend_of:cleo",
                 "ws:friends:ann", connected_key, "ws:online_users"});
  CHECK(members(server, "ws:online_users") == names{"ann", "bob"});
  CHECK(sorted(server.command({"HKEYS", "ws:clients"})) == names{"ann", "bob"});
  CHECK(server.ask({"HGET", "ws:clients", "ann"})
        == R"({"connectedAt":1000,"lastSeen":2000,"ipAddress":"10.0.0.1","username":"Name",)"
           R"("connections":1})");
  CHECK(server.command({"HMGET", "activity:ann", "lastActivity", "events", "messages"})
        == names{"4000", "6", "2"});
  CHECK(members(server, connected_key) == names{"ann", "bob"});
  CHECK(server.ask({"HGET", "ws:friends:ann", "bob"}) == R"({"id":"bob"})");
  CHECK(members(server, "ws:friend_of:bob") == names{"ann"});
  CHECK(ttl(server, "ws:clients") == -1);
  CHECK(ttl(server, "ws:online_users") == -1);
  CHECK(ttl(server, "activity:ann") > 86'300);
  CHECK(ttl(server, connected_key) > 590);
  CHECK(ttl(server, "ws:friends:ann") > 7'775'000);
  CHECK(ttl(server, "ws:friend_of:cleo") > 7'775'000);
}

TEST_CASE("changes are there within 100 ms, activity within a second",
          "[store][integration][records]") {
  redis_server server;
  store_bench bench{one_each(server)};
  REQUIRE(bench.listen()->wait(1));
  const auto before = std::chrono::steady_clock::now();
  bench.tell(put_activity{user_id{"ann"}, 3'000, 5, 2});
  bench.tell(online("ann"));
  REQUIRE(wait_until([&] { return server.ask({"SISMEMBER", "ws:online_users", "ann"}) == "1"; }));
  // Generous: the machine may be busy.
  CHECK(std::chrono::steady_clock::now() - before < 400ms);
  REQUIRE(wait_until([&] { return server.ask({"EXISTS", "activity:ann"}) == "1"; }));
  CHECK(std::chrono::steady_clock::now() - before < 1'500ms);
  bench.tell(drop_online_user{user_id{"ann"}});
  REQUIRE(wait_until([&] { return server.ask({"EXISTS", "ws:online_users", "ws:clients"}) == "0"; }));
}

TEST_CASE("who is listed no more is told so, and everything that is touched lives on",
          "[store][integration][records]") {
  redis_server server;
  store_bench bench{one_each(server)};
  bench.tell(friends("ann", {"bob", "cleo"}));
  bench.tell(friends("dora", {"bob"}));
  REQUIRE(wait_until([&] { return server.keys().size() == 4; }));
  CHECK(members(server, "ws:friend_of:bob") == names{"ann", "dora"});
  for (const auto* key : {"ws:friends:ann", "ws:friend_of:bob", "ws:friend_of:ann"}) {
    server.ask({"EXPIRE", key, "100"});
  }
  bench.tell(friends("ann", {"cleo"}));
  REQUIRE(wait_until([&] { return members(server, "ws:friend_of:bob") == names{"dora"}; }));
  CHECK(ttl(server, "ws:friend_of:bob") > 7'775'000);
  REQUIRE(wait_until([&] { return server.command({"HKEYS", "ws:friends:ann"}) == names{"cleo"}; }));
  bench.tell(friends("ann", {}));
  REQUIRE(wait_until([&] { return server.ask({"EXISTS", "ws:friends:ann"}) == "0"; }));
  CHECK(server.ask({"EXISTS", "ws:friend_of:cleo"}) == "0");
}

TEST_CASE("loading a user renews what is kept of it, and passes over what is none",
          "[store][integration][records]") {
  redis_server server;
  store_bench bench{one_each(server)};
  server.command({"HSET", "ws:friends:ann", "bob", R"({"id":"bob","name":"Bob"})", "sick", "{",
                  "odd", "[]"});
  server.command({"SADD", "ws:friend_of:ann", "cleo"});
  server.command({"SADD", "ws:user_rooms:ann", "nowhere", "office"});
  for (const auto* key : {"ws:friends:ann", "ws:friend_of:ann", "ws:user_rooms:ann"}) {
    server.ask({"EXPIRE", key, "100"});
  }
  const auto meta = bench.create("office", "e1");
  auto room = bench.open(meta, "e1");
  REQUIRE(room->wait_persisted(room->write(change_members{{user_id{"ann"}}, {}})));
  server.command({"SADD", "ws:user_rooms:ann", "nowhere"});
  const auto user = bench.user("ann");
  REQUIRE(user.friends.size() == 1);
  CHECK(user.friends[0].name == "Bob");
  REQUIRE(user.rooms.size() == 1);
  CHECK(user.rooms[0].room.value == "office");
  CHECK(ttl(server, "ws:friends:ann") > 7'775'000);
  CHECK(ttl(server, "ws:friend_of:ann") > 7'775'000);
  CHECK(ttl(server, "ws:user_rooms:ann") > 2'591'000);
  // What is no room of the user's leaves the set, but not in haste.
  REQUIRE(wait_until([&] { return members(server, "ws:user_rooms:ann") == names{"office"}; }));
}

TEST_CASE("a hundred thousand changes of some users are a few writes",
          "[store][integration][records]") {
  redis_server server;
  store_bench bench{one_each(server)};
  REQUIRE(bench.listen()->wait(1));
  const auto commands_before = [&] {
    for (const auto& line : server.command({"INFO", "stats"})) {
      const auto at = line.find("total_commands_processed:");
      if (at != std::string::npos) return std::stol(line.substr(at + 25));
    }
    return 0L;
  };
  const auto before = commands_before();
  for (int i = 0; i < 100'000; ++i) {
    bench.tell(put_activity{user_id{"user-" + std::to_string(i % 10)}, i, 1, 1});
  }
  bench.finish_records_now();
  CHECK(server.command({"HMGET", "activity:user-3", "lastActivity", "events", "messages"})
        == names{"99993", "10000", "10000"});
  CHECK(commands_before() - before < 2'000);
}

TEST_CASE("thousands of users are online", "[store][integration][records]") {
  redis_server server;
  store_bench bench{one_each(server)};
  for (int i = 0; i < 10'000; ++i) {
    const auto name = "user-" + std::to_string(i);
    bench.tell(online(name));
    bench.tell(connected(name));
    bench.tell(put_activity{user_id{name}, 1, 1, 1});
  }
  bench.finish_records_now();
  CHECK(server.ask({"SCARD", "ws:online_users"}) == "10000");
  CHECK(server.ask({"HLEN", "ws:clients"}) == "10000");
  CHECK(server.ask({"SCARD", connected_key}) == "10000");
  CHECK(server.keys().size() == 10'003);
}

TEST_CASE("the first contact takes away what an earlier process left",
          "[store][integration][records]") {
  redis_server server;
  const user_id ann{"ann"};
  {
    store_bench earlier{one_each(server)};
    auto room = earlier.open(earlier.create("office", "e1"), "e1");
    earlier.create("kitchen", "e1");
    REQUIRE(room->wait_persisted(room->write(put_participant{ann, "Ann", 1})));
    auto space = earlier.open(earlier.create("plaza", "e1", [](auto& m) { m.kind = "space"; }),
                              "e1");
    space->write(put_participant{ann, "Ann", 1});
    REQUIRE(space->wait_persisted(space->write(put_places{{{ann, "Ann", {1, 2}, "c", 3}}, {}})));
    earlier.tell(online("ann"));
    earlier.tell(connected("ann"));
    earlier.finish_records_now();
  }
  server.command({"SADD", "ws:joined_room_participants:kitchen", "ann"});
  REQUIRE(server.ask({"SCARD", "ws:online_users"}) == "1");

  store_bench bench{one_each(server)};
  const auto wanted = bench.listen([&] { bench.tell(online("bob")); });
  bench.tell(connected("bob"));
  REQUIRE(wanted->wait(1));
  bench.finish_records_now();
  CHECK(members(server, "ws:online_users") == names{"bob"});
  CHECK(server.command({"HKEYS", "ws:clients"}) == names{"bob"});
  CHECK(members(server, connected_key) == names{"bob"});
  CHECK(wanted->count() == 1);

  bench.load("kitchen");
  server.command({"HSET", "room:kitchen:participants", "bob", "Bob"});
  const auto cleared = bench.ask<presence_cleared>(clear_presence{0});
  CHECK(cleared.cleared == 2);
  CHECK(cleared.next_offset == 0);
  CHECK(server.ask({"EXISTS", "room:office:participants", "room:plaza:participants"}) == "0");
  CHECK(server.ask({"HGET", "room:office", "participantCount"}) == "0");
  CHECK(server.ask({"EXISTS", "space:plaza:users"}) == "1");
  CHECK(server.ask({"EXISTS", "room:kitchen:participants"}) == "1");
  CHECK(bench.ask<presence_cleared>(clear_presence{0}).cleared == 0);
  // It is still known that nobody handed it back.
  const auto plaza = bench.load("plaza");
  REQUIRE(plaza);
  CHECK(plaza->crashed);
  CHECK(plaza->places.size() == 1);
}

TEST_CASE("what of connected members nobody brings back goes by and by",
          "[store][integration][records]") {
  redis_server server;
  {
    store_bench earlier{one_each(server)};
    for (int i = 0; i < 1'200; ++i) earlier.create("room-" + std::to_string(i), "e1");
  }
  for (int i = 0; i < 1'200; i += 100) {
    server.command({"SADD", "ws:joined_room_participants:room-" + std::to_string(i), "ann"});
  }
  store_bench bench{one_each(server)};
  bench.tell(put_connected_member{room_id{"room-300"}, 600s, user_id{"bob"}, true});
  const auto left = [&] {
    names keys;
    for (const auto& key : server.keys()) {
      if (key.rfind("ws:joined", 0) == 0) keys.push_back(key);
    }
    return keys;
  };
  REQUIRE(wait_until([&] { return left() == names{"ws:joined_room_participants:room-300"}; }));
  CHECK(members(server, "ws:joined_room_participants:room-300") == names{"bob"});
  // A room that was met by the sweep keeps who comes after it.
  bench.tell(put_connected_member{room_id{"room-300"}, 600s, user_id{"cleo"}, true});
  bench.finish_records_now();
  CHECK(members(server, "ws:joined_room_participants:room-300") == names{"bob", "cleo"});
}

TEST_CASE("Redis away and back, full or empty: records are written again",
          "[store][integration][records]") {
  const bool comes_back_empty = GENERATE(false, true);
  redis_server server{durable};
  store_bench bench{one_each(server)};
  std::atomic<bool> ann_is_online = true;
  const auto wanted = bench.listen([&] {
    if (ann_is_online) {
      bench.tell(online("ann"));
      bench.tell(connected("ann"));
    }
    bench.tell(online("bob"));
    bench.tell(connected("bob"));
  });
  REQUIRE(wanted->wait(1));
  bench.tell(friends("ann", {"bob"}));
  REQUIRE(wait_until([&] { return server.ask({"SCARD", connected_key}) == "2"; }));
  REQUIRE(wait_until([&] { return server.ask({"HLEN", "ws:friends:ann"}) == "1"; }));
  server.kill();
  const auto before = std::chrono::steady_clock::now();
  REQUIRE(wait_until([&] { return bench.user("ann").status == store_status::unavailable; }));
  for (int i = 0; i < 20; ++i) CHECK(bench.user("ann").status == store_status::unavailable);
  CHECK(std::chrono::steady_clock::now() - before < 2s);
  // What happens meanwhile.
  ann_is_online = false;
  bench.tell(drop_online_user{user_id{"ann"}});
  bench.tell(connected("ann", false));
  bench.tell(friends("cleo", {"dora"}));
  if (comes_back_empty) server.erase_data();
  server.start();
  REQUIRE(wanted->wait(2));
  REQUIRE(wait_until([&] { return members(server, "ws:online_users") == names{"bob"}; }));
  REQUIRE(wait_until([&] { return members(server, connected_key) == names{"bob"}; }));
  REQUIRE(wait_until([&] { return server.ask({"EXISTS", "ws:friends:cleo"}) == "1"; }));
  CHECK(server.command({"HKEYS", "ws:clients"}) == names{"bob"});
  CHECK(user_when_back(bench, "cleo").friends.size() == 1);
  CHECK(bench.user("ann").friends.size() == (comes_back_empty ? 0 : 1));
  CHECK(wanted->count() == 2);
}

TEST_CASE("a quiet process notices that Redis came back empty", "[store][integration][records]") {
  redis_server server;
  store_bench bench{one_each(server)};
  const auto wanted = bench.listen([&] { bench.tell(online("ann")); });
  REQUIRE(wait_until([&] { return server.ask({"SCARD", "ws:online_users"}) == "1"; }));
  for (std::size_t round = 2; round <= 4; ++round) {
    server.stop();
    server.start();
    REQUIRE(wanted->wait(round));
    REQUIRE(wait_until([&] { return server.ask({"SCARD", "ws:online_users"}) == "1"; }));
  }
}

TEST_CASE("a start without Redis asks for everything once it is there",
          "[store][integration][records]") {
  redis_server server;
  server.kill();
  store_bench bench{one_each(server)};
  const auto wanted = bench.listen();
  bench.tell(online("ann"));
  CHECK(bench.user("ann").status == store_status::unavailable);
  CHECK(wanted->count() == 0);
  server.start();
  REQUIRE(wanted->wait(1));
  REQUIRE(wait_until([&] { return members(server, "ws:online_users") == names{"ann"}; }));
}

TEST_CASE("what finds no place while Redis is away is asked for when it is back",
          "[store][integration][records]") {
  redis_server server{durable};
  auto config = one_each(server);
  config.redis.queue_bytes = 10'000;
  config.redis.retry_max = 100ms;
  store_bench bench{config};
  const auto wanted = bench.listen();
  REQUIRE(wanted->wait(1));
  server.kill();
  for (int i = 0; i < 5'000; ++i) bench.tell(online("user-" + std::to_string(i)));
  CHECK(bench.user("ann").status == store_status::unavailable);
  server.start();
  REQUIRE(wanted->wait(2));
  REQUIRE(wait_until([&] {
    const auto count = std::stol(server.ask({"SCARD", "ws:online_users"}));
    return count > 10 && count < 100;
  }));
  SECTION("also when it never was away") {
    const auto before = wanted->count();
    server.freeze();
    for (int i = 0; i < 5'000; ++i) bench.tell(online("user-" + std::to_string(i)));
    server.thaw();
    REQUIRE(wanted->wait(before + 1));
  }
}

TEST_CASE("a store that refuses to be written to can still be asked about a user",
          "[store][integration][records]") {
  redis_server server;
  store_bench bench{one_each(server)};
  const auto wanted = bench.listen();
  REQUIRE(wanted->wait(1));
  bench.tell(friends("ann", {"bob"}));
  REQUIRE(wait_until([&] { return server.ask({"EXISTS", "ws:friends:ann"}) == "1"; }));
  server.ask({"REPLICAOF", "127.0.0.1", "1"});
  bench.tell(online("ann"));
  bench.tell(friends("cleo", {"dora"}));
  CHECK(bench.user("ann").friends.size() == 1);
  CHECK(bench.user("cleo").friends.size() == 1);
  REQUIRE(wait_until([&] { return bench.counts().value(counter::store_errors_transient) > 0; }));
  CHECK(server.ask({"EXISTS", "ws:online_users"}) == "0");
  server.ask({"REPLICAOF", "NO", "ONE"});
  REQUIRE(wait_until([&] { return server.ask({"SCARD", "ws:online_users"}) == "1"; }));
  REQUIRE(wait_until([&] { return server.ask({"EXISTS", "ws:friends:cleo"}) == "1"; }));
}

TEST_CASE("a record of the wrong type is a defect of that record alone",
          "[store][integration][records]") {
  redis_server server;
  store_bench bench{one_each(server)};
  REQUIRE(bench.listen()->wait(1));
  server.command({"SET", "activity:sick", "no hash"});
  bench.tell(put_activity{user_id{"sick"}, 1, 1, 1});
  bench.tell(put_activity{user_id{"ann"}, 1, 1, 1});
  bench.tell(online("ann"));
  bench.finish_records_now();
  CHECK(server.ask({"HGET", "activity:ann", "events"}) == "1");
  CHECK(server.ask({"SCARD", "ws:online_users"}) == "1");
  CHECK(bench.counts().value(counter::store_errors_defect) == 1);
}

TEST_CASE("a list of friends is never seen by half", "[store][integration][records]") {
  redis_server server;
  store_bench bench{one_each(server)};
  names odd;
  names even;
  for (int i = 0; i < 50; ++i) (i % 2 == 0 ? even : odd).push_back("f" + std::to_string(i));
  bench.tell(friends("ann", odd));
  REQUIRE(wait_until([&] { return server.ask({"HLEN", "ws:friends:ann"}) == "25"; }));
  for (int round = 0; round < 100; ++round) {
    bench.tell(friends("ann", round % 2 == 0 ? even : odd));
    const auto seen = sorted(server.command({"HKEYS", "ws:friends:ann"}));
    CHECK((seen == sorted(odd) || seen == sorted(even)));
  }
  bench.finish_records_now();
  for (const auto& name : even) CHECK(server.ask({"EXISTS", "ws:friend_of:" + name}) == "0");
  for (const auto& name : odd) CHECK(members(server, "ws:friend_of:" + name) == names{"ann"});
}

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
    server.command({"HSET", "room:" + id, "id", id, "name", "n", "loaded", "1",
                    "participantCount", "3"});
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
