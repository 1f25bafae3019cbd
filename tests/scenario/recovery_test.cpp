// Coming back: `join` with `since` tells exactly what was missed, or the whole state, never a part.
#include "support/house_scenario.hpp"

#include <catch2/catch.hpp>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

/// A `join` of somebody who has everything up to `seq`.
join_room since(const std::string& epoch, seq_t seq, std::vector<session_id> own = {}) {
  join_room c;
  c.since = join_room::since_point{epoch, seq, std::move(own)};
  return c;
}

join_room since(const joined_result& earlier) {
  return since(earlier.epoch, earlier.seq);
}

join_room by_patches(join_room c) {
  c.patch_board = true;
  return c;
}

change_board scene_of(const std::string& json_array) {
  return {elements(json_array)};
}

patch_board patch_of(const std::string& json_array) {
  return {elements(json_array)};
}

bool says(const chat_posted& posted, const std::string& what) {
  return posted.message->find("\"message\":\"" + what + "\"") != std::string::npos;
}

/// The next events are the whole state, and `request` is answered by it.
joined_result expect_whole_state(client& c, std::uint32_t request) {
  c.expect_event<chat_history_sent>();
  c.expect_event<board_state_sent>();
  auto joined = c.expect<joined_result>(request);
  REQUIRE_FALSE(joined.recovered);
  return joined;
}

/// What the store has of a room after all that it was sent.
loaded_room as_stored(const played_store& store, const std::string& room) {
  loaded_room out;
  for (const auto& w : store.writes) {
    if (w.meta->id.value != room) continue;
    out.meta = *w.meta;
    out.epoch = *w.epoch;
    if (auto* m = std::get_if<append_message>(&w.change)) {
      out.messages.push_back(m->message);
      out.seq = m->message.seq;
    } else if (auto* b = std::get_if<put_board>(&w.change)) {
      out.board_json = to_json(b->board);
      out.seq = b->seq;
    } else if (auto* h = std::get_if<hand_back>(&w.change)) {
      out.seq = h->seq;
    }
  }
  out.message_count = out.messages.size();
  return out;
}

/// The room leaves memory; the next touch loads it.
void passivate(house_scenario& house, const std::string& room) {
  house.advance(100s);
  REQUIRE(house.store.changes<hand_back>().size() == 1);
  house.store.rooms[room] = as_stored(house.store, room);
}

} // namespace

TEST_CASE("given chat and drawing while away, then exactly that comes in order, then the result") {
  house_scenario house;
  auto room = house.create_room_named("Return");
  client alice{house, "alice"};
  alice.join(room);
  alice.say(room, "seen");
  client bob{house, "bob"};
  auto before = bob.join(room);
  bob.vanish();
  alice.say(room, "one");
  alice.push(room, scene_of(R"([{"id":"a","version":1},{"id":"b","version":1}])"));
  alice.say(room, "two");
  alice.push(room, patch_of(R"([{"id":"a","version":2}])"));
  alice.push(room, clear_board{});

  client again{house, "bob"};
  SECTION("for one who follows the board as a whole") {
    auto request = again.push(room, since(before));
    REQUIRE(says(again.expect_event<chat_posted>(), "one"));
    auto drawn = again.expect_event<board_updated>();
    REQUIRE(drawn.seq == 3);
    REQUIRE(drawn.board.version == 1);
    REQUIRE(*drawn.board.elements->at(0) == R"({"id":"a","version":1})");
    REQUIRE(says(again.expect_event<chat_posted>(), "two"));
    REQUIRE(*again.expect_event<board_updated>().board.elements->at(0)
            == R"({"id":"a","version":2})");
    REQUIRE(again.expect_event<board_updated>().seq == 6);
    auto joined = again.expect<joined_result>(request);
    REQUIRE(joined.recovered);
    REQUIRE_FALSE(joined.patch_board);
    REQUIRE(joined.seq == 6);
    REQUIRE(joined.epoch == before.epoch);
    REQUIRE(joined.count == 2);
  }
  SECTION("for one who follows it by patches") {
    auto request = again.push(room, by_patches(since(before)));
    REQUIRE(says(again.expect_event<chat_posted>(), "one"));
    REQUIRE(again.expect_event<board_updated>().board.elements->size() == 2);
    REQUIRE(says(again.expect_event<chat_posted>(), "two"));
    auto patch = again.expect_event<board_patched>();
    REQUIRE(patch.elements.size() == 1);
    REQUIRE(patch.seq == 5);
    REQUIRE(patch.version == 2);
    REQUIRE(again.expect_event<board_patched>().elements.size() == 2);
    auto joined = again.expect<joined_result>(request);
    REQUIRE(joined.recovered);
    REQUIRE(joined.patch_board);
  }
  REQUIRE(again.expect_event<presence_updated>().count == 2);
  again.expect_nothing();
  const auto& sent = house.port.sessions[again.session].sent_alone;
  REQUIRE(sent.size() == 5);
  for (std::size_t i = 0; i < sent.size(); ++i) {
    REQUIRE(sent[i].how == delivery::snapshot);
    REQUIRE(sent[i].seq == static_cast<seq_t>(i + 2));
  }
}

