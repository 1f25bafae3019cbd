// Properties of the whiteboard's merge over random changes (contract §3, "Whiteboard"): their order
// doesn't matter, nothing is lost, and what is told is enough to follow.
#include "actors/board.hpp"
#include "support/scene.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

using namespace atrium;
using namespace atrium::test;

namespace {

constexpr bool scene = true;
constexpr bool patch = false;

board_merged draw(board& b, const std::string& elements, bool whole = scene) {
  json::slice value;
  REQUIRE_FALSE(json::check(elements, 64, value).has_value());
  auto change = read_elements(value);
  REQUIRE(std::holds_alternative<board_change>(change));
  auto outcome = b.apply(std::get<board_change>(change), whole, 0, board_limits{0, 0});
  REQUIRE(std::holds_alternative<board_merged>(outcome));
  return std::get<board_merged>(std::move(outcome));
}

std::string spell(const std::vector<shared_text>& elements) {
  std::string out;
  append_elements(out, elements);
  return out;
}

std::string elements_of(const board& b) {
  return spell(*b.view().elements);
}

std::string random_element(std::mt19937& random) {
  const auto below = [&random](unsigned n) { return static_cast<int>(random() % n); };
  std::string more;
  if (below(2) == 0) more += R"(,"index":"a)" + std::to_string(below(4)) + "\"";
  if (below(3) == 0) more += R"(,"isDeleted":true)";
  if (below(2) == 0) more += R"(,"x":)" + std::to_string(below(3));
  return element(std::string(1, static_cast<char>('a' + below(6))), below(4), below(3), more);
}

std::vector<std::string> random_changes(std::mt19937& random) {
  std::vector<std::string> changes(2 + random() % 8);
  for (std::string& c : changes) {
    std::vector<std::string> elements(random() % 7);
    for (std::string& e : elements) e = random_element(random);
    c = array(elements);
  }
  return changes;
}

} // namespace

TEST_CASE("board: any order of the same changes gives the same board", "[board]") {
  std::mt19937 random{42};
  for (int round = 0; round < 1'000; ++round) {
    auto changes = random_changes(random);
    std::string expected;
    for (int order = 0; order < 4; ++order) {
      board b;
      for (const auto& c : changes) draw(b, c, random() % 2 == 0);
      // A change that comes twice is no other change.
      draw(b, changes[random() % changes.size()]);
      if (order == 0) expected = elements_of(b);
      REQUIRE(elements_of(b) == expected);
      REQUIRE(b.bytes() == expected.size() - (b.size() == 0 ? 2 : b.size() + 1));
      std::shuffle(changes.begin(), changes.end(), random);
    }
  }
}

TEST_CASE("board: whoever applies winners and lost ones ends up with the room's board", "[board]") {
  std::mt19937 random{7};
  for (int round = 0; round < 1'000; ++round) {
    board room;
    board watcher;
    for (const auto& c : random_changes(random)) {
      board sender;
      draw(sender, c);
      const auto m = draw(room, c);
      draw(watcher, spell(m.winners), patch);
      REQUIRE(elements_of(watcher) == elements_of(room));
      // What the sender gets back makes its own elements those of the room.
      draw(sender, spell(m.lost), patch);
      REQUIRE(draw(room, elements_of(sender)).changed == 0);
      REQUIRE(draw(room, elements_of(sender)).lost.empty());
    }
  }
}

TEST_CASE("board: clients that send whole scenes at once lose no element", "[board]") {
  std::mt19937 random{1};
  for (int round = 0; round < 100; ++round) {
    board room;
    std::vector<board> clients(3);
    std::size_t drawn = 0;
    for (int step = 0; step < 20; ++step) {
      auto& client = clients[random() % clients.size()];
      draw(client, array({element("e" + std::to_string(drawn++), 1, 0, "")}), patch);
      // Now and then somebody sends the scene as it knows it, and hears about the room's.
      if (random() % 2 == 0) draw(room, elements_of(client));
      if (random() % 3 == 0) draw(client, elements_of(room));
    }
    for (auto& client : clients) draw(room, elements_of(client));
    REQUIRE(room.size() == drawn);
  }
}
