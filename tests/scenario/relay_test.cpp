// Rooms of Excalidraw's protocol, in virtual time.
#include "support/relay_people.hpp"

#include <caf/all.hpp>
#include <catch2/catch.hpp>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

TEST_CASE("the first is told so, the others of who comes, everybody of who is in", "[relay]") {
  house_scenario house;
  drawer ann{house, "ann"};
  drawer bob{house, "bob"};
  drawer cid{house, "cid"};
  ann.join("r");
  CHECK(ann.heard() == heard_list{"first", "in ann", "ok"});
  bob.join("r");
  CHECK(bob.heard() == heard_list{"in ann bob", "ok"});
  CHECK(ann.heard() == heard_list{"new bob", "in ann bob"});
  cid.join("r");
  CHECK(ann.heard() == heard_list{"new cid", "in ann bob cid"});
  bob.vanish();
  CHECK(ann.heard() == heard_list{"in ann cid"});
  // Once more: nobody comes twice, and the others are told as by the original.
  cid.heard();
  ann.join("r");
  CHECK(ann.heard() == heard_list{"in ann cid", "ok"});
  CHECK(cid.heard() == heard_list{"new ann", "in ann cid"});
  CHECK(read(house.counts.measured.relay_rooms) == 1);
  CHECK(read(house.counts.measured.relay_members) == 2);
}

TEST_CASE("messages reach the others in the order of their sender", "[relay]") {
  house_scenario house;
  drawer ann{house, "ann"};
  drawer bob{house, "bob"};
  drawer cid{house, "cid"};
  for (auto* each : {&ann, &bob, &cid}) each->join("r");
  for (auto* each : {&ann, &bob, &cid}) each->heard();
  for (int i = 0; i < 5; ++i) {
    ann.say_only("r", "a" + std::to_string(i));
    ann.say_only("r", "v" + std::to_string(i), true);
  }
  house.run();
  heard_list expected{"a0", "v0", "a1", "v1", "a2", "v2", "a3", "v3", "a4", "v4"};
  CHECK(bob.heard() == expected);
  CHECK(cid.heard() == expected);
  CHECK(ann.heard() == heard_list(10, "ok"));
  CHECK(house.counts.value(counter::relay_messages) == 5);
  CHECK(house.counts.value(counter::relay_volatile_messages) == 5);
}

TEST_CASE("what is said before the room has let one in is said in it, in order", "[relay]") {
  house_scenario house;
  drawer ann{house, "ann"};
  ann.join("r");
  ann.heard();
  drawer bob{house, "bob"};
  bob.push_only(join_relay{"r"});
  bob.say_only("r", "1");
  bob.say_only("r", "2", true);
  bob.follow_only("ann");
  bob.push_only(join_relay{"r"});
  bob.say_only("r", "3");
  house.run();
  CHECK(bob.heard() == heard_list{"in ann bob", "ok", "ok", "ok", "ok", "in ann bob", "ok", "ok"});
  CHECK(ann.heard()
        == heard_list{"new bob", "in ann bob", "1", "2", "followed bob", "new bob", "in ann bob",
                      "3"});
}

TEST_CASE("who is not in a room says nothing there", "[relay]") {
  house_scenario house;
  drawer ann{house, "ann"};
  drawer bob{house, "bob"};
  ann.join("r");
  ann.heard();
  bob.say("r", "hi");
  CHECK(bob.heard() == heard_list{"not_in_room"});
  bob.say("r", "hi", true);
  CHECK(bob.heard() == heard_list{"not_in_room"});
  bob.join("s");
  bob.heard();
  bob.say("r", "hi");
  CHECK(bob.heard() == heard_list{"not_in_room"});
  bob.say("follow@ann", "hi", true);
  CHECK(bob.heard() == heard_list{"not_in_room"});
  bob.follow("ann");
  CHECK(bob.heard() == heard_list{"not_in_room"});
  CHECK(ann.heard().empty());
}

TEST_CASE("who follows hears what the followed shows, and it who follows", "[relay]") {
  house_scenario house;
  drawer ann{house, "ann"};
  drawer bob{house, "bob"};
  drawer cid{house, "cid"};
  for (auto* each : {&ann, &bob, &cid}) each->join("r");
  for (auto* each : {&ann, &bob, &cid}) each->heard();
  bob.follow("ann");
  CHECK(bob.heard() == heard_list{"ok"});
  CHECK(ann.heard() == heard_list{"followed bob"});
  cid.follow("ann");
  CHECK(ann.heard() == heard_list{"followed bob cid"});
  cid.heard();
  ann.say("follow@ann", "bounds", true);
  CHECK(ann.heard() == heard_list{"ok"});
  CHECK(bob.heard() == heard_list{"bounds"});
  CHECK(cid.heard() == heard_list{"bounds"});
  cid.unfollow("ann");
  CHECK(ann.heard() == heard_list{"followed bob"});
  cid.unfollow("ann");
  CHECK(cid.heard() == heard_list{"ok", "ok"});
  ann.heard();

  SECTION("the last follower leaves") {
    bob.vanish();
    CHECK(ann.heard() == heard_list{"in ann cid", "unfollowed"});
    ann.say("follow@ann", "nobody sees this", true);
    CHECK(ann.heard() == heard_list{"ok"});
    CHECK(cid.heard() == heard_list{"in ann cid"});
  }
  SECTION("one of two followers leaves") {
    cid.follow("ann");
    ann.heard();
    bob.vanish();
    CHECK(ann.heard() == heard_list{"in ann cid", "followed cid"});
  }
  SECTION("the followed leaves") {
    ann.vanish();
    CHECK(bob.heard() == heard_list{"in bob cid"});
    bob.unfollow("ann");
    CHECK(bob.heard() == heard_list{"ok"});
  }
}

