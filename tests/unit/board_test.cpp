// The whiteboard's merge (contract §3, "Whiteboard"): what wins, what is refused, what is
// told. board_merge_test.cpp has its properties.
#include "actors/board.hpp"
#include "support/scene.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

constexpr bool scene = true;
constexpr bool patch = false;
constexpr board_limits no_limits{0, 0};

std::variant<board_change, failure> read(const std::string& elements) {
  json::slice value;
  INFO(elements);
  REQUIRE_FALSE(json::check(elements, 64, value).has_value());
  return read_elements(value);
}

board_change change(const std::string& elements) {
  auto result = read(elements);
  REQUIRE(std::holds_alternative<board_change>(result));
  return std::get<board_change>(std::move(result));
}

board_merged merged(board_outcome outcome) {
  if (const auto* f = std::get_if<failure>(&outcome)) FAIL(f->sentence);
  return std::get<board_merged>(std::move(outcome));
}

board_merged draw(board& b, const std::string& elements, bool whole = scene, unix_ms now = 0) {
  return merged(b.apply(change(elements), whole, now, no_limits));
}

errc refused(board& b, const std::string& elements, bool whole, const board_limits& limits) {
  const auto before = to_json(b.view());
  auto outcome = b.apply(change(elements), whole, 0, limits);
  REQUIRE(std::holds_alternative<failure>(outcome));
  CHECK(to_json(b.view()) == before);
  return std::get<failure>(outcome).code;
}

std::string elements_of(const board& b) {
  std::string out;
  append_elements(out, *b.view().elements);
  return out;
}

std::string spell(const std::vector<shared_text>& elements) {
  std::string out;
  append_elements(out, elements);
  return out;
}

} // namespace

TEST_CASE("board: elements are cut out compact, with what merging needs", "[board]") {
  const auto c = change(R"([ {"id":"a", "version":2.0, "versionNonce":-5, "index":"a1",
                             "isDeleted":true, "x":[1, 2]} ])");
  REQUIRE(c.keyed);
  REQUIRE(c.elements.size() == 1);
  const auto& e = c.elements[0];
  CHECK(e.id == "a");
  CHECK(e.version == 2);
  CHECK(e.nonce == -5);
  CHECK(e.index == "a1");
  CHECK(e.is_deleted);
  CHECK(*e.json
        == R"({"id":"a","version":2.0,"versionNonce":-5,"index":"a1","isDeleted":true,"x":[1,2]})");
}

TEST_CASE("board: a nonce that is missing or no integer counts as 0", "[board]") {
  const auto more = GENERATE(as<std::string>{}, "", R"(,"versionNonce":1.5)",
                             R"(,"versionNonce":"7")", R"(,"versionNonce":null,"index":5)");
  const auto c = change(R"([{"id":"a","version":1)" + more + "}]");
  CHECK(c.keyed);
  CHECK(c.elements.at(0).nonce == 0);
  CHECK(c.elements.at(0).index.empty());
}

TEST_CASE("board: half a key is refused, it is not a scene that replaces everybody's", "[board]") {
  const auto e = GENERATE(as<std::string>{}, R"({"id":"a"})", R"({"version":1})",
                          R"({"id":1,"version":1})", R"({"id":"a","version":"1"})",
                          R"({"id":"a","version":1.5})", R"({"id":null,"version":null})");
  auto result = read("[" + e + "]");
  REQUIRE(std::holds_alternative<failure>(result));
  CHECK(std::get<failure>(result).code == errc::bad_request);
}

TEST_CASE("board: without id and version a change is plain", "[board]") {
  const auto e = GENERATE(as<std::string>{}, "{}", R"({"type":"rectangle","x":100})");
  CHECK_FALSE(change("[" + e + "]").keyed);
  CHECK_FALSE(change("[" + e + "," + e + "]").keyed);
  for (const std::string& mixed : {array({e, element("b", 1)}), array({element("b", 1), e})}) {
    auto result = read(mixed);
    REQUIRE(std::holds_alternative<failure>(result));
    CHECK(std::get<failure>(result).code == errc::bad_request);
  }
}

