// What shards of users and spaces may rely on, whichever store runs: records of users, places,
// numbers of rooms. Each case runs against a real redis-server and against the memory store.
#include <catch2/catch.hpp>

#include "support/store_backends.hpp"

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

friend_profile profile(const std::string& id, std::optional<std::string> name = {}) {
  return {user_id{id}, {}, std::move(name), {}};
}

std::vector<std::string> names_of(const loaded_user& user) {
  std::vector<std::string> names;
  for (const auto& f : user.friends) names.push_back(f.user.value);
  return names;
}

std::vector<std::string> rooms_of(const loaded_user& user) {
  std::vector<std::string> ids;
  for (const auto& room : user.rooms) ids.push_back(room.room.value);
  return ids;
}

placed_user placed(const std::string& user, double x, unix_ms when = 1'700'000'000'000) {
  return {user_id{user}, "Name of " + user, {x, 1.5}, "c-" + user, when};
}

void make_space(room_meta& m) {
  m.kind = "space";
  m.width = m.height = 100;
}

std::map<std::string, double> places_of(store_bench& bench, const std::string& id) {
  std::map<std::string, double> places;
  const auto room = bench.load(id);
  REQUIRE(room);
  for (const auto& p : room->places) places[p.user.value] = p.place.x;
  return places;
}

using places_map = std::map<std::string, double>;

} // namespace

STORE_TEST("nothing is known of a user whom nobody ever saw") {
  TestType backend;
  const auto user = backend.bench.user("ann");
  CHECK(user.status == store_status::ok);
  CHECK(user.rooms.empty());
  CHECK(user.friends.empty());
  CHECK(user.last_activity == 0);
  CHECK(user.queue_length == 0);
}

STORE_TEST("a list of friends is what was put last, each as described") {
  TestType backend;
  store_bench& bench = backend.bench;
  bench.tell(
      put_friends{user_id{"ann"},
                  {{user_id{"bob"}, "bobby", "Bob \"B\"", "https://x/b.png"}, profile("cleo")}});
  auto user = bench.user("ann");
  REQUIRE(names_of(user) == std::vector<std::string>{"bob", "cleo"});
  CHECK(user.friends[0].username == "bobby");
  CHECK(user.friends[0].name == "Bob \"B\"");
  CHECK(user.friends[0].profile_image == "https://x/b.png");
  CHECK_FALSE(user.friends[1].name);
  bench.tell(
      put_friends{user_id{"ann"}, {profile("dora"), profile("bob", "old"), profile("bob", "new")}});
  user = bench.user("ann");
  REQUIRE(names_of(user) == std::vector<std::string>{"bob", "dora"});
  CHECK(user.friends[0].name == "new");
  CHECK(bench.user("bob").friends.empty());
  bench.tell(put_friends{user_id{"ann"}, {}});
  CHECK(bench.user("ann").friends.empty());
}

STORE_TEST("a user's last activity is the newest that was put") {
  TestType backend;
  store_bench& bench = backend.bench;
  for (unix_ms i = 1; i <= 1'000; ++i) bench.tell(put_activity{user_id{"ann"}, 1'000 + i, 1, 0});
  bench.tell(put_activity{user_id{"ann"}, 5, 1, 0});
  CHECK(bench.user("ann").last_activity == 2'000);
  CHECK(bench.user("bob").last_activity == 0);
}

