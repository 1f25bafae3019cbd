// Editing and deleting messages: who may, for how long, who is told, what the store gets, and what
// those learn who were away.
#include "support/house_scenario.hpp"

#include <catch2/catch.hpp>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

/// Says something and returns the message's id; nothing stays in anybody's inbox but the others'.
std::string said(client& who, const std::string& room, const std::string& text,
                 const std::string& type = "text") {
  post_message m;
  m.text = text;
  m.type = type;
  auto request = who.push(room, m);
  who.expect_event<chat_posted>();
  return read_stored_message(*who.expect<posted_result>(request).message)->id;
}

errc refused(client& who, const std::string& room, room_command c) {
  return who.expect<failure>(who.push(room, std::move(c))).code;
}

bool has(const shared_text& json, const std::string& part) {
  return json->find(part) != std::string::npos;
}

} // namespace

TEST_CASE("an edit takes a seq, is told to all, and hot list and archive follow") {
  house_scenario house;
  auto room = house.create_room_named("Edits");
  client alice{house, "alice"};
  client bob{house, "bob"};
  alice.join(room);
  bob.join(room);
  alice.drop_received();
  auto id = said(alice, room, "helo");
  bob.drop_received();

  auto request = alice.push(room, edit_message{id, "  hello "});
  auto told = alice.expect_event<message_edited>();
  REQUIRE(told.text == "hello");
  REQUIRE(told.id == id);
  REQUIRE(told.seq == 2);
  REQUIRE(told.edited_at == house.now());
  REQUIRE(bob.expect_event<message_edited>().seq == 2);
  auto result = alice.expect<edited_result>(request);
  REQUIRE(result.seq == 2);
  REQUIRE(has(result.message, "\"message\":\"hello\""));
  REQUIRE(has(result.message, "\"editedAt\":"));
  REQUIRE(has(result.message, "\"seq\":1,"));

  auto stored = house.store.changes<replace_message>();
  REQUIRE(stored.size() == 1);
  REQUIRE(stored[0].seq == 2);
  REQUIRE(stored[0].message.json == result.message);

  client carol{house, "carol"};
  carol.push(room, join_room{});
  REQUIRE(carol.expect_event<chat_history_sent>().messages == std::vector{result.message});
}

TEST_CASE("an edit that changes nothing takes no seq and tells nobody") {
  house_scenario house;
  auto room = house.create_room_named("Same");
  client alice{house, "alice"};
  alice.join(room);
  alice.drop_received();
  auto id = said(alice, room, "hello");
  auto result = alice.expect<edited_result>(alice.push(room, edit_message{id, "hello "}));
  REQUIRE_FALSE(has(result.message, "editedAt"));
  REQUIRE(result.seq == 1);
  REQUIRE(house.store.changes<replace_message>().empty());
}

