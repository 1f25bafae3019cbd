// Rooms with a password: who comes in, who reads what is in them.
#include "support/house_scenario.hpp"

#include <catch2/catch.hpp>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

std::string cave(house_scenario& house) {
  create_room wish;
  wish.password = "open sesame";
  return house.create_room_named("Cave", wish);
}

join_room with(const std::string& password) {
  join_room c;
  c.password = password;
  return c;
}

errc refused(client& who, const std::string& room, room_command c) {
  return who.expect<failure>(who.push(room, std::move(c))).code;
}

errc code_of(const command_result& r) {
  return std::get<failure>(r).code;
}

} // namespace

TEST_CASE("only the right password lets in; nobody else is told anything of the room") {
  house_scenario house;
  auto room = cave(house);
  client alice{house, "alice"};
  REQUIRE(refused(alice, room, join_room{}) == errc::wrong_password);
  REQUIRE(house.passwords.verified == 0);
  REQUIRE(refused(alice, room, with("open barley")) == errc::wrong_password);
  alice.expect_nothing();
  REQUIRE(refused(alice, room, get_history{}) == errc::not_in_room);

  auto request = alice.push(room, with("open sesame"));
  alice.expect_event<chat_history_sent>();
  alice.expect_event<board_state_sent>();
  auto joined = alice.expect<joined_result>(request);
  REQUIRE(to_json(joined.room, 1).find("sesame") == std::string::npos);
}

TEST_CASE("whoever is in needs no password for another join, whoever comes back does") {
  house_scenario house;
  auto room = cave(house);
  client alice{house, "alice"};
  alice.push(room, with("open sesame"));
  alice.drop_received();
  alice.join(room);
  REQUIRE(house.passwords.verified == 1);
  alice.vanish();
  client back{house, "alice"};
  REQUIRE(refused(back, room, join_room{}) == errc::wrong_password);
  // One that proved by a secret of its connection that it was in.
  join_room admitted;
  admitted.is_admitted = true;
  back.push(room, admitted);
  back.expect_event<chat_history_sent>();
}

TEST_CASE("what is said behind a join whose password is checked keeps its order") {
  house_scenario house;
  auto room = cave(house);
  client alice{house, "alice"};
  alice.push_only(room, with("open sesame"));
  post_message m;
  m.text = "hello";
  alice.push_only(room, m);
  house.run();
  auto told = alice.take_events<chat_posted>();
  REQUIRE(told.size() == 1);

  client bob{house, "bob"};
  bob.push_only(room, with("wrong"));
  bob.push_only(room, m);
  house.run();
  bob.drop_received();
  REQUIRE(refused(bob, room, m) == errc::not_in_room);
}

TEST_CASE("while too many passwords wait a join is refused and may be tried again") {
  house_scenario house;
  auto room = cave(house);
  house.passwords.busy = true;
  client alice{house, "alice"};
  auto f = alice.expect<failure>(alice.push(room, with("open sesame")));
  REQUIRE(f.code == errc::rate_limited);
  REQUIRE(f.retry_after > 0ms);
  house.passwords.busy = false;
  alice.push(room, with("open sesame"));
  alice.expect_event<chat_history_sent>();
}

TEST_CASE("over REST what is in the room needs its password or the operator's token") {
  house_scenario house;
  auto room = cave(house);
  post_message hello;
  hello.text = "hello";
  for (const room_command& c : {room_command{get_history{}}, room_command{get_board{}},
                                room_command{list_presence{}}, room_command{get_stats{}},
                                room_command{search_messages{"x", 50, {}}}, room_command{hello}}) {
    REQUIRE(code_of(house.ask(room, c)) == errc::wrong_password);
    REQUIRE(code_of(house.ask_with("open barley", room, c)) == errc::wrong_password);
    auto right = house.ask_with("open sesame", room, c);
    auto by_operator = house.ask_as_operator(room, c);
    for (const auto* r : {&right, &by_operator})
      if (const auto* f = std::get_if<failure>(r)) REQUIRE(f->code != errc::wrong_password);
  }
  REQUIRE(std::holds_alternative<room_view>(house.ask(room, get_room{})));
}

TEST_CASE("a room that closes while a password is checked refuses by that") {
  house_scenario house;
  auto room = cave(house);
  client alice{house, "alice"};
  alice.push_only(room, with("open sesame"));
  house.ask(room, delete_room{});
  auto outcome = alice.expect_result(1);
  bool was_told = std::holds_alternative<failure>(outcome)
                  || std::holds_alternative<joined_result>(outcome);
  REQUIRE(was_told);
}

TEST_CASE("a room stays in memory while somebody waits for the check of a password") {
  settings s;
  s.rooms.idle = 1s;
  house_scenario house{s};
  auto room = cave(house);
  house.passwords.holds = true;
  caller from;
  from.out = {&house.port, ++house.last_session, wire::native};
  from.request = 1;
  from.room_name = room;
  from.password = std::make_shared<const std::string>("open sesame");
  caf::anon_send(house.directory, routed_request{from, get_board{}});
  house.run();
  auto& inbox = house.port.sessions[from.out.session].items;
  house.advance(20s);
  REQUIRE(house.passwords.held.size() == 1);
  REQUIRE(inbox.empty());
  house.passwords.holds = false;
  house.ask_with("open barley", room, get_board{});
  REQUIRE(inbox.size() == 1);
}
