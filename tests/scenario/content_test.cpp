// Chat and whiteboard as rooms order and tell them.
#include "support/house_scenario.hpp"

#include <catch2/catch.hpp>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

seq_t seq_of(const shared_text& message) {
  auto m = read_stored_message(*message);
  REQUIRE(m);
  return m->seq;
}

} // namespace

TEST_CASE("two who write at once get one order, the same for both and for the store") {
  house_scenario house;
  auto room = house.create_room_named("Order");
  client alice{house, "alice"};
  client bob{house, "bob"};
  alice.join(room);
  bob.join(room);
  alice.drop_received();
  post_message m;
  for (int i = 0; i < 50; ++i) {
    m.text = "a" + std::to_string(i);
    alice.push_only(room, m);
    m.text = "b" + std::to_string(i);
    bob.push_only(room, m);
  }
  house.run();
  auto seen_by_alice = alice.take_events<chat_posted>();
  auto seen_by_bob = bob.take_events<chat_posted>();
  REQUIRE(seen_by_alice.size() == 100);
  REQUIRE(seen_by_bob.size() == 100);
  auto stored = house.store.changes<append_message>();
  REQUIRE(stored.size() == 100);
  for (std::size_t i = 0; i < 100; ++i) {
    REQUIRE(seq_of(seen_by_alice[i].message) == static_cast<seq_t>(i + 1));
    REQUIRE(*seen_by_alice[i].message == *seen_by_bob[i].message);
    REQUIRE(*seen_by_alice[i].message == *stored[i].message.json);
  }
}

