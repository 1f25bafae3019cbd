// Users: when they are online, what is recorded of them, and what rooms hear of it.
#include "support/people.hpp"

#include <catch2/catch.hpp>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

words connected(house_scenario& house, const std::string& room) {
  const auto& who = house.records.connected[room];
  return {who.begin(), who.end()};
}

std::vector<std::string> offline(client& who) {
  std::vector<std::string> out;
  for (const auto& e : who.take_events<user_offline>()) out.push_back(e.user.value);
  return out;
}

/// A room of the store that bob and cyd are members of.
std::string keep_room(house_scenario& house) {
  loaded_room kept;
  kept.meta.id.value = kept.meta.code = "200017";
  kept.meta.last_activity = house.now();
  kept.epoch = "e";
  kept.members = {{"bob"}, {"cyd"}};
  house.store.rooms["200017"] = kept;
  for (auto user : {"bob", "cyd"})
    house.records.rooms[user].push_back({{"200017"}, "200017", 86'400s});
  return "200017";
}

} // namespace

TEST_CASE("a user is online from its first connection to the end of its last") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann", "Ann", "10.0.0.1"};
  REQUIRE(house.records.online.empty());
  ann.join(room);
  REQUIRE(house.shards->online() == 1);
  auto since = house.now();
  REQUIRE(house.records.online.at("ann").username == "Ann");
  REQUIRE(house.records.online.at("ann").address == "10.0.0.1");
  REQUIRE(house.records.online.at("ann").connected_at == since);
  house.advance(2s);
  client phone{house, "ann", "Annie", "10.0.0.2"};
  phone.join(room);
  auto both = house.records.online.at("ann");
  REQUIRE(both.connections == 2);
  REQUIRE(both.username == "Annie");
  REQUIRE(both.address == "10.0.0.2");
  REQUIRE(both.connected_at == since);
  phone.vanish();
  REQUIRE(house.records.online.at("ann").connections == 1);
  REQUIRE(house.records.online.at("ann").address == "10.0.0.1");
  REQUIRE(house.shards->online() == 1);
  ann.vanish();
  REQUIRE(house.records.online.empty());
  REQUIRE(house.shards->online() == 0);
}

TEST_CASE("a connection is its user's as soon as it says whose it is, a guest's too") {
  house_scenario house;
  auto session = ++house.last_session;
  auto named = open_connection(*house.door, {&house.port, session, wire::native},
                               {std::string{"eve"}, std::nullopt}, {});
  auto guest = open_connection(*house.door, {&house.port, ++house.last_session, wire::native}, {},
                               {});
  house.run();
  REQUIRE(house.shards->online() == 1);
  REQUIRE(house.records.online.at("eve").username == "eve");
  caf::anon_send(guest, client_user_command{2, {}, register_me{}});
  house.run();
  REQUIRE(house.shards->online() == 2);
  for (auto& c : {named, guest}) caf::anon_send(c, client_gone{});
  named = guest = nullptr;
  house.run();
  REQUIRE(house.shards->online() == 0);
}

TEST_CASE("activity is recorded at most once a second and never while nothing happens") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  ann.join(room);
  for (int i = 0; i < 50; ++i) {
    ann.say(room, "hello");
    house.advance(100ms);
  }
  auto last = house.now();
  house.advance(3s);
  std::uint64_t events = 0;
  std::uint64_t messages = 0;
  for (const auto& a : house.records.activity["ann"]) {
    events += a.events;
    messages += a.messages;
  }
  REQUIRE(events == 51);
  REQUIRE(messages == 50);
  REQUIRE(house.records.online_writes <= 8);
  REQUIRE(house.records.online.at("ann").last_seen >= last - 600);
  auto writes = house.records.online_writes;
  auto records = house.records.activity["ann"].size();
  house.advance(60s);
  REQUIRE(house.records.online_writes == writes);
  REQUIRE(house.records.activity["ann"].size() == records);
  ann.say(room, "and gone");
  ann.say(room, "at once");
  ann.vanish();
  REQUIRE(house.records.activity["ann"].back().messages == 2);
}

