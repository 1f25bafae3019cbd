// Members: how one becomes one and is one no more, and how a room's messages reach those who are in
// it, registered, or neither.
#include "support/messenger.hpp"

#include <catch2/catch.hpp>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

TEST_CASE("joinRoom makes a member that is in the room and hears it in the messenger's words") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  ann.join(room);
  client bob{house, "bob"};
  auto request = bob.join_as_member(room);
  auto joined = bob.expect_event<messenger_joined>();
  REQUIRE(joined.room.value == room);
  REQUIRE(joined.users == std::vector<user_id>{{"ann"}, {"bob"}});
  bob.expect<joined_result>(request);
  bob.expect_nothing();
  REQUIRE(house.store.changes<change_members>().back().added == std::vector<user_id>{{"bob"}});
  ann.drop_received();

  SECTION("all hear what it says but itself") {
    bob.expect<posted_result>(bob.say(room, "hello"));
    bob.expect_nothing();
    REQUIRE(heard(ann) == words{"hello"});
    ann.say(room, "welcome");
    REQUIRE(heard(bob) == words{"welcome"});
    REQUIRE(house.port.spelled.back() == wire::native_messenger);
  }
  SECTION("its other connection hears what it says") {
    client phone{house, "bob"};
    go_live(phone);
    bob.say(room, "hello");
    REQUIRE(heard(phone) == words{"hello"});
  }
  SECTION("a second one adds nobody") {
    auto again = bob.join_as_member(room);
    bob.expect_event<messenger_joined>();
    bob.expect<joined_result>(again);
    bob.expect_nothing();
    REQUIRE(house.store.changes<change_members>().size() == 1);
    ann.say(room, "once");
    REQUIRE(heard(bob) == words{"once"});
  }
  SECTION("lost: it is queued; back by register") {
    bob.vanish();
    ann.say(room, "where are you?");
    REQUIRE(house.queues.count("bob") == 1);
  }
  SECTION("leave ends participation only") {
    bob.push(room, leave_room{});
    ann.say(room, "later");
    REQUIRE(house.queues.count("bob") == 1);
  }
  SECTION("leaveRoom ends both") {
    auto leaving = bob.leave_as_member(room);
    REQUIRE(bob.expect_event<messenger_left>().room.value == room);
    bob.expect<done>(leaving);
    bob.expect_nothing();
    REQUIRE(house.store.changes<change_members>().back().removed == std::vector<user_id>{{"bob"}});
    ann.say(room, "gone");
    bob.expect_nothing();
    REQUIRE(house.queues.count("bob") == 0);
    REQUIRE(std::get<members_view>(house.ask(room, get_members{})).users.empty());
  }
}

TEST_CASE("who only registered can end a membership, who is no member cannot") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  ann.join(room);
  house.ask(room, these({"bob"}));
  client bob{house, "bob"};
  go_live(bob);
  auto leaving = bob.leave_as_member(room);
  bob.expect_event<messenger_left>();
  bob.expect<done>(leaving);
  ann.say(room, "gone");
  bob.expect_nothing();
  REQUIRE(house.queues.count("bob") == 0);
  REQUIRE(bob.expect<failure>(bob.leave_as_member(room)).code == errc::not_in_room);
  REQUIRE(bob.expect<failure>(bob.leave_as_member("999999")).code == errc::room_not_found);
}

TEST_CASE("a registered member that joins hears each message once, and again after it left") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  ann.join(room);
  house.ask(room, these({"bob"}));
  client bob{house, "bob"};
  go_live(bob);
  ann.say(room, "one");
  REQUIRE(heard(bob) == words{"one"});
  ann.say(room, "two");
  REQUIRE(heard(bob) == words{"two"});
  auto request = bob.push(room, join_room{});
  auto history = bob.expect_event<chat_history_sent>();
  REQUIRE(texts(history.messages) == words{"one", "two"});
  bob.expect_event<board_state_sent>();
  bob.expect<joined_result>(request);
  bob.expect_event<presence_updated>();
  bob.expect_nothing();
  ann.say(room, "three");
  REQUIRE(heard(bob) == words{"three"});
  bob.push(room, leave_room{});
  bob.drop_received();
  ann.say(room, "four");
  REQUIRE(heard(bob) == words{"four"});
  REQUIRE(house.queues.queued.empty());
}