TEST_CASE("given nothing was missed, then nothing is sent but the result") {
  house_scenario house;
  auto room = house.create_room_named("Blink");
  client alice{house, "alice"};
  client bob{house, "bob"};
  alice.join(room);
  alice.say(room, "seen");
  auto before = bob.join(room);
  bob.vanish();
  alice.push(room, move_cursor{"\"x\":1"});
  alice.push(room, set_typing{true});
  client again{house, "bob"};
  auto request = again.push(room, since(before));
  REQUIRE(again.expect<joined_result>(request).recovered);
  again.expect_event<presence_updated>();
  again.expect_nothing();
}

TEST_CASE("given another epoch, or a seq that nobody was given, then the whole state comes") {
  house_scenario house;
  auto room = house.create_room_named("Doubt");
  client alice{house, "alice"};
  alice.join(room);
  alice.say(room, "one");
  auto now = alice.join(room);
  client bob{house, "bob"};
  SECTION("another epoch") {
    expect_whole_state(bob, bob.push(room, since("0123456789abcdef", now.seq)));
  }
  SECTION("no epoch") {
    expect_whole_state(bob, bob.push(room, since("", now.seq)));
  }
  SECTION("a seq above the room's") {
    expect_whole_state(bob, bob.push(room, since(now.epoch, now.seq + 1)));
  }
  SECTION("a seq below all") {
    expect_whole_state(bob, bob.push(room, since(now.epoch, -1)));
  }
  bob.drop_received();
  alice.say(room, "two");
  REQUIRE(says(bob.expect_event<chat_posted>(), "two"));
}

