// Who is in a relay room and who follows whom, as a value.
#include "actors/relay_commands.hpp"
#include "actors/relay_state.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace atrium;
using outcome = relay_state::follow_outcome;

namespace {

socket_id named(int i) {
  return {"s" + std::to_string(i)};
}

/// The same as plain lists: everybody in the order of arrival, and pairs of follower and followed in the
/// order in which they began.
struct lists {
  std::vector<socket_id> in;
  std::vector<std::pair<socket_id, socket_id>> follows;

  [[nodiscard]] bool has(const socket_id& who) const {
    return std::find(in.begin(), in.end(), who) != in.end();
  }
  [[nodiscard]] std::vector<socket_id> followers(const socket_id& of) const {
    std::vector<socket_id> out;
    for (const auto& [a, b] : follows)
      if (b == of) out.push_back(a);
    return out;
  }
  [[nodiscard]] std::vector<socket_id> followed(const socket_id& by) const {
    std::vector<socket_id> out;
    for (const auto& [a, b] : follows)
      if (a == by) out.push_back(b);
    return out;
  }
};

} // namespace

TEST_CASE("members stand in the order in which they came", "[relay]") {
  relay_state room;
  CHECK(room.empty());
  CHECK(room.join({"a"}));
  CHECK(room.join({"b"}));
  CHECK(room.join({"c"}));
  CHECK_FALSE(room.join({"a"}));
  CHECK(room.members() == std::vector<socket_id>{{"a"}, {"b"}, {"c"}});
  room.leave({"b"});
  CHECK(room.join({"b"}));
  CHECK(room.members() == std::vector<socket_id>{{"a"}, {"c"}, {"b"}});
  CHECK(room.leave({"nobody"}).empty());
  CHECK(room.size() == 3);
}

TEST_CASE("only members follow and are followed, nobody itself", "[relay]") {
  relay_state room;
  room.join({"a"});
  room.join({"b"});
  CHECK(room.follow({"a"}, {"a"}) == outcome::not_in_room);
  CHECK(room.follow({"a"}, {"x"}) == outcome::not_in_room);
  CHECK(room.follow({"x"}, {"a"}) == outcome::not_in_room);
  CHECK(room.follow({"a"}, {"b"}) == outcome::done);
  CHECK(room.follow({"a"}, {"b"}) == outcome::unchanged);
  CHECK(room.followers({"b"}) == std::vector<socket_id>{{"a"}});
  CHECK(room.unfollow({"a"}, {"b"}) == outcome::done);
  CHECK(room.unfollow({"a"}, {"b"}) == outcome::unchanged);
  CHECK(room.unfollow({"a"}, {"x"}) == outcome::not_in_room);
  CHECK(room.followers({"b"}).empty());
}

TEST_CASE("one follows so many others and no more", "[relay]") {
  relay_state room;
  room.join({"fan"});
  for (int i = 0; i <= static_cast<int>(relay_state::max_followed); ++i) room.join(named(i));
  for (int i = 0; i < static_cast<int>(relay_state::max_followed); ++i)
    REQUIRE(room.follow({"fan"}, named(i)) == outcome::done);
  auto one_more = named(static_cast<int>(relay_state::max_followed));
  CHECK(room.follow({"fan"}, one_more) == outcome::too_many);
  room.leave(named(0));
  CHECK(room.follow({"fan"}, one_more) == outcome::done);
}

TEST_CASE("after any sequence of comings, goings and follows the lists are right", "[relay]") {
  auto seed = GENERATE(1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u);
  std::minstd_rand random{seed};
  auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  relay_state room;
  lists expected;
  for (int step = 0; step < 4'000; ++step) {
    auto a = named(pick(12));
    auto b = named(pick(12));
    bool both = expected.has(a) && expected.has(b) && a != b;
    std::pair pair{a, b};
    auto follow = std::find(expected.follows.begin(), expected.follows.end(), pair);
    bool is_following = follow != expected.follows.end();
    switch (pick(5)) {
    case 0:
    case 1:
      CHECK(room.join(a) == !expected.has(a));
      if (!expected.has(a)) expected.in.push_back(a);
      break;
    case 2:
      CHECK(room.leave(a) == expected.followed(a));
      std::erase(expected.in, a);
      std::erase_if(expected.follows, [&](const auto& f) { return f.first == a || f.second == a; });
      break;
    case 3:
      CHECK(room.follow(a, b)
            == (!both          ? outcome::not_in_room
                : is_following ? outcome::unchanged
                               : outcome::done));
      if (both && !is_following) expected.follows.push_back(pair);
      break;
    default:
      if (!expected.has(a) || !expected.has(b)) break;
      CHECK(room.unfollow(a, b) == (is_following ? outcome::done : outcome::unchanged));
      if (is_following) expected.follows.erase(follow);
    }
    REQUIRE(room.members() == expected.in);
    REQUIRE(room.size() == expected.in.size());
    for (int i = 0; i < 12; ++i) REQUIRE(room.followers(named(i)) == expected.followers(named(i)));
  }
}

TEST_CASE("names of relay rooms", "[relay]") {
  CHECK(is_relay_name("0123456789abcdef0123"));
  CHECK(is_relay_name(std::string(128, 'r')));
  CHECK(is_relay_name("größer als 6 Ziffern"));
  CHECK_FALSE(is_relay_name(""));
  CHECK_FALSE(is_relay_name(std::string(129, 'r')));
  CHECK_FALSE(is_relay_name("follow@abc"));
  CHECK_FALSE(is_relay_name("a\nb"));
  CHECK_FALSE(is_relay_name("a\x7f"));
}