TEST_CASE("only its author edits a text message, within the window, to something with a text") {
  settings s;
  s.chat.edit_window = 60s;
  house_scenario house{s};
  auto room = house.create_room_named("Rules");
  client alice{house, "alice"};
  client bob{house, "bob"};
  alice.join(room);
  bob.join(room);
  alice.drop_received();
  auto id = said(alice, room, "mine");
  auto picture = said(alice, room, "look", "image");
  bob.drop_received();
  REQUIRE(refused(bob, room, edit_message{id, "yours"}) == errc::forbidden);
  REQUIRE(refused(alice, room, edit_message{picture, "other"}) == errc::forbidden);
  REQUIRE(refused(alice, room, edit_message{id, " \n "}) == errc::bad_request);
  REQUIRE(refused(alice, room, edit_message{id, std::string(10'001, 'x')})
          == errc::payload_too_large);
  REQUIRE(refused(alice, room, edit_message{"nonsense", "x"}) == errc::message_not_found);
  REQUIRE(refused(alice, room, edit_message{"000000000001-0123456789abcdef", "x"})
          == errc::message_not_found);
  house.advance(59s);
  alice.drop_received();
  auto request = alice.push(room, edit_message{id, "still mine"});
  alice.expect_event<message_edited>();
  alice.expect<edited_result>(request);
  house.advance(1s);
  alice.drop_received();
  bob.drop_received();
  REQUIRE(refused(alice, room, edit_message{id, "too late"}) == errc::edit_window_closed);
  bob.expect_nothing();
}

TEST_CASE("author, creator and nobody else delete a message; a tombstone without its text stays") {
  house_scenario house;
  create_room wish;
  wish.created_by = "carol";
  auto room = house.create_room_named("Deletions", wish);
  client alice{house, "alice"};
  client bob{house, "bob"};
  client carol{house, "carol"};
  for (auto* c : {&alice, &bob, &carol}) c->join(room);
  for (auto* c : {&alice, &bob, &carol}) c->drop_received();
  post_message secret;
  secret.text = "secret";
  secret.metadata = R"({"a":"secret"})";
  secret.client_message_id = "c1";
  auto posted = alice.push(room, secret);
  alice.expect_event<chat_posted>();
  auto first = read_stored_message(*alice.expect<posted_result>(posted).message)->id;
  auto second = said(alice, room, "also secret");
  bob.drop_received();
  carol.drop_received();

  REQUIRE(refused(bob, room, delete_message{first}) == errc::forbidden);
  auto request = alice.push(room, delete_message{first});
  auto told = alice.expect_event<message_deleted>();
  REQUIRE(told.id == first);
  REQUIRE(told.seq == 3);
  alice.expect<done>(request);
  REQUIRE(bob.expect_event<message_deleted>().seq == 3);
  carol.drop_received();
  request = carol.push(room, delete_message{second});
  REQUIRE(carol.expect_event<message_deleted>().seq == 4);
  carol.expect<done>(request);

  for (const auto& stored : house.store.changes<replace_message>()) {
    REQUIRE_FALSE(has(stored.message.json, "secret"));
    REQUIRE(has(stored.message.json, "\"deletedAt\":"));
    REQUIRE(has(stored.message.json, "\"message\":\"\""));
  }
  alice.drop_received();
  // Deleted once is deleted; it can't be edited, and a resend brings nothing back.
  alice.expect<done>(alice.push(room, delete_message{first}));
  REQUIRE(refused(alice, room, edit_message{first, "back"}) == errc::message_not_found);
  auto again = alice.expect<posted_result>(alice.push(room, secret));
  REQUIRE(again.duplicate);
  REQUIRE_FALSE(has(again.message, "secret"));
  alice.expect_nothing();
}

TEST_CASE("whoever was away learns of edits and deletions, and never reads a deleted text") {
  house_scenario house;
  auto room = house.create_room_named("Away");
  client alice{house, "alice"};
  client bob{house, "bob"};
  alice.join(room);
  auto before = bob.join(room);
  bob.vanish();
  alice.drop_received();
  auto kept = said(alice, room, "one");
  auto gone = said(alice, room, "unspeakable");
  alice.push(room, edit_message{kept, "uno"});
  alice.push(room, edit_message{gone, "still unspeakable"});
  alice.push(room, delete_message{gone});

  client back{house, "bob"};
  join_room c;
  c.since = join_room::since_point{before.epoch, before.seq, {}};
  auto request = back.push(room, c);
  REQUIRE(has(back.expect_event<chat_posted>().message, "\"one\""));
  auto tombstone = back.expect_event<chat_posted>();
  REQUIRE(tombstone.seq == 2);
  REQUIRE_FALSE(has(tombstone.message, "unspeakable"));
  REQUIRE(back.expect_event<message_edited>().text == "uno");
  REQUIRE(back.expect_event<message_edited>().text.empty());
  auto deleted = back.expect_event<message_deleted>();
  REQUIRE(deleted.id == gone);
  REQUIRE(deleted.seq == 5);
  REQUIRE(back.expect<joined_result>(request).recovered);
}

TEST_CASE("messages that only the archive has are edited, deleted and replied to as any other") {
  settings s;
  s.rooms.window_count = 5;
  house_scenario house{s};
  auto room = house.create_room_named("Old");
  client alice{house, "alice"};
  alice.join(room);
  alice.drop_received();
  std::vector<std::string> ids;
  for (int i = 0; i < 20; ++i) ids.push_back(said(alice, room, "m" + std::to_string(i)));

  auto request = alice.push(room, edit_message{ids[0], "first"});
  REQUIRE(alice.expect_event<message_edited>().id == ids[0]);
  REQUIRE(has(alice.expect<edited_result>(request).message, "\"first\""));
  request = alice.push(room, delete_message{ids[1]});
  alice.expect_event<message_deleted>();
  alice.expect<done>(request);
  post_message reply;
  reply.text = "yes";
  reply.reply_to = ids[2];
  request = alice.push(room, reply);
  alice.expect_event<chat_posted>();
  alice.expect<posted_result>(request);
  reply.reply_to = make_message_id(3, "fedcba9876543210");
  REQUIRE(refused(alice, room, reply) == errc::message_not_found);

  get_history oldest;
  oldest.limit = 2;
  oldest.after = make_message_id(0, "x");
  auto page = alice.expect<history_result>(alice.push(room, oldest));
  REQUIRE(has(page.messages[0], "\"first\""));
  REQUIRE(has(page.messages[1], "\"deletedAt\""));
}

TEST_CASE("what is said behind a message that is looked up keeps its order") {
  settings s;
  s.rooms.window_count = 5;
  house_scenario house{s};
  auto room = house.create_room_named("Behind");
  client alice{house, "alice"};
  client bob{house, "bob"};
  alice.join(room);
  bob.join(room);
  alice.drop_received();
  auto oldest = said(alice, room, "old");
  for (int i = 0; i < 10; ++i) said(alice, room, "more");
  bob.drop_received();
  alice.drop_received();
  post_message reply;
  reply.text = "first";
  reply.reply_to = oldest;
  alice.push_only(room, reply);
  post_message plain;
  plain.text = "second";
  alice.push_only(room, plain);
  reply.text = "third";
  alice.push_only(room, reply);
  alice.push_only(room, leave_room{});
  house.run();
  auto heard = bob.take_events<chat_posted>();
  REQUIRE(heard.size() == 3);
  REQUIRE(has(heard[0].message, "\"first\""));
  REQUIRE(has(heard[1].message, "\"second\""));
  REQUIRE(has(heard[2].message, "\"third\""));
  alice.drop_received();
  REQUIRE(refused(alice, room, plain) == errc::not_in_room);
}

TEST_CASE("a change that the store has not confirmed corrects what is read from it, and is written "
          "again with the room") {
  settings s;
  s.rooms.window_count = 5;
  house_scenario house{s};
  auto room = house.create_room_named("Unconfirmed");
  client alice{house, "alice"};
  alice.join(room);
  alice.drop_received();
  auto oldest = said(alice, room, "secret");
  for (int i = 0; i < 10; ++i) said(alice, room, "more");
  house.store.mood = store_mood::silent;
  alice.push(room, delete_message{oldest});
  alice.drop_received();
  get_history page;
  page.limit = 1;
  page.after = make_message_id(0, "x");
  auto read = alice.expect<history_result>(alice.push(room, page));
  REQUIRE_FALSE(has(read.messages[0], "secret"));

  house.lose_writes();
  house.store.mood = store_mood::confirming;
  house.return_store();
  auto whole = house.store.changes<rewrite_room>();
  REQUIRE_FALSE(whole.empty());
  REQUIRE(whole.back().changed.size() == 1);
  REQUIRE(whole.back().changed[0].id == oldest);
  REQUIRE_FALSE(has(house.store.archive[room][0].json, "secret"));
}

TEST_CASE("while the store is away an old message cannot be edited, a new one can") {
  settings s;
  s.rooms.window_count = 5;
  house_scenario house{s};
  auto room = house.create_room_named("Outage");
  client alice{house, "alice"};
  alice.join(room);
  alice.drop_received();
  auto oldest = said(alice, room, "old");
  std::string newest;
  for (int i = 0; i < 10; ++i) newest = said(alice, room, "more");
  house.store.mood = store_mood::away;
  REQUIRE(refused(alice, room, edit_message{oldest, "x"}) == errc::store_unavailable);
  auto request = alice.push(room, edit_message{newest, "x"});
  alice.expect_event<message_edited>();
  alice.expect<edited_result>(request);
}

TEST_CASE("joins, leaves and renames are posted as system messages where that is wanted") {
  settings s;
  s.chat.system_messages = true;
  s.rooms.grace = 5s;
  house_scenario house{s};
  auto room = house.create_room_named("Told");
  client alice{house, "alice", "Alice"};
  alice.join(room);
  alice.drop_received();
  {
    client bob{house, "bob", "Bob"};
    bob.join(room);
    auto told = alice.take_events<chat_posted>();
    REQUIRE(told.size() == 1);
    REQUIRE(told[0].message->starts_with(R"({"type":"system",)"));
    REQUIRE(has(told[0].message, "Bob joined"));
    REQUIRE(has(told[0].message, R"("metadata":{"event":"joined","userId":"bob")"));
    client renamed{house, "bob", "Bobby"};
    renamed.join(room);
    told = alice.take_events<chat_posted>();
    REQUIRE(told.size() == 1);
    REQUIRE(has(told[0].message, "Bob is now Bobby"));
    auto id = read_stored_message(*told[0].message)->id;
    REQUIRE(refused(renamed, room, edit_message{id, "no"}) == errc::forbidden);
    renamed.vanish();
    bob.vanish();
  }
  REQUIRE(alice.take_events<chat_posted>().empty());
  house.advance(6s);
  auto told = alice.take_events<chat_posted>();
  REQUIRE(told.size() == 1);
  REQUIRE(has(told[0].message, "Bobby left"));
}

TEST_CASE("a room with traffic tells where it stands, at most once in a while") {
  house_scenario house;
  auto room = house.create_room_named("Beat");
  client alice{house, "alice"};
  auto joined = alice.join(room);
  house.advance(60s);
  REQUIRE(alice.take_events<room_seq_told>().empty());
  for (int i = 0; i < 10; ++i) {
    alice.say(room, "tick");
    house.advance(2s);
  }
  REQUIRE(alice.take_events<room_seq_told>().empty());
  house.advance(5s);
  auto told = alice.take_events<room_seq_told>();
  REQUIRE(told.size() == 1);
  REQUIRE(told[0].seq == 10);
  REQUIRE(told[0].epoch == joined.epoch);
  house.advance(60s);
  REQUIRE(alice.take_events<room_seq_told>().empty());
}

TEST_CASE("messages are counted exactly, confirmed or not") {
  settings s;
  s.rooms.window_count = 5;
  house_scenario house{s};
  auto room = house.create_room_named("Count");
  client alice{house, "alice"};
  alice.join(room);
  for (int i = 0; i < 12; ++i) alice.say(room, "m");
  house.store.mood = store_mood::silent;
  for (int i = 0; i < 3; ++i) alice.say(room, "m");
  REQUIRE(std::get<room_stats>(house.ask(room, get_stats{})).message_count == 15);
  house.store.mood = store_mood::away;
  REQUIRE(std::get<room_stats>(house.ask(room, get_stats{})).message_count == 15);
}
