// One suite, two back ends: what rooms and directories may rely on, whichever store runs. Each case
// runs against a real redis-server and against the memory store. What trusted chat adds is in
// store_chat_test.cpp.
#include <catch2/catch.hpp>

#include "support/store_backends.hpp"

#include <set>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

void set_short_ttl(room_meta& m) {
  m.ttl = 1s;
}

} // namespace

STORE_TEST("a claimed room is there by its code, with what it was claimed with") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto meta = bench.create("", "e1", [](room_meta& m) {
    m.kind = "space";
    m.width = 12.5;
    m.height = 9;
    m.spawn = room_point{1, 2};
    m.password_hash = "h";
  });
  CHECK(is_room_code(meta.code));
  CHECK(meta.id.value == meta.code);

  const auto room = bench.load(meta.code);
  REQUIRE(room);
  CHECK(room->meta.name == "A room");
  CHECK(room->meta.created_by == "ann");
  CHECK(room->meta.created_at == meta.created_at);
  CHECK(room->meta.kind == "space");
  CHECK(room->meta.width == 12.5);
  CHECK(room->meta.spawn->y == 2);
  CHECK(room->meta.password_hash == "h");
  CHECK(room->epoch == "e1");
  CHECK(room->seq == 0);
  CHECK(room->messages.empty());
  CHECK(room->board_json.empty());
}

STORE_TEST("an own id is claimed once, and its code leads to it") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto meta = bench.create("office", "e1");
  CHECK(meta.id.value == "office");
  CHECK(is_room_code(meta.code));

  auto again = meta;
  again.code.clear();
  CHECK(bench.ask<claim_reply>(claim_room{again, "e2", false}).outcome == claim_outcome::exists);
  const auto by_code = bench.load(meta.code);
  REQUIRE(by_code);
  CHECK(by_code->meta.id.value == "office");
  CHECK(by_code->epoch == "e1");
  // The code names a room already: nobody else gets it, in either way.
  room_meta thief = meta;
  thief.id.value.clear();
  CHECK(bench.ask<claim_reply>(claim_room{thief, "e3", false}).outcome == claim_outcome::exists);
  thief.id.value = "kitchen";
  CHECK(bench.ask<claim_reply>(claim_room{thief, "e3", false}).outcome == claim_outcome::exists);
  CHECK_FALSE(bench.load("kitchen"));
}

STORE_TEST("what does not exist is told from what cannot be known") {
  TestType backend;
  const auto reply = backend.bench.template ask<load_reply>(load_room{"000000"});
  CHECK(reply.status == store_status::ok);
  CHECK_FALSE(reply.room);
}

STORE_TEST("a room that was handed back goes on; one that was not has crashed") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto meta = bench.create("", "e1");
  {
    auto room = bench.open(meta, "e1");
    room->say(1);
    REQUIRE(room->wait_persisted(room->write(hand_back{1})));
  }
  const auto clean = bench.load(meta.code);
  REQUIRE(clean);
  CHECK_FALSE(clean->crashed);
  CHECK(clean->epoch == "e1");
  CHECK(clean->seq == 1);
  // Loaded just now and not handed back since.
  const auto crashed = bench.load(meta.code);
  REQUIRE(crashed);
  CHECK(crashed->crashed);
}

STORE_TEST("a lock is there at the next load, until it is taken off") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto meta = bench.create("", "e1");
  for (const bool is_locked : {true, false}) {
    auto room = bench.open(meta, "e1");
    room->write(put_lock{is_locked});
    REQUIRE(room->wait_persisted(room->write(hand_back{0})));
    const auto loaded = bench.load(meta.code);
    REQUIRE(loaded);
    CHECK(loaded->meta.locked == is_locked);
  }
}

STORE_TEST("messages come back oldest first, bounded by the window and by the archive") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto meta = bench.create("", "e1");
  auto room = bench.open(meta, "e1");
  REQUIRE(room->wait_persisted(say_many(*room, 1, 60)));
  const auto loaded = bench.load(meta.code);
  REQUIRE(loaded);
  CHECK(seqs(loaded->messages) == range(41, 60));
  CHECK(*loaded->messages.back().json == *room->said().back().json);
  CHECK(loaded->seq == 60);
  // Trimming may need another round trip.
  std::size_t count = 0;
  for (int i = 0; i < 200 && count != 40; ++i) {
    count = bench.ask<message_count>(count_messages{meta.id}).count;
    std::this_thread::sleep_for(5ms);
  }
  CHECK(count == 40);
}