TEST_CASE("a connection hears a room in the words of its last join there") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  ann.join(room);
  client bob{house, "bob"};
  auto spelling = [&] {
    ann.say(room, "hello");
    REQUIRE(heard(bob) == words{"hello"});
    for (const auto& [who, how] : house.port.wires)
      if (who.second == bob.session) return how;
    return wire::native;
  };
  bob.join(room);
  REQUIRE(spelling() == wire::native);
  bob.join_as_member(room);
  bob.drop_received();
  REQUIRE(spelling() == wire::native_messenger);
  bob.join(room);
  REQUIRE(spelling() == wire::native);
  bob.say(room, "with an echo");
  REQUIRE(heard(bob) == words{"with an echo"});
  REQUIRE(house.queues.queued.empty());
}

TEST_CASE("who is in the room when it becomes a member is not told twice") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  ann.join(room);
  client bob{house, "bob"};
  bob.join(room);
  go_live(bob);
  house.ask(room, these({"bob"}));
  ann.say(room, "once");
  REQUIRE(heard(bob) == words{"once"});
  REQUIRE(house.queues.queued.empty());
  house.ask(room, these({}));
  bob.push(room, leave_room{});
  bob.drop_received();
  ann.say(room, "not for members");
  bob.expect_nothing();
}

TEST_CASE("members outlive the room's time in memory") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  house.ask(room, these({"bob", "cyd"}));
  client bob{house, "bob"};
  go_live(bob);
  loaded_room kept;
  kept.meta = std::get<room_view>(house.ask(room, get_room{})).room;
  kept.epoch = "e";
  kept.members = {{"bob"}, {"cyd"}};
  house.store.rooms[room] = kept;
  house.advance(62s);
  REQUIRE(house.counts.value(counter::rooms_passivated) == 1);

  client ann{house, "ann"};
  ann.join(room);
  REQUIRE(house.store.loads == 1);
  ann.say(room, "hello");
  REQUIRE(heard(bob) == words{"hello"});
  REQUIRE(house.queues.count("cyd") == 1);
  REQUIRE(house.queues.count("bob") == 0);
}

