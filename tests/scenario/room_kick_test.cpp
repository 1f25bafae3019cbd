// Operators remove users from a room.
#include "support/room_operators.hpp"

#include <caf/all.hpp>
#include <catch2/catch.hpp>

#include <algorithm>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

TEST_CASE("who is kicked is out with all its tabs at once, and may come again") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  client tab{house, "ann"};
  client bob{house, "bob"};
  ann.join(room);
  tab.join(room);
  bob.join(room);
  ann.drop_received();
  tab.drop_received();
  ann.push(room, set_typing{true});
  for (auto* c : {&ann, &tab, &bob}) c->drop_received();
  house.ask_as_operator(room, kick("ann", "spam"));

  for (auto* c : {&ann, &tab}) {
    auto told = c->expect_event<user_kicked>();
    CHECK(told.room.value == room);
    CHECK(told.reason == "spam");
    c->expect_nothing();
  }
  SECTION("the others see it leave") {
    CHECK_FALSE(bob.expect_event<typing_changed>().is_typing);
    auto presence = bob.expect_event<presence_updated>();
    CHECK(presence.count == 1);
    REQUIRE(presence.participants.size() == 1);
    CHECK(presence.participants.front().user.value == "bob");
    bob.expect_nothing();
    CHECK(house.store.changes<drop_participant>().back().user.value == "ann");
  }
  SECTION("it hears nothing more, and cannot speak") {
    bob.say(room, "quiet now");
    ann.expect_nothing();
    tab.expect_nothing();
    CHECK(code_of(ann.expect_result(ann.say(room, "let me in"))) == errc::not_in_room);
    CHECK(code_of(tab.expect_result(tab.push(room, move_cursor{R"("x":1)"}))) == errc::not_in_room);
    CHECK(code_of(ann.expect_result(ann.push(room, leave_room{}))) == errc::not_in_room);
  }
  SECTION("it may join again, one tab without the other") {
    CHECK(ann.join(room).count == 2);
    tab.expect_nothing();
    ann.expect<posted_result>([&] {
      auto request = ann.say(room, "sorry");
      ann.expect_event<chat_posted>();
      return request;
    }());
    tab.expect_nothing();
    ann.vanish();
    tab.vanish();
  }
  SECTION("it is out once") {
    CHECK(code_of(house.ask_as_operator(room, kick("ann"))) == errc::not_in_room);
  }
}

TEST_CASE("what a kicked client had on its way reaches a room that is there and no room it is in") {
  settings config;
  config.rooms.idle = 1ms;
  house_scenario house{config};
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  ann.join(room);
  caller from;
  from.out = {&house.port, ++house.last_session, wire::native};
  from.request = 1;
  from.room_name = room;
  from.is_operator = true;
  caf::anon_send(house.directory, routed_request{from, kick("ann")});
  auto first = ann.push_only(room, text("one"));
  auto again = ann.push_only(room, join_room{});
  auto second = ann.push_only(room, text("two"));
  house.run();
  // Whichever was first: each has its one result.
  auto& items = house.port.sessions[ann.session].items;
  for (auto request : {first, again, second})
    CHECK(std::count_if(items.begin(), items.end(),
                        [&](const auto& item) {
                          auto* r = std::get_if<1>(&item);
                          return r != nullptr && r->first == request;
                        })
          == 1);
  house.advance(10s);
}

TEST_CASE("what a kicked user waits for with a message of the archive is not posted") {
  settings config;
  config.rooms.window_count = 2;
  house_scenario house{config};
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  ann.join(room);
  for (int i = 0; i < 4; ++i) ann.say(room, "text");
  ann.drop_received();
  auto reply = text("reply");
  reply.reply_to = house.store.changes<append_message>().front().message.id;
  auto request = ann.push_only(room, reply);
  // Its connection has passed it on; the room is told to remove it before the store answers.
  REQUIRE(house.scheduler->try_run_once());
  caller from;
  from.out = {&house.port, ++house.last_session, wire::native};
  from.request = 1;
  from.room_name = room;
  from.is_operator = true;
  caf::anon_send(house.directory, routed_request{from, kick("ann")});
  house.run();
  ann.expect_event<user_kicked>();
  CHECK(code_of(ann.expect_result(request)) == errc::not_in_room);
  ann.expect_nothing();
  CHECK(house.store.changes<append_message>().size() == 4);
}

TEST_CASE("a member who is kicked is one no more, wherever it hears the room") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client bob{house, "bob"};
  bob.join(room);
  client phone{house, "ann"};
  go_live(phone);
  client ann{house, "ann"};
  ann.join_as_member(room);
  for (auto* c : {&ann, &phone, &bob}) c->drop_received();
  house.ask_as_operator(room, kick("ann"));
  CHECK(ann.expect_event<user_kicked>().reason == "enough");
  CHECK(phone.expect_event<user_kicked>().room.value == room);
  ann.expect_nothing();
  phone.expect_nothing();
  CHECK(std::get<members_view>(house.ask(room, get_members{})).users.empty());
  CHECK(house.store.changes<change_members>().back().removed == std::vector<user_id>{{"ann"}});
  bob.drop_received();
  bob.say(room, "gone");
  ann.expect_nothing();
  phone.expect_nothing();
  CHECK(house.queues.count("ann") == 0);
  CHECK(code_of(phone.expect_result(phone.say(room, "hm"))) == errc::not_in_room);
}

TEST_CASE("members who are not in the room can be kicked, whether they are online or not") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client bob{house, "bob"};
  bob.join(room);
  house.ask(room, these({"ann", "cid"}));
  client ann{house, "ann"};
  go_live(ann);
  bob.drop_received();
  CHECK(std::holds_alternative<done>(house.ask_as_operator(room, kick("ann"))));
  CHECK(std::holds_alternative<done>(house.ask_as_operator(room, kick("cid"))));
  CHECK(ann.expect_event<user_kicked>().room.value == room);
  ann.expect_nothing();
  bob.expect_nothing();
  CHECK(std::get<members_view>(house.ask(room, get_members{})).users.empty());
}

TEST_CASE("a ghost that is kicked gives its place up") {
  house_scenario house;
  create_room wish;
  wish.kind = "space";
  auto room = house.create_room_named("Yard", wish);
  client ann{house, "ann"};
  client bob{house, "bob"};
  join_room entering;
  entering.words = vocabulary::space;
  ann.push(room, entering);
  bob.push(room, entering);
  ann.vanish();
  bob.drop_received();
  CHECK(std::holds_alternative<done>(house.ask_as_operator(room, kick("ann"))));
  CHECK(bob.expect_event<space_user_left>().user.value == "ann");
  bob.expect_nothing();
  house.advance(2s);
  CHECK(house.store.changes<put_places>().back().gone == std::vector<user_id>{{"ann"}});
  CHECK(code_of(house.ask_as_operator(room, kick("ann"))) == errc::not_in_room);
  house.advance(house.config.spaces.grace + 1min);
  bob.expect_nothing();
}

TEST_CASE("who is not in the room and no member cannot be kicked") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  CHECK(code_of(house.ask_as_operator(room, kick("nobody"))) == errc::not_in_room);
}

TEST_CASE("a kicked client's waiting cursor is answered") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  ann.join(room);
  ann.expect<done>(ann.push(room, move_cursor{R"("x":1)"}));
  auto waiting = ann.push(room, move_cursor{R"("x":2)"});
  ann.expect_nothing();
  house.ask_as_operator(room, kick("ann"));
  ann.expect_event<user_kicked>();
  CHECK(code_of(ann.expect_result(waiting)) == errc::not_in_room);
  house.advance(1s);
  ann.expect_nothing();
}
