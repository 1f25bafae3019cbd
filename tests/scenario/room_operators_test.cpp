// What operators do to a room: looking into it, making it read-only, announcing, closing.
#include "support/room_operators.hpp"

#include <caf/all.hpp>
#include <catch2/catch.hpp>

#include <algorithm>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

TEST_CASE("what operators ask of a room nobody else may") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  ann.join(room);
  std::vector<room_command> all{inspect_room{}, kick("ann"), lock_room{}, announce_to_room{"hi"},
                                watch_room{}};
  for (const auto& c : all) {
    CHECK(code_of(house.ask(room, c)) == errc::forbidden);
    CHECK(code_of(ann.expect_result(ann.push(room, c))) == errc::forbidden);
  }
  ann.expect_nothing();

  SECTION("an operator's connection is a client, too") {
    identity_claim claim{"chief", "Chief"};
    claim.token = std::make_shared<const token_claims>(
        token_claims{.user = {"chief"}, .username = "Chief", .is_operator = true});
    auto session = ++house.last_session;
    auto chief = open_connection(*house.door, {&house.port, session, wire::native}, claim, "");
    caf::anon_send(chief, client_command{1, room, claim, join_room{}});
    house.run();
    house.port.sessions[session].items.clear();
    caf::anon_send(chief, client_command{2, room, claim, kick("ann")});
    house.run();
    auto& items = house.port.sessions[session].items;
    REQUIRE(items.size() == 1);
    CHECK(code_of(std::get<1>(items.front()).second) == errc::forbidden);
    caf::anon_send(chief, client_gone{});
    house.run();
  }
}

TEST_CASE("an inspection shows the room, its figures and who sits where") {
  house_scenario house;
  create_room wish;
  wish.kind = "space";
  auto room = house.create_room_named("Yard", wish);
  client ann{house, "ann"};
  client phone{house, "ann"};
  client bob{house, "bob"};
  ann.join(room, true);
  phone.join_as_member(room);
  join_room entering;
  entering.words = vocabulary::space;
  bob.push(room, entering);
  ann.say(room, "hello");
  ann.push(room, drawing("a"));
  auto seen = std::get<room_inspection>(house.ask_as_operator(room, inspect_room{}));
  CHECK(seen.room.name == "Yard");
  CHECK(seen.figures.participants == 2);
  CHECK(seen.figures.connections == 3);
  CHECK(seen.figures.members == 1);
  CHECK(seen.figures.messages == 1);
  CHECK(seen.seq == 2);
  CHECK_FALSE(seen.epoch.empty());
  CHECK(seen.window_count == 2);
  CHECK(seen.window_first == 1);
  CHECK(seen.board_elements == 1);
  CHECK(seen.board_bytes > 0);
  CHECK(seen.board_version == 1);
  CHECK(seen.tails == 0);
  CHECK(seen.unconfirmed == 0);
  CHECK(seen.now == house.now());
  REQUIRE(seen.participants.size() == 2);
  const auto& first = seen.participants.front();
  CHECK(first.who.user.value == "ann");
  REQUIRE(first.seats.size() == 2);
  CHECK(first.seats[0].session == ann.session);
  CHECK(first.seats[0].words == vocabulary::base);
  CHECK(first.seats[1].session == phone.session);
  CHECK(first.seats[1].words == vocabulary::messenger);
  CHECK(seen.participants.back().seats.front().words == vocabulary::space);
  CHECK_FALSE(seen.cursor);

  SECTION("in pages") {
    inspect_room part{std::nullopt, 1};
    auto page = std::get<room_inspection>(house.ask_as_operator(room, part));
    REQUIRE(page.participants.size() == 1);
    REQUIRE(page.cursor);
    part.cursor = page.cursor;
    page = std::get<room_inspection>(house.ask_as_operator(room, part));
    CHECK(page.participants.front().who.user.value == "bob");
    CHECK_FALSE(page.cursor);
    part.cursor = "nonsense";
    CHECK(code_of(house.ask_as_operator(room, part)) == errc::bad_request);
  }
  SECTION("who is away sits nowhere") {
    bob.vanish();
    auto later = std::get<room_inspection>(house.ask_as_operator(room, inspect_room{}));
    CHECK(later.participants.back().who.status == "away");
    CHECK(later.participants.back().seats.empty());
    CHECK(later.figures.away == 1);
  }
  SECTION("writes on their way are counted") {
    house.store.mood = store_mood::silent;
    ann.say(room, "more");
    auto later = std::get<room_inspection>(house.ask_as_operator(room, inspect_room{}));
    CHECK(later.unconfirmed > 0);
  }
}