TEST_CASE("who is in several rooms finds whom it follows in the second, too", "[relay]") {
  house_scenario house;
  drawer ann{house, "ann"};
  drawer bob{house, "bob"};
  bob.join("a");
  bob.join("b");
  ann.join("b");
  ann.heard();
  bob.heard();
  bob.follow("ann");
  CHECK(ann.heard() == heard_list{"followed bob"});
  CHECK(bob.heard() == heard_list{"ok"});
  ann.join("c");
  ann.heard();
  ann.say("follow@ann", "bounds", true);
  CHECK(ann.heard() == heard_list{"ok"});
  CHECK(bob.heard() == heard_list{"bounds"});
}

TEST_CASE("a room goes with its last member, and none is sent to a room that is gone", "[relay]") {
  house_scenario house;
  {
    drawer ann{house, "ann"};
    ann.join("r");
    CHECK(house.actor_count() == 2);
    ann.vanish();
  }
  CHECK(house.actor_count() == 0);
  CHECK(read(house.counts.measured.relay_rooms) == 0);
  CHECK(read(house.counts.measured.relay_members) == 0);

  SECTION("who comes while the last one goes is let in") {
    drawer ann{house, "ann"};
    ann.join("r");
    ann.heard();
    drawer bob{house, "bob"};
    bob.push_only(join_relay{"r"});
    ann.vanish_only();
    house.run();
    auto heard = bob.heard();
    REQUIRE_FALSE(heard.empty());
    CHECK(heard.back() == (heard.front() == "first" ? "ok" : "in bob"));
    bob.say("r", "alone");
    CHECK(bob.heard() == heard_list{"ok"});
    bob.vanish();
    CHECK(house.actor_count() == 0);
  }
}

TEST_CASE("rooms, members and rooms of one are bounded", "[relay]") {
  settings config;
  config.limits.relay_rooms = 2;
  config.limits.members_per_room = 2;
  config.limits.rooms_per_connection = 2;
  house_scenario house{config};
  drawer ann{house, "ann"};
  drawer bob{house, "bob"};
  drawer cid{house, "cid"};
  ann.join("a");
  bob.join("a");
  cid.join("a");
  CHECK(cid.heard() == heard_list{"room_full"});
  // It is not in: it says nothing there, and may try again.
  cid.say("a", "x");
  CHECK(cid.heard() == heard_list{"not_in_room"});
  ann.join("b");
  ann.heard();
  ann.join("c");
  CHECK(ann.heard() == heard_list{"rate_limited"});
  cid.join("c");
  CHECK(cid.heard() == heard_list{"rate_limited"});
  CHECK(house.counts.value(counter::relay_messages) == 0);
  bob.vanish();
  cid.join("a");
  CHECK(cid.heard() == heard_list{"in ann cid", "ok"});
}

TEST_CASE("reliable messages have the rate of all events, volatile ones one of their own",
          "[relay]") {
  settings config;
  config.limits.events_per_second = 10;
  config.limits.events_burst = 3;
  config.limits.relay_volatile_per_second = 10;
  config.limits.relay_volatile_burst = 2;
  house_scenario house{config};
  drawer ann{house, "ann"};
  drawer bob{house, "bob"};
  ann.join("r");
  bob.join("r");
  house.advance(1s);
  ann.heard();
  bob.heard();

  SECTION("reliable") {
    for (int i = 0; i < 4; ++i) ann.say("r", std::to_string(i));
    CHECK(ann.heard() == heard_list{"ok", "ok", "ok", "rate_limited"});
    CHECK(bob.heard() == heard_list{"0", "1", "2"});
  }
  SECTION("volatile: of those that are too many the newest, and none is refused") {
    for (int i = 0; i < 6; ++i) ann.say("r", std::to_string(i), true);
    CHECK(bob.heard() == heard_list{"0", "1"});
    house.advance(200ms);
    CHECK(bob.heard() == heard_list{"5"});
    CHECK(ann.heard() == heard_list(6, "ok"));
    CHECK(house.counts.value(limit::relay_volatile_per_second) == 3);
  }
  SECTION("what waits is not overtaken by what is said later") {
    for (int i = 0; i < 4; ++i) ann.say("r", std::to_string(i), true);
    ann.say("r", "scene");
    CHECK(bob.heard() == heard_list{"0", "1", "3", "scene"});
    house.advance(1s);
    CHECK(bob.heard().empty());
  }
}

