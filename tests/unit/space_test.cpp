// Spaces as values: where users are put, where they may go, and whose moves are told when (contract §3,
// "Spaces"). A plain search over all cells judges where users are put.
#include "actors/space.hpp"
#include "support/participants.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <tuple>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

room_meta sized(double width, double height, room_point spawn) {
  room_meta m;
  m.kind = "space";
  m.width = width;
  m.height = height;
  m.spawn = spawn;
  return m;
}

bool is_at(const room_point& p, double x, double y) {
  return p.x == x && p.y == y;
}

/// Looks at every cell, each time.
room_point nearest_by_search(const room_meta& m, const std::map<user_id, room_point>& places) {
  std::set<std::pair<int, int>> taken;
  for (const auto& [user, p] : places) taken.emplace(static_cast<int>(p.x), static_cast<int>(p.y));
  std::optional<std::tuple<double, int, int>> best;
  for (int y = 0; y < *m.height; ++y)
    for (int x = 0; x < *m.width; ++x) {
      if (taken.contains({x, y})) continue;
      auto dx = x - m.spawn->x;
      auto dy = y - m.spawn->y;
      std::tuple<double, int, int> here{dx * dx + dy * dy, y, x};
      if (!best || here < *best) best = here;
    }
  if (!best) return {std::floor(m.spawn->x), std::floor(m.spawn->y)};
  return {static_cast<double>(std::get<2>(*best)), static_cast<double>(std::get<1>(*best))};
}

/// Users come, go and walk at random; whoever comes is put where the search says.
void judge_spawning(const room_meta& m, std::uint32_t seed) {
  const space_settings config;
  space s{m, config};
  std::map<user_id, room_point> places;
  std::mt19937 random{seed};
  std::uniform_real_distribution<double> x{0, *m.width};
  std::uniform_real_distribution<double> y{0, *m.height};
  for (int step = 0; step < 300; ++step) {
    auto who = user(random() % 60);
    CAPTURE(seed, step, *m.width, *m.height, m.spawn->x, m.spawn->y, who.value);
    if (!places.contains(who)) {
      auto expected = nearest_by_search(m, places);
      auto place = s.enter(who);
      CAPTURE(place.x, place.y, expected.x, expected.y);
      REQUIRE(is_at(place, expected.x, expected.y));
      places[who] = place;
    } else if (random() % 4 == 0) {
      s.leave(who);
      places.erase(who);
    } else {
      room_point to{x(random), y(random)};
      REQUIRE(s.move(who, to) == s.bounds().contains(to));
      if (s.bounds().contains(to)) places[who] = to;
    }
    REQUIRE(s.size() == places.size());
  }
}

} // namespace

TEST_CASE("space: whoever comes stands on the free cell nearest the spawn point", "[space]") {
  const space_settings config;
  space s{sized(100, 100, {50, 50}), config};
  CHECK(is_at(s.enter(user(1)), 50, 50));
  // Of those equally far the smaller y, then the smaller x.
  CHECK(is_at(s.enter(user(2)), 50, 49));
  CHECK(is_at(s.enter(user(3)), 49, 50));
  CHECK(is_at(s.enter(user(4)), 51, 50));
  CHECK(is_at(s.enter(user(5)), 50, 51));
  CHECK(is_at(s.enter(user(6)), 49, 49));
  CHECK(is_at(s.enter(user(3)), 49, 50));
  s.leave(user(2));
  CHECK(is_at(s.enter(user(7)), 50, 49));
  CHECK(s.move(user(1), {10, 10}));
  CHECK(is_at(s.enter(user(8)), 50, 50));
}

TEST_CASE("space: a full space has its spawn cell for everybody else", "[space]") {
  const space_settings config;
  space s{sized(2, 1.5, {1.7, 0.2}), config};
  CHECK(is_at(s.enter(user(1)), 1, 0));
  CHECK(is_at(s.enter(user(2)), 1, 1));
  CHECK(is_at(s.enter(user(3)), 0, 0));
  CHECK(is_at(s.enter(user(4)), 0, 1));
  CHECK(is_at(s.enter(user(5)), 1, 0));
  CHECK(is_at(s.enter(user(6)), 1, 0));
  s.leave(user(1));
  CHECK(is_at(s.enter(user(7)), 1, 0));
  for (unsigned n = 2; n < 8; ++n) s.leave(user(n));
  CHECK(is_at(s.enter(user(8)), 1, 0));
}

TEST_CASE("space: a space that names nothing has the default size", "[space]") {
  const space_settings config;
  room_meta m;
  space s{m, config};
  CHECK(is_at(s.enter(user(1)), 50, 50));
  CHECK(s.bounds().contains({0, 0}));
  CHECK(s.bounds().contains({99.999, 99.999}));
  CHECK_FALSE(s.bounds().contains({100, 0}));
  CHECK_FALSE(s.bounds().contains({0, 100}));
  CHECK_FALSE(s.bounds().contains({-0.001, 0}));
}

