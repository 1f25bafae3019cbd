// Records of users while Redis goes away, comes back full or empty, refuses, or has no place: they
// come to say what is true now.
#include <catch2/catch.hpp>

#include "support/user_records.hpp"

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

TEST_CASE("activity that Redis counted without saying so is not counted twice",
          "[store][integration][records]") {
  redis_server server;
  store_bench bench{one_each(server)};
  const auto wanted = bench.listen();
  REQUIRE(wanted->wait(1));
  // With a list of friends something is asked before anything is sent.
  const bool has_friends = GENERATE(false, true);
  server.freeze();
  bench.tell(put_activity{user_id{"ann"}, 1'000, 5, 2});
  if (has_friends) bench.tell(friends("ann", {"bob"}));
  // Sent, and not answered in time.
  REQUIRE(wait_until([&] { return bench.counts().value(counter::store_errors_transient) > 0; }));
  server.thaw();
  REQUIRE(wanted->wait(2));
  bench.tell(put_activity{user_id{"ann"}, 2'000, 1, 0});
  bench.finish_records_now();
  CHECK(server.command({"HMGET", "activity:ann", "lastActivity", "events", "messages"})
        == names{"2000", "6", "2"});
}

TEST_CASE("records finish in time while Redis is away", "[store][integration][records]") {
  redis_server server;
  store_bench bench{one_each(server)};
  REQUIRE(bench.listen()->wait(1));
  server.kill();
  bench.tell(online("ann"));
  const auto before = std::chrono::steady_clock::now();
  bench.finish_records_now();
  CHECK(std::chrono::steady_clock::now() - before < 2s);
}

TEST_CASE("what was forgotten is asked for although there is always something to write",
          "[store][integration][records]") {
  redis_server server;
  auto config = one_each(server);
  config.redis.queue_bytes = 10'000;
  config.redis.retry_max = 100ms;
  config.redis.command_timeout = 5'000ms;
  store_bench bench{config};
  const auto wanted = bench.listen();
  REQUIRE(wanted->wait(1));
  server.freeze();
  for (int i = 0; i < 5'000; ++i) bench.tell(online("user-" + std::to_string(i)));
  server.thaw();
  REQUIRE(wait_until([&] {
    bench.tell(online("ann"));
    return wanted->count() > 1;
  }));
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
