// Redis goes away, comes back full, empty or older, or refuses: rooms are told, write themselves
// whole again, and nothing is doubled.
#include <catch2/catch.hpp>

#include "support/redis_server.hpp"
#include "support/store_bench.hpp"

#include <set>
#include <thread>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

using kind = told_log::entry::kind;

settings one_each(const redis_server& server) {
  auto config = server.config();
  config.redis.writers = 1;
  config.redis.readers = 1;
  config.chat.hot_messages = 1'000;
  return config;
}

const std::vector<std::string> durable{"--appendonly", "yes", "--appendfsync", "always"};

// Rewrites the room as often as it is asked to, until the store has all of it.
bool rewrite_until_stored(fake_room& room) {
  for (int i = 0; i < 100; ++i) {
    if (!room.wait_returned(10s)) return false;
    room.told().clear();
    const auto ticket = room.rewrite();
    room.told().wait([&](const auto& told) {
      return std::any_of(told.begin(), told.end(), [&](auto& e) {
        return e.what == kind::lost || (e.what == kind::persisted && e.ticket >= ticket);
      });
    });
    if (room.wait_persisted(ticket, 0ms)) return true;
  }
  return false;
}

std::vector<seq_t> hot_seqs(redis_server& server, const std::string& id) {
  std::vector<seq_t> all;
  for (const auto& text : server.command({"LRANGE", "room:" + id + ":messages", "0", "-1"})) {
    if (const auto m = read_stored_message(text)) all.push_back(m->seq);
  }
  return all;
}

void check_whole(redis_server& server, const fake_room& room, seq_t last) {
  const auto& id = room.meta().id.value;
  auto hot = hot_seqs(server, id);
  std::reverse(hot.begin(), hot.end());
  std::vector<seq_t> expected;
  for (seq_t i = 1; i <= last; ++i) expected.push_back(i);
  CHECK(hot == expected);
  CHECK(server.ask({"ZCARD", "room_messages:" + id}) == std::to_string(last));
  CHECK(server.ask({"HGET", "room:" + id, "seq"}) == std::to_string(last));
  for (const auto& key : server.keys()) {
    INFO(key);
    if (key != "rooms:active") CHECK(server.ask({"TTL", key}) != "-1");
  }
}

bool wait_until(const std::function<bool()>& reached, std::chrono::milliseconds limit = 10s) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!reached()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(5ms);
  }
  return true;
}

} // namespace

TEST_CASE("Redis killed in the middle of traffic: nothing is lost, nothing doubled",
          "[store][integration]") {
  const bool comes_back_empty = GENERATE(false, true);
  redis_server server{durable};
  store_bench bench{one_each(server)};
  auto room = bench.open(bench.create("office", "e1"), "e1");
  seq_t last = 0;
  for (; last < 300; ++last) room->say(last + 1);
  REQUIRE(room->wait_persisted(1));
  server.kill();
  for (; last < 400; ++last) room->say(last + 1);
  if (!room->wait_persisted(400, 0ms)) REQUIRE(room->wait_lost());
  if (comes_back_empty) server.erase_data();
  server.start();
  REQUIRE(rewrite_until_stored(*room));
  check_whole(server, *room, last);
  CHECK(bench.status().dirty_rooms == 0);
  CHECK(bench.counts().value(counter::store_reconnects) > 0);
  CHECK(bench.counts().value(counter::store_rooms_rewritten) > 0);
  ++last;
  REQUIRE(room->wait_persisted(room->say(last)));
  check_whole(server, *room, last);
}

TEST_CASE("what was persisted survives kill -9 of Redis, ten times over", "[store][integration]") {
  redis_server server{durable};
  store_bench bench{one_each(server)};
  auto room = bench.open(bench.create("office", "e1"), "e1");
  seq_t last = 0;
  for (int round = 0; round < 10; ++round) {
    room->told().clear();
    write_ticket last_ticket = 0;
    for (int i = 0; i < 50; ++i) last_ticket = room->say(++last);
    std::this_thread::sleep_for(std::chrono::milliseconds{round});
    server.kill();
    const auto told = room->told().entries();
    write_ticket confirmed = 0;
    for (const auto& e : told) {
      if (e.what == kind::persisted) confirmed = std::max(confirmed, e.ticket);
    }
    server.start();
    const auto hot = hot_seqs(server, "office");
    const std::set<seq_t> unique(hot.begin(), hot.end());
    CHECK(unique.size() == hot.size());
    if (confirmed > 0) CHECK(unique.size() >= static_cast<std::size_t>(last - 50));
    // A room that lost nothing is not asked; it says so by being confirmed.
    REQUIRE(room->told().wait([&](const auto& entries) {
      return std::any_of(entries.begin(), entries.end(), [&](auto& e) {
        return e.what == kind::returned || (e.what == kind::persisted && e.ticket >= last_ticket);
      });
    }));
    if (room->wait_returned(300ms)) REQUIRE(rewrite_until_stored(*room));
    check_whole(server, *room, last);
  }
}

