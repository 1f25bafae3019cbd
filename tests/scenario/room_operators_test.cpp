// What operators do to a room: looking into it, removing somebody, making it read-only, announcing,
// closing, and looking on.
#include "support/messenger.hpp"

#include <caf/all.hpp>
#include <catch2/catch.hpp>

#include <algorithm>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

kick_user kick(const std::string& user, const std::string& reason = "enough") {
  return {{user}, reason};
}

errc code_of(const command_result& outcome) {
  REQUIRE(std::holds_alternative<failure>(outcome));
  return std::get<failure>(outcome).code;
}

post_message text(const std::string& what) {
  post_message m;
  m.text = what;
  return m;
}

patch_board drawing(const std::string& id, int version = 1) {
  return {elements(R"([{"id":")" + id + R"(","version":)" + std::to_string(version) + "}]")};
}

/// An operator's stream of a room.
class tail {
public:
  tail(house_scenario& house, std::string room)
      : session{++house.last_session}, house_{house}, room_{std::move(room)} {
    send(watch_room{}, 1);
  }
  void end() { send(unwatch_room{}, 0); }
  [[nodiscard]] decltype(received::items)& items() { return house_.port.sessions[session].items; }
  command_result answer() {
    REQUIRE_FALSE(items().empty());
    auto outcome = std::get<1>(items().front()).second;
    items().pop_front();
    return outcome;
  }
  /// The kinds of events since, as indexes of `event`.
  std::vector<std::size_t> kinds() {
    std::vector<std::size_t> out;
    for (auto& item : items()) out.push_back(std::get<event>(item).index());
    items().clear();
    return out;
  }

  session_id session;

private:
  void send(room_command c, std::uint32_t request) {
    caller from;
    from.out = {&house_.port, session, wire::native};
    from.request = request;
    from.room_name = room_;
    from.is_operator = true;
    caf::anon_send(house_.directory, routed_request{std::move(from), std::move(c)});
    house_.run();
  }

  house_scenario& house_;
  std::string room_;
};

std::vector<std::size_t> kinds_of(house_scenario& house, client& who) {
  std::vector<std::size_t> out;
  for (auto& item : house.port.sessions[who.session].items)
    if (auto* e = std::get_if<event>(&item)) out.push_back(e->index());
  who.drop_received();
  return out;
}

} // namespace

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

// ---- inspecting ----------------------------------------------------------------------------------

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

// ---- kicking -------------------------------------------------------------------------------------

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

// ---- locking -------------------------------------------------------------------------------------

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

// ---- announcing and closing ----------------------------------------------------------------------

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

// ---- looking on ----------------------------------------------------------------------------------

TEST_CASE("who looks on hears what a participant hears, and nobody is told") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  client bob{house, "bob"};
  ann.join(room);
  bob.join(room, true);
  ann.drop_received();
  tail chief{house, room};
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
  tail chief{house, room};
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
  tail first{house, room};
  tail second{house, room};
  tail third{house, room};
  CHECK(std::holds_alternative<room_watched>(first.answer()));
  CHECK(std::holds_alternative<room_watched>(second.answer()));
  CHECK(code_of(third.answer()) == errc::rate_limited);
  second.end();
  tail fourth{house, room};
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
  tail chief{house, "123456"};
  auto watched = std::get<room_watched>(chief.answer());
  CHECK(watched.seq == 7);
  CHECK(watched.epoch == "e");
  tail nowhere{house, "654321"};
  CHECK(code_of(nowhere.answer()) == errc::room_not_found);
  auto loads = house.store.loads;
  nowhere.end();
  CHECK(house.store.loads == loads);
  CHECK(nowhere.items().empty());
}

// ---- in its place --------------------------------------------------------------------------------

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