TEST_CASE("board: elements are an array of objects", "[board]") {
  const auto text = GENERATE(as<std::string>{}, "{}", "null", "\"[]\"", "[1]", "[[]]", "[null]");
  auto result = read(text);
  REQUIRE(std::holds_alternative<failure>(result));
  CHECK(std::get<failure>(result).code == errc::bad_request);
}

TEST_CASE("board: version decides, then the lower nonce, then the lower bytes", "[board]") {
  const std::vector<std::string> ranking{element("a", 1, 9),
                                         element("a", 2, 7),
                                         element("a", 2, 3, R"(,"x":"b")"),
                                         element("a", 2, 3, R"(,"x":"a")"),
                                         element("a", 3, 100),
                                         element("a", 10, 100)};
  for (std::size_t low = 0; low < ranking.size(); ++low)
    for (std::size_t high = low + 1; high < ranking.size(); ++high) {
      board up;
      draw(up, array({ranking[low]}));
      const auto won = draw(up, array({ranking[high]}));
      CHECK(spell(won.winners) == array({ranking[high]}));
      CHECK(won.lost.empty());
      CHECK(won.changed == 1);

      board down;
      draw(down, array({ranking[high]}));
      const auto lost = draw(down, array({ranking[low]}));
      CHECK(spell(lost.lost) == array({ranking[high]}));
      CHECK(lost.winners.empty());
      CHECK(lost.changed == 0);
      CHECK(elements_of(up) == elements_of(down));
      CHECK(down.version() == 1);
    }
}

TEST_CASE("board: the same again changes nothing and loses nothing", "[board]") {
  board b;
  const std::string all = array({element("a", 1), element("b", 1)});
  CHECK(draw(b, all).changed == 2);
  const auto again = draw(b, all);
  CHECK(again.changed == 0);
  CHECK(again.lost.empty());
  CHECK(b.version() == 1);
}

TEST_CASE("board: elements that a scene lacks stay, and an empty scene changes nothing",
          "[board]") {
  board b;
  draw(b, array({element("a", 1), element("b", 1)}));
  CHECK(draw(b, array({element("b", 2)})).changed == 1);
  CHECK(draw(b, "[]").changed == 0);
  CHECK(elements_of(b) == array({element("a", 1), element("b", 2)}));
  CHECK(b.version() == 2);
}

TEST_CASE("board: two of one id in a change merge one after the other", "[board]") {
  board b;
  draw(b, array({element("a", 1)}));
  const auto m = draw(b, array({element("a", 2), element("a", 4), element("a", 3)}), patch);
  CHECK(m.changed == 1);
  CHECK(spell(m.winners) == array({element("a", 4)}));
  CHECK(spell(m.lost) == array({element("a", 4)}));
  CHECK(elements_of(b) == array({element("a", 4)}));
  CHECK(b.bytes() == element("a", 4).size());
}

TEST_CASE("board: index orders, then id; without index comes last", "[board]") {
  board b;
  draw(b, array({element("d", 1), element("c", 1), element("b", 1, 0, R"(,"index":"a2")"),
                 element("a", 1, 0, R"(,"index":"a2")"), element("z", 1, 0, R"(,"index":"Zz")")}));
  const auto ids = [&b] {
    std::string all;
    for (const auto& e : nlohmann::json::parse(elements_of(b))) all += e["id"].get<std::string>();
    return all;
  };
  CHECK(ids() == "zabcd");
  draw(b, array({element("z", 2, 0, R"(,"index":"a3")"), element("d", 2, 0, R"(,"index":"a0")")}));
  CHECK(ids() == "dabzc");
}

TEST_CASE("board: without ids a change replaces the scene in the client's order", "[board]") {
  board b;
  CHECK_FALSE(b.drawn());
  CHECK(draw(b, "[]").changed == 0);
  const auto first = draw(b, R"([{"type":"z"},{"type":"a"}])");
  CHECK(first.changed == 2);
  CHECK(first.replaced);
  CHECK(draw(b, R"([{"type":"z"}, {"type":"a"}])").changed == 0);
  CHECK(draw(b, R"([{"type":"z"},{"type":"b"},{"type":"c"}])").changed == 2);
  CHECK(elements_of(b) == R"([{"type":"z"},{"type":"b"},{"type":"c"}])");
  CHECK(draw(b, "[]", patch).changed == 0);
  CHECK(draw(b, "[]").changed == 3);
  CHECK(elements_of(b) == "[]");
  CHECK(b.bytes() == 0);
  CHECK(b.version() == 3);
  CHECK(b.drawn());
}