STORE_TEST("the archive is paged both ways without a gap or a double") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto meta = bench.create("", "e1");
  auto room = bench.open(meta, "e1");
  REQUIRE(room->wait_persisted(say_many(*room, 1, 25)));
  const auto page = [&](std::size_t limit, std::optional<seq_t> before,
                        std::optional<seq_t> after) {
    return bench.ask<message_page>(read_messages{meta.id, limit, before, after});
  };
  auto newest = page(10, {}, {});
  CHECK(seqs(newest.messages) == range(16, 25));
  CHECK(newest.has_more);
  auto older = page(10, 16, {});
  CHECK(seqs(older.messages) == range(6, 15));
  CHECK(older.has_more);
  auto oldest = page(10, 6, {});
  CHECK(seqs(oldest.messages) == range(1, 5));
  CHECK_FALSE(oldest.has_more);
  auto forward = page(10, {}, 0);
  CHECK(seqs(forward.messages) == range(1, 10));
  CHECK(forward.has_more);
  auto last = page(10, {}, 15);
  CHECK(seqs(last.messages) == range(16, 25));
  CHECK_FALSE(last.has_more);
  CHECK(page(10, {}, 25).messages.empty());
  CHECK(page(10, 1, {}).messages.empty());
}

STORE_TEST("the board is kept, and numbers what it was") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto meta = bench.create("", "e1");
  auto room = bench.open(meta, "e1");
  room->write(put_board{make_board(1), 1});
  REQUIRE(room->wait_persisted(room->write(put_board{make_board(2), 2})));
  const auto loaded = bench.load(meta.code);
  REQUIRE(loaded);
  CHECK(loaded->board_json == to_json(make_board(2)));
  CHECK(loaded->seq == 2);
}

STORE_TEST("a room expires with all that is in it, unless it is kept alive") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto mortal = bench.create("mortal", "e1", set_short_ttl);
  auto room = bench.open(mortal, "e1");
  REQUIRE(room->wait_persisted(room->say(1)));
  const auto loaded = bench.load("mortal");
  REQUIRE(loaded);
  backend.pass(1s);
  CHECK_FALSE(bench.load("mortal"));
  CHECK_FALSE(bench.load(mortal.code));
  CHECK(bench.ask<room_page>(read_rooms{10, {}}).rooms.empty());

  // Claimed anew it shows nothing of the old one.
  const auto next = bench.create("mortal", "e2");
  const auto fresh = bench.load("mortal");
  REQUIRE(fresh);
  CHECK(fresh->epoch == "e2");
  CHECK(fresh->seq == 0);
  CHECK(fresh->messages.empty());
  CHECK(fresh->message_count == 0);
  CHECK(bench.ask<message_page>(read_messages{next.id, 10, {}, {}}).messages.empty());
}

STORE_TEST("refreshing keeps a room and its contents alive") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto meta = bench.create("office", "e1", [](room_meta& m) { m.ttl = 2s; });
  auto room = bench.open(meta, "e1");
  room->say(1);
  REQUIRE(room->wait_persisted(room->write(put_board{make_board(1), 2})));
  for (int i = 0; i < 2; ++i) {
    backend.pass(1s);
    REQUIRE(room->wait_persisted(room->write(refresh_ttl{meta.created_at + i})));
  }
  const auto loaded = bench.load(meta.code);
  REQUIRE(loaded);
  CHECK(seqs(loaded->messages) == range(1, 1));
  CHECK_FALSE(loaded->board_json.empty());
  CHECK(loaded->meta.last_activity == meta.created_at + 1);
  const auto counted = bench.ask<message_count>(count_messages{meta.id});
  CHECK(counted.ttl > 0s);
  CHECK(counted.ttl <= 2s);
}

STORE_TEST("a change does not bring an expired room back, a rewrite does") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto meta = bench.create("office", "e1", set_short_ttl);
  auto room = bench.open(meta, "e1");
  REQUIRE(room->wait_persisted(room->say(1)));
  backend.pass(1s);
  room->say(2);
  CHECK(room->wait_lost());
  CHECK(room->wait_returned());
  CHECK_FALSE(bench.load("office"));
  REQUIRE(room->wait_persisted(room->rewrite()));
  const auto loaded = bench.load("office");
  REQUIRE(loaded);
  CHECK(seqs(loaded->messages) == range(1, 2));
  CHECK(bench.ask<room_page>(read_rooms{10, {}}).rooms.size() == 1);
}

STORE_TEST("a rewrite replaces what was there and doubles nothing") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto meta = bench.create("", "e1");
  auto room = bench.open(meta, "e1");
  say_many(*room, 1, 8);
  REQUIRE(room->wait_persisted(room->write(put_board{make_board(3), 9})));
  room->rewrite();
  REQUIRE(room->wait_persisted(room->rewrite()));
  const auto loaded = bench.load(meta.code);
  REQUIRE(loaded);
  CHECK(seqs(loaded->messages) == range(1, 8));
  CHECK(loaded->message_count == 8);
  CHECK(loaded->board_json.empty());
}

STORE_TEST("a removed room is gone by every name, and its names are free") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto meta = bench.create("office", "e1");
  auto room = bench.open(meta, "e1");
  say_many(*room, 1, 30);
  room->write(put_board{make_board(1), 31});
  REQUIRE(room->wait_persisted(room->write(remove_room{})));
  CHECK_FALSE(bench.load("office"));
  CHECK_FALSE(bench.load(meta.code));
  CHECK(bench.ask<message_count>(count_messages{meta.id}).count == 0);
  CHECK(bench.ask<room_page>(read_rooms{10, {}}).rooms.empty());
  const auto again = bench.create("office", "e2", [&](room_meta& m) { m.code = meta.code; });
  CHECK(again.code == meta.code);
}

