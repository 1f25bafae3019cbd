// What operators may rely on, whichever store runs: users are erased, what they did is kept, keys are
// counted and removed, writers tell how they do. Each case runs against a real redis-server and
// against the memory store.
#include <catch2/catch.hpp>

#include "support/user_records.hpp"

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> friends_of(store_bench& bench, const std::string& user) {
  std::vector<std::string> names;
  for (const auto& f : bench.user(user).friends) names.push_back(f.user.value);
  return names;
}

operator_action action(unix_ms at) {
  return {at, "ops", "kick", "123456", "ann", "10.0.0.1", "ok"};
}

/// All portions together.
keys_cleaned clean_all(store_bench& bench, bool is_dry_run) {
  keys_cleaned sum{store_status::ok, {}, 0, {}};
  do {
    const auto part = bench.ask<keys_cleaned>(clean_keys{is_dry_run, sum.cursor});
    REQUIRE(part.status == store_status::ok);
    for (const auto& [pattern, count] : part.keys) sum.keys[pattern] += count;
    sum.removed += part.removed;
    sum.cursor = part.cursor;
  } while (!sum.cursor.empty());
  return sum;
}

} // namespace

STORE_TEST("of an erased user nothing is known, and nobody lists it") {
  TestType backend;
  store_bench& bench = backend.bench;
  const user_id ann{"ann"};
  const user_id bob{"bob"};
  const auto office = bench.create("office", "e1");
  auto room = bench.open(office, "e1");
  REQUIRE(room->wait_persisted(room->write(change_members{{ann, bob}, {}})));
  REQUIRE(room->wait_persisted(room->say(1)));
  bench.queue_for({"ann", "bob"}, office, room->said().front());
  REQUIRE(bench.queue_of("ann").messages.size() == 1);
  bench.tell(friends("ann", {"bob", "cleo"}));
  bench.tell(friends("bob", {"ann", "cleo"}));
  bench.tell(friends("cleo", {"ann"}));
  bench.tell(put_activity{ann, 1'000, 1, 0});
  bench.tell(put_activity{bob, 1'000, 1, 0});
  REQUIRE(bench.user("ann").friends.size() == 2);
  REQUIRE(bench.erase("ann").status == store_status::ok);
  const auto user = bench.user("ann");
  CHECK(user.friends.empty());
  CHECK(user.rooms.empty());
  CHECK(user.last_activity == 0);
  CHECK(user.queue_length == 0);
  CHECK(bench.queue_of("ann").messages.empty());
  CHECK(friends_of(bench, "bob") == names{"cleo"});
  CHECK(friends_of(bench, "cleo").empty());
  CHECK(bench.load("office")->members == std::vector<user_id>{bob});
  // Others keep what is theirs.
  CHECK(bench.user("bob").rooms.size() == 1);
  CHECK(bench.user("bob").last_activity == 1'000);
  CHECK(bench.queue_of("bob").messages.size() == 1);
  // What it does next is known as ever.
  bench.tell(friends("ann", {"dora"}));
  CHECK(friends_of(bench, "ann") == names{"dora"});
  REQUIRE(bench.erase("nobody").status == store_status::ok);
}

STORE_TEST("what operators did is read newest first, a page at a time") {
  TestType backend;
  store_bench& bench = backend.bench;
  CHECK(bench.audit({10, 0}).entries.empty());
  for (unix_ms at = 1; at <= 7; ++at) bench.tell(put_audit{action(at)});
  auto page = bench.audit({3, 0});
  REQUIRE(page.entries.size() == 3);
  CHECK(page.entries[0].at == 7);
  CHECK(page.entries[0].who == "ops");
  CHECK(page.entries[0].action == "kick");
  CHECK(page.entries[0].target == "123456");
  CHECK(page.entries[0].detail == "ann");
  CHECK(page.entries[0].from == "10.0.0.1");
  CHECK(page.entries[0].outcome == "ok");
  CHECK(page.entries[2].at == 5);
  CHECK(page.has_more);
  page = bench.audit({4, 3});
  REQUIRE(page.entries.size() == 4);
  CHECK(page.entries[3].at == 1);
  CHECK_FALSE(page.has_more);
  CHECK(bench.audit({4, 100}).entries.empty());
}

STORE_TEST("the last 10,000 things that operators did are kept") {
  TestType backend;
  store_bench& bench = backend.bench;
  for (unix_ms at = 1; at <= 10'050; ++at) {
    bench.tell(put_audit{action(at)});
    // Not faster than they are written.
    if (at % 500 == 0) (void)bench.audit({1, 0});
  }
  auto page = bench.audit({100, 9'990});
  REQUIRE(page.entries.size() == 10);
  CHECK(page.entries.back().at == 51);
  CHECK_FALSE(page.has_more);
}

STORE_TEST("keys are counted by their patterns, and removed, but not what operators did") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto office = bench.create("office", "e1");
  bench.create("kitchen", "e1");
  auto room = bench.open(office, "e1");
  REQUIRE(room->wait_persisted(say_many(*room, 1, 3)));
  REQUIRE(room->wait_persisted(room->write(put_board{make_board(1), 4})));
  REQUIRE(room->wait_persisted(room->write(change_members{{user_id{"ann"}}, {}})));
  bench.queue_for({"ann"}, office, room->said().front());
  REQUIRE(bench.queue_of("ann").messages.size() == 1);
  bench.tell(friends("ann", {"bob"}));
  bench.tell(put_audit{action(1)});
  REQUIRE(bench.user("ann").friends.size() == 1);
  caf::anon_send(bench.reader(), write_cache{"rooms", "[]", 60s});
  REQUIRE(bench.audit({1, 0}).entries.size() == 1);
  const std::map<std::string, std::size_t> expected{{"room:*", 2},
                                                    {"room:*:messages", 1},
                                                    {"room:*:whiteboard", 1},
                                                    {"rooms:active", 1},
                                                    {"room_code:*", 2},
                                                    {"room_messages:*", 1},
                                                    {"message:*", 3},
                                                    {"ws:user_rooms:*", 1},
                                                    {"ws:room_participants:*", 1},
                                                    {"ws:offline_messages:*", 1},
                                                    {"ws:friends:*", 1},
                                                    {"ws:friend_of:*", 1},
                                                    {"cache:*", 1}};
  // Friends are written a moment later.
  wait_until([&] { return clean_all(bench, true).keys == expected; });
  auto counted = clean_all(bench, true);
  CHECK(counted.keys == expected);
  CHECK(counted.removed == 0);
  REQUIRE(bench.load("office"));
  auto removed = clean_all(bench, false);
  CHECK(removed.keys == expected);
  CHECK(removed.removed == 17);
  CHECK(clean_all(bench, true).keys.empty());
  CHECK_FALSE(bench.load("office"));
  CHECK(bench.user("ann").friends.empty());
  CHECK(bench.user("ann").rooms.empty());
  CHECK(bench.queue_of("ann").messages.empty());
  CHECK(bench.audit({1, 0}).entries.size() == 1);
  CHECK(bench.create("office", "e2").id.value == "office");
}

STORE_TEST("very many rooms are cleaned away in portions, whatever comes meanwhile") {
  TestType backend;
  store_bench& bench = backend.bench;
  for (int i = 0; i < 2'500; ++i) bench.create("room-" + std::to_string(i), "e1");
  auto first = bench.ask<keys_cleaned>(clean_keys{false, {}});
  REQUIRE_FALSE(first.cursor.empty());
  CHECK(first.removed >= 1'000);
  std::size_t rooms = first.keys["room:*"];
  auto cursor = first.cursor;
  while (!cursor.empty()) {
    auto next = bench.ask<keys_cleaned>(clean_keys{false, cursor});
    rooms += next.keys["room:*"];
    cursor = next.cursor;
  }
  CHECK(rooms == 2'500);
  CHECK(bench.ask<room_totals>(count_rooms{}).rooms == 0);
  CHECK(bench.ask<keys_cleaned>(clean_keys{true, "nonsense"}).keys.empty());
}

STORE_TEST("a store tells about itself") {
  TestType backend;
  const auto info = backend.bench.template ask<store_info>(get_store_info{});
  CHECK(info.status == store_status::ok);
  CHECK((info.kind == "redis" || info.kind == "memory"));
  CHECK_FALSE(info.lines.empty());
  for (const auto& [name, value] : info.lines) CHECK_FALSE(name.empty());
}
