// What a board amounts to: the same values as in the client library, from the same file.
#include "actors/board.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <fstream>

using namespace atrium;
using vectors = nlohmann::json;

namespace {

vectors shared_vectors() {
  std::ifstream file{ATRIUM_SOURCE_DIR "/tests/fixtures/board_digest.json"};
  REQUIRE(file);
  return vectors::parse(file);
}

board_change read(const vectors& elements) {
  const auto text = elements.dump();
  json::slice value;
  INFO(text);
  REQUIRE_FALSE(json::check(text, 64, value).has_value());
  auto outcome = read_elements(value);
  REQUIRE(std::holds_alternative<board_change>(outcome));
  return std::get<board_change>(std::move(outcome));
}

board drawn(const vectors& elements) {
  board b;
  auto outcome = b.apply(read(elements), true, 0, {0, 0});
  REQUIRE(std::holds_alternative<board_merged>(outcome));
  return b;
}

} // namespace

TEST_CASE("each element adds the hash that clients compute", "[board]") {
  for (const auto& v : shared_vectors()["elements"]) {
    INFO(v.dump());
    const auto e = read(vectors::array({v["element"]})).elements.at(0);
    CHECK(spell_hash(element_hash(e.id, e.version, e.nonce)) == v["hash"]);
  }
}

TEST_CASE("a board amounts to its living elements, in any order", "[board]") {
  for (const auto& v : shared_vectors()["boards"]) {
    INFO(v.dump());
    const auto all = drawn(v["elements"]).digest();
    CHECK(all.count == v["count"]);
    CHECK(spell_hash(all.hash) == v["hash"]);
  }
}

TEST_CASE("a board amounts to the same however it came to be", "[board]") {
  auto b = drawn(vectors::parse(R"([{"id":"a","version":1},{"id":"b","version":1}])"));
  const auto before = b.digest();
  const auto a2 = read(vectors::parse(R"([{"id":"a","version":2,"versionNonce":8}])"));
  CHECK(std::holds_alternative<board_merged>(b.apply(a2, false, 0, {0, 0})));
  CHECK(b.digest().count == 2);
  CHECK(b.digest().hash != before.hash);

  board loaded;
  REQUIRE(loaded.load(to_json(b.view()), 0));
  CHECK(loaded.digest().hash == b.digest().hash);

  (void)b.clear(0);
  CHECK(b.digest().count == 0);
  CHECK(b.digest().hash == 0);
  CHECK(b.prune(10, std::chrono::milliseconds{5}));
  CHECK(b.digest().count == 0);
}

TEST_CASE("hashes are spelled with all their digits", "[board]") {
  CHECK(spell_hash(0) == "00000000");
  CHECK(spell_hash(0xf) == "0000000f");
  CHECK(spell_hash(0xdead'beef) == "deadbeef");
}