STORE_TEST("a user's rooms are those that exist and have the user as a member") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto office = bench.create("office", "e1", [](room_meta& m) { m.ttl = 600s; });
  const auto kitchen = bench.create("kitchen", "e1");
  const auto mortal = bench.create("mortal", "e1", [](room_meta& m) { m.ttl = 1s; });
  const user_id ann{"ann"};
  std::vector<std::unique_ptr<fake_room>> rooms;
  for (const auto& meta : {office, kitchen, mortal}) {
    rooms.push_back(bench.open(meta, "e1"));
    REQUIRE(rooms.back()->wait_persisted(rooms.back()->write(change_members{{ann}, {}})));
  }
  auto user = bench.user("ann");
  CHECK(rooms_of(user) == std::vector<std::string>{"kitchen", "mortal", "office"});
  CHECK(user.rooms.back().code == office.code);
  CHECK(user.rooms.back().ttl == 600s);
  REQUIRE(rooms[1]->wait_persisted(rooms[1]->write(change_members{{}, {ann}})));
  backend.pass(1s);
  CHECK(rooms_of(bench.user("ann")) == std::vector<std::string>{"office"});
  // A rewrite says who is a member, a removal that nobody is.
  rewrite_room whole;
  whole.members = {user_id{"bob"}};
  REQUIRE(rooms[0]->wait_persisted(rooms[0]->write(whole)));
  CHECK(bench.user("ann").rooms.empty());
  CHECK(rooms_of(bench.user("bob")) == std::vector<std::string>{"office"});
  REQUIRE(rooms[0]->wait_persisted(rooms[0]->write(remove_room{})));
  CHECK(bench.user("bob").rooms.empty());
}

STORE_TEST("the length of a user's queue is known") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto meta = bench.create("office", "e1");
  for (seq_t i = 1; i <= 120; ++i) {
    bench.queue_for({"bob"}, meta, make_message(meta, i, "e1", "text"));
  }
  const auto queued = bench.queue_of("bob");
  CHECK(bench.user("bob").queue_length == 100);
  std::vector<std::string> ids;
  for (const auto& m : queued.messages) ids.push_back(m.id);
  ids.resize(40);
  caf::anon_send(bench.queue(), drop_queued{user_id{"bob"}, ids});
  (void)bench.queue_of("bob");
  CHECK(bench.user("bob").queue_length == 60);
}

STORE_TEST("whoever listens is asked for everything once the store is ready") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto first = bench.listen();
  REQUIRE(first->wait(1));
  const auto second = bench.listen();
  REQUIRE(second->wait(1));
  CHECK(bench.user("ann").status == store_status::ok);
  CHECK(first->count() == 1);
}

STORE_TEST("records that are finished answer that they are away") {
  TestType backend;
  store_bench& bench = backend.bench;
  bench.tell(put_friends{user_id{"ann"}, {profile("bob")}});
  bench.finish_records_now();
  bench.tell(put_friends{user_id{"ann"}, {}});
  CHECK(bench.user("ann").status == store_status::unavailable);
  bench.finish_records_now();
}

STORE_TEST("a space gives back the places that users had, and only those") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto meta = bench.create("plaza", "e1", make_space);
  auto room = bench.open(meta, "e1");
  room->write(put_places{{placed("ann", 1), placed("bob", 2), placed("cleo", 3)}, {}});
  room->write(put_places{{placed("bob", 4)}, {user_id{"ann"}}});
  auto away = placed("dora", 7, 1'700'000'000'500);
  away.connection.clear();
  REQUIRE(room->wait_persisted(room->write(put_places{{away}, {user_id{"nobody"}}})));
  const auto loaded = bench.load("plaza");
  REQUIRE(loaded);
  REQUIRE(loaded->places.size() == 3);
  for (const auto& p : loaded->places) {
    CHECK(p.username == "Name of " + p.user.value);
    CHECK(p.place.y == 1.5);
    CHECK(p.connection == (p.user.value == "dora" ? "" : "c-" + p.user.value));
    if (p.user.value == "dora") CHECK(p.last_updated == 1'700'000'000'500);
  }
  CHECK(places_of(bench, "plaza") == places_map{{"bob", 4}, {"cleo", 3}, {"dora", 7}});

  SECTION("a hand-back leaves them") {
    REQUIRE(room->wait_persisted(room->write(hand_back{0})));
    CHECK(places_of(bench, "plaza").size() == 3);
  }
  SECTION("a rewrite says all of them") {
    rewrite_room whole;
    whole.places = {placed("ann", 9)};
    REQUIRE(room->wait_persisted(room->write(whole)));
    CHECK(places_of(bench, "plaza") == places_map{{"ann", 9}});
    whole.places.clear();
    REQUIRE(room->wait_persisted(room->write(whole)));
    CHECK(places_of(bench, "plaza").empty());
  }
  SECTION("a removal takes them away") {
    REQUIRE(room->wait_persisted(room->write(remove_room{})));
    bench.create("plaza", "e2", make_space);
    CHECK(places_of(bench, "plaza").empty());
  }
}

