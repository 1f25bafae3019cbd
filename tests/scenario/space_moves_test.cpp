// Moving in a space: who is told of it, how often, and what is refused (contract §3, "Spaces").
#include "support/entering.hpp"

#include <limits>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

TEST_CASE("space: moves are told to the others, not to the mover", "[space]") {
  house_scenario house;
  auto room = create_space(house);
  client ann{house, "ann"};
  client bob{house, "bob"};
  client tab{house, "bob"};
  auto key = enter(ann, room).result.key;
  enter(bob, room);
  enter(tab, room);
  ann.drop_received();
  CHECK(is_at(house.port.views.at({key, ann.session}), 50, 50));
  bob.expect<done>(bob.push(room, move_to{10.5, 20.25}));
  house.advance(20ms);
  auto moved = ann.expect_event<space_user_moved>();
  CHECK(moved.user.value == "bob");
  CHECK(is_at(moved.place, 10.5, 20.25));
  ann.expect_nothing();
  bob.expect_nothing();
  tab.expect_nothing();
  CHECK(is_at(house.port.views.at({key, tab.session}), 10.5, 20.25));
  // Where one stands already is no move.
  bob.expect<done>(bob.push(room, move_to{10.5, 20.25}));
  house.advance(2s);
  ann.expect_nothing();
}

TEST_CASE("space: a place outside is rejected and the true one told", "[space]") {
  house_scenario house;
  auto room = create_space(house);
  client ann{house, "ann"};
  client bob{house, "bob"};
  enter(ann, room);
  enter(bob, room);
  ann.drop_received();
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  for (auto to : {move_to{100, 5}, move_to{5, -1}, move_to{nan, 5}}) {
    auto request = bob.push(room, to);
    house.advance(50ms);
    auto rejected = bob.expect_event<movement_rejected>();
    CHECK(is_at(rejected.place, 50, 49));
    auto why = bob.expect<failure>(request);
    CHECK(why.code == errc::bad_request);
    CHECK(why.is_told);
  }
  house.advance(1s);
  ann.expect_nothing();
}

TEST_CASE("space: a place outside takes no place of one inside that waits for its time",
          "[space]") {
  house_scenario house;
  auto room = create_space(house);
  client ann{house, "ann"};
  client bob{house, "bob"};
  enter(ann, room);
  enter(bob, room);
  ann.drop_received();
  bob.expect<done>(bob.push(room, move_to{1, 1}));
  auto inside = bob.push(room, move_to{2, 2});
  auto outside = bob.push(room, move_to{-1, 2});
  auto outside_again = bob.push(room, move_to{100, 100});
  house.advance(200ms);
  CHECK(bob.expect<failure>(outside).code == errc::bad_request);
  bob.expect<done>(inside);
  CHECK(is_at(bob.expect_event<movement_rejected>().place, 2, 2));
  CHECK(bob.expect<failure>(outside_again).code == errc::bad_request);
  bob.expect_nothing();
  CHECK(is_at(ann.expect_event<space_user_moved>().place, 1, 1));
  CHECK(is_at(ann.expect_event<space_user_moved>().place, 2, 2));
}

TEST_CASE("space: moves that wait when the client leaves are answered", "[space]") {
  house_scenario house;
  auto room = create_space(house);
  client ann{house, "ann"};
  enter(ann, room);
  ann.expect<done>(ann.push(room, move_to{1, 1}));
  auto inside = ann.push(room, move_to{2, 2});
  auto outside = ann.push(room, move_to{-1, 2});
  ann.push(room, leave_room{});
  house.advance(200ms);
  ann.expect<done>(inside);
  CHECK(ann.expect<failure>(outside).code == errc::bad_request);
}

TEST_CASE("space: a flood of moves is told thirty times a second, the newest last", "[space]") {
  house_scenario house;
  auto room = create_space(house);
  client ann{house, "ann"};
  client bob{house, "bob"};
  enter(ann, room);
  enter(bob, room);
  ann.drop_received();
  for (int i = 1; i <= 400; ++i) {
    bob.push(room, move_to{i / 10.0, 5});
    house.scheduler->advance_time(5ms);
    house.run();
  }
  house.advance(1s);
  auto told = ann.take_events<space_user_moved>();
  CHECK(told.size() <= 61);
  CHECK(told.size() >= 45);
  CHECK(is_at(told.back().place, 40, 5));
  for (std::size_t i = 1; i < told.size(); ++i) CHECK(told[i].place.x > told[i - 1].place.x);
  // Each got its one result.
  std::size_t results = 0;
  for (const auto& item : house.port.sessions[bob.session].items) results += item.index() == 1;
  CHECK(results == 400);
}

TEST_CASE("space: what many do goes out together", "[space]") {
  house_scenario house;
  create_room wish;
  wish.max_participants = 60;
  auto room = create_space(house, wish);
  client ann{house, "ann"};
  enter(ann, room);
  std::vector<std::unique_ptr<client>> crowd;
  for (int i = 0; i < 50; ++i) {
    crowd.push_back(std::make_unique<client>(house, "u" + std::to_string(i)));
    enter(*crowd.back(), room);
    crowd.back()->drop_received();
    for (auto& c : crowd) c->drop_received();
  }
  ann.drop_received();
  house.port.move_posts = 0;
  for (auto& c : crowd) c->push(room, move_to{1, 1});
  house.advance(100ms);
  CHECK(house.port.move_posts == 1);
  CHECK(ann.take_events<space_user_moved>().size() == 50);
}