TEST_CASE("a quiet room is written again when Redis comes back empty", "[store][integration]") {
  redis_server server;
  store_bench bench{one_each(server)};
  auto room = bench.open(bench.create("office", "e1"), "e1");
  REQUIRE(room->wait_persisted(room->say(1)));
  server.stop();
  server.start();
  REQUIRE(rewrite_until_stored(*room));
  check_whole(server, *room, 1);
  CHECK(bench.load(room->meta().code));
}

TEST_CASE("a quiet room is left alone when Redis comes back whole", "[store][integration]") {
  redis_server server{durable};
  store_bench bench{one_each(server)};
  auto room = bench.open(bench.create("office", "e1"), "e1");
  REQUIRE(room->wait_persisted(room->say(1)));
  server.stop();
  server.start();
  REQUIRE(wait_until([&] { return bench.status().reconnects > 0; }));
  REQUIRE(room->wait_persisted(room->say(2)));
  for (const auto& e : room->told().entries()) CHECK(e.what == kind::persisted);
  check_whole(server, *room, 2);
}

TEST_CASE("while Redis is away writes are refused at once and memory stays bounded",
          "[store][integration]") {
  redis_server server;
  store_bench bench{one_each(server)};
  auto room = bench.open(bench.create("office", "e1"), "e1");
  REQUIRE(room->wait_persisted(room->say(1)));
  server.kill();
  REQUIRE(wait_until([&] { return bench.status().breaker_open; }));
  CHECK_FALSE(bench.status().connected);
  for (seq_t i = 2; i <= 20'000; ++i) room->say(i);
  REQUIRE(room->told().wait([](const auto& told) {
    return !told.empty() && told.back().what == kind::lost && told.back().ticket == 20'000;
  }));
  const auto status = bench.status();
  CHECK(status.queued_bytes == 0);
  CHECK(status.dirty_rooms == 1);
  CHECK(room->told().entries().size() < 20'000);
  room->write(hand_back{20'000});
  REQUIRE(room->told().wait([](const auto& told) { return told.back().ticket == 20'001; }));
  CHECK(room->told().entries().back().what == kind::lost);

  const auto before = std::chrono::steady_clock::now();
  for (int i = 0; i < 10; ++i) {
    CHECK(bench.ask<load_reply>(load_room{"office"}).status == store_status::unavailable);
  }
  CHECK(std::chrono::steady_clock::now() - before < 2s);
}

TEST_CASE("a start without Redis is a degraded start that goes on trying", "[store][integration]") {
  redis_server server;
  server.kill();
  store_bench bench{one_each(server)};
  REQUIRE(wait_until([&] { return bench.status().breaker_open; }));
  room_meta meta;
  meta.id.value = meta.code = "123456";
  meta.name = "n";
  auto room = bench.open(meta, "e1");
  room->say(1);
  REQUIRE(room->wait_lost());
  server.start();
  REQUIRE(rewrite_until_stored(*room));
  CHECK(bench.ask<load_reply>(load_room{"123456"}).room);
  check_whole(server, *room, 1);
}

TEST_CASE("a restart between two requests costs no request", "[store][integration]") {
  redis_server server{durable};
  store_bench bench{one_each(server)};
  const auto meta = bench.create("office", "e1");
  for (int i = 0; i < 3; ++i) {
    server.stop();
    server.start();
    CHECK(bench.load("office"));
  }
}

TEST_CASE("a store that refuses for now is asked again until it takes", "[store][integration]") {
  redis_server server;
  store_bench bench{one_each(server)};
  auto room = bench.open(bench.create("office", "e1"), "e1");
  REQUIRE(room->wait_persisted(room->say(1)));
  const bool out_of_memory = GENERATE(true, false);
  if (out_of_memory)
    server.ask({"CONFIG", "SET", "maxmemory", "1"});
  else
    server.ask({"REPLICAOF", "127.0.0.1", "1"});
  room->say(2);
  REQUIRE(room->wait_lost());
  for (const auto& e : room->told().entries()) CHECK(e.what != kind::defect);
  REQUIRE(room->wait_returned());
  room->told().clear();
  room->rewrite();
  REQUIRE(room->wait_lost());
  CHECK(bench.counts().value(counter::store_errors_transient) > 0);
  // Loading goes on, with a new epoch where the mark cannot be set.
  const auto loaded = bench.load("office");
  REQUIRE(loaded);
  CHECK(loaded->crashed);
  if (out_of_memory)
    server.ask({"CONFIG", "SET", "maxmemory", "0"});
  else
    server.ask({"REPLICAOF", "NO", "ONE"});
  REQUIRE(rewrite_until_stored(*room));
  check_whole(server, *room, 2);
}

TEST_CASE("a store that answers nothing counts as away", "[store][integration]") {
  redis_server server;
  auto config = one_each(server);
  config.redis.command_timeout = 100ms;
  store_bench bench{config};
  auto room = bench.open(bench.create("office", "e1"), "e1");
  REQUIRE(room->wait_persisted(room->say(1)));
  server.freeze();
  room->say(2);
  CHECK(room->wait_lost());
  CHECK(bench.ask<store_health>(ping_store{}).status == store_status::unavailable);
  server.thaw();
  REQUIRE(rewrite_until_stored(*room));
  check_whole(server, *room, 2);
}

TEST_CASE("a key that vanished makes its room write itself", "[store][integration]") {
  redis_server server;
  store_bench bench{one_each(server)};
  auto room = bench.open(bench.create("office", "e1"), "e1");
  REQUIRE(room->wait_persisted(room->say(1)));
  server.ask({"FLUSHALL"});
  room->say(2);
  REQUIRE(room->wait_lost());
  REQUIRE(rewrite_until_stored(*room));
  check_whole(server, *room, 2);
}

TEST_CASE("many rooms find back after an outage", "[store][integration]") {
  redis_server server;
  store_bench bench{one_each(server)};
  std::vector<std::unique_ptr<fake_room>> rooms;
  for (int i = 0; i < 200; ++i) {
    rooms.push_back(bench.open(bench.create("room-" + std::to_string(i), "e1"), "e1"));
    rooms.back()->say(1);
  }
  for (const auto& room : rooms) REQUIRE(room->wait_persisted(1));
  server.kill();
  server.start();
  for (const auto& room : rooms) room->rewrite_when_asked();
  for (const auto& room : rooms) REQUIRE(room->wait_persisted(2));
  CHECK(server.ask({"ZCARD", "rooms:active"}) == "200");
  CHECK(bench.status().dirty_rooms == 0);
}

TEST_CASE("a backlog of 200,000 messages drains", "[store][integration]") {
  redis_server server;
  auto config = one_each(server);
  config.chat.hot_messages = 100;
  config.redis.queue_bytes = 1'000'000'000;
  store_bench bench{config};
  std::vector<std::unique_ptr<fake_room>> rooms;
  for (int i = 0; i < 20; ++i) {
    rooms.push_back(bench.open(bench.create("room-" + std::to_string(i), "e1"), "e1"));
  }
  for (seq_t i = 1; i <= 10'000; ++i) {
    for (const auto& room : rooms) room->say(i);
  }
  for (const auto& room : rooms) REQUIRE(room->wait_persisted(10'000, 60s));
  for (const auto& room : rooms) {
    const auto& id = room->meta().id.value;
    CHECK(server.ask({"LLEN", "room:" + id + ":messages"}) == "100");
    CHECK(server.ask({"ZCARD", "room_messages:" + id}) == "10000");
  }
  CHECK(bench.status().queued_bytes == 0);
  CHECK(bench.counts().value(counter::store_writes) == 200'000);
}

TEST_CASE("a queue over its bound makes the room that writes dirty", "[store][integration]") {
  redis_server server;
  auto config = one_each(server);
  config.redis.queue_bytes = 10'000;
  store_bench bench{config};
  auto room = bench.open(bench.create("office", "e1"), "e1");
  server.freeze();
  room->say(1);
  for (seq_t i = 2; i <= 500; ++i) room->say(i, std::string(500, 'x'));
  server.thaw();
  REQUIRE(room->wait_lost());
  REQUIRE(rewrite_until_stored(*room));
  check_whole(server, *room, 500);
}