TEST_CASE("a message is trimmed, must say something and not too much") {
  house_scenario house;
  auto room = house.create_room_named("Text");
  client alice{house, "alice"};
  alice.join(room);
  REQUIRE(alice.expect<failure>(alice.say(room, " \n\t\xC2\xA0 ")).code == errc::bad_request);
  REQUIRE(alice.expect<failure>(alice.say(room, std::string(10'001, 'x'))).code
          == errc::payload_too_large);
  std::string umlauts;
  for (int i = 0; i < 10'000; ++i) umlauts += "\xC3\xA4";
  auto request = alice.say(room, "  " + umlauts + "\xE3\x80\x80");
  auto told = alice.expect_event<chat_posted>();
  REQUIRE(told.message->find("\"message\":\"\xC3\xA4") != std::string::npos);
  REQUIRE(told.message->find("\xC3\xA4\"") != std::string::npos);
  REQUIRE(alice.expect<posted_result>(request).message == told.message);
}

TEST_CASE("a repeated clientMessageId returns the first message and tells nobody") {
  house_scenario house;
  auto room = house.create_room_named("Once");
  client alice{house, "alice"};
  client bob{house, "bob"};
  alice.join(room);
  bob.join(room);
  alice.drop_received();
  bob.drop_received();
  post_message m;
  m.text = "hello";
  m.client_message_id = "c1";
  auto first = alice.push(room, m);
  alice.expect_event<chat_posted>();
  auto original = alice.expect<posted_result>(first);
  REQUIRE_FALSE(original.duplicate);
  bob.expect_event<chat_posted>();

  auto again = alice.expect<posted_result>(alice.push(room, m));
  REQUIRE(again.duplicate);
  REQUIRE(*again.message == *original.message);
  bob.expect_nothing();

  // Another user may use the same id.
  auto request = bob.push(room, m);
  bob.expect_event<chat_posted>();
  REQUIRE_FALSE(bob.expect<posted_result>(request).duplicate);
}

TEST_CASE("a reply names a message of the room") {
  house_scenario house;
  auto room = house.create_room_named("Replies");
  client alice{house, "alice"};
  alice.join(room);
  auto request = alice.say(room, "question");
  alice.expect_event<chat_posted>();
  auto id = read_stored_message(*alice.expect<posted_result>(request).message)->id;
  post_message m;
  m.text = "answer";
  m.reply_to = "000000000007-0123456789abcdef";
  REQUIRE(alice.expect<failure>(alice.push(room, m)).code == errc::message_not_found);
  m.reply_to = id;
  alice.push(room, m);
  REQUIRE(alice.expect_event<chat_posted>().message->find("\"replyTo\":\"" + id)
          != std::string::npos);
}

TEST_CASE("history is paged from memory, both ways, and from the archive beyond it") {
  settings s;
  s.rooms.window_count = 10;
  house_scenario house{s};
  auto room = house.create_room_named("Pages");
  client alice{house, "alice"};
  alice.join(room);
  for (int i = 1; i <= 25; ++i) alice.say(room, "m" + std::to_string(i));
  auto stored = house.store.changes<append_message>();
  alice.drop_received();

  get_history newest;
  newest.limit = 5;
  auto page = alice.expect<history_result>(alice.push(room, newest));
  REQUIRE(page.messages.size() == 5);
  REQUIRE(page.has_more);
  REQUIRE(seq_of(page.messages.front()) == 21);

  get_history older = newest;
  older.before = stored[20].message.id;
  page = alice.expect<history_result>(alice.push(room, older));
  REQUIRE(seq_of(page.messages.back()) == 20);

  get_history newer = newest;
  newer.after = stored[22].message.id;
  page = alice.expect<history_result>(alice.push(room, newer));
  REQUIRE(page.messages.size() == 2);
  REQUIRE_FALSE(page.has_more);

  get_history archived = newest;
  archived.before = stored[10].message.id;
  page = alice.expect<history_result>(alice.push(room, archived));
  REQUIRE(seq_of(page.messages.back()) == 10);

  get_history nonsense;
  nonsense.before = "yesterday";
  REQUIRE(alice.expect<failure>(alice.push(room, nonsense)).code == errc::bad_request);
}

TEST_CASE("drawing is told in the form that each one joined for") {
  house_scenario house;
  auto room = house.create_room_named("Board");
  client drawer{house, "drawer"};
  client whole{house, "whole"};
  client patches{house, "patches"};
  drawer.join(room);
  whole.join(room);
  patches.join(room, true);
  for (auto* c : {&drawer, &whole, &patches}) c->drop_received();

  auto scene = elements(R"([{"id":"a","version":1},{"id":"b","version":1}])");
  auto request = drawer.push(room, change_board{scene});
  auto result = drawer.expect<board_result>(request);
  REQUIRE(result.changed == 2);
  REQUIRE(result.seq == 1);
  REQUIRE(result.version == 1);
  drawer.expect_nothing();
  REQUIRE(whole.expect_event<board_updated>().board.elements->size() == 2);
  REQUIRE(patches.expect_event<board_updated>().board.elements->size() == 2);

  drawer.push(room, patch_board{elements(R"([{"id":"a","version":2}])")});
  REQUIRE(whole.expect_event<board_updated>().board.elements->size() == 2);
  auto patch = patches.expect_event<board_patched>();
  REQUIRE(patch.elements.size() == 1);
  REQUIRE(patch.seq == 2);

  drawer.drop_received();
  SECTION("a change that changes nothing takes no seq and tells nobody") {
    auto same = drawer.expect<board_result>(
        drawer.push(room, patch_board{elements(R"([{"id":"a","version":2}])")}));
    REQUIRE(same.changed == 0);
    REQUIRE(same.seq == 2);
    whole.expect_nothing();
    patches.expect_nothing();
  }
  SECTION("whoever lost gets the winner back") {
    drawer.push(room, change_board{elements(R"([{"id":"a","version":1}])")});
    REQUIRE(drawer.expect_event<board_updated>().board.elements->size() == 2);
    whole.expect_nothing();
    patches.push(room, patch_board{elements(R"([{"id":"a","version":1}])")});
    REQUIRE(*patches.expect_event<board_patched>().elements.at(0) == R"({"id":"a","version":2})");
  }
  SECTION("clear leaves tombstones") {
    auto cleared = drawer.expect<board_result>(drawer.push(room, clear_board{}));
    REQUIRE(cleared.changed == 2);
    REQUIRE(patches.expect_event<board_patched>().elements.size() == 2);
    auto scene_now = whole.expect_event<board_updated>();
    REQUIRE(scene_now.board.elements->at(0)->find("\"isDeleted\":true") != std::string::npos);
  }
}

TEST_CASE("a board that changes tells who follows it by patches what it amounts to") {
  house_scenario house;
  auto room = house.create_room_named("Digest");
  client drawer{house, "drawer"};
  client whole{house, "whole"};
  client patches{house, "patches"};
  drawer.join(room, true);
  whole.join(room);
  patches.join(room, true);
  auto draw = [&](const std::string& json) { drawer.push(room, patch_board{elements(json)}); };
  auto told = [&] { return patches.take_events<board_digest_told>(); };
  house.advance(60s);
  REQUIRE(told().empty());

  for (int i = 1; i <= 10; ++i) {
    draw(R"([{"id":"a","version":)" + std::to_string(i) + "}]");
    house.advance(1'900ms);
  }
  REQUIRE(told().empty());
  draw(R"([{"id":"b","version":1},{"id":"c","version":1,"isDeleted":true}])");
  house.advance(2s);
  auto first = told();
  REQUIRE(first.size() == 1);
  REQUIRE(first[0].version == 11);
  REQUIRE(first[0].digest.count == 2);
  REQUIRE(first[0].digest.hash == element_hash("a", 10, 0) + element_hash("b", 1, 0));
  REQUIRE(drawer.take_events<board_digest_told>().size() == 1);
  REQUIRE(whole.take_events<board_digest_told>().empty());

  // What changes nothing is no change, and nothing follows of itself.
  draw(R"([{"id":"b","version":1}])");
  drawer.say(room, "no drawing");
  house.advance(120s);
  REQUIRE(told().empty());

  drawer.push(room, clear_board{});
  house.advance(21s);
  auto cleared = told();
  REQUIRE(cleared.size() == 1);
  REQUIRE(cleared[0].version == 12);
  REQUIRE(cleared[0].digest.count == 0);
  REQUIRE(cleared[0].digest.hash == 0);
}

TEST_CASE("a board without ids tells its version and how many elements it has") {
  house_scenario house;
  auto room = house.create_room_named("Plain");
  client alice{house, "alice"};
  alice.join(room, true);
  alice.push(room, change_board{elements(R"([{"type":"line"},{"type":"arrow"}])")});
  house.advance(21s);
  auto told = alice.take_events<board_digest_told>();
  REQUIRE(told.size() == 1);
  REQUIRE(told[0].version == 1);
  REQUIRE(told[0].digest.count == 2);
  REQUIRE(told[0].digest.hash == 0);
}

TEST_CASE("boards tell nothing where that is switched off") {
  settings s;
  s.whiteboard.digest = 0ms;
  house_scenario house{s};
  auto room = house.create_room_named("Silent");
  client alice{house, "alice"};
  alice.join(room, true);
  alice.push(room, change_board{elements(R"([{"id":"a","version":1}])")});
  house.advance(300s);
  REQUIRE(alice.take_events<board_digest_told>().empty());
}

TEST_CASE("tombstones go after their time, also from a room that is never empty") {
  settings s;
  s.whiteboard.tombstone_ttl = 60s;
  house_scenario house{s};
  auto room = house.create_room_named("Eraser");
  client alice{house, "alice"};
  alice.join(room);
  alice.push(room, change_board{elements(R"([{"id":"a","version":1}])")});
  alice.push(room, clear_board{});
  auto scene = [&] { return std::get<board_read>(house.ask(room, get_board{})).board; };
  REQUIRE(scene().elements->size() == 1);
  house.advance(61s);
  alice.push(room, patch_board{elements(R"([{"id":"b","version":1}])")});
  auto left = scene();
  REQUIRE(left.elements->size() == 1);
  REQUIRE(*left.elements->at(0) == R"({"id":"b","version":1})");
}

TEST_CASE("boards beyond the limits are refused and stay as they were") {
  settings s;
  s.limits.board_elements = 2;
  house_scenario house{s};
  auto room = house.create_room_named("Limits");
  client alice{house, "alice"};
  alice.join(room);
  alice.push(room, change_board{elements(R"([{"id":"a","version":1},{"id":"b","version":1}])")});
  alice.drop_received();
  REQUIRE(
      alice.expect<failure>(alice.push(room, patch_board{elements(R"([{"id":"c","version":1}])")}))
          .code
      == errc::payload_too_large);
  auto board = std::get<board_read>(house.ask(room, get_board{})).board;
  REQUIRE(board.elements->size() == 2);
  REQUIRE(board.version == 1);
}

TEST_CASE("a reader that fell behind gets what it missed, and the roster, where that is known") {
  house_scenario house;
  auto room = house.create_room_named("Behind");
  client slow{house, "slow"};
  client busy{house, "busy"};
  slow.join(room);
  busy.join(room);
  for (int i = 0; i < 5; ++i) busy.say(room, "m" + std::to_string(i));
  busy.push(room, change_board{elements(R"([{"id":"a","version":1}])")});
  slow.push(room, change_board{elements(R"([{"id":"b","version":1}])")});
  slow.drop_received();
  auto key = house.port.subscribers.begin()->first;
  caf::anon_send(slow.connection, lane_drained{key, 3});
  house.run();
  REQUIRE(slow.expect_event<chat_posted>().seq == 4);
  REQUIRE(slow.expect_event<chat_posted>().seq == 5);
  REQUIRE(slow.expect_event<board_updated>().seq == 6);
  REQUIRE(slow.expect_event<presence_updated>().resync);
  slow.expect_nothing();
  // It has everything: only who is in may have changed.
  caf::anon_send(slow.connection, lane_drained{key, 7});
  house.run();
  REQUIRE(slow.expect_event<presence_updated>().resync);
  slow.expect_nothing();
}

TEST_CASE("a reader that fell behind gets the truth anew") {
  house_scenario house;
  auto room = house.create_room_named("Slow");
  client alice{house, "alice"};
  client slow{house, "slow"};
  alice.join(room);
  slow.join(room);
  alice.say(room, "one");
  alice.push(room, change_board{elements(R"([{"id":"a","version":1}])")});
  slow.drop_received();
  REQUIRE(house.port.subscribers.size() == 1);
  caf::anon_send(slow.connection, lane_drained{house.port.subscribers.begin()->first});
  house.run();
  auto history = slow.expect_event<chat_history_sent>();
  REQUIRE(history.resync);
  REQUIRE(history.messages.size() == 1);
  REQUIRE(slow.expect_event<board_state_sent>().resync);
  auto roster = slow.expect_event<presence_updated>();
  REQUIRE(roster.resync);
  REQUIRE(roster.count == 2);
  slow.expect_nothing();
}