TEST_CASE("space: in a crowd those far away hear less, but where one stopped", "[space]") {
  settings s;
  s.spaces.crowd = 2;
  s.spaces.radius = 5;
  house_scenario house{s};
  auto room = create_space(house);
  client far{house, "far"};
  client near{house, "near"};
  client bob{house, "bob"};
  for (auto* c : {&far, &near, &bob}) enter(*c, room);
  far.push(room, move_to{90, 90});
  bob.push(room, move_to{20, 20});
  near.push(room, move_to{21, 20});
  house.advance(2s);
  for (auto* c : {&far, &near, &bob}) c->drop_received();
  for (int i = 1; i <= 100; ++i) {
    bob.push(room, move_to{20 + i / 100.0, 20});
    house.scheduler->advance_time(20ms);
    house.run();
  }
  house.advance(600ms);
  auto seen = near.take_events<space_user_moved>();
  auto heard = far.take_events<space_user_moved>();
  CHECK(seen.size() >= 35);
  CHECK(heard.size() >= 4);
  CHECK(heard.size() <= 6);
  CHECK(is_at(seen.back().place, 21, 20));
  CHECK(is_at(heard.back().place, 21, 20));
}

TEST_CASE("space: a move that waits when its client is lost is where the ghost stands", "[space]") {
  house_scenario house;
  auto room = create_space(house);
  client ann{house, "ann"};
  client bob{house, "bob"};
  enter(ann, room);
  enter(bob, room);
  ann.drop_received();
  bob.push(room, move_to{1, 1});
  bob.push(room, move_to{2, 2});
  bob.vanish();
  house.advance(500ms);
  client carl{house, "carl"};
  CHECK(is_at(*find_user(enter(carl, room).state.users, "bob")->place, 2, 2));
  auto moves = ann.take_events<space_user_moved>();
  REQUIRE_FALSE(moves.empty());
  CHECK(is_at(moves.back().place, 2, 2));
}

TEST_CASE("space: a move that names no space is for the one entered last", "[space]") {
  house_scenario house;
  auto first = create_space(house);
  auto second = create_space(house);
  client ann{house, "ann"};
  CHECK(ann.expect<failure>(ann.push("", move_to{1, 1})).code == errc::not_in_room);
  client watcher{house, "watcher"};
  watcher.join(first);
  watcher.join(second);
  auto in = [&](const std::string& room) {
    auto page = std::get<presence_page>(house.ask(room, list_presence{}));
    return *find_user(page.participants, "ann")->place;
  };
  enter(ann, first);
  enter(ann, second);
  ann.push("", move_to{1, 1});
  house.advance(100ms);
  CHECK(is_at(in(second), 1, 1));
  ann.drop_received();
  enter(ann, first);
  ann.push("", move_to{2, 2});
  house.advance(100ms);
  CHECK(is_at(in(first), 2, 2));
  ann.push(first, leaving());
  ann.push("", move_to{3, 3});
  house.advance(100ms);
  CHECK(is_at(in(second), 3, 3));
  ann.push(second, leaving());
  ann.drop_received();
  CHECK(ann.expect<failure>(ann.push("", move_to{1, 1})).code == errc::not_in_room);

  // While one enters, it waits.
  ann.push_only(second, entry());
  ann.push_only(first, entry());
  ann.push_only("", move_to{6, 6});
  house.run();
  house.advance(100ms);
  CHECK(is_at(in(first), 6, 6));
  ann.push_only("100000", entry());
  ann.push_only("", move_to{7, 7});
  house.run();
  house.advance(100ms);
  CHECK(is_at(in(first), 7, 7));
}

TEST_CASE("space: moves are never refused for their rate", "[space]") {
  settings s;
  s.limits.events_per_second = 1;
  s.limits.events_burst = 2;
  house_scenario house{s};
  auto room = create_space(house);
  client ann{house, "ann"};
  enter(ann, room);
  for (int i = 0; i < 50; ++i) ann.push(room, move_to{1.0 + i, 1});
  house.advance(1s);
  for (const auto& item : house.port.sessions[ann.session].items)
    CHECK(std::holds_alternative<done>(std::get<1>(item).second));
}

TEST_CASE("space: a ghost does not move", "[space]") {
  house_scenario house;
  auto room = create_space(house);
  client ann{house, "ann"};
  client bob{house, "bob"};
  enter(ann, room);
  enter(bob, room);
  bob.push(room, move_to{1, 1});
  house.advance(100ms);
  ann.drop_received();
  bob.push(room, move_to{2, 2});
  bob.push(room, move_to{3, 3});
  bob.vanish();
  CHECK(is_at(ann.expect_event<space_user_moved>().place, 3, 3));
  CHECK(ann.expect_event<space_user_away>().user.value == "bob");
  house.advance(2s);
  ann.expect_nothing();
}
