// What is queued for members who are away, and how it is delivered when they register.
#include "support/messenger.hpp"

#include <catch2/catch.hpp>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

TEST_CASE("what is said to absent members is queued and delivered oldest first at register") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  ann.join(room);
  ann.say(room, "nobody is a member");
  REQUIRE(house.queues.queued.empty());

  auto view = std::get<members_view>(house.ask(room, these({"bob", "ann", "cyd"})));
  REQUIRE(view.users.size() == 3);
  REQUIRE(std::get<members_view>(house.ask(room, get_members{})).users == view.users);
  REQUIRE(std::get<room_stats>(house.ask(room, get_stats{})).member_count == 3);
  ann.say(room, "one");
  ann.say(room, "two");
  REQUIRE(house.queues.count("bob") == 2);
  REQUIRE(house.queues.count("cyd") == 2);
  REQUIRE(house.queues.count("ann") == 0);

  client bob{house, "bob"};
  auto request = bob.enroll();
  bob.expect_event<user_registered>();
  bob.expect<done>(request);
  REQUIRE(texts(bob.expect_event<offline_messages_sent>().messages) == words{"one", "two"});
  bob.expect_nothing();

  SECTION("it leaves the queue when it was written, not before") {
    REQUIRE(house.queues.count("bob") == 2);
    bob.write_out();
    REQUIRE(house.queues.count("bob") == 0);
    bob.expect_nothing();
    ann.say(room, "three");
    REQUIRE(heard(bob) == words{"three"});
    REQUIRE(house.queues.count("bob") == 0);
    REQUIRE(house.queues.count("cyd") == 3);
  }
  SECTION("the connection breaks in the middle: all of it is there for the next one") {
    bob.vanish();
    REQUIRE(house.queues.count("bob") == 2);
    ann.say(room, "three");
    client again{house, "bob"};
    again.enroll();
    auto sent = again.take_events<offline_messages_sent>();
    REQUIRE(sent.size() == 1);
    REQUIRE(texts(sent[0].messages) == words{"one", "two", "three"});
  }
  SECTION("a message during delivery follows as a second batch, before anything live") {
    ann.say(room, "three");
    bob.expect_nothing();
    REQUIRE(house.queues.count("bob") == 3);
    bob.write_out();
    REQUIRE(texts(bob.expect_event<offline_messages_sent>().messages) == words{"three"});
    REQUIRE(house.queues.count("bob") == 1);
    bob.write_out();
    ann.say(room, "four");
    REQUIRE(heard(bob) == words{"four"});
    REQUIRE(house.queues.count("bob") == 0);
  }
}

TEST_CASE("a message between the reading of the queue and its answer is neither lost nor doubled") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  ann.join(room);
  house.ask(room, these({"bob"}));
  house.queues.holds_reads = true;
  client bob{house, "bob"};
  bob.enroll();
  bob.drop_received();
  ann.say(room, "meanwhile");
  bob.expect_nothing();
  // The store answers as of now; or it had answered before the message came.
  SECTION("the answer has it") {
    house.answer_reads();
  }
  SECTION("the answer does not have it") {
    house.answer_reads(true);
  }
  REQUIRE(texts(bob.expect_event<offline_messages_sent>().messages) == words{"meanwhile"});
  bob.write_out();
  ann.say(room, "live");
  REQUIRE(heard(bob) == words{"live"});
  REQUIRE(house.queues.count("bob") == 0);
}

TEST_CASE("of two connections that register both are given what is queued, and both go live") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  ann.join(room);
  house.ask(room, these({"bob"}));
  ann.say(room, "one");
  client phone{house, "bob"};
  phone.enroll();
  client desk{house, "bob"};
  desk.enroll();
  REQUIRE(phone.take_events<offline_messages_sent>().size() == 1);
  REQUIRE(desk.take_events<offline_messages_sent>().size() == 1);
  ann.say(room, "two");

  SECTION("what one has written the other was sent") {
    phone.write_out();
    REQUIRE(house.queues.count("bob") == 1);
    REQUIRE(texts(phone.take_events<offline_messages_sent>()[0].messages) == words{"two"});
    REQUIRE(texts(desk.take_events<offline_messages_sent>()[0].messages) == words{"two"});
    desk.write_out();
    phone.write_out();
    ann.say(room, "three");
    REQUIRE(heard(phone) == words{"three"});
    REQUIRE(heard(desk) == words{"three"});
    REQUIRE(house.queues.count("bob") == 0);
  }
  SECTION("one breaks: the other's receipt counts") {
    phone.vanish();
    REQUIRE(house.queues.count("bob") == 2);
    desk.write_out();
    REQUIRE(texts(desk.take_events<offline_messages_sent>()[0].messages) == words{"two"});
    desk.write_out();
    ann.say(room, "three");
    REQUIRE(heard(desk) == words{"three"});
  }
}

