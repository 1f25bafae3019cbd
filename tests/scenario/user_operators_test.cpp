// What operators do to users: disconnecting, forgetting, watching, listing them.
#include "support/watching_operator.hpp"

#include <catch2/catch.hpp>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

std::optional<std::uint16_t> close_code(house_scenario& house, const client& who) {
  return house.port.sessions[who.session].close_code;
}

words members_of(house_scenario& house, const std::string& room) {
  words out;
  const auto members = house.ask(room, get_members{});
  for (const auto& user : std::get<members_view>(members).users) out.push_back(user.value);
  return out;
}

words participants_of(house_scenario& house, const std::string& room) {
  words out;
  const auto present = house.ask(room, list_presence{});
  for (const auto& p : std::get<presence_page>(present).participants) out.push_back(p.user.value);
  return out;
}

/// A room of the store that these are members of.
std::string keep_room(house_scenario& house, const std::string& code, words members) {
  loaded_room kept;
  kept.meta.id.value = kept.meta.code = code;
  kept.meta.name = "Kept";
  kept.meta.last_activity = house.now();
  kept.epoch = "e";
  for (const auto& user : members) {
    kept.members.push_back({user});
    house.records.rooms[user].push_back({{code}, code, 86'400s});
  }
  house.store.rooms[code] = kept;
  return code;
}

words ids(const online_users_page& page) {
  words out;
  for (const auto& u : page.users) out.push_back(u.id.value);
  return out;
}

std::string session_text(const client& who) {
  return std::to_string(who.session);
}

} // namespace

// ---- disconnecting -------------------------------------------------------------------------------

TEST_CASE("a user is disconnected with all of its connections, and no one else") {
  house_scenario house;
  watching_operator desk{house};
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  client phone{house, "ann"};
  client bob{house, "bob"};
  for (auto* who : {&ann, &phone, &bob}) who->join(room);
  for (auto* who : {&ann, &phone, &bob}) who->drop_received();
  CHECK(desk.ask<user_cut_off>("ann", disconnect_user{"enough"}).connections == 2);
  CHECK(close_code(house, ann) == 4403);
  CHECK(close_code(house, phone) == 4403);
  CHECK_FALSE(close_code(house, bob));
  CHECK(house.port.sessions[ann.session].close_reason == "enough");
  // What it still says comes to nothing.
  auto request = ann.say(room, "but");
  CHECK(ann.expect<failure>(request).code == errc::forbidden);
  request = ann.enroll();
  CHECK(ann.expect<failure>(request).code == errc::forbidden);
  bob.expect_nothing();
  ann.vanish();
  phone.vanish();
  CHECK(house.shards->online() == 1);
  // It is lost as ever: its place is kept.
  CHECK(participants_of(house, room) == words{"ann", "bob"});
  client again{house, "ann"};
  again.join(room);
}

TEST_CASE("a user without connections is disconnected in vain, and a reason is found") {
  house_scenario house;
  watching_operator desk{house};
  CHECK(desk.ask<user_cut_off>("ann", disconnect_user{}).connections == 0);
  client ann{house, "ann"};
  go_live(ann);
  CHECK(desk.ask<user_cut_off>("ann", disconnect_user{}).connections == 1);
  CHECK(house.port.sessions[ann.session].close_reason == "disconnected by an operator");
}

// ---- forgetting ----------------------------------------------------------------------------------

TEST_CASE("a forgotten user is in no room and a member of none, wherever rooms are") {
  house_scenario house;
  watching_operator desk{house};
  auto open = house.create_room_named("Open");
  auto joined = house.create_room_named("Joined");
  auto kept = keep_room(house, "200017", {"ann", "bob"});
  client ann{house, "ann"};
  client bob{house, "bob"};
  ann.join(open);
  ann.join_as_member(joined);
  bob.join(open);
  bob.drop_received();
  REQUIRE(members_of(house, joined) == words{"ann"});
  CHECK(desk.ask<user_forgotten>("ann", forget_user{}).rooms == 3);
  CHECK(close_code(house, ann) == 4403);
  CHECK(house.records.erased.contains("ann"));
  CHECK(participants_of(house, open) == words{"bob"});
  CHECK(participants_of(house, joined).empty());
  CHECK(members_of(house, joined).empty());
  CHECK(members_of(house, kept) == words{"bob"});
  CHECK(bob.expect_event<presence_updated>().count == 1);
  // What it did is recorded no more.
  house.records.activity.clear();
  ann.vanish();
  house.advance(2s);
  CHECK(house.records.activity.count("ann") == 0);
  CHECK(house.records.online.count("ann") == 0);
  CHECK(house.shards->online() == 1);
}

TEST_CASE("a user that is offline is forgotten, and nothing waits for it any more") {
  house_scenario house;
  watching_operator desk{house};
  auto kept = keep_room(house, "200017", {"ann", "bob"});
  client bob{house, "bob"};
  bob.join(kept);
  bob.say(kept, "psst");
  REQUIRE(house.queues.count("ann") == 1);
  CHECK(desk.ask<user_forgotten>("ann", forget_user{}).rooms == 1);
  CHECK(members_of(house, kept) == words{"bob"});
  CHECK(house.queues.count("ann") == 0);
  bob.say(kept, "hello?");
  CHECK(house.queues.count("ann") == 0);
  // It may come again, as anybody may.
  client ann{house, "ann"};
  go_live(ann);
}

TEST_CASE("a password keeps nobody a member who is forgotten") {
  house_scenario house;
  watching_operator desk{house};
  create_room wish;
  wish.password = "x";
  auto room = house.create_room_named("Guarded", wish);
  REQUIRE(std::holds_alternative<members_view>(house.ask_as_operator(room, these({"ann"}))));
  CHECK(desk.ask<user_forgotten>("ann", forget_user{}).rooms == 1);
  CHECK(std::get<members_view>(house.ask_as_operator(room, get_members{})).users.empty());
}

TEST_CASE("who listed a forgotten user lists it no more, and it nobody") {
  house_scenario house;
  watching_operator desk{house};
  client ann{house, "ann"};
  client bob{house, "bob"};
  client cyd{house, "cyd"};
  for (auto* who : {&ann, &bob, &cyd}) go_live(*who);
  REQUIRE(set_friends_of(ann, {"bob"}) == words{"+bob"});
  REQUIRE(set_friends_of(bob, {"cyd", "ann"}) == words{"+cyd", "+ann"});
  CHECK(desk.ask<user_forgotten>("ann", forget_user{}).rooms == 0);
  CHECK(bob.expect_event<friend_offline>().user.value == "ann");
  CHECK(friends_of(bob) == words{"+cyd"});
  ann.drop_received();
  // Nobody is told of her any more, and she of nobody.
  ann.vanish();
  client again{house, "ann"};
  go_live(again);
  bob.expect_nothing();
  bob.vanish();
  again.expect_nothing();
}

TEST_CASE("while the store is away nobody is forgotten, not in part either") {
  house_scenario house;
  watching_operator desk{house};
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  ann.join_as_member(room);
  ann.drop_received();
  house.records.is_away = true;
  CHECK(desk.ask<failure>("ann", forget_user{}).code == errc::store_unavailable);
  CHECK_FALSE(close_code(house, ann));
  CHECK(members_of(house, room) == words{"ann"});
  ann.expect_nothing();
  house.records.is_away = false;
  CHECK(desk.ask<user_forgotten>("ann", forget_user{}).rooms == 1);
}

TEST_CASE("a place that a room keeps for a forgotten user is given up") {
  house_scenario house;
  watching_operator desk{house};
  auto room = house.create_room_named("Maths");
  client phone{house, "ann"};
  client ann{house, "ann"};
  go_live(phone);
  ann.join(room);
  ann.vanish();
  REQUIRE(participants_of(house, room) == words{"ann"});
  CHECK(desk.ask<user_forgotten>("ann", forget_user{}).rooms == 1);
  CHECK(participants_of(house, room).empty());
}

TEST_CASE("a join under way when its user is forgotten ends as it begins") {
  house_scenario house;
  watching_operator desk{house};
  auto kept = keep_room(house, "200017", {});
  client ann{house, "ann"};
  go_live(ann);
  join_room joining;
  joining.words = vocabulary::messenger;
  ann.push_only(kept, joining);
  desk.ask<user_forgotten>("ann", forget_user{});
  CHECK(participants_of(house, kept).empty());
  CHECK(members_of(house, kept).empty());
}

// ---- watching ------------------------------------------------------------------------------------

TEST_CASE("an operator who watches a user hears its connections and what it says over them") {
  house_scenario house;
  watching_operator desk{house};
  auto room = house.create_room_named("Maths");
  client ann{house, "ann"};
  go_live(ann);
  CHECK(desk.ask<user_watched>("ann", watch_user{}).user.value == "ann");
  CHECK(desk.heard() == words{"+" + session_text(ann)});
  ann.join(room);
  ann.say(room, "hi");
  ann.say("999999", "hi");
  ann.push_user(get_online_status{});
  auto mine = session_text(ann);
  CHECK(desk.heard()
        == words{mine + " join " + room, mine + " chat:message " + room,
                 mine + " chat:message 999999", mine + " getOnlineStatus"});
  client phone{house, "ann"};
  phone.join(room);
  auto other = session_text(phone);
  // A connection is known by its first word, which comes before it is watched.
  CHECK(desk.heard() == words{"+" + other});
  phone.say("999999", "hi");
  caf::anon_send(phone.connection, refused_command{9, {errc::unknown_event, "no"}, "fly"});
  house.run();
  CHECK(desk.heard()
        == words{other + " chat:message 999999 not_in_room", other + " fly unknown_event"});
  phone.vanish();
  ann.vanish();
  CHECK(desk.heard() == words{"-" + other, "-" + mine});
  // It goes on when the user comes back, until it is no longer watched.
  client again{house, "ann"};
  go_live(again);
  CHECK(desk.heard() == words{"+" + session_text(again)});
  desk.tell("ann", unwatch_user{});
  again.join(room);
  again.vanish();
  CHECK(desk.heard().empty());
}

TEST_CASE("several watch one user, as many as may, and nobody else") {
  settings config;
  config.admin.tails_per_user = 2;
  house_scenario house{config};
  watching_operator one{house};
  watching_operator two{house};
  watching_operator three{house};
  client bob{house, "bob"};
  one.ask<user_watched>("ann", watch_user{});
  two.ask<user_watched>("ann", watch_user{});
  CHECK(three.ask<failure>("ann", watch_user{}).code == errc::rate_limited);
  one.ask<user_watched>("ann", watch_user{});
  three.ask<user_watched>("bob", watch_user{});
  client ann{house, "ann"};
  go_live(ann);
  go_live(bob);
  CHECK(one.heard() == words{"+" + session_text(ann)});
  CHECK(two.heard() == words{"+" + session_text(ann)});
  CHECK(three.heard() == words{"+" + session_text(bob)});
  one.tell("ann", unwatch_user{});
  ann.push_user(get_online_status{});
  CHECK(one.heard().empty());
  CHECK(two.heard() == words{session_text(ann) + " getOnlineStatus"});
  three.tell("bob", unwatch_user{});
  three.ask<user_watched>("ann", watch_user{});
}

TEST_CASE("what a user that is cut off still says is heard, with why it was refused") {
  house_scenario house;
  watching_operator desk{house};
  client ann{house, "ann"};
  go_live(ann);
  desk.ask<user_watched>("ann", watch_user{});
  desk.heard();
  desk.ask<user_cut_off>("ann", disconnect_user{});
  ann.push_user(get_online_status{});
  CHECK(desk.heard() == words{session_text(ann) + " getOnlineStatus forbidden"});
}

// ---- who is online -------------------------------------------------------------------------------

TEST_CASE("users that are online are paged by id, over all shards, also by what they begin with") {
  house_scenario house;
  std::vector<std::unique_ptr<client>> all;
  for (auto name : {"bob", "ann", "anton", "zoe", "an", "cyd"}) {
    all.push_back(std::make_unique<client>(house, name));
    go_live(*all.back());
  }
  auto page = online_users(house, {4, std::nullopt, {}});
  CHECK(ids(page) == words{"an", "ann", "anton", "bob"});
  CHECK(page.total == 6);
  REQUIRE(page.cursor);
  page = online_users(house, {4, page.cursor, {}});
  CHECK(ids(page) == words{"cyd", "zoe"});
  CHECK(page.total == 6);
  CHECK_FALSE(page.cursor);
  page = online_users(house, {2, std::nullopt, "an"});
  CHECK(ids(page) == words{"an", "ann"});
  CHECK(page.total == 3);
  page = online_users(house, {2, page.cursor, "an"});
  CHECK(ids(page) == words{"anton"});
  CHECK_FALSE(page.cursor);
  CHECK(online_users(house, {2, std::nullopt, "x"}).users.empty());
  all[1]->vanish();
  CHECK(ids(online_users(house, {9, std::nullopt, "an"})) == words{"an", "anton"});
}

TEST_CASE("a user is shown with its connections") {
  house_scenario house;
  client ann{house, "ann"};
  client phone{house, "ann"};
  for (auto* who : {&ann, &phone}) go_live(*who);
  auto view = ask_shard<user_view>(house, "ann");
  CHECK(view.sessions == std::vector<session_id>{ann.session, phone.session});
  phone.vanish();
  CHECK(ask_shard<user_view>(house, "ann").sessions == std::vector<session_id>{ann.session});
}