TEST_CASE("what many do who come, speak and go at once is recorded of each") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  std::vector<connection_actor> all;
  for (int i = 0; i < 20; ++i) {
    auto user = "user" + std::to_string(i);
    all.push_back(
        open_connection(*house.door, {&house.port, ++house.last_session, wire::native}, {}, {}));
    const auto& connection = all.back();
    caf::anon_send(connection, client_command{1, room, {user, user}, join_room{}});
    post_message hello;
    hello.text = "hello";
    caf::anon_send(connection, client_command{2, room, {user, user}, std::move(hello)});
    caf::anon_send(connection, client_gone{});
  }
  all.clear();
  house.run();
  house.advance(2s);
  for (int i = 0; i < 20; ++i) {
    std::uint64_t events = 0;
    std::uint64_t messages = 0;
    for (const auto& a : house.records.activity["user" + std::to_string(i)]) {
      events += a.events;
      messages += a.messages;
    }
    REQUIRE(events == 2);
    REQUIRE(messages == 1);
  }
}

TEST_CASE("a user was active when it did something, not when somebody asks") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  ann.join(room);
  house.advance(5s);
  ann.say(room, "hello");
  auto said = house.now();
  for (auto later : {100ms, 200ms, 1'000ms}) {
    house.advance(later);
    REQUIRE(ask_shard<user_view>(house, "ann").last_activity == said);
  }
  REQUIRE(house.records.activity["ann"].back().when == said);
}

TEST_CASE("records that lost everything are told everything again") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  house.ask(room, these({"bob"}));
  client bob{house, "bob"};
  go_live(bob);
  house.records.online.clear();
  house.records.connected.clear();
  REQUIRE(house.records.listeners.size() == house.shards->all().size());
  for (const auto& who : house.records.listeners)
    caf::anon_send(caf::actor_cast<records_client>(who), records_wanted{});
  house.run();
  REQUIRE(house.records.online.contains("bob"));
  REQUIRE(connected(house, room) == words{"bob"});
}

TEST_CASE("members with a connection anywhere are recorded as connected") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  auto other = house.create_room_named("Physics");
  client bob{house, "bob"};
  bob.join(other);
  house.ask(room, these({"bob", "cyd"}));
  REQUIRE(connected(house, room) == words{"bob"});
  client phone{house, "bob"};
  phone.join(other);
  phone.vanish();
  REQUIRE(connected(house, room) == words{"bob"});
  client cyd{house, "cyd"};
  cyd.join(other);
  REQUIRE(connected(house, room) == words{"bob", "cyd"});
  house.ask(room, these({"bob"}));
  REQUIRE(connected(house, room) == words{"bob"});
  bob.vanish();
  REQUIRE(connected(house, room).empty());
}

TEST_CASE("messenger clients hear of members and participants who go offline") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  house.ask(room, these({"bob", "cyd"}));
  client inside{house, "ann"};
  inside.join_as_member(room);
  client base{house, "eve"};
  base.join(room);
  client outside{house, "cyd"};
  go_live(outside);
  client bob{house, "bob"};
  auto drop_all = [&] {
    for (auto* c : {&inside, &base, &outside}) c->drop_received();
  };

  SECTION("a member that was inside") {
    bob.join_as_member(room);
    drop_all();
    bob.vanish();
    REQUIRE(offline(inside) == words{"bob"});
    REQUIRE(offline(outside) == words{"bob"});
    REQUIRE(offline(base).empty());
  }
  SECTION("a member that was outside") {
    go_live(bob);
    drop_all();
    bob.vanish();
    REQUIRE(offline(inside) == words{"bob"});
    REQUIRE(offline(outside) == words{"bob"});
  }
  SECTION("not while another connection is there") {
    bob.join_as_member(room);
    client phone{house, "bob"};
    go_live(phone);
    drop_all();
    bob.vanish();
    REQUIRE(offline(inside).empty());
    phone.vanish();
    REQUIRE(offline(inside) == words{"bob"});
    REQUIRE(offline(outside) == words{"bob"});
  }
  SECTION("a participant that is no member, when its last connection is gone, wherever that is") {
    auto elsewhere = house.create_room_named("Physics");
    client eve2{house, "eve"};
    eve2.join(elsewhere);
    drop_all();
    base.vanish();
    REQUIRE(offline(inside).empty());
    eve2.vanish();
    REQUIRE(offline(inside) == words{"eve"});
    REQUIRE(offline(outside) == words{"eve"});
  }
  SECTION("not a participant that left before") {
    base.push(room, leave_room{});
    drop_all();
    base.vanish();
    REQUIRE(offline(inside).empty());
  }
}

