// Operators look on in a room.
#include "support/room_operators.hpp"

#include <caf/all.hpp>
#include <catch2/catch.hpp>

#include <algorithm>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

TEST_CASE("who looks on hears what a participant hears, and nobody is told") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  client bob{house, "bob"};
  ann.join(room);
  bob.join(room, true);
  ann.drop_received();
  room_tail chief{house, room};
  auto watched = std::get<room_watched>(chief.answer());
  CHECK(watched.room.value == room);
  CHECK(watched.key != 0);
  CHECK_FALSE(watched.epoch.empty());
  CHECK(watched.seq == 0);
  ann.expect_nothing();
  bob.expect_nothing();
  CHECK(std::get<room_view>(house.ask(room, get_room{})).participants == 2);
  auto shown = std::get<room_inspection>(house.ask_as_operator(room, inspect_room{}));
  CHECK(shown.tails == 1);
  CHECK(shown.participants.size() == 2);
  CHECK(shown.figures.connections == 2);

  SECTION("everything that a participant with patches hears") {
    client cid{house, "cid"};
    cid.join(room);
    ann.say(room, "hello");
    ann.push(room, drawing("a"));
    ann.push(room, move_cursor{R"("x":1)"});
    ann.push(room, set_typing{true});
    ann.push(room, clear_board{});
    house.ask_as_operator(room, announce_to_room{"hi"});
    house.ask_as_operator(room, lock_room{true});
    house.ask_as_operator(room, lock_room{false});
    auto id = house.store.changes<append_message>().front().message.id;
    house.ask_as_operator(room, delete_message{id});
    cid.push(room, leave_room{});
    house.advance(30s);
    auto heard_on = chief.kinds();
    CHECK(heard_on == kinds_of(house, bob));
    CHECK(heard_on.size() >= 11);
  }
  SECTION("the end of the room") {
    house.ask_as_operator(room, delete_room{"over"});
    CHECK(std::get<room_closed_event>(std::get<event>(chief.items().front())).reason == "over");
    CHECK(house.port.subscribers[watched.key].empty());
  }
  SECTION("no more, when it ends") {
    chief.end();
    CHECK_FALSE(house.port.subscribers[watched.key].contains(chief.session));
    ann.say(room, "alone");
    CHECK(chief.items().empty());
    chief.end();
    CHECK(chief.items().empty());
    CHECK(std::get<room_inspection>(house.ask_as_operator(room, inspect_room{})).tails == 0);
  }
}

TEST_CASE("a room that somebody looks into stays in memory, but not alive") {
  settings config;
  config.rooms.ttl = 10min;
  house_scenario house{config};
  auto room = house.create_room_named("Maths");
  room_tail chief{house, room};
  auto key = std::get<room_watched>(chief.answer()).key;
  house.advance(5min);
  CHECK(house.actor_count() == 1);

  SECTION("it leaves when nobody looks any more") {
    chief.end();
    house.advance(2min);
    CHECK(house.actor_count() == 0);
    CHECK(chief.items().empty());
  }
  SECTION("it expires") {
    house.advance(6min);
    REQUIRE(chief.items().size() == 1);
    CHECK(std::get<room_closed_event>(std::get<event>(chief.items().front())).reason == "expired");
    CHECK(house.port.subscribers[key].empty());
    CHECK(house.actor_count() == 0);
    // Nobody loads a room to end this.
    auto loads = house.store.loads;
    chief.end();
    CHECK(house.store.loads == loads);
    CHECK(chief.items().size() == 1);
  }
}

TEST_CASE("so many may look on in one room and no more") {
  settings config;
  config.admin.tails_per_room = 2;
  house_scenario house{config};
  auto room = house.create_room_named("Maths");
  room_tail first{house, room};
  room_tail second{house, room};
  room_tail third{house, room};
  CHECK(std::holds_alternative<room_watched>(first.answer()));
  CHECK(std::holds_alternative<room_watched>(second.answer()));
  CHECK(code_of(third.answer()) == errc::rate_limited);
  second.end();
  room_tail fourth{house, room};
  CHECK(std::holds_alternative<room_watched>(fourth.answer()));
}

TEST_CASE("a room that is not in memory is loaded to look on, and the end of a wait is no load") {
  house_scenario house;
  loaded_room stored;
  stored.meta.id.value = stored.meta.code = "123456";
  stored.meta.name = "Maths";
  stored.meta.last_activity = house.now();
  stored.epoch = "e";
  stored.seq = 7;
  house.store.rooms["123456"] = stored;
  room_tail chief{house, "123456"};
  auto watched = std::get<room_watched>(chief.answer());
  CHECK(watched.seq == 7);
  CHECK(watched.epoch == "e");
  room_tail nowhere{house, "654321"};
  CHECK(code_of(nowhere.answer()) == errc::room_not_found);
  auto loads = house.store.loads;
  nowhere.end();
  CHECK(house.store.loads == loads);
  CHECK(nowhere.items().empty());
}
