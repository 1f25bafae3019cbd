// Getting into rooms by guessing: wrong codes and passwords count against the address, what it is in
// already stays open, and coming and going is noted in pairs whatever order things happen in.
#include "support/house_scenario.hpp"

#include <catch2/catch.hpp>

#include <deque>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

const std::string here = "192.0.2.1";
const std::string elsewhere = "192.0.2.2";

settings three_tries() {
  settings s;
  s.limits.join_failures_per_minute = 3;
  return s;
}

errc try_to_join(client& who, const std::string& room) {
  return who.expect<failure>(who.push(room, join_room{})).code;
}

void guess_wrong(client& who, int times) {
  for (int n = 0; n < times; ++n)
    REQUIRE(try_to_join(who, "00000" + std::to_string(n)) == errc::room_not_found);
}

} // namespace

TEST_CASE("after too many wrong codes an address is kept out until the minute is over") {
  house_scenario house{three_tries()};
  auto room = house.create_room_named("Maths");
  client bob{house, "bob", "Bob", elsewhere};
  client mallory{house, "mallory", "Mallory", here};
  guess_wrong(mallory, 3);

  auto refused = mallory.expect<failure>(mallory.push(room, join_room{}));
  REQUIRE(refused.code == errc::rate_limited);
  REQUIRE(refused.retry_after > 59s);
  REQUIRE(refused.retry_after <= 60s);
  // Right or wrong: it is told nothing, and a new connection is no better off.
  auto loads = house.store.loads;
  client again{house, "mallory2", "Mallory", here};
  REQUIRE(try_to_join(again, room) == errc::rate_limited);
  REQUIRE(try_to_join(again, "999999") == errc::rate_limited);
  REQUIRE(house.store.loads == loads);

  join_room admitted;
  admitted.is_admitted = true;
  client known{house, "known", "Known", here};
  known.push(room, admitted);
  REQUIRE(known.take_events<chat_history_sent>().size() == 1);
  known.push(room, leave_room{});

  bob.join(room);
  house.advance(59s);
  REQUIRE(try_to_join(mallory, room) == errc::rate_limited);
  house.advance(1s);
  mallory.join(room);
}

TEST_CASE("a room that the address is in stays open to a second tab, by id and by code") {
  house_scenario house{three_tries()};
  create_room wish;
  wish.id = "maths";
  auto made = std::get<room_created>(house.try_to_create("Maths", wish)).room;
  auto other = house.create_room_named("Art");
  REQUIRE(made.code != "maths");
  client alice{house, "alice", "Alice", here};
  alice.join("maths");
  client mallory{house, "mallory", "Mallory", here};
  guess_wrong(mallory, 3);

  client tab{house, "alice", "Alice", here};
  tab.join(made.code);
  client third{house, "bob", "Bob", here};
  third.join("maths");
  REQUIRE(try_to_join(mallory, other) == errc::rate_limited);

  alice.push("maths", leave_room{});
  tab.vanish();
  mallory.join(made.code);
  mallory.push("maths", leave_room{});
  third.vanish();
  mallory.drop_received();
  REQUIRE(try_to_join(mallory, "maths") == errc::rate_limited);
  REQUIRE(try_to_join(mallory, made.code) == errc::rate_limited);
  REQUIRE(house.failures.inside() == 0);
}

TEST_CASE("a wrong password counts, other reasons to be refused do not") {
  house_scenario house{three_tries()};
  create_room small;
  small.max_participants = 1;
  auto full = house.create_room_named("Full", small);
  create_room wish;
  wish.password = "open sesame";
  auto cave = house.create_room_named("Cave", wish);
  client bob{house, "bob"};
  bob.join(full);
  client alice{house, "alice", "Alice", here};
  for (int n = 0; n < 9; ++n) REQUIRE(try_to_join(alice, full) == errc::room_full);
  house.passwords.busy = true;
  join_room guess;
  guess.password = "open barley";
  REQUIRE(alice.expect<failure>(alice.push(cave, guess)).code == errc::rate_limited);
  house.passwords.busy = false;
  REQUIRE(house.failures.failing() == 0);
  for (int n = 0; n < 3; ++n)
    REQUIRE(alice.expect<failure>(alice.push(cave, guess)).code == errc::wrong_password);
  REQUIRE(try_to_join(alice, full) == errc::rate_limited);
}

