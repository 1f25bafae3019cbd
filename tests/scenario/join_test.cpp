// Coming and going: what a joiner gets and in which order, capacity, identity, tabs, grace time.
#include "support/house_scenario.hpp"

#include <catch2/catch.hpp>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

TEST_CASE("a joiner gets history, board, result and presence, in this order, then live events") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client alice{house, "alice"};
  alice.join(room);
  alice.say(room, "first");
  alice.drop_received();

  client bob{house, "bob", "Bob"};
  auto request = bob.push(room, join_room{});
  auto history = bob.expect_event<chat_history_sent>();
  REQUIRE(history.messages.size() == 1);
  REQUIRE_FALSE(history.resync);
  bob.expect_event<board_state_sent>();
  auto joined = bob.expect<joined_result>(request);
  REQUIRE(joined.count == 2);
  REQUIRE(joined.seq == 1);
  REQUIRE(joined.user.value == "bob");
  REQUIRE(joined.room.id.value == room);
  REQUIRE_FALSE(joined.recovered);
  REQUIRE(bob.expect_event<presence_updated>().count == 2);
  bob.expect_nothing();

  REQUIRE(alice.expect_event<presence_updated>().participants.size() == 2);
  alice.say(room, "second");
  auto live = bob.expect_event<chat_posted>();
  REQUIRE(live.message->find("second") != std::string::npos);
  bob.expect_nothing();
}

TEST_CASE("nothing is missed and nothing doubled between snapshot and live events") {
  house_scenario house;
  auto room = house.create_room_named("Busy");
  client writer{house, "writer"};
  writer.join(room);
  client joiner{house, "joiner"};
  post_message m;
  for (int i = 0; i < 20; ++i) {
    m.text = "m" + std::to_string(i);
    writer.push_only(room, m);
    if (i == 10) joiner.push_only(room, join_room{});
    if (i % 3 == 0) house.scheduler->try_run_once();
  }
  house.run();
  auto history = joiner.expect_event<chat_history_sent>();
  auto seen = history.messages.size();
  for (const auto& e : joiner.take_events<chat_posted>()) {
    auto stored = read_stored_message(*e.message);
    REQUIRE(stored);
    REQUIRE(static_cast<std::size_t>(stored->seq) == ++seen);
  }
  REQUIRE(seen == 20);
}

TEST_CASE("a second join sends the state again and adds nobody") {
  house_scenario house;
  auto room = house.create_room_named("Twice");
  client alice{house, "alice"};
  alice.join(room);
  auto request = alice.push(room, join_room{});
  alice.expect_event<chat_history_sent>();
  alice.expect_event<board_state_sent>();
  auto again = alice.expect<joined_result>(request);
  REQUIRE(again.count == 1);
  REQUIRE(again.participants.size() == 1);
  alice.expect_nothing();
  alice.say(room, "once");
  REQUIRE(alice.take_events<chat_posted>().size() == 1);
}

TEST_CASE("a full room refuses, also one who returns within the grace time") {
  house_scenario house;
  create_room wish;
  wish.max_participants = 2;
  auto room = house.create_room_named("Small", wish);
  client alice{house, "alice"};
  client bob{house, "bob"};
  alice.join(room);
  bob.join(room);

  client carol{house, "carol"};
  REQUIRE(carol.expect<failure>(carol.push(room, join_room{})).code == errc::room_full);
  REQUIRE(carol.expect<failure>(carol.say(room, "hi")).code == errc::not_in_room);

  SECTION("a second tab of somebody who is in is no new participant") {
    client tab{house, "alice"};
    REQUIRE(tab.join(room).count == 2);
  }
  SECTION("a kept place is not a kept seat") {
    bob.vanish();
    client dave{house, "dave"};
    REQUIRE(dave.join(room).count == 2);
    client bob_again{house, "bob"};
    REQUIRE(bob_again.expect<failure>(bob_again.push(room, join_room{})).code == errc::room_full);
  }
}

