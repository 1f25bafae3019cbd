// Places of a space in the store: what is written when, and what becomes of it after a crash (contract
// §5, `space:<id>:users`).
#include "support/entering.hpp"

#include <algorithm>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

using places = std::map<std::string, placed_user>;

/// What the hash holds after all writes so far.
places stored(const house_scenario& house) {
  places out;
  for (const auto& w : house.store.changes<put_places>()) {
    for (const auto& p : w.placed) out[p.user.value] = p;
    for (const auto& user : w.gone) out.erase(user.value);
  }
  return out;
}

std::size_t write_count(const house_scenario& house) {
  return house.store.changes<put_places>().size();
}

placed_user former(const std::string& user, room_point place, unix_ms last_updated,
                   const std::string& connection = "7") {
  return {{user}, user, place, connection, last_updated};
}

loaded_room crashed_space(const house_scenario& house, std::vector<placed_user> users) {
  loaded_room l;
  l.meta.id.value = l.meta.code = "500000";
  l.meta.name = "s";
  l.meta.kind = "space";
  l.meta.width = l.meta.height = 100;
  l.meta.spawn = room_point{50, 50};
  l.meta.created_at = l.meta.last_activity = house.now();
  l.epoch = "0123456789abcdef";
  l.crashed = true;
  l.places = std::move(users);
  return l;
}

} // namespace

TEST_CASE("places: coming, moving, being lost and leaving are stored, at most once a second",
          "[space]") {
  house_scenario house;
  auto room = create_space(house);
  client ann{house, "ann", "Ann"};
  enter(ann, room);
  auto all = stored(house);
  REQUIRE(all.size() == 1);
  CHECK(all["ann"].username == "Ann");
  CHECK(is_at(all["ann"].place, 50, 50));
  CHECK(all["ann"].connection == std::to_string(ann.session));
  CHECK(all["ann"].last_updated == house.now());
  CHECK(write_count(house) == 1);

  auto before = write_count(house);
  for (int i = 1; i <= 40; ++i) {
    ann.push(room, move_to{static_cast<double>(i), 1});
    house.advance(100ms);
  }
  house.advance(2s);
  CHECK(write_count(house) - before <= 5);
  CHECK(write_count(house) - before >= 4);
  CHECK(is_at(stored(house)["ann"].place, 40, 1));

  {
    client tab{house, "ann", "Annie"};
    tab.push(room, entry());
    house.advance(1s);
    CHECK(stored(house)["ann"].connection == std::to_string(tab.session));
    CHECK(stored(house)["ann"].username == "Annie");
    tab.vanish();
  }
  house.advance(2s);
  CHECK(stored(house)["ann"].connection == std::to_string(ann.session));

  auto lost_at = house.now();
  ann.vanish();
  house.advance(2s);
  CHECK(stored(house)["ann"].connection.empty());
  CHECK(stored(house)["ann"].last_updated == lost_at);
  CHECK(is_at(stored(house)["ann"].place, 40, 1));
  client bob{house, "bob"};
  enter(bob, room);
  house.advance(6min);
  CHECK(stored(house).size() == 1);
  CHECK(stored(house).contains("bob"));
  bob.push(room, leave_room{});
  house.advance(2s);
  CHECK(stored(house).empty());
}

TEST_CASE("places: who stands still is refreshed about once a minute", "[space]") {
  house_scenario house;
  auto room = create_space(house);
  client ann{house, "ann"};
  auto ghost = std::make_unique<client>(house, "ghost");
  enter(ann, room);
  enter(*ghost, room);
  house.advance(2s);
  ghost->vanish();
  auto lost_at = house.now();
  house.advance(2s);
  auto before = write_count(house);
  house.advance(4min);
  CHECK(write_count(house) - before >= 3);
  CHECK(write_count(house) - before <= 5);
  auto all = stored(house);
  CHECK(house.now() - all["ann"].last_updated <= 91'000);
  CHECK(all["ghost"].last_updated == lost_at);
}

TEST_CASE("places: what an outage kept from the store is written whole", "[space]") {
  house_scenario house;
  auto room = create_space(house);
  client ann{house, "ann"};
  client bob{house, "bob"};
  enter(ann, room);
  house.store.mood = store_mood::away;
  enter(bob, room);
  house.advance(1s);
  bob.vanish();
  house.advance(2s);
  house.return_store();
  auto whole = house.store.changes<rewrite_room>();
  REQUIRE(whole.size() == 1);
  REQUIRE(whole.back().places.size() == 2);
  CHECK(whole.back().places[0].user.value == "ann");
  CHECK_FALSE(whole.back().places[0].connection.empty());
  CHECK(whole.back().places[1].connection.empty());
}

TEST_CASE("places: a space that is handed back leaves ghosts", "[space]") {
  house_scenario house;
  auto room = create_space(house);
  client ann{house, "ann"};
  enter(ann, room);
  house.advance(2s);
  caf::anon_send(house.directory, drain_rooms{});
  house.run();
  CHECK(stored(house)["ann"].connection.empty());
  auto& writes = house.store.writes;
  CHECK(std::holds_alternative<hand_back>(writes.back().change));
}

TEST_CASE("places: after a crash the users of a space are ghosts as long as they may", "[space]") {
  house_scenario house;
  auto now = house.now();
  house.store.rooms["500000"] = crashed_space(
      house, {former("fresh", {10, 10}, now - 10'000), former("spawned", {50, 50}, now - 1'000, ""),
              former("old", {20, 20}, now - 300'000), former("outside", {100, 1}, now),
              former("ahead", {30, 30}, now + 50'000)});
  client ann{house, "ann"};
  auto seen = enter(ann, "500000").state;
  // The cell of a ghost is taken.
  CHECK(is_at(seen.spawn, 50, 49));
  REQUIRE(seen.users.size() == 3);
  for (const auto& p : seen.users) CHECK(p.status == "away");
  auto first = house.store.changes<put_places>().front();
  CHECK(first.gone.size() == 2);
  REQUIRE(first.placed.size() == 2);
  for (const auto& p : first.placed) {
    CHECK(p.connection.empty());
    CHECK(p.last_updated <= now);
  }

  client fresh{house, "fresh"};
  CHECK(is_at(enter(fresh, "500000").state.spawn, 10, 10));
  CHECK(ann.expect_event<space_user_joined>().returned);
  ann.expect_nothing();
  house.advance(6min);
  auto gone = ann.take_events<space_user_left>();
  CHECK(gone.size() == 2);
  house.advance(2s);
  auto all = stored(house);
  CHECK(all.size() == 2);
  CHECK(all.contains("fresh"));
  CHECK(all.contains("ann"));
}

TEST_CASE("places: memory is right about who is here", "[space]") {
  house_scenario house;
  auto now = house.now();
  house.store.rooms["500000"] = crashed_space(house, {former("ann", {10, 10}, now - 299'000)});
  client ann{house, "ann"};
  CHECK(is_at(enter(ann, "500000").state.spawn, 10, 10));
  house.advance(2min);
  auto page = std::get<presence_page>(house.ask("500000", list_presence{}));
  REQUIRE(page.participants.size() == 1);
  CHECK(page.participants.front().status == "online");
}