TEST_CASE("what one connection hears live waits for another that is still delivered to") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  ann.join(room);
  house.ask(room, these({"bob"}));
  client phone{house, "bob"};
  go_live(phone);
  house.queues.holds_reads = true;
  client desk{house, "bob"};
  desk.enroll();
  desk.drop_received();
  ann.say(room, "one");
  REQUIRE(heard(phone) == words{"one"});
  desk.expect_nothing();
  house.answer_reads();
  REQUIRE(heard(desk) == words{"one"});
  REQUIRE(house.queues.queued.empty());
  ann.say(room, "two");
  REQUIRE(heard(phone) == words{"two"});
  REQUIRE(heard(desk) == words{"two"});
}

TEST_CASE("more than can wait for it is told again by the room") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  ann.join(room);
  house.ask(room, these({"bob"}));
  client phone{house, "bob"};
  go_live(phone);
  house.queues.holds_reads = true;
  client desk{house, "bob"};
  desk.enroll();
  desk.drop_received();
  for (int i = 0; i < 120; ++i) {
    ann.say(room, std::to_string(i));
    if (i % 50 == 0) house.advance(1s);
  }
  house.answer_reads();
  auto all = heard(desk);
  REQUIRE(all.size() == 120);
  REQUIRE(all.front() == "0");
  REQUIRE(all.back() == "119");
}

TEST_CASE("registering twice on a connection delivers what is queued and doubles nothing") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  ann.join(room);
  house.ask(room, these({"bob"}));
  ann.say(room, "one");
  client bob{house, "bob"};
  bob.enroll();
  bob.drop_received();
  auto again = bob.enroll();
  bob.expect_event<user_registered>();
  bob.expect<done>(again);
  bob.expect_nothing();
  bob.write_out();
  go_live(bob);
  ann.say(room, "two");
  REQUIRE(heard(bob) == words{"two"});
}

TEST_CASE("without the store a session is live at once and given the queue when it is back") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  ann.join(room);
  house.ask(room, these({"bob"}));
  ann.say(room, "one");
  house.queues.is_away = true;
  client bob{house, "bob"};
  go_live(bob);
  ann.say(room, "two");
  REQUIRE(heard(bob) == words{"two"});
  house.advance(120s);
  bob.expect_nothing();
  auto reads = house.queues.reads;
  REQUIRE(reads < 12);
  house.queues.is_away = false;
  house.advance(31s);
  REQUIRE(texts(bob.expect_event<offline_messages_sent>().messages) == words{"one"});
  bob.write_out();
  REQUIRE(house.queues.count("bob") == 0);
  reads = house.queues.reads;
  house.advance(120s);
  REQUIRE(house.queues.reads == reads);
}

TEST_CASE("a join drops what its history covers, a joinRoom does not") {
  settings s;
  s.chat.join_history = 2;
  house_scenario house{s};
  auto room = house.create_room_named("Maths");
  auto other = house.create_room_named("Physics");
  client ann{house, "ann"};
  ann.join(room);
  ann.join(other);
  house.ask(room, these({"bob"}));
  house.ask(other, these({"bob"}));
  for (const auto* text : {"one", "two", "three"}) ann.say(room, text);
  ann.say(other, "elsewhere");
  REQUIRE(house.queues.count("bob") == 4);
  client bob{house, "bob"};

  SECTION("join: history of two") {
    bob.join(room);
    REQUIRE(house.queues.count("bob") == 2);
    REQUIRE(text_of(house.queues.of["bob"][0].json) == "one");
    ann.say(room, "four");
    REQUIRE(house.queues.count("bob") == 2);
  }
  SECTION("recovered: what came since") {
    join_room back;
    auto epoch = ann.join(room).epoch;
    back.since = {epoch, 1, {}};
    bob.push(room, back);
    REQUIRE(house.queues.dropped_rooms.back().from == 2);
    REQUIRE(house.queues.count("bob") == 2);
  }
  SECTION("joinRoom") {
    bob.join_as_member(room);
    REQUIRE(house.queues.dropped_rooms.empty());
    REQUIRE(house.queues.count("bob") == 4);
  }
}

TEST_CASE("a deleted message waits for nobody any more") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  ann.join(room);
  house.ask(room, these({"bob"}));
  ann.drop_received();
  auto request = ann.say(room, "secret");
  ann.expect_event<chat_posted>();
  auto id = read_stored_message(*ann.expect<posted_result>(request).message)->id;
  ann.say(room, "open");
  REQUIRE(house.queues.count("bob") == 2);
  ann.push(room, delete_message{id});
  REQUIRE(house.queues.count("bob") == 1);
}

TEST_CASE(
    "nothing of a room waits for a user who is no member any more, or when the room is gone") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  auto other = house.create_room_named("Arts");
  client ann{house, "ann"};
  ann.join(room);
  ann.join(other);
  house.ask(room, these({"bob", "cyd"}));
  house.ask(other, these({"bob"}));
  ann.say(room, "one");
  ann.say(other, "two");
  REQUIRE(house.queues.count("bob") == 2);
  house.ask(room, these({"cyd"}));
  REQUIRE(house.queues.count("bob") == 1);
  REQUIRE(house.queues.count("cyd") == 1);
  house.ask(other, delete_room{});
  REQUIRE(house.queues.count("bob") == 0);
}
