// Rooms and the store in virtual time: durable results, TTL refresh, outages, passivation, the end.
#include "support/house_scenario.hpp"

#include <caf/scoped_actor.hpp>
#include <catch2/catch.hpp>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

post_message durable(const std::string& text, const std::string& client_id) {
  post_message m;
  m.text = text;
  m.client_message_id = client_id;
  m.durable = true;
  return m;
}

loaded_room stored_room(const std::string& id) {
  loaded_room r;
  r.meta.id.value = id;
  r.meta.code = id;
  r.meta.name = "Stored";
  r.meta.created_by = "somebody";
  r.meta.last_activity = 1'700'000'000'000;
  r.epoch = "0123456789abcdef";
  r.seq = 7;
  return r;
}

} // namespace

TEST_CASE("a durable result waits for the store, an ordinary one does not") {
  house_scenario house;
  auto room = house.create_room_named("Durable");
  client alice{house, "alice"};
  alice.join(room);
  house.store.mood = store_mood::silent;

  auto plain = alice.say(room, "plain");
  alice.expect_event<chat_posted>();
  REQUIRE_FALSE(alice.expect<posted_result>(plain).persisted);

  auto safe = alice.push(room, durable("safe", "c1"));
  alice.expect_event<chat_posted>();
  alice.expect_nothing();
  house.confirm_writes();
  REQUIRE(alice.expect<posted_result>(safe).persisted);

  SECTION("sent again, it is a duplicate that is persisted already") {
    auto again = alice.expect<posted_result>(alice.push(room, durable("safe", "c1")));
    REQUIRE(again.duplicate);
    REQUIRE(again.persisted);
  }
}