TEST_CASE("who guesses on many connections at once learns no more than on one") {
  house_scenario house{three_tries()};
  create_room wish;
  wish.password = "open sesame";
  auto room = house.create_room_named("Cave", wish);
  std::deque<client> many;
  for (int n = 0; n < 10; ++n)
    many.emplace_back(house, "m" + std::to_string(n), "Mallory", here)
        .push_only(std::to_string(200'000 + n), join_room{});
  client lucky{house, "lucky", "Mallory", here};
  join_room right;
  right.password = "open sesame";
  house.passwords.holds = true;
  lucky.push(room, right);
  house.passwords.holds = false;
  house.ask_with("open barley", room, get_board{});
  int told = 0;
  for (auto& m : many) told += m.expect<failure>(1).code == errc::room_not_found ? 1 : 0;
  REQUIRE(told == 3);
  REQUIRE(lucky.expect<failure>(1).code == errc::rate_limited);
  lucky.expect_nothing();
}

TEST_CASE("whoever comes from nowhere known is never counted") {
  house_scenario house{three_tries()};
  auto room = house.create_room_named("Maths");
  client alice{house, "alice"};
  guess_wrong(alice, 9);
  alice.join(room);
  REQUIRE(house.failures.failing() == 0);
  REQUIRE(house.failures.inside() == 0);
}

TEST_CASE("an address is in a room as long as one of its connections is") {
  house_scenario house{three_tries()};
  auto room = house.create_room_named("Maths");
  client alice{house, "alice", "Alice", here};
  alice.join(room);
  alice.join(room);
  REQUIRE(house.failures.inside() == 1);

  SECTION("a second join counts no second time") {
    alice.push(room, leave_room{});
    REQUIRE(house.failures.inside() == 0);
  }
  SECTION("until the client is gone") {
    alice.vanish();
    REQUIRE(house.failures.inside() == 0);
  }
  SECTION("until the room is") {
    (void)house.ask(room, delete_room{});
    REQUIRE(house.failures.inside() == 0);
    alice.vanish();
    REQUIRE(house.failures.inside() == 0);
  }
  SECTION("a join that is answered after the leave is left with the connection") {
    alice.push_only(room, join_room{});
    alice.push_only(room, leave_room{});
    house.run();
    alice.vanish();
    REQUIRE(house.failures.inside() == 0);
  }
}

TEST_CASE("a join that is answered after the client is gone is entered, left and counted as any") {
  house_scenario house{three_tries()};
  auto room = house.create_room_named("Maths");
  client alice{house, "alice", "Alice", here};
  alice.push_only(room, join_room{});
  alice.push_only("000001", join_room{});
  alice.vanish();
  REQUIRE(house.failures.inside() == 0);
  REQUIRE(house.failures.failing() == 1);
  REQUIRE(house.failures.wait(here, room, house.now()) == 0ms);

  for (int n = 0; n < 2; ++n) {
    client hasty{house, "hasty", "Hasty", here};
    hasty.push_only("00000" + std::to_string(n), join_room{});
    hasty.vanish();
  }
  REQUIRE(house.failures.wait(here, room, house.now()) > 0ms);
}

TEST_CASE("leaveRoom is no way to find out which rooms there are") {
  house_scenario house{three_tries()};
  auto room = house.create_room_named("Maths");
  client mallory{house, "mallory", "Mallory", here};
  mallory.enroll();
  mallory.drop_received();
  auto guess = [&](const std::string& name) {
    return mallory.expect<failure>(mallory.leave_as_member(name)).code;
  };
  REQUIRE(guess(room) == errc::not_in_room);
  for (int n = 0; n < 3; ++n) REQUIRE(guess("00000" + std::to_string(n)) == errc::room_not_found);
  REQUIRE(guess("000009") == errc::rate_limited);
  REQUIRE(guess(room) == errc::rate_limited);
  REQUIRE(try_to_join(mallory, room) == errc::rate_limited);
}

TEST_CASE("a cursor that waits survives a second join") {
  house_scenario house;
  auto room = house.create_room_named("Maths");
  client alice{house, "alice"};
  alice.join(room);
  alice.push(room, move_cursor{R"("x":1)"});
  auto waiting = alice.push(room, move_cursor{R"("x":2)"});
  alice.push_only(room, join_room{});
  house.run();
  alice.drop_received();
  house.advance(1s);
  alice.expect<done>(waiting);
}