TEST_CASE("a room that is not in memory is loaded to be inspected; one that is not there is none") {
  house_scenario house;
  loaded_room stored;
  stored.meta.id.value = "office";
  stored.meta.code = "123456";
  stored.meta.name = "Office";
  stored.meta.locked = true;
  stored.meta.last_activity = house.now();
  stored.epoch = "e";
  house.store.rooms["office"] = house.store.rooms["123456"] = stored;
  auto seen = std::get<room_inspection>(house.ask_as_operator("123456", inspect_room{}));
  CHECK(seen.room.id.value == "office");
  CHECK(seen.room.locked);
  CHECK(seen.epoch == "e");
  CHECK(code_of(house.ask_as_operator("654321", inspect_room{})) == errc::room_not_found);
}

TEST_CASE("a locked room is read-only for all but operators") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  ann.join(room);
  client out{house, "out"};
  house.ask(room, these({"out"}));
  go_live(out);
  post_message known = text("before");
  known.client_message_id = "c1";
  ann.push(room, known);
  auto id = house.store.changes<append_message>().front().message.id;
  ann.drop_received();
  out.drop_received();
  auto view = std::get<room_view>(house.ask_as_operator(room, lock_room{true}));
  CHECK(view.room.locked);
  CHECK(ann.expect_event<room_locked>().is_locked);
  CHECK(out.expect_event<room_locked>().room.value == room);
  ann.expect_nothing();
  out.expect_nothing();
  CHECK(house.store.changes<put_lock>().back().is_locked);
  CHECK(std::get<room_view>(house.ask(room, get_room{})).room.locked);

  SECTION("what would change it is refused") {
    edit_message edit{id, "after"};
    std::vector<room_command> all{text("no"),      edit,          delete_message{id},
                                  drawing("a"),    clear_board{}, change_board{elements("[]")},
                                  set_typing{true}};
    for (const auto& c : all) {
      auto refused = std::get<failure>(ann.expect_result(ann.push(room, c)));
      CHECK(refused.code == errc::forbidden);
      CHECK(refused.sentence == "the room is read-only");
    }
    CHECK(code_of(out.expect_result(out.say(room, "no"))) == errc::forbidden);
    ann.expect_nothing();
  }
  SECTION("what was posted before is answered again") {
    CHECK(ann.expect<posted_result>(ann.push(room, known)).duplicate);
  }
  SECTION("coming, going, cursors and reading go on") {
    client bob{house, "bob"};
    auto joined = bob.join(room);
    CHECK(joined.room.locked);
    ann.drop_received();
    bob.expect<done>(bob.push(room, move_cursor{R"("x":1)"}));
    CHECK(ann.expect_event<cursor_moved>().user.value == "bob");
    auto request = bob.push(room, set_status{"busy", ""});
    CHECK(bob.expect_event<presence_updated>().count == 2);
    bob.expect<done>(request);
    bob.expect<history_result>(bob.push(room, get_history{}));
    bob.expect<done>(bob.push(room, set_typing{false}));
    bob.expect<done>(bob.push(room, leave_room{}));
  }
  SECTION("operators speak and redact") {
    caller chief;
    chief.is_operator = true;
    chief.user.value = chief.username = "chief";
    auto said = text("read this");
    said.type = "system";
    CHECK(std::holds_alternative<posted_result>(house.ask_as(chief, room, said)));
    CHECK(ann.take_events<chat_posted>().size() == 1);
    CHECK(std::holds_alternative<done>(house.ask_as_operator(room, delete_message{id})));
    CHECK(ann.take_events<message_deleted>().size() == 1);
  }
  SECTION("locking it again tells nobody") {
    auto writes = house.store.changes<put_lock>().size();
    house.ask_as_operator(room, lock_room{true});
    ann.expect_nothing();
    out.expect_nothing();
    CHECK(house.store.changes<put_lock>().size() == writes);
  }
  SECTION("it is writable again") {
    view = std::get<room_view>(house.ask_as_operator(room, lock_room{false}));
    CHECK_FALSE(view.room.locked);
    CHECK_FALSE(ann.expect_event<room_locked>().is_locked);
    CHECK_FALSE(out.expect_event<room_locked>().is_locked);
    CHECK_FALSE(house.store.changes<put_lock>().back().is_locked);
    ann.say(room, "yes");
    CHECK(heard(ann) == words{"yes"});
  }
}

TEST_CASE("a reply that looks for its message while the room is locked comes to nothing") {
  settings config;
  config.rooms.window_count = 2;
  house_scenario house{config};
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  ann.join(room);
  for (int i = 0; i < 4; ++i) ann.say(room, "text");
  auto first = house.store.changes<append_message>().front().message.id;
  ann.drop_received();
  house.ask_as_operator(room, lock_room{true});
  ann.drop_received();
  auto reply = text("reply");
  reply.reply_to = first;
  CHECK(code_of(ann.expect_result(ann.push(room, reply))) == errc::forbidden);
  CHECK(code_of(ann.expect_result(ann.push(room, edit_message{first, "x"}))) == errc::forbidden);
  // An operator finds it.
  CHECK(std::holds_alternative<done>(house.ask_as_operator(room, delete_message{first})));
}