TEST_CASE("rooms that are not in memory are known of who registered") {
  house_scenario house;
  auto room = keep_room(house);
  client cyd{house, "cyd"};
  go_live(cyd);
  client bob{house, "bob"};
  go_live(bob);
  REQUIRE(house.store.loads == 0);
  REQUIRE(connected(house, room) == words{"bob", "cyd"});

  SECTION("their members hear who goes offline") {
    bob.vanish();
    REQUIRE(offline(cyd) == words{"bob"});
    REQUIRE(connected(house, room) == words{"cyd"});
  }
  SECTION("they count against the limit") {
    house.config.limits.rooms_per_user = 1;
    auto other = house.create_room_named("Physics");
    REQUIRE(bob.expect<failure>(bob.join_as_member(other)).code == errc::rate_limited);
    bob.join_as_member(room);
    REQUIRE(bob.take_events<messenger_joined>().size() == 1);
  }
  SECTION("what the room says counts more") {
    auto kept = house.store.rooms[room];
    kept.members = {{"bob"}};
    house.store.rooms[room] = kept;
    bob.join_as_member(room);
    bob.drop_received();
    bob.say(room, "hello");
    cyd.expect_nothing();
  }
  SECTION("joinRoom shows members who are online right after the room was loaded") {
    bob.join_as_member(room);
    REQUIRE(bob.expect_event<messenger_joined>().users == std::vector<user_id>{{"bob"}, {"cyd"}});
    REQUIRE(house.store.loads == 1);
  }
}

TEST_CASE("joinRoom shows participants and members who are online") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  house.ask(room, these({"bob", "cyd", "dan"}));
  client cyd{house, "cyd"};
  go_live(cyd);
  client dan{house, "dan"};
  go_live(dan);
  dan.vanish();
  client eve{house, "eve"};
  eve.join(room);
  client bob{house, "bob"};
  bob.join_as_member(room);
  REQUIRE(bob.expect_event<messenger_joined>().users
          == std::vector<user_id>{{"bob"}, {"eve"}, {"cyd"}});
}

TEST_CASE("members outside hear edits, deletions and typing") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  house.ask(room, these({"bob"}));
  client bob{house, "bob"};
  go_live(bob);
  client ann{house, "ann"};
  ann.join(room);
  auto said = ann.say(room, "helo");
  auto id = house.store.changes<append_message>().back().message.id;
  ann.expect_event<chat_posted>();
  ann.expect<posted_result>(said);
  REQUIRE(heard(bob) == words{"helo"});
  ann.push(room, edit_message{id, "hello"});
  REQUIRE(bob.expect_event<message_edited>().text == "hello");
  ann.push(room, set_typing{true});
  REQUIRE(bob.expect_event<typing_changed>().is_typing);
  house.advance(11s);
  REQUIRE_FALSE(bob.expect_event<typing_changed>().is_typing);
  ann.push(room, delete_message{id});
  REQUIRE(bob.expect_event<message_deleted>().id == id);
  bob.expect_nothing();
}

TEST_CASE("a registered member speaks to a room without being in it") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  auto other = house.create_room_named("Physics");
  house.ask(room, these({"bob"}));
  client ann{house, "ann"};
  ann.join(room);
  client bob{house, "bob"};
  REQUIRE(bob.expect<failure>(bob.say(room, "hello")).code == errc::not_in_room);
  go_live(bob);
  bob.expect<posted_result>(bob.say(room, "hello"));
  bob.expect_nothing();
  REQUIRE(heard(ann) == words{"hello"});
  bob.expect<done>(bob.push(room, set_typing{true}));
  bob.expect_nothing();
  REQUIRE(ann.expect_event<typing_changed>().user.value == "bob");
  // What it may not say tells nothing about the room.
  REQUIRE(bob.expect<failure>(bob.say(other, "hello")).code == errc::not_in_room);
  REQUIRE(bob.expect<failure>(bob.say("999999", "hello")).code == errc::not_in_room);
  REQUIRE(bob.expect<failure>(bob.push(room, delete_message{"x"})).code == errc::not_in_room);
  bob.vanish();
  REQUIRE_FALSE(ann.expect_event<typing_changed>().is_typing);
}

