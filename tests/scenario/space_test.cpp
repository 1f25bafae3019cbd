// Spaces: entering, moving, getting lost and coming back, as their users see it (contract §3,
// "Spaces").
#include "support/entering.hpp"

#include <limits>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

void resync_now(house_scenario& house, client& who, room_key key, seq_t since = no_seq) {
  caf::anon_send(who.connection, lane_drained{key, since});
  house.run();
}

} // namespace

TEST_CASE("space: whoever enters is shown the others and stands near the spawn point", "[space]") {
  house_scenario house;
  auto room = create_space(house);
  client ann{house, "ann", "Ann"};
  auto first = enter(ann, room);
  CHECK(is_at(first.state.spawn, 50, 50));
  CHECK(first.state.users.empty());
  CHECK_FALSE(first.state.resync);
  CHECK(first.result.room.value == room);
  CHECK(first.result.user.value == "ann");
  CHECK_FALSE(first.result.epoch.empty());

  client bob{house, "bob", "Bob"};
  auto second = enter(bob, room);
  CHECK(is_at(second.state.spawn, 50, 49));
  REQUIRE(second.state.users.size() == 1);
  CHECK(second.state.users.front().user.value == "ann");
  CHECK(is_at(*second.state.users.front().place, 50, 50));
  auto came = ann.expect_event<space_user_joined>();
  CHECK(came.user.value == "bob");
  CHECK(came.username == "Bob");
  CHECK(is_at(came.place, 50, 49));
  CHECK_FALSE(came.returned);
  ann.expect_nothing();
}

TEST_CASE("space: a second entry sends the state again and adds nobody", "[space]") {
  house_scenario house;
  auto room = create_space(house);
  client ann{house, "ann"};
  client bob{house, "bob"};
  enter(ann, room);
  enter(bob, room);
  ann.drop_received();
  bob.push(room, move_to{3, 4});
  house.advance(100ms);
  bob.drop_received();
  ann.drop_received();
  auto again = enter(bob, room);
  CHECK(is_at(again.state.spawn, 3, 4));
  ann.expect_nothing();
  client tab{house, "bob"};
  CHECK(is_at(enter(tab, room).state.spawn, 3, 4));
  ann.expect_nothing();
}

TEST_CASE("space: only a space can be entered as one", "[space]") {
  house_scenario house;
  auto room = house.create_room_named("r");
  client ann{house, "ann"};
  CHECK(ann.expect<failure>(ann.push(room, entry())).code == errc::bad_request);
  ann.expect_nothing();
  ann.join(room);
  CHECK(ann.expect<failure>(ann.push(room, entry())).code == errc::bad_request);
  CHECK(ann.expect<failure>(ann.push(room, move_to{1, 1})).code == errc::bad_request);
  ann.expect_nothing();
}