STORE_TEST("public rooms are listed newest first, page by page, while rooms come and go") {
  TestType backend;
  store_bench& bench = backend.bench;
  const unix_ms start = 1'700'000'000'000;
  for (int i = 0; i < 12; ++i) {
    // Two rooms per moment: the order among equals must hold as well.
    bench.create("room-" + std::to_string(10 + i), "e", [&](room_meta& m) {
      m.created_at = start + i / 2;
      m.is_private = i == 5;
    });
  }
  std::vector<std::string> seen;
  std::optional<std::string> cursor;
  for (int i = 0; i < 10; ++i) {
    auto page = bench.ask<room_page>(read_rooms{3, cursor});
    REQUIRE(page.status == store_status::ok);
    for (const auto& room : page.rooms) seen.push_back(room.id.value);
    cursor = page.cursor;
    if (!cursor) break;
    bench.create("late-" + std::to_string(i), "e",
                 [&](room_meta& m) { m.created_at = start + 99; });
  }
  CHECK(seen.size() == 11);
  CHECK(std::is_sorted(seen.rbegin(), seen.rend()));
  CHECK(std::find(seen.begin(), seen.end(), "room-15") == seen.end());
}

STORE_TEST("expired rooms are swept out of the list") {
  TestType backend;
  store_bench& bench = backend.bench;
  for (int i = 0; i < 5; ++i) bench.create("short-" + std::to_string(i), "e", set_short_ttl);
  bench.create("long", "e");
  backend.pass(1s);
  const auto swept = bench.ask<swept_rooms>(sweep_rooms{0});
  CHECK(swept.status == store_status::ok);
  CHECK(swept.removed == 5);
  CHECK(swept.next_offset == 0);
  CHECK(bench.ask<swept_rooms>(sweep_rooms{0}).removed == 0);
  CHECK(bench.ask<room_page>(read_rooms{10, {}}).rooms.size() == 1);
}

STORE_TEST("reserved codes are kept until they become rooms") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto reserved = bench.ask<reserved_codes>(reserve_codes{8, {}});
  REQUIRE(reserved.status == store_status::ok);
  CHECK(std::set<std::string>(reserved.codes.begin(), reserved.codes.end()).size() == 8);
  const auto& code = reserved.codes[0];
  CHECK_FALSE(bench.load(code));

  room_meta meta;
  meta.name = "n";
  meta.code = code;
  CHECK(bench.ask<claim_reply>(claim_room{meta, "e", false}).outcome == claim_outcome::exists);
  const auto claimed = bench.ask<claim_reply>(claim_room{meta, "e", true});
  CHECK(claimed.outcome == claim_outcome::created);
  CHECK(claimed.meta.id.value == code);
  CHECK(bench.load(code));

  // Held ones beyond the count are free again.
  const auto fewer = bench.ask<reserved_codes>(
      reserve_codes{2, {reserved.codes[1], reserved.codes[2], reserved.codes[3]}});
  CHECK(fewer.codes.size() == 2);
  room_meta freed;
  freed.name = "n";
  freed.code = reserved.codes[3];
  CHECK(bench.ask<claim_reply>(claim_room{freed, "e", false}).outcome == claim_outcome::created);

  // One became a room meanwhile: it is replaced.
  const auto again = bench.ask<reserved_codes>(reserve_codes{8, reserved.codes});
  CHECK(again.codes.size() == 8);
  CHECK(std::find(again.codes.begin(), again.codes.end(), code) == again.codes.end());

  // A room made during an outage claims its code by writing itself.
  meta.code = meta.id.value = again.codes[1];
  auto room = bench.open(meta, "e2");
  REQUIRE(room->wait_persisted(room->rewrite()));
  CHECK(bench.load(meta.code));
}

STORE_TEST("the store answers a ping, and nothing once it is closed") {
  TestType backend;
  store_bench& bench = backend.bench;
  CHECK(bench.ask<store_health>(ping_store{}).status == store_status::ok);
  const auto meta = bench.create("", "e1");
  auto room = bench.open(meta, "e1");
  room->say(1);
  const auto finished = bench.finish_writes_now();
  CHECK(finished.lost_rooms == 0);
  CHECK(room->wait_persisted(1));
  const auto loaded = bench.load(meta.code);
  REQUIRE(loaded);
  CHECK(seqs(loaded->messages) == range(1, 1));
  bench.ask<reads_finished>(finish_reads{});
  CHECK(bench.ask<store_health>(ping_store{}).status == store_status::unavailable);
  CHECK(bench.ask<load_reply>(load_room{meta.code}).status == store_status::unavailable);
}
