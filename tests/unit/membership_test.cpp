// Who belongs to a room.
#include "actors/membership.hpp"

#include "support/participants.hpp"

#include <catch2/catch.hpp>

using namespace atrium;
using test::user;

TEST_CASE("members come and go once", "[members]") {
  membership members{{user(1)}, 2};
  CHECK(members.contains(user(1)));
  CHECK_FALSE(members.add(user(1)));
  CHECK(members.add(user(2)));
  CHECK(members.all() == std::vector{user(1), user(2)});
  CHECK(members.remove(user(1)));
  CHECK_FALSE(members.remove(user(1)));
  CHECK(members.size() == 1);
}

TEST_CASE("a full room has a place for those who are members already", "[members]") {
  membership members{{user(1), user(2)}, 2};
  CHECK(members.has_place_for(user(1)));
  CHECK_FALSE(members.has_place_for(user(3)));
  CHECK_FALSE(members.add(user(3)));

  membership any{{}, 0};
  for (int i = 0; i < 100; ++i) CHECK(any.add(user(i)));
}

TEST_CASE("replacing members says who came and who went", "[members]") {
  membership members{{user(1), user(2)}, 3};
  auto change = members.replace({user(3), user(2), user(3)});
  REQUIRE(change);
  CHECK(change->added == std::vector{user(3)});
  CHECK(change->removed == std::vector{user(1)});
  CHECK(members.all() == std::vector{user(2), user(3)});

  CHECK_FALSE(members.replace({user(1), user(2), user(3), user(4)}));
  CHECK(members.all() == std::vector{user(2), user(3)});
  auto none = members.replace({user(2), user(3)});
  REQUIRE(none);
  CHECK(none->added.empty());
  CHECK(none->removed.empty());
}