TEST_CASE("space: its size and spawn point are what they may be", "[space]") {
  house_scenario house;
  auto refused = [&](double width, double height, std::optional<room_point> spawn) {
    create_room wish;
    wish.kind = "space";
    wish.width = width;
    wish.height = height;
    wish.spawn = spawn;
    auto outcome = house.try_to_create("s", wish);
    return std::holds_alternative<failure>(outcome)
           && std::get<failure>(outcome).code == errc::bad_request;
  };
  CHECK(refused(0, 10, {}));
  CHECK(refused(10, 10'001, {}));
  CHECK(refused(std::numeric_limits<double>::quiet_NaN(), 1, {}));
  CHECK(refused(10, 10, room_point{10, 1}));
  CHECK(refused(10, 10, room_point{1, -1}));
  CHECK_FALSE(refused(1, 10'000, room_point{0, 9'999.5}));
  create_room wish;
  wish.kind = "space";
  wish.width = 7;
  auto made = std::get<room_created>(house.try_to_create("s", wish)).room;
  CHECK(*made.height == 100);
  CHECK(is_at(*made.spawn, 3, 50));
  auto plain = std::get<room_created>(house.try_to_create("r")).room;
  CHECK_FALSE(plain.width);
  CHECK_FALSE(plain.spawn);
}

TEST_CASE("space: who is lost is a ghost until it comes back or is swept", "[space]") {
  house_scenario house;
  auto room = create_space(house);
  client ann{house, "ann"};
  enter(ann, room);
  auto bob = std::make_unique<client>(house, "bob", "Bob");
  enter(*bob, room);
  bob->push(room, move_to{7, 8});
  house.advance(100ms);
  ann.drop_received();

  bob->vanish();
  CHECK(ann.expect_event<space_user_away>().user.value == "bob");
  ann.expect_nothing();
  client carl{house, "carl"};
  auto seen = enter(carl, room).state.users;
  REQUIRE(find_user(seen, "bob") != nullptr);
  CHECK(find_user(seen, "bob")->status == "away");
  CHECK(is_at(*find_user(seen, "bob")->place, 7, 8));
  // A ghost's cell is taken.
  CHECK(is_at(*find_user(seen, "ann")->place, 50, 50));
  ann.drop_received();

  house.advance(4min);
  bob = std::make_unique<client>(house, "bob", "Bobby");
  CHECK(is_at(enter(*bob, room).state.spawn, 7, 8));
  auto back = ann.expect_event<space_user_joined>();
  CHECK(back.returned);
  CHECK(back.username == "Bobby");
  CHECK(is_at(back.place, 7, 8));
  ann.expect_nothing();

  house.advance(10s);
  bob->vanish();
  auto lost_at = house.now();
  ann.drop_received();
  house.advance(5min - 200ms);
  ann.expect_nothing();
  auto every = house.config.spaces.sweep.count();
  auto due = (lost_at + 300'000 + every - 1) / every * every;
  house.advance(std::chrono::milliseconds{due - house.now() - 200});
  ann.expect_nothing();
  house.advance(400ms);
  CHECK(ann.expect_event<space_user_left>().user.value == "bob");
  ann.expect_nothing();
  bob = std::make_unique<client>(house, "bob");
  CHECK(is_at(enter(*bob, room).state.spawn, 49, 50));
  CHECK_FALSE(ann.expect_event<space_user_joined>().returned);
}

TEST_CASE("space: who leaves is gone at once, and its place is free", "[space]") {
  house_scenario house;
  auto room = create_space(house);
  client ann{house, "ann"};
  client bob{house, "bob"};
  client tab{house, "bob"};
  enter(ann, room);
  enter(bob, room);
  enter(tab, room);
  ann.drop_received();
  bob.push(room, move_to{9, 9});
  tab.expect<done>(tab.push(room, leaving()));
  ann.expect_nothing();
  bob.push(room, leaving());
  CHECK(ann.expect_event<space_user_left>().user.value == "bob");
  // What was not told before never is.
  house.advance(2s);
  ann.expect_nothing();
  CHECK(bob.expect<failure>((bob.drop_received(), bob.push(room, move_to{1, 1}))).code
        == errc::not_in_room);
  client carl{house, "carl"};
  CHECK(is_at(enter(carl, room).state.spawn, 50, 49));
}

TEST_CASE("space: status and names are told to those who know spaces", "[space]") {
  house_scenario house;
  auto room = create_space(house);
  client ann{house, "ann"};
  enter(ann, room);
  auto bob = std::make_unique<client>(house, "bob", "Bob");
  enter(*bob, room);
  ann.drop_received();
  set_status busy;
  busy.status = "busy";
  busy.text = "busy bee";
  bob->push(room, busy);
  auto changed = ann.expect_event<space_users_changed>();
  REQUIRE(changed.changed.size() == 1);
  CHECK(changed.changed.front().status == "busy");
  CHECK(changed.count == 2);
  ann.expect_nothing();
  bob->vanish();
  ann.expect_event<space_user_away>();
  bob = std::make_unique<client>(house, "bob", "Bob");
  bob->push(room, entry());
  CHECK(ann.expect_event<space_user_joined>().returned);
  CHECK(ann.expect_event<space_users_changed>().changed.front().status == "busy");
  ann.expect_nothing();
  client tab{house, "bob", "Bobby"};
  tab.push(room, entry());
  auto renamed = ann.expect_event<space_users_changed>().changed.front();
  CHECK(renamed.username == "Bobby");
  CHECK(renamed.text == "busy bee");
  ann.expect_nothing();
}

TEST_CASE("space: who only knows rooms sees places in presence, at most once a second", "[space]") {
  house_scenario house;
  auto room = create_space(house);
  client ann{house, "ann"};
  CHECK(is_at(*ann.join(room).participants.front().place, 50, 50));
  client bob{house, "bob"};
  enter(bob, room);
  auto came = ann.expect_event<presence_updated>();
  CHECK(is_at(*find_user(came.participants, "bob")->place, 50, 49));
  house.advance(3s);
  ann.drop_received();
  for (int i = 1; i <= 50; ++i) {
    bob.push(room, move_to{i / 1.0, 5});
    house.advance(100ms);
  }
  house.advance(2s);
  auto told = ann.take_events<presence_updated>();
  CHECK(told.size() >= 5);
  CHECK(told.size() <= 7);
  CHECK(is_at(*find_user(told.back().participants, "bob")->place, 50, 5));
  // It has a place, too, and moves.
  ann.push(room, move_to{1, 2});
  house.advance(100ms);
  CHECK(is_at(bob.take_events<space_user_moved>().back().place, 1, 2));
}

TEST_CASE("space: chat goes on between all words", "[space]") {
  house_scenario house;
  auto room = create_space(house);
  client ann{house, "ann"};
  client bob{house, "bob"};
  ann.join(room);
  enter(bob, room);
  ann.drop_received();
  bob.say(room, "hello");
  ann.expect_event<chat_posted>();
  bob.expect_event<chat_posted>();
  // Entered again in other words, it hears those.
  bob.join(room);
  client carl{house, "carl"};
  enter(carl, room);
  bob.expect_event<presence_updated>();
  bob.expect_nothing();
}

TEST_CASE("space: who was too slow gets the missed messages and the space anew", "[space]") {
  house_scenario house;
  auto room = create_space(house);
  client ann{house, "ann"};
  client bob{house, "bob"};
  enter(ann, room);
  auto key = enter(bob, room).result.key;
  bob.push(room, move_to{4, 5});
  house.advance(100ms);
  ann.say(room, "one");
  ann.say(room, "two");
  bob.drop_received();
  resync_now(house, bob, key, 1);
  bob.expect_event<chat_posted>();
  auto state = bob.expect_event<space_entered>();
  CHECK(state.resync);
  CHECK(is_at(state.spawn, 4, 5));
  CHECK(state.users.size() == 1);
  bob.expect_nothing();
  resync_now(house, bob, key);
  CHECK(bob.expect_event<chat_history_sent>().resync);
  bob.expect_event<board_state_sent>();
  CHECK(bob.expect_event<space_entered>().resync);
}

TEST_CASE("space: a member who enters hears the room from there alone", "[space]") {
  house_scenario house;
  auto room = create_space(house);
  client ann{house, "ann"};
  ann.enroll();
  ann.join_as_member(room);
  house.advance(10ms);
  ann.drop_received();
  ann.push(room, entry());
  ann.expect_event<space_entered>();
  ann.drop_received();
  client bob{house, "bob"};
  bob.join(room);
  bob.say(room, "hello");
  CHECK(ann.take_events<chat_posted>().size() == 1);
}