TEST_CASE("a lost connection keeps its place for the grace time, a leave does not") {
  house_scenario house;
  auto room = house.create_room_named("Grace");
  client alice{house, "alice"};
  client bob{house, "bob"};
  alice.join(room);
  bob.join(room);
  alice.drop_received();

  SECTION("away, then gone") {
    bob.vanish();
    auto away = alice.expect_event<presence_updated>();
    REQUIRE(away.count == 1);
    REQUIRE(away.participants.size() == 2);
    REQUIRE(away.participants[1].status == "away");
    house.advance(29s);
    alice.expect_nothing();
    house.advance(2s);
    REQUIRE(alice.expect_event<presence_updated>().participants.size() == 1);
  }
  SECTION("back in time: no leave and no join is told") {
    bob.vanish();
    alice.drop_received();
    house.advance(20s);
    client again{house, "bob"};
    again.join(room);
    auto back = alice.expect_event<presence_updated>();
    REQUIRE(back.participants[1].status == "online");
    house.advance(60s);
    alice.expect_nothing();
  }
  SECTION("leave") {
    bob.expect<done>(bob.push(room, leave_room{}));
    auto gone = alice.expect_event<presence_updated>();
    REQUIRE(gone.count == 1);
    REQUIRE(gone.participants.size() == 1);
    alice.say(room, "are you there?");
    bob.expect_nothing();
    REQUIRE(bob.expect<failure>(bob.say(room, "no")).code == errc::not_in_room);
  }
}

TEST_CASE("what a client says while its join is under way waits for it, in order") {
  house_scenario house;
  auto room = house.create_room_named("Eager");
  client alice{house, "alice"};
  auto join = alice.push_only(room, join_room{});
  post_message m;
  m.text = "one";
  auto one = alice.push_only(room, m);
  m.text = "two";
  auto two = alice.push_only(room, m);
  house.run();
  alice.expect_event<chat_history_sent>();
  alice.expect_event<board_state_sent>();
  alice.expect<joined_result>(join);
  alice.expect_event<presence_updated>();
  alice.expect_event<chat_posted>();
  alice.expect<posted_result>(one);
  alice.expect_event<chat_posted>();
  alice.expect<posted_result>(two);
}

TEST_CASE("identity is what was claimed first") {
  house_scenario house;
  auto room = house.create_room_named("Who");
  client alice{house, "alice"};
  alice.join(room);

  SECTION("another user on the same connection is refused") {
    alice.user = "mallory";
    REQUIRE(alice.expect<failure>(alice.push(room, join_room{})).code == errc::identity_mismatch);
  }
  SECTION("the same user with a new name is renamed") {
    client other{house, "bob"};
    other.join(room);
    alice.drop_received();
    client tab{house, "alice", "Alice the second"};
    tab.join(room);
    auto told = other.take_events<presence_updated>();
    REQUIRE(told.back().participants[0].username == "Alice the second");
    REQUIRE(told.back().participants[0].connections == 2);
  }
  SECTION("a missing user id is made up") {
    auto session = ++house.last_session;
    auto guest = open_connection(*house.door, {&house.port, session, wire::native}, {}, {});
    caf::anon_send(guest, client_command{1, room, {std::nullopt, "Guest"}, join_room{}});
    house.run();
    auto& items = house.port.sessions[session].items;
    auto& result = std::get<1>(items.at(2)).second;
    REQUIRE_FALSE(std::get<joined_result>(result).user.value.empty());
    caf::anon_send(guest, client_gone{});
    house.run();
  }
}

TEST_CASE("what a client said before it was gone is carried out, also behind a join under way") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client alice{house, "alice"};
  alice.join(room);
  auto hasty = open_connection(*house.door, {&house.port, ++house.last_session, wire::native}, {},
                               {});
  caf::anon_send(hasty, client_command{1, room, {"bob", "Bob"}, join_room{}});
  post_message bye;
  bye.text = "bye";
  caf::anon_send(hasty, client_command{2, room, {}, bye});
  caf::anon_send(hasty, client_gone{});
  hasty = nullptr;
  house.run();

  auto& items = house.port.sessions[alice.session].items;
  auto posted = std::count_if(items.begin(), items.end(), [](const auto& item) {
    const auto* e = std::get_if<event>(&item);
    return e != nullptr && std::holds_alternative<chat_posted>(*e);
  });
  REQUIRE(posted == 1);
  auto presence = alice.take_events<presence_updated>();
  REQUIRE(presence.back().count == 1);
  REQUIRE(presence.back().participants.size() == 2);
}

TEST_CASE("a connection may be in as many rooms as the limit says") {
  settings s;
  s.limits.rooms_per_connection = 2;
  house_scenario house{s};
  auto a = house.create_room_named("a");
  auto b = house.create_room_named("b");
  auto c = house.create_room_named("c");
  client alice{house, "alice"};
  alice.join(a);
  alice.join(b);
  REQUIRE(alice.expect<failure>(alice.push(c, join_room{})).code == errc::rate_limited);
  alice.push(a, leave_room{});
  alice.drop_received();
  alice.join(c);
}

