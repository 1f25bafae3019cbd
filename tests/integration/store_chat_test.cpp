// One suite, two back ends: what trusted chat relies on, whichever store runs. Messages that
// change, members, messages by id, caches, and the queues of members who are away.
#include <catch2/catch.hpp>

#include "support/store_backends.hpp"

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

std::vector<stored_message> archived(store_bench& bench, const room_meta& meta) {
  return bench.ask<message_page>(read_messages{meta.id, 100, {}, {}}).messages;
}

void drop(store_bench& bench, const std::string& user, std::vector<std::string> ids) {
  caf::anon_send(bench.queue(), drop_queued{user_id{user}, std::move(ids)});
}

void drop_room(store_bench& bench, const std::string& user, const room_meta& room, seq_t from) {
  caf::anon_send(bench.queue(), drop_queued_room{user_id{user}, room.id, from});
}

std::vector<user_id> users(std::initializer_list<const char*> names) {
  std::vector<user_id> all;
  for (const auto* name : names) all.push_back(user_id{name});
  return all;
}

} // namespace

STORE_TEST("a replaced message is changed everywhere, and nothing else is") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto meta = bench.create("office", "e1");
  auto room = bench.open(meta, "e1");
  REQUIRE(room->wait_persisted(say_many(*room, 1, 8)));
  // One of the archive alone, one of the hot list, one that nobody has.
  const auto old = edited(room->said()[0], "old and new");
  const auto hot = deleted(room->said()[6]);
  room->write(replace_message{old, 9});
  room->write(replace_message{edited(hot, "superseded"), 10});
  room->write(replace_message{hot, 11});
  const auto unknown = make_message(meta, 50, "e0", "unknown");
  REQUIRE(room->wait_persisted(room->write(replace_message{unknown, 12})));

  const auto all = archived(bench, meta);
  REQUIRE(seqs(all) == range(1, 8));
  CHECK(*all[0].json == *old.json);
  CHECK(*all[6].json == *hot.json);
  CHECK(*all[1].json == *room->said()[1].json);
  const auto loaded = bench.load("office");
  REQUIRE(loaded);
  CHECK(loaded->seq == 12);
  REQUIRE(seqs(loaded->messages) == range(1, 8));
  CHECK(*loaded->messages[0].json == *old.json);
  CHECK(*loaded->messages[6].json == *hot.json);
}

STORE_TEST("a rewrite brings older changes along, but no message back") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto meta = bench.create("office", "e1");
  auto room = bench.open(meta, "e1");
  REQUIRE(room->wait_persisted(say_many(*room, 1, 8)));
  rewrite_room whole{};
  whole.seq = 9;
  whole.messages = {room->said()[6], room->said()[7]};
  whole.changed = {edited(room->said()[2], "changed"), make_message(meta, 50, "e0", "unknown")};
  REQUIRE(room->wait_persisted(room->write(std::move(whole))));
  const auto all = archived(bench, meta);
  REQUIRE(seqs(all) == range(1, 8));
  CHECK(*all[2].json == *edited(room->said()[2], "changed").json);
}

STORE_TEST("members stay members until they are removed") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto meta = bench.create("office", "e1");
  auto room = bench.open(meta, "e1");
  CHECK(bench.load("office")->members.empty());
  room->write(change_members{users({"ann", "bob", "cleo"}), {}});
  REQUIRE(room->wait_persisted(room->write(change_members{users({"dan"}), users({"bob"})})));
  auto members = bench.load("office")->members;
  std::sort(members.begin(), members.end());
  CHECK(members == users({"ann", "cleo", "dan"}));
  rewrite_room whole{};
  whole.members = users({"bob", "dan"});
  REQUIRE(room->wait_persisted(room->write(std::move(whole))));
  members = bench.load("office")->members;
  std::sort(members.begin(), members.end());
  CHECK(members == users({"bob", "dan"}));
  REQUIRE(room->wait_persisted(room->write(remove_room{})));
  bench.create("office", "e2");
  CHECK(bench.load("office")->members.empty());
}

