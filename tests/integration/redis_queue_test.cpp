// Queues of members who are away, in Redis: what redis-cli shows, and that an outage loses nothing,
// doubles nothing and keeps the order.
#include <catch2/catch.hpp>

#include "support/store_backends.hpp"

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

const std::vector<std::string> durable{"--appendonly", "yes", "--appendfsync", "always"};
constexpr auto key = "ws:offline_messages:bob";

settings one_each(const redis_server& server) {
  auto config = server.config();
  config.redis.writers = 1;
  config.redis.readers = 1;
  return config;
}

// As the list stands in Redis, oldest first.
std::vector<seq_t> stored_seqs(redis_server& server, const std::string& list = key) {
  std::vector<seq_t> all;
  for (const auto& text : server.command({"LRANGE", list, "0", "-1"})) {
    if (const auto m = read_stored_message(text)) all.push_back(m->seq);
  }
  std::reverse(all.begin(), all.end());
  return all;
}

void drop(store_bench& bench, std::vector<std::string> ids) {
  caf::anon_send(bench.queue(), drop_queued{user_id{"bob"}, std::move(ids)});
}

// Waits for the store's way back.
queued_messages queue_when_back(store_bench& bench) {
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  for (;;) {
    auto found = bench.queue_of("bob");
    if (found.status == store_status::ok || std::chrono::steady_clock::now() > deadline)
      return found;
    std::this_thread::sleep_for(5ms);
  }
}

} // namespace

TEST_CASE("a queue in Redis looks as the contract says", "[store][integration][queue]") {
  redis_server server;
  store_bench bench{one_each(server)};
  const auto meta = bench.create("office", "e1");
  for (seq_t i = 1; i <= 130; ++i) {
    bench.queue_for({"bob"}, meta, make_message(meta, i, "e1", "text"));
  }
  REQUIRE(bench.queue_of("bob").messages.size() == 100);
  CHECK(server.ask({"TYPE", key}) == "list");
  const auto entries = server.command({"LRANGE", key, "0", "-1"});
  REQUIRE(entries.size() == 100);
  CHECK(entries.front() == *make_message(meta, 130, "e1", "text").json);
  CHECK(std::stol(server.ask({"TTL", key})) > 2'591'000);
  const auto keys = server.keys();
  CHECK(keys.size() == 4); // the room's hash, its code, rooms:active, the queue
}

TEST_CASE("what leaves a queue leaves Redis", "[store][integration][queue]") {
  redis_server server;
  store_bench bench{one_each(server)};
  const auto meta = bench.create("office", "e1");
  auto room = bench.open(meta, "e1");
  say_many(*room, 1, 5);
  REQUIRE(room->wait_persisted(room->write(replace_message{deleted(room->said()[1]), 6})));
  for (const auto& m : room->said()) bench.queue_for({"bob"}, meta, m);
  server.ask({"DEL", "message:" + room->said()[2].id});
  CHECK(seqs(bench.queue_of("bob").messages) == std::vector<seq_t>{1, 4, 5});
  CHECK(stored_seqs(server) == std::vector<seq_t>{1, 4, 5});
  drop(bench, {room->said()[3].id});
  CHECK(seqs(bench.queue_of("bob").messages) == std::vector<seq_t>{1, 5});
  CHECK(stored_seqs(server) == std::vector<seq_t>{1, 5});
  server.command({"LPUSH", key, "no message"});
  REQUIRE(room->wait_persisted(room->write(remove_room{})));
  CHECK(bench.queue_of("bob").messages.empty());
  CHECK(server.keys().empty());
}

