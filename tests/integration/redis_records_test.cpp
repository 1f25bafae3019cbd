// Records of users in Redis: what redis-cli shows, how little it costs, and what a process finds
// that another one left behind.
#include <catch2/catch.hpp>

#include "support/user_records.hpp"

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

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
  REQUIRE(wait_until([&] {
    return server.ask({"EXISTS", "ws:online_users", "ws:clients"}) == "0";
  }));
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
  server.command(
      {"HSET", "ws:friends:ann", "bob", R"({"id":"bob","name":"Bob"})", "sick", "{", "odd", "[]"});
  server.command({"SADD", "ws:friend_of:ann", "cleo"});
  server.command({"SADD", "ws:user_rooms:ann", "nowhere", "office"});
  for (const auto* key : {"ws:friends:ann", "ws:friend_of:ann", "ws:user_rooms:ann"}) {
    server.ask({"EXPIRE", key, "100"});
  }
  const auto meta = bench.create("office", "e1");
  auto room = bench.open(meta, "e1");
  REQUIRE(room->wait_persisted(room->write(change_members{{user_id{"ann"}}, {}})));
  server.command({"SADD", "ws:user_rooms:ann", "kitchen", "nowhere"});
  bench.create("kitchen", "e1");
  const auto user = bench.user("ann");
  // Her writer was about to: first the one set, then the other.
  server.command({"SADD", "ws:room_participants:kitchen", "ann"});
  REQUIRE(user.friends.size() == 1);
  CHECK(user.friends[0].name == "Bob");
  REQUIRE(user.rooms.size() == 1);
  CHECK(user.rooms[0].room.value == "office");
  CHECK(ttl(server, "ws:friends:ann") > 7'775'000);
  CHECK(ttl(server, "ws:friend_of:ann") > 7'775'000);
  CHECK(ttl(server, "ws:user_rooms:ann") > 2'591'000);
  // What is no room of the user's leaves the set, but not in haste.
  REQUIRE(wait_until([&] { return members(server, "ws:user_rooms:ann").size() == 2; }));
  CHECK(members(server, "ws:user_rooms:ann") == names{"kitchen", "office"});
  CHECK(bench.user("ann").rooms.size() == 2);
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
