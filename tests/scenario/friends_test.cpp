// Friends: who lists whom, and who is told of whose coming and going.
#include "support/people.hpp"

#include <catch2/catch.hpp>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

TEST_CASE("whoever lists a user hears of its first connection and of the end of its last") {
  house_scenario house;
  client bob{house, "bob"};
  auto wanted = listing({"ann", "cyd"});
  wanted.friends[0].username = "old";
  wanted.friends.push_back({{"ann"}, "Ann", "Ann A.", "a.png"});
  bob.expect<done>(bob.push_user(wanted));
  bob.expect_nothing();
  auto request = bob.push_user(get_online_status{});
  auto status = bob.expect_event<friends_status>();
  bob.expect<done>(request);
  REQUIRE(shown(status) == words{"-ann", "-cyd"});
  REQUIRE(status.friends[0].who.username == "Ann");
  REQUIRE(house.records.friends["bob"].size() == 2);

  client ann{house, "ann"};
  go_live(ann);
  auto online = bob.expect_event<friend_online>();
  REQUIRE(online.who.user.value == "ann");
  REQUIRE(online.who.profile_image == "a.png");
  client phone{house, "ann"};
  go_live(phone);
  bob.expect_nothing();
  REQUIRE(friends_of(bob) == words{"+ann", "-cyd"});
  ann.vanish();
  bob.expect_nothing();
  phone.vanish();
  REQUIRE(bob.expect_event<friend_offline>().user.value == "ann");
  bob.expect_nothing();
}

TEST_CASE("a friend that came before is shown, one that comes later is told") {
  house_scenario house;
  house.records.friends["bob"] = listing({"ann", "cyd", "bob"}).friends;
  client ann{house, "ann"};
  go_live(ann);
  house.advance(1s);
  client bob{house, "bob"};
  go_live(bob);
  client cyd{house, "cyd"};
  go_live(cyd);
  REQUIRE(bob.expect_event<friend_online>().who.user.value == "cyd");
  bob.expect_nothing();
  REQUIRE(friends_of(bob) == words{"+ann", "+cyd", "+bob"});
  REQUIRE(house.records.lookups == 3);
}

TEST_CASE("connections that asked for nothing hear of nobody") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client bob{house, "bob"};
  bob.join(room);
  client asking{house, "bob"};
  REQUIRE(set_friends_of(asking, {"ann"}) == words{"-ann"});
  bob.drop_received();
  client ann{house, "ann"};
  go_live(ann);
  asking.expect_event<friend_online>();
  bob.expect_nothing();
  asking.vanish();
  ann.vanish();
  bob.expect_nothing();
}

TEST_CASE("a list that is replaced counts at once, for every session") {
  house_scenario house;
  client ann{house, "ann"};
  go_live(ann);
  client bob{house, "bob"};
  REQUIRE(set_friends_of(bob, {"ann", "cyd"}) == words{"+ann", "-cyd"});
  client tablet{house, "bob"};
  go_live(tablet);
  REQUIRE(set_friends_of(bob, {"cyd", "dan"}) == words{"-cyd", "-dan"});
  tablet.expect_nothing();
  ann.vanish();
  client dan{house, "dan"};
  go_live(dan);
  for (auto* c : {&bob, &tablet}) {
    REQUIRE(c->expect_event<friend_online>().who.user.value == "dan");
    c->expect_nothing();
  }
  auto view = ask_shard<friends_view>(house, "bob", listing({"ann"}));
  REQUIRE(view.friends.size() == 1);
  for (auto* c : {&bob, &tablet}) {
    REQUIRE(friends_of(*c) == words{"-ann"});
    c->expect_nothing();
  }
  // Of somebody who is away.
  ask_shard<friends_view>(house, "eve", listing({"bob"}));
  client eve{house, "eve"};
  REQUIRE(friends_of(eve) == words{"+bob"});
}

TEST_CASE("friends are not known while the store is away, and are when it is back") {
  house_scenario house;
  house.records.friends["bob"] = listing({"ann", "cyd"}).friends;
  house.records.is_away = true;
  client cyd{house, "cyd"};
  go_live(cyd);
  house.advance(1s);
  client bob{house, "bob"};
  go_live(bob);
  REQUIRE(bob.expect<failure>(bob.push_user(get_online_status{})).code == errc::store_unavailable);
  house.advance(1s);
  client ann{house, "ann"};
  go_live(ann);
  bob.expect_nothing();
  house.records.is_away = false;
  house.advance(5s);
  // It came after bob did.
  REQUIRE(bob.expect_event<friend_online>().who.user.value == "ann");
  bob.expect_nothing();
  REQUIRE(friends_of(bob) == words{"+ann", "+cyd"});
  house.records.is_away = true;
  REQUIRE(friends_of(bob) == words{"+ann", "+cyd"});
}

TEST_CASE("friends belong to a user that is known") {
  house_scenario house;
  auto session = ++house.last_session;
  auto nobody = open_connection(*house.door, {&house.port, session, wire::native}, {}, {});
  caf::anon_send(nobody, client_user_command{1, {}, get_online_status{}});
  caf::anon_send(nobody, client_user_command{2, {}, listing({"ann"})});
  caf::anon_send(nobody, client_user_command{3, {std::string{"bob"}, {}}, get_online_status{}});
  house.run();
  auto& items = house.port.sessions[session].items;
  REQUIRE(items.size() == 4);
  for (int i = 0; i < 2; ++i) {
    auto& result = std::get<1>(items[static_cast<std::size_t>(i)]).second;
    REQUIRE(std::get<failure>(result).code == errc::bad_request);
  }
  REQUIRE(std::holds_alternative<friends_status>(std::get<event>(items[2])));
  caf::anon_send(nobody, client_gone{});
  nobody = nullptr;
  house.run();
}

TEST_CASE("a reader too slow for what friends do is sent the list anew") {
  house_scenario house;
  client bob{house, "bob"};
  set_friends_of(bob, {"ann"});
  room_key key = 0;
  for (const auto& [k, who] : house.port.subscribers)
    if (who.contains(bob.session)) key = k;
  REQUIRE(is_members_key(key));
  client ann{house, "ann"};
  go_live(ann);
  bob.drop_received();
  caf::anon_send(bob.connection, lane_drained{key});
  house.run();
  REQUIRE(shown(bob.expect_event<friends_status>()) == words{"+ann"});
  REQUIRE(house.port.resumes == 1);
}