TEST_CASE("what the store does not confirm in time is not persisted; a resend waits anew") {
  house_scenario house;
  auto room = house.create_room_named("Late");
  client alice{house, "alice"};
  alice.join(room);
  house.store.mood = store_mood::silent;
  auto first = alice.push(room, durable("x", "c1"));
  alice.expect_event<chat_posted>();
  house.advance(4'900ms);
  alice.expect_nothing();
  house.advance(200ms);
  REQUIRE(alice.expect<failure>(first).code == errc::not_persisted);

  auto second = alice.push(room, durable("x", "c1"));
  alice.expect_nothing();
  house.confirm_writes();
  auto result = alice.expect<posted_result>(second);
  REQUIRE(result.duplicate);
  REQUIRE(result.persisted);
  REQUIRE(house.store.changes<append_message>().size() == 1);
}

TEST_CASE("the ttl is refreshed at most once a second, and once more for what came meanwhile") {
  house_scenario house;
  auto room = house.create_room_named("Refresh");
  client alice{house, "alice"};
  alice.join(room);
  house.advance(2s);
  house.store.writes.clear();
  for (int i = 0; i < 50; ++i) {
    alice.say(room, "x");
    house.advance(100ms);
  }
  auto during = house.store.changes<refresh_ttl>().size();
  REQUIRE(during >= 4);
  REQUIRE(during <= 6);
  house.advance(2s);
  auto after = house.store.changes<refresh_ttl>();
  REQUIRE(after.size() <= during + 1);
  REQUIRE(house.now() - after.back().when <= 3'000);
}

TEST_CASE("whoever is in keeps a room alive without a word") {
  house_scenario house;
  create_room wish;
  wish.ttl_seconds = 60;
  auto room = house.create_room_named("Quiet", wish);
  client alice{house, "alice"};
  alice.join(room);
  house.store.writes.clear();
  house.advance(300s);
  auto refreshes = house.store.changes<refresh_ttl>();
  REQUIRE(refreshes.size() >= 5);
  for (std::size_t i = 1; i < refreshes.size(); ++i)
    REQUIRE(refreshes[i].when - refreshes[i - 1].when < 60'000);
  alice.drop_received();
  REQUIRE(alice.join(room).count == 1);
}

TEST_CASE("a room nobody is in expires after its ttl") {
  house_scenario house;
  create_room wish;
  wish.ttl_seconds = 60;
  auto room = house.create_room_named("Mortal", wish);
  REQUIRE(std::holds_alternative<room_view>(house.ask(room, get_room{})));
  house.advance(61s);
  house.store.rooms.clear();
  auto gone = house.ask(room, get_room{});
  REQUIRE(std::get<failure>(gone).code == errc::room_not_found);
  REQUIRE(house.actor_count() == 0);
}

TEST_CASE("the ttl runs from the last activity, whoever was in before and whoever looks") {
  house_scenario house;
  create_room wish;
  wish.ttl_seconds = 60;
  auto room = house.create_room_named("Left", wish);
  client alice{house, "alice"};
  alice.join(room);
  alice.push(room, leave_room{});
  house.advance(2s);
  house.store.writes.clear();
  for (int i = 0; i < 5; ++i) {
    house.advance(10s);
    REQUIRE(std::holds_alternative<room_stats>(house.ask(room, get_stats{})));
  }
  REQUIRE(house.store.changes<refresh_ttl>().empty());
  auto left = std::get<room_stats>(house.ask(room, get_stats{})).ttl;
  REQUIRE(left <= 9s);
  house.store.rooms.clear();
  house.advance(10s);
  REQUIRE(std::get<failure>(house.ask(room, get_room{})).code == errc::room_not_found);
}

TEST_CASE("looking at a stored room does not prolong its life") {
  house_scenario house;
  house.store.rooms["123456"] = stored_room("123456");
  REQUIRE(std::holds_alternative<room_view>(house.ask("123456", get_room{})));
  REQUIRE(house.store.writes.empty());
}

TEST_CASE("an idle room is handed back and leaves memory; the next touch loads it") {
  house_scenario house;
  auto room = house.create_room_named("Idle");
  client alice{house, "alice"};
  alice.join(room);
  alice.say(room, "x");
  alice.push(room, leave_room{});
  house.advance(50s);
  REQUIRE(house.store.changes<hand_back>().empty());
  house.advance(20s);
  auto handed = house.store.changes<hand_back>();
  REQUIRE(handed.size() == 1);
  REQUIRE(handed[0].seq == 1);
  REQUIRE(std::holds_alternative<hand_back>(house.store.writes.back().change));

  auto kept = stored_room(room);
  kept.seq = 1;
  house.store.rooms[room] = kept;
  alice.drop_received();
  auto joined = alice.join(room);
  REQUIRE(joined.epoch == "0123456789abcdef");
  REQUIRE(joined.seq == 1);
}

TEST_CASE("a request that meets a room on its way out is served, by it or by the next") {
  house_scenario house;
  auto room = house.create_room_named("Meeting");
  house.advance(60s - 1s);
  house.scheduler->advance_time(2s);
  client alice{house, "alice"};
  house.store.rooms[room] = stored_room(room);
  auto request = alice.push_only(room, join_room{});
  house.run();
  bool answered = false;
  for (auto& item : house.port.sessions[alice.session].items)
    if (auto* r = std::get_if<1>(&item))
      answered |= r->first == request && std::holds_alternative<joined_result>(r->second);
  REQUIRE(answered);
  alice.drop_received();
  alice.say(room, "still here");
  REQUIRE(alice.take_events<chat_posted>().size() == 1);
}

TEST_CASE("the clock lets go of a room soon after its end, however long its ttl") {
  house_scenario house;
  auto timers = [&] { return house.scheduler->clock().schedule().size(); };
  house.advance(120s);
  auto before = timers();
  create_room wish;
  wish.ttl_seconds = 86'400 * 30;
  auto room = house.create_room_named("Long", wish);
  client alice{house, "alice"};
  alice.join(room);
  alice.say(room, "x");
  REQUIRE(timers() > before);
  REQUIRE(std::holds_alternative<done>(house.ask(room, delete_room{})));
  house.advance(61s);
  REQUIRE(timers() <= before);
}

TEST_CASE("a hundred thousand rooms created and left leave no memory behind") {
  house_scenario house;
  constexpr int rounds = 100;
  for (int round = 0; round < rounds; ++round) {
    for (int i = 0; i < 1'000; ++i) {
      caller from;
      from.out = {&house.port, 1, wire::native};
      create_room wish;
      wish.name = "r";
      wish.created_by = "c";
      caf::anon_send(house.directory, create_request{from, wish});
    }
    house.run();
    REQUIRE(house.actor_count() == 1'000);
    house.scheduler->advance_time(301s);
    house.run();
    house.port.sessions.clear();
    house.store.writes.clear();
    house.store.claimed.clear();
    REQUIRE(house.actor_count() == 0);
  }
  REQUIRE(house.counts.value(counter::rooms_created) == 100'000);
  REQUIRE(house.counts.value(counter::rooms_passivated) == 100'000);
}

TEST_CASE("a room that was not handed back goes on under a new epoch, above what is stored") {
  house_scenario house;
  auto crashed = stored_room("123456");
  crashed.crashed = true;
  house.store.rooms["123456"] = crashed;
  client alice{house, "alice"};
  auto joined = alice.join("123456");
  REQUIRE(joined.epoch != "0123456789abcdef");
  REQUIRE(joined.epoch.size() == 16);
  REQUIRE(joined.seq == 7);
  auto request = alice.say("123456", "next");
  auto told = read_stored_message(*alice.expect_event<chat_posted>().message);
  REQUIRE(told->seq == 8);
  alice.expect<posted_result>(request);
  for (const auto& w : house.store.writes) REQUIRE(*w.epoch == joined.epoch);
}

TEST_CASE("a room with an own id is found by id and by code, as one room") {
  house_scenario house;
  auto own = stored_room("physics-1");
  own.meta.code = "654321";
  house.store.rooms["physics-1"] = own;
  house.store.rooms["654321"] = own;
  client alice{house, "alice"};
  client bob{house, "bob"};
  auto by_code = alice.push_only("654321", join_room{});
  auto by_id = bob.push_only("physics-1", join_room{});
  house.run();
  alice.drop_received();
  bob.drop_received();
  (void)by_code;
  (void)by_id;
  alice.say("physics-1", "hello");
  REQUIRE(bob.take_events<chat_posted>().size() == 1);
  bob.say("654321", "hello back");
  REQUIRE(alice.take_events<chat_posted>().size() == 2);
  REQUIRE(house.actor_count() == 3);
}

TEST_CASE("while the store is away rooms go on from memory and write themselves whole afterwards") {
  house_scenario house;
  auto room = house.create_room_named("Outage");
  client alice{house, "alice"};
  alice.join(room);
  alice.say(room, "before");
  alice.drop_received();
  house.store.mood = store_mood::away;
  alice.say(room, "during 1");
  alice.say(room, "during 2");
  REQUIRE(alice.take_events<chat_posted>().size() == 2);
  auto waiting = alice.push(room, durable("during 3", "c3"));
  alice.expect_event<chat_posted>();
  alice.expect_nothing();
  house.advance(2s);

  house.return_store();
  REQUIRE(alice.expect<posted_result>(waiting).persisted);
  auto whole = house.store.changes<rewrite_room>();
  REQUIRE(whole.size() == 1);
  REQUIRE(whole[0].messages.size() == 4);
  REQUIRE(whole[0].seq == 4);
  REQUIRE(whole[0].participants.size() == 1);

  house.store.writes.clear();
  alice.say(room, "after");
  REQUIRE(house.store.changes<append_message>().size() == 1);
}

TEST_CASE("a quiet room that the store came back without writes itself whole") {
  house_scenario house;
  auto room = house.create_room_named("Quiet");
  client alice{house, "alice"};
  alice.join(room);
  alice.push(room, durable("kept", "c1"));
  alice.drop_received();
  // Everything is confirmed; then Redis comes back empty, and its writer finds the room missing.
  house.lose_writes();
  house.return_store();
  auto whole = house.store.changes<rewrite_room>();
  REQUIRE(whole.size() == 1);
  REQUIRE(whole[0].messages.size() == 1);

  SECTION("a loss told late, from before the rewrite, is made good already") {
    auto writes = house.store.writes.size();
    auto first = house.store.writes.front();
    caf::anon_send(caf::actor_cast<store_client>(first.from), write_lost{first.ticket, true});
    house.return_store();
    REQUIRE(house.store.writes.size() == writes);
  }
  SECTION("meanwhile what was lost does not count as persisted") {
    house.store.mood = store_mood::silent;
    house.lose_writes();
    auto request = alice.push(room, durable("kept", "c1"));
    alice.expect_nothing();
    house.return_store();
    REQUIRE(alice.expect<posted_result>(request).persisted);
  }
}

TEST_CASE("while the store is away unknown rooms are unavailable, never not found") {
  house_scenario house;
  house.store.mood = store_mood::away;
  REQUIRE(std::get<failure>(house.ask("123456", get_room{})).code == errc::store_unavailable);
  client alice{house, "alice"};
  REQUIRE(alice.expect<failure>(alice.push("123456", join_room{})).code == errc::store_unavailable);
  house.store.mood = store_mood::confirming;
  REQUIRE(alice.expect<failure>(alice.push("123456", join_room{})).code == errc::room_not_found);
}

TEST_CASE("creation goes on from the reserve while the store is away, but not with own ids") {
  settings s;
  s.rooms.reserved_codes = 2;
  house_scenario house{s};
  house.store.mood = store_mood::away;
  auto room = house.create_room_named("Lifeboat");
  client alice{house, "alice"};
  alice.join(room);
  alice.say(room, "we live");
  house.create_room_named("Second boat");

  auto create = [&](create_room wish) {
    wish.name = "n";
    wish.created_by = "c";
    caller from;
    from.out = {&house.port, ++house.last_session, wire::native};
    from.request = 1;
    caf::anon_send(house.directory, create_request{from, wish});
    house.run();
    return std::get<1>(house.port.sessions[house.last_session].items.at(0)).second;
  };
  REQUIRE(std::get<failure>(create({})).code == errc::store_unavailable);
  create_room own;
  own.id = "own";
  REQUIRE(std::get<failure>(create(own)).code == errc::store_unavailable);

  house.return_store();
  auto whole = house.store.changes<rewrite_room>();
  REQUIRE(whole.size() == 2);
}

TEST_CASE("a deleted room says so to everybody, and its names are free") {
  house_scenario house;
  auto room = house.create_room_named("Doomed");
  client alice{house, "alice"};
  client bob{house, "bob"};
  alice.join(room);
  bob.join(room);
  alice.drop_received();
  REQUIRE(std::holds_alternative<done>(house.ask(room, delete_room{})));
  REQUIRE(house.store.changes<remove_room>().size() == 1);
  for (auto* c : {&alice, &bob}) {
    auto closed = c->take_events<room_closed_event>();
    REQUIRE(closed.size() == 1);
    REQUIRE(closed[0].reason == "deleted");
  }
  REQUIRE(alice.expect<failure>(alice.say(room, "hello?")).code == errc::room_not_found);
  REQUIRE(std::get<failure>(house.ask(room, get_room{})).code == errc::room_not_found);
  REQUIRE(house.actor_count() == 2);
  // Nothing is written after the removal.
  REQUIRE(std::holds_alternative<remove_room>(house.store.writes.back().change));
}

TEST_CASE("a room that cannot be removed stays") {
  house_scenario house;
  auto room = house.create_room_named("Survivor");
  client alice{house, "alice"};
  alice.join(room);
  alice.drop_received();
  house.store.mood = store_mood::away;
  REQUIRE(std::get<failure>(house.ask(room, delete_room{})).code == errc::store_unavailable);
  alice.say(room, "still here");
  REQUIRE(alice.take_events<chat_posted>().size() == 1);
  house.return_store();
  REQUIRE(house.store.changes<rewrite_room>().size() == 1);
}

TEST_CASE("at the end every room is written and handed back") {
  house_scenario house;
  auto room = house.create_room_named("Last");
  client alice{house, "alice"};
  alice.join(room);
  alice.push(room, change_board{elements(R"([{"id":"a","version":1}])")});
  house.store.mood = store_mood::silent;
  alice.push(room, change_board{elements(R"([{"id":"a","version":2}])")});
  alice.push(room, change_board{elements(R"([{"id":"a","version":3}])")});
  caf::scoped_actor me{*house.system};
  auto drained = me->request(house.directory, caf::infinite, drain_rooms{});
  house.run();
  house.confirm_writes();
  house.confirm_writes();
  auto left = std::size_t{99};
  drained.receive([&](const rooms_drained& d) { left = d.left_behind; }, [](const caf::error&) {});
  REQUIRE(left == 0);
  auto boards = house.store.changes<put_board>();
  REQUIRE(boards.back().board.elements->at(0)->find("\"version\":3") != std::string::npos);
  REQUIRE(std::holds_alternative<hand_back>(house.store.writes.back().change));
  REQUIRE(std::get<failure>(house.ask(room, get_room{})).code == errc::shutting_down);
}

TEST_CASE("at most one board is under way; superseded ones are never sent") {
  house_scenario house;
  auto room = house.create_room_named("Strokes");
  client alice{house, "alice"};
  alice.join(room);
  house.store.mood = store_mood::silent;
  house.store.writes.clear();
  for (int v = 1; v <= 50; ++v)
    alice.push(room, change_board{elements(R"([{"id":"a","version":)" + std::to_string(v) + "}]")});
  REQUIRE(house.store.changes<put_board>().size() == 1);
  house.confirm_writes();
  auto boards = house.store.changes<put_board>();
  REQUIRE(boards.size() == 2);
  REQUIRE(boards[1].seq == 50);
}