STORE_TEST("messages are found by id, in the room that was asked for alone") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto meta = bench.create("office", "e1");
  const auto other = bench.create("kitchen", "f1");
  auto room = bench.open(meta, "e1");
  auto neighbour = bench.open(other, "f1");
  REQUIRE(room->wait_persisted(say_many(*room, 1, 8)));
  REQUIRE(neighbour->wait_persisted(say_many(*neighbour, 1, 2)));
  const auto found = bench.ask<found_messages>(find_messages{
      meta.id, {room->said()[7].id, neighbour->said()[0].id, "nonsense", room->said()[0].id}});
  CHECK(found.status == store_status::ok);
  REQUIRE(found.messages.size() == 4);
  REQUIRE(found.messages[0]);
  CHECK(*found.messages[0]->json == *room->said()[7].json);
  CHECK_FALSE(found.messages[1]);
  CHECK_FALSE(found.messages[2]);
  REQUIRE(found.messages[3]);
  CHECK(found.messages[3]->seq == 1);
  CHECK(archived(bench, other).size() == 2);
  CHECK(bench.ask<found_messages>(find_messages{meta.id, {}}).messages.empty());
}

STORE_TEST("messages are counted up to a seq") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto meta = bench.create("office", "e1");
  auto room = bench.open(meta, "e1");
  REQUIRE(room->wait_persisted(say_many(*room, 1, 8)));
  CHECK(bench.ask<message_count>(count_messages{meta.id}).count == 8);
  CHECK(bench.ask<message_count>(count_messages{meta.id, 5}).count == 5);
  CHECK(bench.ask<message_count>(count_messages{meta.id, 0}).count == 0);
}

STORE_TEST("what is beyond the window's bytes is remembered without its text") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto meta = bench.create("office", "e1");
  auto room = bench.open(meta, "e1");
  // window_bytes is 4 MB, window_count 20.
  write_ticket last = 0;
  for (seq_t i = 1; i <= 25; ++i) {
    auto m = make_message(meta, i, "e1", std::string(500'000, 'x'));
    m.client_message_id = "c" + std::to_string(i);
    auto json = *m.json;
    json.insert(json.size() - 1, R"(,"clientMessageId":")" + m.client_message_id + '"');
    m.json = std::make_shared<const std::string>(std::move(json));
    last = room->write(append_message{std::move(m)});
  }
  REQUIRE(room->wait_persisted(last));
  const auto loaded = bench.load("office");
  REQUIRE(loaded);
  CHECK(seqs(loaded->messages) == range(19, 25));
  REQUIRE(seqs(loaded->older) == range(6, 18));
  CHECK_FALSE(loaded->older.front().json);
  CHECK(loaded->older.front().id == make_message_id(6, "e1"));
  CHECK(loaded->older.front().user.value == "ann");
  CHECK(loaded->older.front().client_message_id == "c6");
  CHECK(loaded->messages.front().json);
  CHECK(loaded->message_count == 25);
}

STORE_TEST("what is cached is there for its time") {
  TestType backend;
  store_bench& bench = backend.bench;
  caf::anon_send(bench.reader(), write_cache{"stats", "{}", 1s});
  auto found = bench.ask<cached_text>(read_cache{"stats"});
  CHECK(found.status == store_status::ok);
  CHECK(found.text == "{}");
  CHECK_FALSE(bench.ask<cached_text>(read_cache{"rooms"}).text);
  backend.pass(1s);
  CHECK_FALSE(bench.ask<cached_text>(read_cache{"stats"}).text);
}

STORE_TEST("a queue keeps the newest hundred, oldest first, until they are dropped") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto meta = bench.create("office", "e1");
  const auto other = bench.create("kitchen", "f1");
  CHECK(bench.queue_of("bob").status == store_status::ok);
  CHECK(bench.queue_of("bob").messages.empty());
  for (seq_t i = 1; i <= 120; ++i) {
    bench.queue_for({"bob", "cleo"}, meta, make_message(meta, i, "e1", "text"));
  }
  const auto found = bench.queue_of("bob");
  CHECK(seqs(found.messages) == range(21, 120));
  drop(bench, "bob", {found.messages[0].id, found.messages[50].id, "unknown"});
  auto expected = range(22, 120);
  std::erase(expected, 71);
  CHECK(seqs(bench.queue_of("bob").messages) == expected);
  bench.queue_for({"bob"}, other, make_message(other, 119, "f1", "text"));
  drop_room(bench, "bob", meta, 100);
  std::erase_if(expected, [](seq_t seq) { return seq >= 100; });
  expected.push_back(119);
  CHECK(seqs(bench.queue_of("bob").messages) == expected);
  drop_room(bench, "bob", meta, 0);
  CHECK(seqs(bench.queue_of("bob").messages) == std::vector<seq_t>{119});
  CHECK(seqs(bench.queue_of("cleo").messages) == range(21, 120));
}