TEST_CASE("board: a patch needs ids", "[board]") {
  board b;
  CHECK(refused(b, R"([{"type":"a"}])", patch, no_limits) == errc::bad_request);
  draw(b, array({element("a", 1)}));
  CHECK(refused(b, R"([{"type":"a"}])", patch, no_limits) == errc::bad_request);
}

TEST_CASE("board: keyed and plain scenes replace each other", "[board]") {
  board b;
  draw(b, R"([{"type":"plain"}])");
  const auto keyed = draw(b, array({element("a", 1), element("b", 1)}), patch);
  CHECK(keyed.replaced);
  CHECK(keyed.changed == 2);
  CHECK(elements_of(b) == array({element("a", 1), element("b", 1)}));
  const auto plain = draw(b, R"([{"type":"plain"}])");
  CHECK(plain.replaced);
  CHECK(elements_of(b) == R"([{"type":"plain"}])");
  CHECK(b.bytes() == elements_of(b).size() - 2);
  CHECK(b.version() == 3);
}

TEST_CASE("board: a change beyond a limit leaves the board as it was", "[board]") {
  board b;
  draw(b, array({element("a", 1), element("b", 1)}));
  const std::string more = array({element("a", 2), element("c", 1), element("d", 1)});
  CHECK(refused(b, more, scene, {3, 0}) == errc::payload_too_large);
  CHECK(refused(b, more, patch, {0, b.bytes() + 2 * element("c", 1).size() - 1})
        == errc::payload_too_large);
  CHECK(refused(b, R"([{"a":1},{"a":1},{"a":1}])", scene, {2, 0}) == errc::payload_too_large);
  CHECK(merged(b.apply(change(more), scene, 0, {4, b.bytes() + 2 * element("c", 1).size()})).changed
        == 3);
}

TEST_CASE("board: a board above its limits may still shrink", "[board]") {
  board b;
  draw(b, array({element("a", 1, 0, R"(,"text":"long")"), element("b", 1)}));
  const auto m = merged(b.apply(change(array({element("a", 2)})), patch, 0, {1, 10}));
  CHECK(m.changed == 1);
  CHECK(refused(b, array({element("c", 1)}), patch, {1, 0}) == errc::payload_too_large);
}

TEST_CASE("board: clearing turns every living element into a tombstone", "[board]") {
  board b;
  draw(b, R"([{"id":"a","version":1,"versionNonce":4,"isDeleted":false,"x":1},
              {"version":7,"y":{"version":1,"isDeleted":false},"id":"b"},
              {"id":"c","version":3,"isDeleted":true}])");
  const auto m = b.clear(5);
  CHECK(m.changed == 2);
  CHECK(elements_of(b)
        == R"([{"id":"a","version":2,"versionNonce":4,"isDeleted":true,"x":1},)"
           R"({"version":8,"y":{"version":1,"isDeleted":false},"id":"b","isDeleted":true},)"
           R"({"id":"c","version":3,"isDeleted":true}])");
  CHECK(m.winners.size() == 2);
  CHECK(b.bytes() == b.view().bytes);
  CHECK(b.bytes() == elements_of(b).size() - 4);
  CHECK(b.version() == 2);
  CHECK(b.clear(6).changed == 0);
  CHECK(b.version() == 2);
  CHECK(draw(b, R"([{"id":"a","version":1,"x":1}])").lost.size() == 1);
  CHECK(draw(b, R"([{"id":"a","version":3,"x":1}])").changed == 1);
}