TEST_CASE("a member of many rooms registers without loading any of them") {
  house_scenario house;
  for (int i = 0; i < 500; ++i) {
    loaded_room kept;
    kept.meta.id.value = kept.meta.code = std::to_string(200'000 + i);
    kept.meta.last_activity = house.now();
    kept.epoch = "e";
    kept.members = {{"bob"}};
    house.store.rooms[kept.meta.id.value] = kept;
  }
  client bob{house, "bob"};
  go_live(bob);
  REQUIRE(house.store.loads == 0);
  client ann{house, "ann"};
  ann.join("200017");
  REQUIRE(house.store.loads == 1);
  ann.say("200017", "hello");
  REQUIRE(heard(bob) == words{"hello"});
}

TEST_CASE("a message costs no more for ten thousand absent members") {
  house_scenario house;
  auto room = house.create_room_named("Stadium");
  client ann{house, "ann"};
  ann.join(room);
  set_members crowd;
  for (int i = 0; i < 10'000; ++i) crowd.users.push_back({"u" + std::to_string(i)});
  house.ask(room, crowd);
  REQUIRE(house.store.changes<change_members>().size() == 1);
  client one{house, "u1"};
  go_live(one);
  client two{house, "u2"};
  go_live(two);
  auto shards = house.shards->all().size();
  for (int i = 0; i < 3; ++i) {
    house.queues.queued.clear();
    auto publishes = house.port.publishes;
    ann.say(room, "hello");
    REQUIRE(house.queues.queued.size() == shards);
    std::size_t users = 0;
    for (const auto& q : house.queues.queued) users += q.users->size();
    REQUIRE(users == 9'998);
    REQUIRE(house.port.publishes - publishes <= 1 + shards);
  }
  REQUIRE(heard(one).size() == 3);

  crowd.users.push_back({"one too many"});
  auto refused = std::get<failure>(house.ask(room, crowd));
  REQUIRE(refused.code == errc::room_full);
  client late{house, "late"};
  REQUIRE(late.expect<failure>(late.join_as_member(room)).code == errc::room_full);
}

TEST_CASE("a slow registered session is sent the room's newest messages") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  ann.join(room);
  house.ask(room, these({"bob"}));
  client bob{house, "bob"};
  go_live(bob);
  ann.say(room, "one");
  bob.drop_received();
  room_key key = 0;
  for (const auto& [k, who] : house.port.subscribers)
    if (who.contains(bob.session) && key == 0) key = k;
  REQUIRE(is_members_key(key));

  SECTION("exactly what it missed, where that is known and the room still has it") {
    ann.say(room, "two");
    ann.say(room, "three");
    bob.drop_received();
    caf::anon_send(bob.connection, lane_drained{key, 1});
    house.run();
    REQUIRE(heard(bob) == words{"two", "three"});
    REQUIRE(house.port.resumes == 1);
    return;
  }
  SECTION("at once") {
    caf::anon_send(bob.connection, lane_drained{key});
    house.run();
  }
  SECTION("its room has left memory meanwhile and the store is away for a while") {
    loaded_room kept;
    kept.meta = std::get<room_view>(house.ask(room, get_room{})).room;
    kept.epoch = "e";
    kept.members = {{"bob"}};
    kept.seq = 1;
    kept.messages.push_back(house.store.changes<append_message>().back().message);
    kept.message_count = 1;
    house.store.rooms[room] = kept;
    ann.push(room, leave_room{});
    house.advance(62s);
    REQUIRE(house.counts.value(counter::rooms_passivated) == 1);
    house.store.mood = store_mood::away;
    caf::anon_send(bob.connection, lane_drained{key});
    house.run();
    bob.expect_nothing();
    house.store.mood = store_mood::confirming;
    house.advance(2s);
  }
  auto truth = bob.expect_event<chat_history_sent>();
  REQUIRE(truth.resync);
  REQUIRE(texts(truth.messages) == words{"one"});
  REQUIRE(house.port.resumes == 1);
  house.advance(60s);
  bob.expect_nothing();
}

TEST_CASE("a deleted room tells its registered members and is forgotten") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  house.ask(room, these({"bob"}));
  client bob{house, "bob"};
  go_live(bob);
  house.ask(room, delete_room{});
  REQUIRE(bob.expect_event<room_closed_event>().reason == "deleted");
  bob.expect_nothing();
  REQUIRE(bob.expect<failure>(bob.leave_as_member(room)).code == errc::room_not_found);
}

TEST_CASE("a room that the store lost writes its members with the rest") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  house.ask(room, these({"bob"}));
  house.store.mood = store_mood::away;
  house.ask(room, these({"bob", "cyd"}));
  house.return_store();
  auto whole = house.store.changes<rewrite_room>();
  REQUIRE(whole.size() == 1);
  REQUIRE(whole[0].members == std::vector<user_id>{{"bob"}, {"cyd"}});
}

TEST_CASE("a user is a member of as many rooms as the limit says") {
  settings s;
  s.limits.rooms_per_user = 2;
  house_scenario house{s};
  client bob{house, "bob"};
  words rooms;
  for (int i = 0; i < 3; ++i) rooms.push_back(house.create_room_named("r"));
  bob.join_as_member(rooms[0]);
  bob.join_as_member(rooms[1]);
  bob.drop_received();
  REQUIRE(bob.expect<failure>(bob.join_as_member(rooms[2])).code == errc::rate_limited);
  bob.leave_as_member(rooms[0]);
  bob.drop_received();
  client phone{house, "bob"};
  phone.join_as_member(rooms[1]);
  phone.expect_event<messenger_joined>();
  bob.join_as_member(rooms[2]);
  REQUIRE(bob.take_events<messenger_joined>().size() == 1);
}

TEST_CASE("registering checks who is speaking") {
  house_scenario house;
  client ann{house, "ann"};
  go_live(ann);
  ann.user = "bob";
  REQUIRE(ann.expect<failure>(ann.enroll()).code == errc::identity_mismatch);

  auto session = ++house.last_session;
  auto guest = open_connection(*house.door, {&house.port, session, wire::socketio}, {}, {});
  caf::anon_send(guest, client_user_command{1, {}, register_me{}});
  house.run();
  auto& items = house.port.sessions[session].items;
  REQUIRE(items.size() == 2);
  auto& told = std::get<event>(items.front());
  REQUIRE_FALSE(std::get<user_registered>(told).user.value.empty());
  REQUIRE(house.port.spelled.back() == wire::socketio_messenger);
  caf::anon_send(guest, client_gone{});
  guest = nullptr;
  house.run();
}