TEST_CASE("above the rate an event is refused and says when to come back") {
  settings s;
  s.limits.events_per_second = 10;
  s.limits.events_burst = 5;
  house_scenario house{s};
  auto room = house.create_room_named("Flood");
  client alice{house, "alice"};
  alice.join(room);
  for (int i = 0; i < 4; ++i) alice.say(room, "x");
  alice.drop_received();
  auto refused = alice.expect<failure>(alice.say(room, "too much"));
  REQUIRE(refused.code == errc::rate_limited);
  REQUIRE(refused.retry_after.count() > 0);
  alice.expect_nothing();
  house.advance(refused.retry_after);
  alice.say(room, "again");
  REQUIRE(alice.take_events<chat_posted>().size() == 1);
}

TEST_CASE("what could not be read as an event counts against the rate like any other") {
  settings s;
  s.limits.events_per_second = 10;
  s.limits.events_burst = 5;
  house_scenario house{s};
  client alice{house, "alice"};
  for (std::uint32_t i = 1; i <= 6; ++i)
    caf::anon_send(alice.connection, refused_command{i, {errc::unknown_event, "no such event"}});
  house.run();
  for (std::uint32_t i = 1; i <= 5; ++i)
    REQUIRE(alice.expect<failure>(i).code == errc::unknown_event);
  REQUIRE(alice.expect<failure>(6).code == errc::rate_limited);
}

TEST_CASE("a rename by one tab is the name that the other speaks under") {
  house_scenario house;
  auto room = house.create_room_named("Rename");
  client old_tab{house, "alice", "Old"};
  old_tab.join(room);
  client new_tab{house, "alice", "New"};
  new_tab.join(room);
  old_tab.drop_received();
  old_tab.say(room, "hello");
  REQUIRE(new_tab.take_events<chat_posted>().back().message->find("\"username\":\"New\"")
          != std::string::npos);
}

TEST_CASE("above the limit presence is told as deltas, batched, and crossing it once as a whole") {
  settings s;
  s.presence.full_limit = 3;
  house_scenario house{s};
  create_room wish;
  wish.max_participants = 100;
  auto room = house.create_room_named("Crowd", wish);
  client first{house, "u00"};
  first.join(room);
  std::vector<std::unique_ptr<client>> crowd;
  for (int i = 1; i <= 9; ++i) {
    crowd.push_back(std::make_unique<client>(house, "u0" + std::to_string(i)));
    crowd.back()->push_only(room, join_room{});
  }
  house.run();
  REQUIRE(first.take_events<presence_updated>().size() == 2);
  house.advance(100ms);
  auto whole = first.take_events<presence_updated>();
  REQUIRE(whole.size() == 1);
  REQUIRE(whole[0].participants.size() == 10);

  crowd[0]->push(room, leave_room{});
  crowd[1]->push(room, leave_room{});
  first.expect_nothing();
  house.advance(100ms);
  auto delta = first.expect_event<presence_changed>();
  REQUIRE(delta.left.size() == 2);
  REQUIRE(delta.joined.empty());
  REQUIRE(delta.count == 8);
  first.expect_nothing();
}

TEST_CASE("cursors reach the others, at most so many a second, the newest wins") {
  house_scenario house;
  auto room = house.create_room_named("Cursors");
  client alice{house, "alice"};
  client bob{house, "bob"};
  alice.join(room);
  bob.join(room);
  alice.drop_received();
  for (int i = 0; i < 50; ++i) alice.push_only(room, move_cursor{"\"x\":" + std::to_string(i)});
  house.run();
  house.advance(100ms);
  auto seen = bob.take_events<cursor_moved>();
  REQUIRE(seen.size() == 2);
  REQUIRE(seen[0].fields == "\"x\":0");
  REQUIRE(seen[1].fields == "\"x\":49");
  REQUIRE(alice.take_events<cursor_moved>().empty());
}

TEST_CASE("typing ends by itself after ten seconds") {
  house_scenario house;
  auto room = house.create_room_named("Typing");
  client alice{house, "alice"};
  client bob{house, "bob"};
  alice.join(room);
  bob.join(room);
  bob.drop_received();
  alice.push(room, set_typing{true});
  REQUIRE(bob.expect_event<typing_changed>().is_typing);
  house.advance(9s);
  bob.expect_nothing();
  house.advance(2s);
  auto ended = bob.expect_event<typing_changed>();
  REQUIRE_FALSE(ended.is_typing);
  REQUIRE(ended.user.value == "alice");
  house.advance(20s);
  bob.expect_nothing();
}