TEST_CASE("a lock outlives the room's time in memory, and an outage of the store") {
  house_scenario house;
  auto room = house.create_room_named("Maths");

  SECTION("passivation") {
    house.ask_as_operator(room, lock_room{true});
    house.advance(2min);
    REQUIRE(house.actor_count() == 0);
    // The last word of the room carries it, too.
    CHECK(house.store.writes.back().meta->locked);
    loaded_room stored;
    stored.meta = *house.store.writes.back().meta;
    stored.epoch = "e";
    house.store.rooms[room] = stored;
    client ann{house, "ann"};
    CHECK(ann.join(room).room.locked);
    CHECK(code_of(ann.expect_result(ann.say(room, "no"))) == errc::forbidden);
  }
  SECTION("outage") {
    house.store.mood = store_mood::away;
    client ann{house, "ann"};
    ann.join(room);
    ann.say(room, "dirty");
    house.ask_as_operator(room, lock_room{true});
    CHECK(house.store.changes<put_lock>().empty());
    house.return_store();
    REQUIRE(std::holds_alternative<rewrite_room>(house.store.writes.back().change));
    CHECK(house.store.writes.back().meta->locked);
  }
}

TEST_CASE("an announcement reaches everybody who hears the room and is kept nowhere") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  client bob{house, "bob"};
  client out{house, "out"};
  ann.join(room);
  bob.join_as_member(room);
  house.ask(room, these({"out", "bob", "away"}));
  go_live(out);
  for (auto* c : {&ann, &bob, &out}) c->drop_received();
  auto writes = house.store.writes.size();
  CHECK(std::holds_alternative<done>(house.ask_as_operator(room, announce_to_room{"soon over"})));
  for (auto* c : {&ann, &bob, &out}) {
    auto told = c->expect_event<announced>();
    CHECK(told.room.value == room);
    CHECK(told.message == "soon over");
    CHECK(told.timestamp == house.now());
    c->expect_nothing();
  }
  CHECK(house.queues.count("away") == 0);
  CHECK(house.store.writes.size() == writes);
  CHECK(std::get<history_result>(house.ask(room, get_history{})).messages.empty());
}

TEST_CASE("a room is closed for the reason that is given") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  client out{house, "out"};
  ann.join(room);
  house.ask(room, these({"out"}));
  go_live(out);
  ann.drop_received();
  SECTION("by an operator") {
    house.ask_as_operator(room, delete_room{"maintenance"});
    CHECK(ann.expect_event<room_closed_event>().reason == "maintenance");
    CHECK(out.expect_event<room_closed_event>().reason == "maintenance");
  }
  SECTION("for none") {
    house.ask_as_operator(room, delete_room{""});
    CHECK(ann.expect_event<room_closed_event>().reason == "closed");
    CHECK(out.expect_event<room_closed_event>().reason == "closed");
  }
  SECTION("by its creator") {
    house.ask(room, delete_room{});
    CHECK(ann.expect_event<room_closed_event>().reason == "deleted");
  }
}

TEST_CASE("each of it is one message of the room's mailbox, in its place") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  client bob{house, "bob"};
  ann.join(room);
  bob.join(room);
  ann.drop_received();
  bob.drop_received();
  auto session = ++house.last_session;
  std::vector<room_command> all{inspect_room{}, lock_room{true}, announce_to_room{"a"},
                                watch_room{},   kick("ann"),     lock_room{false}};
  std::uint32_t request = 0;
  for (auto& c : all) {
    caller from;
    from.out = {&house.port, session, wire::native};
    from.request = ++request;
    from.room_name = room;
    from.is_operator = true;
    caf::anon_send(house.directory, routed_request{from, std::move(c)});
  }
  // The directory passes them on; then each is answered within one step of the room.
  for (std::size_t i = 0; i < all.size(); ++i) REQUIRE(house.scheduler->try_run_once());
  auto answered = [&] {
    std::size_t count = 0;
    for (const auto& item : house.port.sessions[session].items)
      count += std::holds_alternative<std::pair<std::uint32_t, command_result>>(item) ? 1U : 0U;
    return count;
  };
  std::size_t steps = 0;
  while (answered() < all.size()) {
    REQUIRE(house.scheduler->try_run_once());
    ++steps;
  }
  // Others, whom the room told something meanwhile, take their own steps.
  CHECK(steps <= all.size() + 8);
  auto told = kinds_of(house, bob);
  CHECK(told.size() >= 4);
  house.run();
}