TEST_CASE("given more was missed than the window holds, then the whole state comes") {
  settings s;
  SECTION("by count") {
    s.rooms.window_count = 3;
  }
  SECTION("by bytes") {
    s.rooms.window_bytes = 1'024;
  }
  house_scenario house{s};
  auto room = house.create_room_named("Long ago");
  client alice{house, "alice"};
  client bob{house, "bob"};
  alice.join(room);
  auto before = bob.join(room);
  bob.vanish();
  const std::string text(s.rooms.window_bytes < 2'000 ? 200 : 2, 'x');
  for (int i = 0; i < 3; ++i) alice.say(room, text);
  {
    client in_time{house, "bob"};
    auto request = in_time.push(room, since(before.epoch, 1));
    REQUIRE(in_time.take_events<chat_posted>().size() == 2);
    (void)request;
  }
  for (int i = 0; i < 3; ++i) alice.say(room, text);
  client again{house, "bob"};
  auto joined = expect_whole_state(again, again.push(room, since(before)));
  REQUIRE(joined.seq == 6);
}

TEST_CASE("given a room that was loaded again, then only stored messages can have been missed") {
  house_scenario house;
  auto room = house.create_room_named("Slept");
  client alice{house, "alice"};
  alice.join(room);
  alice.say(room, "one");
  alice.push(room, scene_of(R"([{"id":"a","version":1}])"));
  alice.say(room, "three");
  alice.say(room, "four");
  auto epoch = alice.join(room).epoch;

  SECTION("messages only") {
    alice.push(room, leave_room{});
    passivate(house, room);
    client bob{house, "bob"};
    auto request = bob.push(room, since(epoch, 2));
    REQUIRE(says(bob.expect_event<chat_posted>(), "three"));
    REQUIRE(says(bob.expect_event<chat_posted>(), "four"));
    auto joined = bob.expect<joined_result>(request);
    REQUIRE(joined.recovered);
    REQUIRE(joined.epoch == epoch);
    REQUIRE(joined.seq == 4);
    bob.expect_event<presence_updated>();
    bob.say(room, "five");
    client carol{house, "carol"};
    carol.push(room, since(epoch, 3));
    auto told = carol.take_events<chat_posted>();
    REQUIRE(told.size() == 2);
    REQUIRE(says(told[0], "four"));
    REQUIRE(says(told[1], "five"));
  }
  SECTION("a board change as well") {
    alice.push(room, leave_room{});
    passivate(house, room);
    client bob{house, "bob"};
    auto joined = expect_whole_state(bob, bob.push(room, since(epoch, 1)));
    REQUIRE(joined.epoch == epoch);
  }
  SECTION("a board change came last") {
    alice.push(room, clear_board{});
    alice.push(room, leave_room{});
    passivate(house, room);
    client bob{house, "bob"};
    expect_whole_state(bob, bob.push(room, since(epoch, 4)));
    client carol{house, "carol"};
    auto request = carol.push(room, since(epoch, 5));
    REQUIRE(carol.expect<joined_result>(request).recovered);
  }
}

TEST_CASE("given a room that was not handed back, then numbers from before are not trusted") {
  house_scenario house;
  auto room = house.create_room_named("Crashed");
  std::string old_epoch;
  {
    client alice{house, "alice"};
    old_epoch = alice.join(room).epoch;
    alice.say(room, "one");
    alice.say(room, "two");
    alice.push(room, leave_room{});
  }
  passivate(house, room);
  house.store.rooms[room].crashed = true;

  client bob{house, "bob"};
  auto joined = expect_whole_state(bob, bob.push(room, since(old_epoch, 1)));
  REQUIRE(joined.epoch != old_epoch);
  REQUIRE(joined.seq == 2);

  client carol{house, "carol"};
  expect_whole_state(carol, carol.push(room, since(joined.epoch, 1)));
  client dave{house, "dave"};
  auto request = dave.push(room, since(joined));
  REQUIRE(dave.expect<joined_result>(request).recovered);
}

TEST_CASE("given own changes among those missed, then drawings are left out and messages are not") {
  house_scenario house;
  auto room = house.create_room_named("Own");
  client alice{house, "alice"};
  client bob{house, "bob"};
  alice.join(room);
  auto before = bob.join(room);
  bob.push(room, scene_of(R"([{"id":"a","version":5}])"));
  bob.say(room, "mine");
  alice.push(room, patch_of(R"([{"id":"b","version":1}])"));
  bob.push(room, patch_of(R"([{"id":"b","version":2}])"));
  auto own = bob.session;
  bob.vanish();

  SECTION("of the session that is named") {
    client again{house, "bob"};
    auto request = again.push(room, since(before.epoch, before.seq, {own}));
    REQUIRE(says(again.expect_event<chat_posted>(), "mine"));
    auto drawn = again.expect_event<board_updated>();
    REQUIRE(drawn.seq == 3);
    REQUIRE(drawn.board.elements->size() == 2);
    REQUIRE(again.expect<joined_result>(request).recovered);
  }
  SECTION("not for another session") {
    client again{house, "bob"};
    again.push(room, since(before));
    REQUIRE(again.take_events<board_updated>().size() == 3);
  }
  SECTION("a drawing that was corrected is told, for the correction may be lost") {
    client other{house, "bob"};
    other.join(room, true);
    auto seen = other.join(room, true);
    other.push(room, patch_of(R"([{"id":"a","version":1},{"id":"c","version":1}])"));
    auto author = other.session;
    other.vanish();
    client again{house, "bob"};
    again.push(room, by_patches(since(seen.epoch, seen.seq, {author})));
    auto drawn = again.expect_event<board_updated>();
    REQUIRE(drawn.board.elements->size() == 3);
    REQUIRE(*drawn.board.elements->at(0) == R"({"id":"a","version":5})");
  }
}

TEST_CASE("given a busy room, then what was missed and what is live are the whole, once each") {
  house_scenario house;
  auto room = house.create_room_named("Busy");
  client writer{house, "writer"};
  client reader{house, "reader"};
  writer.join(room);
  auto before = reader.join(room);
  reader.vanish();
  client again{house, "reader"};
  auto draw = [&](int i) {
    auto version = std::to_string(i + 1);
    writer.push_only(room, patch_of(R"([{"id":"a","version":)" + version + "}]"));
  };
  for (int i = 0; i < 30; ++i) {
    post_message m;
    m.text = std::to_string(i);
    i % 2 == 0 ? (void)writer.push_only(room, m) : draw(i);
    if (i == 12) again.push_only(room, by_patches(since(before)));
    if (i % 3 == 0) house.scheduler->try_run_once();
  }
  house.run();
  seq_t last = before.seq;
  bool recovered = false;
  for (auto& item : house.port.sessions[again.session].items) {
    if (auto* e = std::get_if<event>(&item)) {
      if (seq_of(*e) != no_seq) REQUIRE(seq_of(*e) == ++last);
    } else {
      auto& joined = std::get<joined_result>(std::get<1>(item).second);
      recovered = joined.recovered;
      REQUIRE(joined.seq == last);
    }
  }
  REQUIRE(recovered);
  REQUIRE(last == before.seq + 30);
}

TEST_CASE("whoever asks for the roster gets all of it after the result, recovered or not") {
  house_scenario house;
  auto room = house.create_room_named("Roster");
  client alice{house, "alice"};
  auto before = alice.join(room);
  alice.say(room, "one");
  client bob{house, "bob"};
  auto expect_roster = [&](std::uint32_t request, std::size_t events_before) {
    bob.expect<joined_result>(request);
    auto roster = bob.expect_event<presence_updated>();
    REQUIRE(roster.participants.size() == 2);
    REQUIRE(roster.count == 2);
    REQUIRE_FALSE(roster.resync);
    const auto& sent = house.port.sessions[bob.session].sent_alone;
    REQUIRE(sent.size() == events_before + 1);
    REQUIRE(sent.back().how == delivery::snapshot);
    // What everybody is told of his coming.
    bob.expect_event<presence_updated>();
    bob.expect_nothing();
  };
  auto join = since(before);
  SECTION("recovered") {
    join.sends_roster = true;
    auto request = bob.push(room, join);
    bob.expect_event<chat_posted>();
    expect_roster(request, 1);
  }
  SECTION("the whole state") {
    join.since.reset();
    join.sends_roster = true;
    auto request = bob.push(room, join);
    bob.expect_event<chat_history_sent>();
    bob.expect_event<board_state_sent>();
    expect_roster(request, 2);
  }
}

TEST_CASE("a second join with `since` tells what came after it again and adds nobody") {
  house_scenario house;
  auto room = house.create_room_named("Twice");
  client alice{house, "alice"};
  auto first = alice.join(room);
  alice.say(room, "one");
  alice.drop_received();
  auto request = alice.push(room, by_patches(since(first)));
  REQUIRE(says(alice.expect_event<chat_posted>(), "one"));
  auto again = alice.expect<joined_result>(request);
  REQUIRE(again.recovered);
  REQUIRE(again.patch_board);
  REQUIRE(again.count == 1);
  alice.expect_nothing();
  alice.say(room, "two");
  REQUIRE(alice.take_events<chat_posted>().size() == 1);
}

TEST_CASE("a join with `since` that waits for another join of the same room keeps its place") {
  house_scenario house;
  auto room = house.create_room_named("Queue");
  client alice{house, "alice"};
  auto before = alice.join(room);
  alice.say(room, "one");
  client bob{house, "bob"};
  auto plain = bob.push_only(room, join_room{});
  auto recovering = bob.push_only(room, since(before));
  house.run();
  bob.expect_event<chat_history_sent>();
  bob.expect_event<board_state_sent>();
  REQUIRE_FALSE(bob.expect<joined_result>(plain).recovered);
  bob.expect_event<presence_updated>();
  REQUIRE(says(bob.expect_event<chat_posted>(), "one"));
  REQUIRE(bob.expect<joined_result>(recovering).recovered);
  bob.expect_nothing();
}