TEST_CASE("REST shows who is online, page by page, and addresses to operators only") {
  house_scenario house;
  auto room = house.create_room_named("Crowd");
  std::vector<std::unique_ptr<client>> crowd;
  for (int i = 10; i < 35; ++i) {
    crowd.push_back(std::make_unique<client>(house, "u" + std::to_string(i), "", "10.0.0.9"));
    crowd.back()->join(room);
  }
  words all;
  std::optional<std::string> cursor;
  do {
    auto page = online_users(house, {10, cursor});
    REQUIRE(page.total == 25);
    for (const auto& u : page.users) {
      all.push_back(u.id.value);
      REQUIRE_FALSE(u.address);
    }
    cursor = page.cursor;
  } while (cursor);
  REQUIRE(all.size() == 25);
  REQUIRE(std::is_sorted(all.begin(), all.end()));
  REQUIRE(online_users(house, {1, {}}, true).users.front().address == "10.0.0.9");
}

TEST_CASE("REST shows where a user is") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  auto other = house.create_room_named("Physics");
  house.ask(room, these({"bob"}));
  auto nobody = ask_shard<user_view>(house, "nobody");
  REQUIRE(nobody.connections == 0);
  REQUIRE(nobody.rooms.empty());
  REQUIRE(nobody.last_activity == 0);
  client bob{house, "bob", "Bob"};
  bob.join(other);
  client phone{house, "bob", "Bob"};
  go_live(phone);
  auto view = ask_shard<user_view>(house, "bob");
  REQUIRE(view.username == "Bob");
  REQUIRE(view.connections == 2);
  REQUIRE(view.rooms == std::vector<room_id>{{room}, {other}});
  REQUIRE(view.last_activity == house.now());
  house.records.is_away = true;
  REQUIRE(ask_shard<failure>(house, "bob").code == errc::store_unavailable);
}

TEST_CASE("who leaves while somebody asks was active all the same") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  ann.join(room);
  house.advance(5s);
  ann.say(room, "hello");
  auto from = rest_caller(house, "ann");
  const auto& shard = house.shards->of(from.user);
  caf::anon_send(shard, user_question{from});
  caf::anon_send(shard, user_disconnected{from.user, ann.session});
  house.run();
  auto view = answer_to<user_view>(house, from);
  REQUIRE(view.connections == 0);
  REQUIRE(view.last_activity == house.now());
}

TEST_CASE("figures of the server count what it did itself") {
  house_scenario house;
  auto ask = [&] {
    auto from = rest_caller(house);
    caf::anon_send(house.directory, stats_request{from});
    house.run();
    return answer_to<server_stats>(house, from);
  };
  REQUIRE(ask().rooms == 0);
  create_room space;
  space.kind = "space";
  auto plaza = house.create_room_named("Plaza", space);
  space.is_private = true;
  auto hidden = house.create_room_named("Hidden", space);
  house.create_room_named("Maths");
  // The played store counts none: these are added to its last answer.
  auto stats = ask();
  REQUIRE(stats.rooms == 3);
  REQUIRE(stats.spaces == 2);
  client ann{house, "ann"};
  ann.join(plaza);
  client bob{house, "bob"};
  bob.join(hidden);
  stats = ask();
  REQUIRE(stats.users == 2);
  REQUIRE(stats.with_users.size() == 1);
  REQUIRE(stats.with_users[0].id.value == plaza);
  REQUIRE(stats.with_users[0].users == 1);
  house.store.mood = store_mood::away;
  house.advance(6s);
  REQUIRE(ask().rooms == 3);
  REQUIRE(ask().spaces == 2);
}

TEST_CASE("a connection that gives no name is called as its user is known") {
  house_scenario house;
  auto enter_nameless = [&](client& who, const std::string& room) {
    join_room command;
    command.words = vocabulary::messenger;
    caf::anon_send(who.connection, client_command{77, room, {who.user, {}}, command});
    house.run();
  };
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  ann.join(room);
  client dora{house, "d", "Dora"};
  dora.join(room);
  ann.drop_received();
  client tab{house, "d"};
  enter_nameless(tab, room);
  auto known = ann.expect_event<presence_updated>();
  REQUIRE(known.participants.back().username == "Dora");
  REQUIRE(known.participants.back().connections == 2);
  // Also in a room that knows nothing of the user.
  auto other = house.create_room_named("Physics");
  ann.join(other);
  ann.drop_received();
  enter_nameless(tab, other);
  REQUIRE(ann.expect_event<presence_updated>().participants.back().username == "Dora");
  client guest{house, "nobody"};
  enter_nameless(guest, other);
  REQUIRE(ann.expect_event<presence_updated>().participants.back().username == "nobody");
}
