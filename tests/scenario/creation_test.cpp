// New rooms with a password: hashed first, claimed then, so that no room is seen without it.
#include "support/house_scenario.hpp"

#include <catch2/catch.hpp>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

create_room with_password() {
  create_room wish;
  wish.password = "open sesame";
  return wish;
}

} // namespace

TEST_CASE("the password of a new room is hashed, and only its hash is kept") {
  house_scenario house;
  auto made = std::get<room_created>(house.try_to_create("Cave", with_password())).room;
  REQUIRE(made.password_hash == "hash:open sesame");
  REQUIRE(house.passwords.hashed == 1);
  auto shown = to_json(made, 0);
  REQUIRE(shown.find("sesame") == std::string::npos);
  REQUIRE(shown.find(R"("hasPassword":true)") != std::string::npos);

  house.create_room_named("Open");
  REQUIRE(house.passwords.hashed == 1);
}

TEST_CASE("when too many passwords wait, a room with one is refused and claims no name") {
  house_scenario house;
  house.passwords.busy = true;
  auto wish = with_password();
  wish.id = "cave";
  auto refused = std::get<failure>(house.try_to_create("Cave", wish));
  REQUIRE(refused.code == errc::rate_limited);
  REQUIRE(refused.retry_after > 0ms);
  REQUIRE(house.store.claimed.empty());
  house.create_room_named("Open");

  house.passwords.busy = false;
  REQUIRE(house.create_room_named("Cave", wish) == "cave");
}

TEST_CASE("a room that is made while the store is away has its password, too") {
  house_scenario house;
  house.store.mood = store_mood::away;
  auto made = std::get<room_created>(house.try_to_create("Cave", with_password())).room;
  REQUIRE(made.password_hash == "hash:open sesame");
}