TEST_CASE("one message for very many users", "[store][integration][queue]") {
  redis_server server;
  store_bench bench{one_each(server)};
  const auto meta = bench.create("office", "e1");
  std::vector<std::string> all;
  for (int i = 0; i < 5'000; ++i) all.push_back("user-" + std::to_string(i));
  bench.queue_for(all, meta, make_message(meta, 1, "e1", std::string(2'000, 'x')));
  bench.queue_for(all, meta, make_message(meta, 2, "e1", "text"));
  bench.finish_queues_now();
  for (const auto& user : {"user-0", "user-2500", "user-4999"}) {
    CHECK(stored_seqs(server, std::string{"ws:offline_messages:"} + user) == range(1, 2));
  }
  CHECK(server.keys().size() == 5'003);
  CHECK(bench.counts().value(counter::messages_not_queued) == 0);
}

TEST_CASE("Redis away and back: a queue keeps its order and doubles nothing",
          "[store][integration][queue]") {
  redis_server server{durable};
  store_bench bench{one_each(server)};
  const auto meta = bench.create("office", "e1");
  const auto push = [&](seq_t seq) {
    bench.queue_for({"bob"}, meta, make_message(meta, seq, "e1", "text"));
  };
  for (seq_t i = 1; i <= 10; ++i) push(i);
  REQUIRE(bench.queue_of("bob").messages.size() == 10);
  server.kill();
  for (seq_t i = 11; i <= 20; ++i) push(i);
  const auto before = std::chrono::steady_clock::now();
  CHECK(bench.queue_of("bob").status == store_status::unavailable);
  CHECK(std::chrono::steady_clock::now() - before < 1s);
  // Stored and waiting ones, and one that comes after the drop.
  drop(bench, {make_message_id(3, "e1"), make_message_id(12, "e1")});
  push(21);
  server.start();
  auto expected = range(1, 21);
  std::erase_if(expected, [](seq_t seq) { return seq == 3 || seq == 12; });
  CHECK(seqs(queue_when_back(bench).messages) == expected);
  CHECK(stored_seqs(server) == expected);
  CHECK(bench.counts().value(counter::messages_not_queued) == 0);
}

TEST_CASE("Redis killed while queues are written: nothing is lost, nothing doubled",
          "[store][integration][queue]") {
  redis_server server{durable};
  auto config = one_each(server);
  store_bench bench{config};
  const auto meta = bench.create("office", "e1");
  seq_t last = 0;
  for (int round = 0; round < 8; ++round) {
    for (int i = 0; i < 10; ++i) {
      bench.queue_for({"bob", "cleo"}, meta, make_message(meta, ++last, "e1", "text"));
      if (i == 5) server.kill();
    }
    server.start();
    CHECK(seqs(queue_when_back(bench).messages) == range(1, last));
  }
  CHECK(stored_seqs(server) == range(1, 80));
  bench.finish_queues_now();
  CHECK(stored_seqs(server, "ws:offline_messages:cleo") == range(1, 80));
}

TEST_CASE("a push that Redis did without saying so is not done twice",
          "[store][integration][queue]") {
  redis_server server;
  auto config = one_each(server);
  config.redis.command_timeout = 100ms;
  store_bench bench{config};
  const auto meta = bench.create("office", "e1");
  bench.queue_for({"bob"}, meta, make_message(meta, 1, "e1", "text"));
  REQUIRE(bench.queue_of("bob").messages.size() == 1);
  // What it is sent waits in its socket; it is done when it goes on.
  server.freeze();
  for (seq_t i = 2; i <= 4; ++i)
    bench.queue_for({"bob"}, meta, make_message(meta, i, "e1", "text"));
  CHECK(bench.queue_of("bob").status == store_status::unavailable);
  server.thaw();
  CHECK(seqs(queue_when_back(bench).messages) == range(1, 4));
  CHECK(stored_seqs(server) == range(1, 4));
}

TEST_CASE("a store that came back empty removes nothing from a queue in haste",
          "[store][integration][queue]") {
  redis_server server;
  store_bench bench{one_each(server)};
  const auto meta = bench.create("office", "e1");
  auto room = bench.open(meta, "e1");
  REQUIRE(room->wait_persisted(room->say(1)));
  server.kill();
  bench.queue_for({"bob"}, meta, room->said()[0]);
  CHECK(bench.queue_of("bob").status == store_status::unavailable);
  server.erase_data();
  server.start();
  // The room has not written itself yet.
  CHECK(queue_when_back(bench).messages.empty());
  CHECK(stored_seqs(server) == range(1, 1));
  REQUIRE(room->wait_returned());
  REQUIRE(room->wait_persisted(room->rewrite()));
  CHECK(seqs(bench.queue_of("bob").messages) == range(1, 1));
}

TEST_CASE("what finds no place while Redis is away is counted", "[store][integration][queue]") {
  redis_server server{durable};
  auto config = one_each(server);
  config.redis.queue_bytes = 10'000;
  store_bench bench{config};
  const auto meta = bench.create("office", "e1");
  server.kill();
  for (seq_t i = 1; i <= 50; ++i) {
    bench.queue_for({"bob", "cleo"}, meta, make_message(meta, i, "e1", std::string(1'000, 'x')));
  }
  CHECK(bench.queue_of("bob").status == store_status::unavailable);
  const auto lost = bench.counts().value(counter::messages_not_queued);
  CHECK(lost > 80);
  CHECK(lost < 100);
  server.start();
  const auto kept = seqs(queue_when_back(bench).messages);
  CHECK(kept.size() + lost / 2 >= 50);
  CHECK(kept == range(1, static_cast<seq_t>(kept.size())));
}

TEST_CASE("a key of the wrong type is a defect of that queue alone",
          "[store][integration][queue]") {
  redis_server server;
  store_bench bench{one_each(server)};
  const auto meta = bench.create("office", "e1");
  server.command({"SET", "ws:offline_messages:sick", "no list"});
  bench.queue_for({"sick", "bob"}, meta, make_message(meta, 1, "e1", "text"));
  CHECK(bench.queue_of("bob").messages.size() == 1);
  bench.finish_queues_now();
  CHECK(bench.counts().value(counter::messages_not_queued) == 1);
  CHECK(bench.counts().value(counter::store_errors_defect) > 0);
}