TEST_CASE("space: a move out of bounds or to no number is refused", "[space]") {
  const space_settings config;
  space s{sized(10, 20, {0, 0}), config};
  s.enter(user(1));
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  const auto infinite = std::numeric_limits<double>::infinity();
  CHECK(s.move(user(1), {9.5, 19.5}));
  for (auto to : {room_point{10, 1}, room_point{1, 20}, room_point{-1, 1}, room_point{nan, 1},
                  room_point{1, nan}, room_point{infinite, 1}, room_point{1, -infinite}})
    CHECK_FALSE(s.move(user(1), to));
  CHECK(is_at(*s.find(user(1)), 9.5, 19.5));
  CHECK_FALSE(s.move(user(2), {1, 1}));
  CHECK(s.find(user(2)) == nullptr);
  CHECK(s.move(user(1), {-0.0, 0}));
  CHECK_FALSE(std::signbit(s.find(user(1))->x));
}

TEST_CASE("space: places are those that a search over all cells finds", "[space]") {
  judge_spawning(sized(9, 7, {4, 3}), 1);
  judge_spawning(sized(9, 7, {0, 0}), 2);
  judge_spawning(sized(7.5, 8.25, {3.3, 7.9}), 3);
  judge_spawning(sized(1, 90, {0.5, 40}), 4);
  judge_spawning(sized(90, 1, {89.9, 0}), 5);
  std::mt19937 random{6};
  for (std::uint32_t seed = 10; seed < 40; ++seed) {
    std::uniform_real_distribution<double> size{1, 14};
    auto width = size(random);
    auto height = size(random);
    std::uniform_real_distribution<double> part{0, 0.999};
    judge_spawning(sized(width, height, {width * part(random), height * part(random)}), seed);
  }
}

TEST_CASE("space: ten thousand come in less than a second", "[space]") {
  const space_settings config;
  for (auto m : {sized(10'000, 10'000, {5'000, 5'000}), sized(100, 100, {50, 50}),
                 sized(10'000, 1, {0, 0}), sized(1, 10'000, {0, 9'999.5}), sized(1, 1, {0, 0})}) {
    auto start = std::chrono::steady_clock::now();
    space s{m, config};
    for (unsigned n = 0; n < 10'000; ++n) s.enter(user(n));
    CAPTURE(*m.width, *m.height);
    CHECK(std::chrono::steady_clock::now() - start < 1s);
    CHECK(s.size() == 10'000);
  }
}

TEST_CASE("space: of a user's moves at most thirty a second are told, the newest wins", "[space]") {
  const space_settings config;
  space s{sized(100, 100, {50, 50}), config};
  s.enter(user(1));
  const unix_ms start = 1'000'000;
  std::vector<unix_ms> told;
  room_point last;
  for (unix_ms t = 0; t < 5'000; ++t) {
    if (t < 4'000) REQUIRE(s.move(user(1), {10 + static_cast<double>(t) / 100, 7}));
    // As a room does: what came is gathered.
    if (t % config.gather.count() != 0) continue;
    for (const auto& m : s.take_moves(start + t)) {
      told.push_back(t);
      last = m.place;
      CHECK(m.for_all);
    }
  }
  CHECK(s.next_move() == std::nullopt);
  CHECK(is_at(last, 49.99, 7));
  CHECK(told.size() > 25 * 4);
  for (std::size_t first = 0, next = 0; next < told.size(); ++next) {
    while (told[next] - told[first] >= 1'000) ++first;
    CHECK(next - first < 30);
  }
}

TEST_CASE("space: what changes nothing is not told, and who leaves is not told of", "[space]") {
  const space_settings config;
  space s{sized(100, 100, {50, 50}), config};
  s.enter(user(1));
  CHECK(s.next_move() == std::nullopt);
  CHECK(s.move(user(1), {50, 50}));
  CHECK(s.take_moves(1'000).empty());
  CHECK(s.move(user(1), {51, 50}));
  CHECK(s.next_move().has_value());
  s.leave(user(1));
  CHECK(s.next_move() == std::nullopt);
  CHECK(s.take_moves(1'000).empty());
}

TEST_CASE("space: in a crowd those far away are told twice a second, and where one stopped",
          "[space]") {
  space_settings config;
  config.crowd = 3;
  space s{sized(100, 100, {50, 50}), config};
  for (unsigned n = 0; n < 3; ++n) s.enter(user(n));
  CHECK(s.radius() == 0);
  s.enter(user(3));
  CHECK(s.radius() == config.radius);
  const unix_ms start = 1'000'000;
  std::size_t near = 0;
  std::vector<std::pair<unix_ms, room_point>> far;
  for (unix_ms t = 0; t < 6'000; t += 16) {
    if (t < 4'000) REQUIRE(s.move(user(1), {static_cast<double>(t) / 100, 7}));
    for (const auto& m : s.take_moves(start + t)) {
      ++near;
      if (m.for_all) far.emplace_back(t, m.place);
    }
  }
  CHECK(near > 25 * 4);
  CHECK(far.size() <= 10);
  CHECK(far.size() >= 8);
  for (std::size_t i = 1; i < far.size(); ++i) CHECK(far[i].first - far[i - 1].first >= 500);
  CHECK(is_at(far.back().second, 39.84, 7));
  CHECK(far.back().first < 4'600);
  CHECK(s.next_move() == std::nullopt);
}

TEST_CASE("space: a place of an earlier life is taken", "[space]") {
  const space_settings config;
  space s{sized(10, 10, {5, 5}), config};
  s.put(user(1), {5.5, 5.25});
  CHECK(is_at(s.enter(user(2)), 5, 4));
  CHECK(is_at(s.enter(user(1)), 5.5, 5.25));
  CHECK(s.take_moves(1'000).empty());
}
