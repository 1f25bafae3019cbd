// What operators do, as redis-cli shows it, and while Redis is away.
#include <catch2/catch.hpp>

#include "support/user_records.hpp"

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

operator_action action(unix_ms at) {
  return {at, "ops", "kick", "123456", "", "10.0.0.1", "ok"};
}

std::vector<unix_ms> times(const audit_entries& page) {
  std::vector<unix_ms> out;
  for (const auto& e : page.entries) out.push_back(e.at);
  return out;
}

} // namespace

TEST_CASE("what operators did is a list of JSON in Redis", "[store][integration][operators]") {
  redis_server server;
  store_bench bench{one_each(server)};
  bench.tell(put_audit{action(1)});
  bench.tell(put_audit{action(2)});
  REQUIRE(wait_until([&] { return server.ask({"LLEN", "ws:audit"}) == "2"; }));
  CHECK(server.ask({"LINDEX", "ws:audit", "0"})
        == R"({"at":2,"who":"ops","action":"kick","target":"123456","from":"10.0.0.1",)"
           R"("outcome":"ok"})");
  CHECK(ttl(server, "ws:audit") == -1);
  server.ask({"LPUSH", "ws:audit", "nonsense"});
  CHECK(times(bench.audit({10, 0})) == std::vector<unix_ms>{2, 1});
}

TEST_CASE("what operators do while Redis is away is written when it is back, the last 1,000",
          "[store][integration][operators]") {
  redis_server server;
  store_bench bench{one_each(server)};
  REQUIRE(bench.listen()->wait(1));
  server.kill();
  for (unix_ms at = 1; at <= 1'005; ++at) bench.tell(put_audit{action(at)});
  CHECK(bench.audit({10, 0}).status == store_status::unavailable);
  server.start();
  REQUIRE(wait_until([&] { return server.ask({"LLEN", "ws:audit"}) == "1000"; }));
  CHECK(times(bench.audit({2, 0})) == std::vector<unix_ms>{1'005, 1'004});
  CHECK(times(bench.audit({2, 998})) == std::vector<unix_ms>{7, 6});
}

TEST_CASE("an erased user leaves no key behind", "[store][integration][operators]") {
  redis_server server;
  store_bench bench{one_each(server)};
  bench.tell(friends("ann", {"bob", "cleo"}));
  bench.tell(friends("bob", {"ann"}));
  bench.tell(put_activity{user_id{"ann"}, 1'000, 1, 0});
  REQUIRE(wait_until([&] { return server.ask({"EXISTS", "activity:ann"}) == "1"; }));
  server.command({"SADD", "ws:user_rooms:ann", "office", "kitchen"});
  server.command({"SADD", "ws:room_participants:office", "ann", "bob"});
  server.command({"SADD", connected_key, "ann"});
  server.command({"LPUSH", "ws:offline_messages:ann", "{}"});
  REQUIRE(bench.erase("ann").status == store_status::ok);
  CHECK(server.keys() == names{"ws:room_participants:office"});
  CHECK(members(server, "ws:room_participants:office") == names{"bob"});
}

TEST_CASE("nothing is erased while Redis is away, and all of it when it is back",
          "[store][integration][operators]") {
  redis_server server{durable};
  store_bench bench{one_each(server)};
  bench.tell(friends("ann", {"bob"}));
  bench.tell(friends("bob", {"ann"}));
  REQUIRE(wait_until([&] { return server.keys().size() == 4; }));
  server.kill();
  CHECK(bench.erase("ann").status == store_status::unavailable);
  server.start();
  REQUIRE(user_when_back(bench, "ann").friends.size() == 1);
  REQUIRE(bench.erase("ann").status == store_status::ok);
  CHECK(server.keys().empty());
}

TEST_CASE("cleaning touches nothing that is somebody else's", "[store][integration][operators]") {
  redis_server server;
  auto config = one_each(server);
  config.redis.prefix = GENERATE(as<std::string>{}, "", "app*[1]:");
  store_bench bench{config};
  bench.create("office", "e1");
  const auto& prefix = config.redis.prefix;
  const names others{prefix + "room:a:b", prefix + "session:1", prefix + "ws:audit",
                     "zzz:room:office"};
  for (const auto& key : others) server.ask({"SET", key, "1"});
  // With a prefix, what has none is another's as well.
  if (!prefix.empty()) server.ask({"SET", "room:office", "1"});
  const auto before = server.keys().size();
  CHECK(bench.ask<keys_cleaned>(clean_keys{true, {}}).removed == 0);
  CHECK(server.keys().size() == before);
  const auto cleaned = bench.ask<keys_cleaned>(clean_keys{false, {}});
  CHECK(cleaned.keys
        == std::map<std::string, std::size_t>{
            {"room:*", 1}, {"room_code:*", 1}, {"rooms:active", 1}});
  CHECK(cleaned.removed == 3);
  auto left = others;
  if (!prefix.empty()) left.push_back("room:office");
  CHECK(server.keys() == sorted(left));
}

TEST_CASE("what Redis says about itself is passed on line by line",
          "[store][integration][operators]") {
  redis_server server;
  store_bench bench{one_each(server)};
  const auto info = bench.ask<store_info>(get_store_info{});
  CHECK(info.kind == "redis");
  std::map<std::string, std::string> lines{info.lines.begin(), info.lines.end()};
  CHECK(lines.contains("redis_version"));
  CHECK(lines.at("tcp_port") == std::to_string(server.port()));
  server.kill();
  CHECK(bench.ask<store_info>(get_store_info{}).status == store_status::unavailable);
  CHECK(bench.ask<keys_cleaned>(clean_keys{}).status == store_status::unavailable);
}

TEST_CASE("a writer tells how long its oldest write waits, and what went wrong",
          "[store][integration][operators]") {
  redis_server server{durable};
  store_bench bench{one_each(server)};
  auto room = bench.open(bench.create("office", "e1"), "e1");
  room->rewrite_when_asked();
  REQUIRE(room->wait_persisted(room->say(1)));
  auto status = bench.status();
  CHECK(status.connected);
  CHECK(status.lag == 0ms);
  CHECK(status.writes == 1);
  CHECK(status.batches >= 1);
  CHECK(status.last_error.empty());
  server.kill();
  const auto since = std::chrono::steady_clock::now();
  room->say(2);
  REQUIRE(wait_until([&] { return bench.status().breaker_open; }));
  REQUIRE(wait_until([&] { return bench.status().lag > 300ms; }));
  status = bench.status();
  CHECK_FALSE(status.connected);
  CHECK(status.dirty_rooms == 1);
  CHECK_FALSE(status.last_error.empty());
  CHECK(status.lag <= std::chrono::steady_clock::now() - since + 1ms);
  server.start();
  REQUIRE(wait_until([&] { return bench.status().lag == 0ms; }));
  CHECK(bench.status().dirty_rooms == 0);
  CHECK(bench.status().reconnects == 1);
}