STORE_TEST("a space that expired leaves no places to the next of its name") {
  TestType backend;
  store_bench& bench = backend.bench;
  const auto meta = bench.create("plaza", "e1", [](room_meta& m) {
    make_space(m);
    m.ttl = 1s;
  });
  auto room = bench.open(meta, "e1");
  REQUIRE(room->wait_persisted(room->write(put_places{{placed("ann", 1)}, {}})));
  backend.pass(1s);
  CHECK_FALSE(bench.load("plaza"));
  bench.create("plaza", "e2", make_space);
  CHECK(places_of(bench, "plaza").empty());
}

STORE_TEST("typing is taken by the store") {
  TestType backend;
  store_bench& bench = backend.bench;
  auto room = bench.open(bench.create("office", "e1"), "e1");
  room->write(put_typing{user_id{"ann"}, true});
  CHECK(room->wait_persisted(room->write(put_typing{user_id{"ann"}, false})));
}

STORE_TEST("rooms and spaces are counted, private ones too, expired ones not") {
  TestType backend;
  store_bench& bench = backend.bench;
  auto none = bench.ask<room_totals>(count_rooms{});
  CHECK(none.status == store_status::ok);
  CHECK(none.rooms == 0);
  for (int i = 0; i < 7; ++i) {
    bench.create("room-" + std::to_string(i), "e", [&](room_meta& m) {
      if (i < 3) make_space(m);
      m.is_private = i % 2 == 0;
      if (i == 6) m.ttl = 1s;
    });
  }
  CHECK(bench.ask<room_totals>(count_rooms{}).rooms == 7);
  backend.pass(1s);
  const auto totals = bench.ask<room_totals>(count_rooms{});
  CHECK(totals.rooms == 6);
  CHECK(totals.spaces == 3);
  bench.ask<reads_finished>(finish_reads{});
  CHECK(bench.ask<room_totals>(count_rooms{}).status == store_status::unavailable);
}

STORE_TEST("a process clears nothing that is its own") {
  TestType backend;
  store_bench& bench = backend.bench;
  auto room = bench.open(bench.create("office", "e1"), "e1");
  REQUIRE(room->wait_persisted(room->write(put_participant{user_id{"ann"}, "Ann", 1})));
  const auto cleared = bench.ask<presence_cleared>(clear_presence{0});
  CHECK(cleared.status == store_status::ok);
  CHECK(cleared.cleared == 0);
  CHECK(cleared.next_offset == 0);
}

TEST_CASE("what is kept of users and spaces without Redis lives as long as with it",
          "[store][integration][records]") {
  memory_backend backend;
  store_bench& bench = backend.bench;
  const auto meta = bench.create("plaza", "e1", [](room_meta& m) {
    make_space(m);
    m.ttl = 86'400s;
  });
  auto room = bench.open(meta, "e1");
  room->write(put_places{{placed("ann", 1)}, {}});
  bench.tell(put_friends{user_id{"ann"}, {profile("bob")}});
  bench.tell(put_activity{user_id{"ann"}, 7, 1, 0});
  backend.pass(3'000s);
  REQUIRE(room->wait_persisted(room->write(refresh_ttl{1})));
  CHECK(places_of(bench, "plaza").size() == 1);
  backend.pass(700s);
  CHECK(places_of(bench, "plaza").empty());
  CHECK(bench.user("ann").last_activity == 7);
  backend.pass(86'400s);
  CHECK(bench.user("ann").last_activity == 0);
  // Each load renews a list of friends.
  backend.pass(7'700'000s);
  CHECK(bench.user("ann").friends.size() == 1);
  backend.pass(7'700'000s);
  CHECK(bench.user("ann").friends.size() == 1);
  backend.pass(7'776'000s);
  CHECK(bench.user("ann").friends.empty());
}
