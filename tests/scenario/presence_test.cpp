// Presence in a plain room: every way in which a participant may come, change and go, as the others
// see it (contract §1 and §3).
#include "support/house_scenario.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

const participant* find(const std::vector<participant>& all, const std::string& user) {
  auto at = std::find_if(all.begin(), all.end(),
                         [&](const participant& p) { return p.user.value == user; });
  return at == all.end() ? nullptr : &*at;
}

/// What the client was told last, which is only this; nothing: it was told nothing.
std::optional<presence_updated> told(client& who) {
  auto all = who.take_events<presence_updated>();
  CHECK(all.size() <= 1);
  return all.empty() ? std::nullopt : std::optional{all.back()};
}

/// How `user` is shown to `who`, who was told just now.
participant shown(client& who, const std::string& user) {
  auto update = told(who);
  REQUIRE(update);
  const auto* p = find(update->participants, user);
  REQUIRE(p != nullptr);
  return *p;
}

presence_page listed(house_scenario& house, const std::string& room) {
  return std::get<presence_page>(house.ask(room, list_presence{}));
}

set_status status(const std::string& value, const std::string& text = "") {
  set_status s;
  s.status = value;
  s.text = text;
  return s;
}

} // namespace

TEST_CASE("presence: coming, a second tab, a loss and a return are told", "[presence]") {
  house_scenario house;
  auto room = house.create_room_named("r");
  client ann{house, "ann"};
  ann.join(room);

  auto bob = std::make_unique<client>(house, "bob", "Bob");
  bob->join(room);
  auto first = shown(ann, "bob");
  CHECK(first.status == "online");
  CHECK(first.connections == 1);
  {
    client tab{house, "bob", "Bob"};
    tab.join(room);
    CHECK(shown(ann, "bob").connections == 2);
    tab.vanish();
  }
  CHECK(shown(ann, "bob").connections == 1);

  bob->vanish();
  auto update = told(ann);
  REQUIRE(update);
  CHECK(update->count == 1);
  CHECK(find(update->participants, "bob")->status == "away");
  CHECK(find(update->participants, "bob")->connections == 0);

  house.advance(29s);
  CHECK_FALSE(told(ann));
  bob = std::make_unique<client>(house, "bob", "Bob");
  bob->join(room);
  auto back = shown(ann, "bob");
  CHECK(back.status == "online");
  CHECK(back.joined_at == first.joined_at);
  house.advance(60s);
  CHECK_FALSE(told(ann));

  bob->vanish();
  CHECK(shown(ann, "bob").status == "away");
  house.advance(29'900ms);
  CHECK_FALSE(told(ann));
  house.advance(200ms);
  update = told(ann);
  REQUIRE(update);
  CHECK(find(update->participants, "bob") == nullptr);
  CHECK(listed(house, room).participants.size() == 1);
}

TEST_CASE("presence: who leaves is gone at once, with the last connection", "[presence]") {
  house_scenario house;
  auto room = house.create_room_named("r");
  client ann{house, "ann"};
  client bob{house, "bob"};
  client tab{house, "bob"};
  ann.join(room);
  bob.join(room);
  tab.join(room);
  ann.drop_received();
  tab.push(room, leave_room{});
  CHECK(shown(ann, "bob").connections == 1);
  bob.push(room, leave_room{});
  auto update = told(ann);
  REQUIRE(update);
  CHECK(update->count == 1);
  CHECK(find(update->participants, "bob") == nullptr);
  house.advance(60s);
  CHECK_FALSE(told(ann));
}

TEST_CASE("presence: a new name is told, whichever connection brings it", "[presence]") {
  house_scenario house;
  auto room = house.create_room_named("r");
  client ann{house, "ann"};
  client bob{house, "bob", "Bob"};
  ann.join(room);
  bob.join(room);
  ann.drop_received();
  client tab{house, "bob", "Bobby"};
  tab.join(room);
  auto renamed = shown(ann, "bob");
  CHECK(renamed.username == "Bobby");
  CHECK(renamed.connections == 2);
  bob.join(room);
  CHECK(shown(ann, "bob").username == "Bob");
  bob.join(room);
  CHECK_FALSE(told(ann));
}

TEST_CASE("presence: a status is told to everybody and stays until the user has left",
          "[presence]") {
  house_scenario house;
  auto room = house.create_room_named("r");
  client ann{house, "ann"};
  ann.join(room);
  auto bob = std::make_unique<client>(house, "bob");
  bob->join(room);
  ann.drop_received();

  auto request = bob->push(room, status("busy", "  in a call\n"));
  CHECK(bob->expect_event<presence_updated>().participants.size() == 2);
  bob->expect<done>(request);
  auto busy = shown(ann, "bob");
  CHECK(busy.status == "busy");
  CHECK(busy.text == "in a call");

  // The same again is no change.
  bob->expect<done>(bob->push(room, status("busy", "in a call")));
  bob->expect_nothing();
  CHECK_FALSE(told(ann));

  bob->push(room, status("away"));
  auto update = told(ann);
  REQUIRE(update);
  // Who is away by choice is connected.
  CHECK(update->count == 2);
  CHECK(find(update->participants, "bob")->status == "away");
  CHECK(find(update->participants, "bob")->connections == 1);
  CHECK(find(update->participants, "bob")->text.empty());
  house.advance(60s);
  CHECK_FALSE(told(ann));
  {
    client tab{house, "bob"};
    tab.join(room);
    auto twice = shown(ann, "bob");
    CHECK(twice.status == "away");
    CHECK(twice.connections == 2);
    tab.vanish();
    CHECK(shown(ann, "bob").status == "away");
  }
  bob->push(room, status("online", "here"));
  CHECK(shown(ann, "bob").status == "online");

  bob->push(room, status("busy", "later"));
  ann.drop_received();
  bob->vanish();
  CHECK(shown(ann, "bob").status == "away");
  house.advance(10s);
  bob = std::make_unique<client>(house, "bob");
  auto joined = bob->join(room);
  CHECK(find(joined.participants, "bob")->status == "busy");
  auto back = shown(ann, "bob");
  CHECK(back.status == "busy");
  CHECK(back.text == "later");

  bob->push(room, leave_room{});
  ann.drop_received();
  bob->join(room);
  CHECK(shown(ann, "bob").status == "online");
  CHECK(listed(house, room).participants.back().text.empty());
}

TEST_CASE("presence: the text of a status has a form", "[presence]") {
  house_scenario house;
  auto room = house.create_room_named("r");
  client ann{house, "ann"};
  ann.join(room);
  auto refused = [&](const std::string& text) {
    auto f = ann.expect<failure>(ann.push(room, status("busy", text)));
    ann.expect_nothing();
    return f.code;
  };
  std::string longest;
  for (int i = 0; i < 80; ++i) longest += "é";
  CHECK(refused(longest + "é") == errc::bad_request);
  CHECK(refused("a\nb") == errc::bad_request);
  CHECK(refused(std::string{"a\x7f"} + "b") == errc::bad_request);
  CHECK(refused("a\xC2\x85z") == errc::bad_request);
  CHECK(listed(house, room).participants.front().status == "online");
  ann.push(room, status("busy", " " + longest + " "));
  CHECK(shown(ann, "ann").text == longest);
}

TEST_CASE("presence: only who is in the room has a status there", "[presence]") {
  house_scenario house;
  auto room = house.create_room_named("r");
  client ann{house, "ann"};
  CHECK(ann.expect<failure>(ann.push(room, status("busy"))).code == errc::not_in_room);
}

TEST_CASE("presence: a change of status is batched in a large room", "[presence]") {
  settings s;
  s.presence.full_limit = 1;
  house_scenario house{s};
  auto room = house.create_room_named("r");
  client ann{house, "ann"};
  client bob{house, "bob"};
  ann.join(room);
  bob.join(room);
  house.advance(200ms);
  ann.drop_received();
  for (auto value : {"busy", "away", "busy"}) bob.push(room, status(value, "x"));
  house.advance(50ms);
  ann.expect_nothing();
  house.advance(100ms);
  auto delta = ann.expect_event<presence_changed>();
  REQUIRE(delta.changed.size() == 1);
  CHECK(delta.changed.front().status == "busy");
  CHECK(delta.changed.front().text == "x");
  ann.expect_nothing();
}

TEST_CASE("presence: a joiner that was shown somebody hears that it went", "[presence]") {
  settings s;
  s.presence.full_limit = 1;
  house_scenario house{s};
  auto room = house.create_room_named("r");
  client ann{house, "ann"};
  client bob{house, "bob"};
  ann.join(room);
  bob.join(room);
  house.advance(200ms);
  client carl{house, "carl"};
  carl.join(room);
  client dora{house, "dora"};
  CHECK(dora.join(room).participants.size() == 4);
  carl.push(room, leave_room{});
  house.advance(200ms);
  auto delta = dora.expect_event<presence_changed>();
  REQUIRE(delta.left.size() == 1);
  CHECK(delta.left.front().user.value == "carl");
}

TEST_CASE("presence: messengers hear none, not even when they were too slow", "[presence]") {
  house_scenario house;
  auto room = house.create_room_named("r");
  client ann{house, "ann"};
  auto request = ann.join_as_member(room);
  ann.expect_event<messenger_joined>();
  auto key = ann.expect<joined_result>(request).key;
  client bob{house, "bob"};
  bob.join(room);
  ann.expect_nothing();
  caf::anon_send(ann.connection, lane_drained{key, no_seq});
  house.run();
  CHECK(ann.take_events<presence_updated>().empty());
}

TEST_CASE("typing: the store knows while it lasts", "[presence]") {
  house_scenario house;
  auto room = house.create_room_named("r");
  client ann{house, "ann"};
  ann.join(room);
  auto writes = [&] {
    std::string out;
    for (const auto& t : house.store.changes<put_typing>()) out += t.is_typing ? '+' : '-';
    return out;
  };
  ann.push(room, set_typing{true});
  ann.push(room, set_typing{true});
  CHECK(writes() == "+");
  house.advance(5s);
  ann.push(room, set_typing{true});
  CHECK(writes() == "++");
  ann.push(room, set_typing{false});
  ann.push(room, set_typing{false});
  CHECK(writes() == "++-");
  ann.push(room, set_typing{true});
  house.advance(11s);
  CHECK(writes() == "++-+-");
  ann.push(room, set_typing{true});
  ann.vanish();
  CHECK(writes() == "++-+-+-");
}