TEST_CASE("board: of duplicate members the last counts when clearing too", "[board]") {
  board b;
  draw(b, R"([{"id":"a","version":1,"isDeleted":true,"version":5,"isDeleted":false}])");
  b.clear(0);
  board loaded;
  REQUIRE(loaded.load(to_json(b.view()), 0));
  CHECK(loaded.clear(0).changed == 0);
  CHECK(draw(loaded, R"([{"id":"a","version":5}])").lost.size() == 1);
  CHECK(draw(loaded, R"([{"id":"a","version":7}])").changed == 1);
}

TEST_CASE("board: clearing a board without ids empties it", "[board]") {
  board b;
  CHECK(b.clear(0).changed == 0);
  draw(b, R"([{"type":"a"},{"type":"b"}])");
  const auto m = b.clear(0);
  CHECK(m.changed == 2);
  CHECK(m.replaced);
  CHECK(elements_of(b) == "[]");
  CHECK(b.version() == 2);
}

TEST_CASE("board: tombstones are forgotten a day after this server saw the deletion", "[board]") {
  const std::string dead = R"(,"isDeleted":true)";
  board b;
  draw(b, array({element("a", 1), element("b", 1), element("c", 1)}), scene, 0);
  draw(b, array({element("a", 2, 0, dead)}), patch, 1'000);
  draw(b, array({element("b", 2, 0, dead)}), patch, 5'000);
  draw(b, array({element("a", 2, 0, dead)}), patch, 9'000);
  CHECK(b.oldest_tombstone() == 1'000);
  const auto version = b.version();
  CHECK_FALSE(b.prune(86'400'999, 24h));
  CHECK(b.size() == 3);
  CHECK(b.prune(86'401'000, 24h));
  CHECK(elements_of(b) == array({element("b", 2, 0, dead), element("c", 1)}));
  CHECK(b.oldest_tombstone() == 5'000);
  draw(b, array({element("b", 3)}), patch, 6'000);
  CHECK_FALSE(b.oldest_tombstone());
  CHECK_FALSE(b.prune(1'000'000'000, 24h));
  CHECK(elements_of(b) == array({element("b", 3), element("c", 1)}));
  CHECK(b.version() == version + 1);
  CHECK(b.bytes() == element("b", 3).size() + element("c", 1).size());
}

TEST_CASE("board: what was stored loads as the same board", "[board]") {
  board b;
  draw(b, array({element("b", 3), element("a", 1, 0, R"(,"isDeleted":true)")}));
  draw(b, array({element("b", 4)}));
  board loaded;
  REQUIRE(loaded.load(to_json(b.view()), 7'000));
  CHECK(to_json(loaded.view()) == to_json(b.view()));
  CHECK(loaded.version() == 2);
  CHECK(loaded.oldest_tombstone() == 7'000);
  CHECK(draw(loaded, array({element("b", 3)})).lost.size() == 1);
}

TEST_CASE("board: a board of an older server loads without version, a mixed one as it stands",
          "[board]") {
  board b;
  REQUIRE(b.load(R"({"elements":[{"type":"rectangle","x":100}]})", 0));
  CHECK(b.drawn());
  CHECK(b.version() == 0);
  CHECK(to_json(b.view()) == R"({"elements":[{"type":"rectangle","x":100}],"version":0})");
  REQUIRE(b.load(R"({"elements":[{"x":1},{"id":"a","version":1},5],"version":3,"more":1})", 0));
  CHECK(to_json(b.view()) == R"({"elements":[{"x":1},{"id":"a","version":1}],"version":3})");
}

TEST_CASE("board: what is no board loads as an empty one", "[board]") {
  const auto text = GENERATE(as<std::string>{}, "", "[]", "{}", R"({"elements":{}})",
                             R"({"elements":[)");
  board b;
  draw(b, array({element("a", 1)}));
  CHECK_FALSE(b.load(text, 0));
  CHECK_FALSE(b.drawn());
  CHECK(to_json(b.view()) == R"({"elements":[],"version":0})");
}

TEST_CASE("board: a view stays as it was while the board goes on", "[board]") {
  board b;
  draw(b, array({element("a", 1)}));
  const auto before = b.view();
  CHECK(b.view().elements == before.elements);
  draw(b, array({element("a", 2)}));
  CHECK(spell(*before.elements) == array({element("a", 1)}));
  CHECK(b.view().elements != before.elements);
}