TEST_CASE("a slow reader that is back has the others send what they have", "[relay]") {
  house_scenario house;
  drawer ann{house, "ann"};
  drawer bob{house, "bob"};
  drawer cid{house, "cid"};
  for (auto* each : {&ann, &bob, &cid}) each->join("r");
  for (auto* each : {&ann, &bob, &cid}) each->heard();
  auto resumes = house.port.resumes;
  cid.drained();
  CHECK(house.port.resumes == resumes + 1);
  CHECK(cid.heard() == heard_list{"in ann bob cid", "followed"});
  CHECK(ann.heard() == heard_list{"new cid"});
  CHECK(bob.heard() == heard_list{"new cid"});

  SECTION("one that is always too slow costs the others little") {
    for (int i = 0; i < 10; ++i) {
      cid.drained();
      house.advance(100ms);
    }
    CHECK(ann.heard().empty());
    house.advance(5s);
    CHECK(ann.heard() == heard_list{"new cid"});
    house.advance(20s);
    CHECK(ann.heard().empty());
    CHECK(house.counts.value(counter::relay_resyncs) == 2);
  }
  SECTION("one that is gone is not asked for") {
    cid.drained();
    cid.vanish();
    ann.heard();
    house.advance(20s);
    CHECK(ann.heard().empty());
  }
}

TEST_CASE("in a large room the list goes out now and then, and at last it is right", "[relay]") {
  settings config;
  config.presence.full_limit = 3;
  house_scenario house{config};
  std::vector<std::unique_ptr<drawer>> all;
  for (int i = 0; i < 100; ++i) {
    all.push_back(std::make_unique<drawer>(house, "s" + std::to_string(i)));
    all.back()->join("r");
    auto own = all.back()->heard();
    // Each joiner knows at once who is in.
    REQUIRE(own.size() >= 2);
    CHECK(own[own.size() - 2].ends_with(" s" + std::to_string(i)));
  }
  house.advance(1s);
  auto heard = all.front()->heard();
  std::size_t lists = 0;
  for (const auto& h : heard) lists += h.starts_with("in ") ? 1 : 0;
  CHECK(lists < 10);
  CHECK(heard.back().ends_with(" s99"));
}

TEST_CASE("a connection that an operator ends is out of its relay rooms at once", "[relay]") {
  house_scenario house;
  drawer ann{house, "ann"};
  drawer bob{house, "bob"};
  ann.join("r");
  bob.join("r");
  ann.heard();
  bob.heard();
  bob.cut_off();
  CHECK(ann.heard() == heard_list{"in ann"});
  bob.say("r", "still here");
  CHECK(bob.heard() == heard_list{"forbidden"});
  CHECK(ann.heard().empty());
  CHECK(house.port.sessions[bob.session].close_code == 4403);
}

TEST_CASE("a token for certain rooms opens no others", "[relay]") {
  house_scenario house;
  token_claims claims;
  claims.user.value = "ann";
  claims.rooms = std::make_shared<const opened_rooms>(opened_rooms{"mine"});
  drawer ann{house, "ann", std::make_shared<const token_claims>(claims)};
  ann.join("theirs");
  CHECK(ann.heard() == heard_list{"forbidden"});
  ann.join("mine");
  CHECK(ann.heard() == heard_list{"first", "in ann", "ok"});
}

TEST_CASE("operators see which relay rooms there are, and how much they pass on", "[relay]") {
  house_scenario house;
  drawer ann{house, "ann"};
  drawer bob{house, "bob"};
  for (auto* name : {"c", "a", "b"}) ann.join(name);
  bob.join("b");
  house.advance(3s);
  auto page = house_relays(house, {2, std::nullopt});
  CHECK(page.total == 3);
  CHECK(page.members == 4);
  REQUIRE(page.relays.size() == 2);
  CHECK(page.relays[0].id == "a");
  CHECK(page.relays[1].id == "b");
  CHECK(page.relays[1].members == 2);
  CHECK(page.cursor == "b");
  auto rest = house_relays(house, {2, page.cursor});
  REQUIRE(rest.relays.size() == 1);
  CHECK(rest.relays[0].id == "c");
  CHECK_FALSE(rest.cursor);
  for (int i = 0; i < 20; ++i) {
    ann.say("b", "12345", i % 2 == 0);
    house.advance(100ms);
  }
  house.advance(1s);
  auto busy = house_relays(house, {1, std::string{"a"}}).relays.at(0);
  CHECK(busy.messages == 20);
  CHECK(busy.volatile_messages == 10);
  CHECK(busy.bytes == 20 * 7);
  CHECK(busy.messages_per_second > 3);
  CHECK(busy.messages_per_second < 15);
  house.advance(10s);
  CHECK(house_relays(house, {1, std::string{"a"}}).relays.at(0).messages_per_second == 0);
  ann.vanish();
  house.advance(3s);
  page = house_relays(house, {50, std::nullopt});
  CHECK(page.total == 1);
  CHECK(page.members == 1);
}