STORE_TEST("a queued message is delivered as it is now") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto meta = bench.create("office", "e1");
  auto room = bench.open(meta, "e1");
  say_many(*room, 1, 3);
  for (const auto& m : room->said()) bench.queue_for({"bob"}, meta, m);
  const auto now = edited(room->said()[0], "edited");
  room->write(replace_message{now, 4});
  REQUIRE(room->wait_persisted(room->write(replace_message{deleted(room->said()[1]), 5})));
  const auto found = bench.queue_of("bob");
  REQUIRE(seqs(found.messages) == std::vector<seq_t>{1, 3});
  CHECK(*found.messages[0].json == *now.json);
}

STORE_TEST("a queued message that its room's writer has not stored yet is delivered") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto meta = bench.create("office", "e1");
  auto room = bench.open(meta, "e1");
  REQUIRE(room->wait_persisted(say_many(*room, 1, 3)));
  bench.queue_for({"bob"}, meta, make_message(meta, 4, "e1", "under way"));
  // After a crash the room goes on in another epoch, of which the store does not know yet.
  bench.queue_for({"bob"}, meta, make_message(meta, 5, "e2", "under way, too"));
  CHECK(seqs(bench.queue_of("bob").messages) == range(4, 5));
  CHECK(seqs(bench.queue_of("bob").messages) == range(4, 5));
}

STORE_TEST("a queue shows nothing of a room that is no more, or was claimed anew") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto meta = bench.create("office", "e1");
  const auto other = bench.create("kitchen", "f1");
  {
    auto room = bench.open(meta, "e1");
    REQUIRE(room->wait_persisted(say_many(*room, 1, 3)));
    for (const auto& m : room->said()) bench.queue_for({"bob", "cleo"}, meta, m);
    bench.queue_for({"bob", "cleo"}, other, make_message(other, 1, "f1", "text"));
    REQUIRE(room->wait_persisted(room->write(remove_room{})));
  }
  CHECK(bench.queue_of("bob").messages.size() == 1);
  bench.create("office", "e2", [](room_meta& m) { m.created_at += 60'000; });
  CHECK(bench.queue_of("bob").messages.size() == 1);
  const auto found = bench.queue_of("cleo");
  REQUIRE(found.messages.size() == 1);
  CHECK(found.messages[0].id == make_message_id(1, "f1"));
}

STORE_TEST("a queue that is finished answers nothing") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto meta = bench.create("office", "e1");
  bench.queue_for({"bob"}, meta, make_message(meta, 1, "e1", "text"));
  bench.finish_queues_now();
  CHECK(bench.queue_of("bob").status == store_status::unavailable);
  CHECK(bench.counts().value(counter::messages_not_queued) == 0);
}
