// Folded archives as values: blocks that are searched, joined and cut, and the budget they share.
#include "actors/search_answer.hpp"
#include "actors/search_memory.hpp"
#include "text/fold.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <random>

using namespace atrium;

namespace {

archive_block block_of(seq_t from, seq_t to, const std::map<seq_t, std::string>& texts) {
  archive_block block{from, to};
  for (const auto& [seq, text] : texts)
    if (seq >= from && seq < to) block.add(seq, "id-" + std::to_string(seq), text);
  return block;
}

std::vector<seq_t> seqs_of(const std::vector<archive_block::hit>& hits) {
  std::vector<seq_t> out;
  for (const auto& hit : hits) {
    REQUIRE(hit.id == "id-" + std::to_string(hit.seq));
    out.push_back(hit.seq);
  }
  return out;
}

std::string random_text(std::mt19937& random) {
  std::string out(random() % 12, ' ');
  for (char& c : out) c = "ab \n"[random() % 4];
  return out;
}

} // namespace

TEST_CASE("a block finds what a naive search finds, also after it was cut and continued") {
  std::mt19937 random{1};
  for (int round = 0; round < 2'000; ++round) {
    std::map<seq_t, std::string> texts;
    for (seq_t seq = 1; seq < 40; ++seq)
      if (random() % 3 != 0) texts[seq] = random_text(random);
    auto block = block_of(1, 20, texts);
    block.append(block_of(20, 40, texts));
    const seq_t end = 2 + static_cast<seq_t>(random() % 39);
    REQUIRE(block.cut(end));
    const seq_t below = 1 + static_cast<seq_t>(random() % 40);
    const auto words = text::words_of(random_text(random) + " ab " + random_text(random));
    std::vector<seq_t> naive;
    for (const auto& [seq, text] : texts)
      if (seq < end && seq < below && text::holds_all(text, words))
        naive.insert(naive.begin(), seq);
    REQUIRE(seqs_of(block.find(words, below)) == naive);
    REQUIRE(block.find(end) == std::nullopt);
    for (seq_t seq = 1; seq < end; ++seq)
      REQUIRE(block.find(seq).has_value() == texts.contains(seq));
  }
}

TEST_CASE("a block that is cut at its beginning covers nothing") {
  auto block = block_of(10, 20, {{12, "a"}});
  CHECK(block.cut(30));
  CHECK(block.to() == 20);
  CHECK_FALSE(block.cut(10));
}

TEST_CASE("what is not known of an archive is what lies between its blocks") {
  search_memory memory{1'000'000};
  CHECK(memory.gap_below(1, 100) == 0);
  CHECK(memory.find(1, 100) == nullptr);
  memory.keep(1, 0, block_of(10, 20, {{12, "a"}}));
  memory.keep(1, 0, block_of(30, 40, {{35, "b"}}));
  CHECK(memory.find(1, 41) == nullptr);
  CHECK(memory.gap_below(1, 41) == 40);
  CHECK(memory.find(1, 40)->from() == 30);
  CHECK(memory.find(1, 31)->from() == 30);
  CHECK(memory.find(1, 30) == nullptr);
  CHECK(memory.gap_below(1, 30) == 20);
  CHECK(memory.find(1, 15)->from() == 10);
  CHECK(memory.find(1, 10) == nullptr);
  CHECK(memory.gap_below(1, 10) == 0);
  // Small neighbours become one.
  memory.keep(1, 0, block_of(20, 30, {{25, "c"}}));
  CHECK(memory.find(1, 30)->from() == 10);
  CHECK(memory.find(1, 30)->message_count() == 2);
  CHECK_FALSE(memory.knows(2));
}

TEST_CASE("a room is forgotten when older messages were changed, or when it is gone") {
  search_memory memory{1'000'000};
  memory.keep(1, 5, block_of(10, 20, {{12, "a"}}));
  memory.keep(2, 5, block_of(10, 20, {{12, "a"}}));
  memory.expect(1, 5);
  CHECK(memory.knows(1));
  memory.expect(1, 6);
  CHECK_FALSE(memory.knows(1));
  memory.forget(2);
  memory.forget(2);
  CHECK(memory.room_count() == 0);
  CHECK(memory.bytes() == 0);
}

TEST_CASE("the budget holds: other rooms go first, then what is oldest of the room itself") {
  const std::string text(1'000, 'x');
  search_memory memory{10'000};
  for (room_key room = 1; room <= 3; ++room)
    memory.keep(room, 0, block_of(100, 200, {{100, text}, {150, text}}));
  CHECK(memory.room_count() == 3);
  CHECK(memory.find(1, 150) != nullptr);
  memory.keep(4, 0, block_of(100, 200, {{100, text}, {150, text}, {151, text}}));
  CHECK(memory.knows(1));
  CHECK_FALSE(memory.knows(2));
  CHECK(memory.knows(4));
  // Nobody else is left: the newest blocks of a room stay, and what is older finds no place.
  memory.keep(4, 0, block_of(300, 400, {{300, text}, {301, text}, {302, text}, {303, text}}));
  memory.keep(4, 0, block_of(400, 500, {{400, std::string(4'000, 'y')}}));
  CHECK(memory.room_count() == 1);
  CHECK(memory.find(4, 200) == nullptr);
  CHECK(memory.find(4, 400) != nullptr);
  CHECK(memory.find(4, 500) != nullptr);
  memory.keep(4, 0, block_of(200, 300, {{200, std::string(4'000, 'y')}}));
  CHECK(memory.find(4, 300) == nullptr);
  CHECK(memory.find(4, 400) != nullptr);
  // Beyond the whole budget nothing gives way.
  memory.keep(5, 0, block_of(1, 2, {{1, std::string(20'000, 'y')}}));
  CHECK_FALSE(memory.knows(5));
  CHECK(memory.knows(4));
}

TEST_CASE("the budget is never exceeded and nothing stays counted, whatever comes") {
  std::mt19937 random{5};
  search_memory memory{20'000};
  for (int i = 0; i < 20'000; ++i) {
    const room_key room = 1 + random() % 6;
    const auto from = memory.gap_below(room, static_cast<seq_t>(1 + random() % 300));
    const seq_t to = from + 1 + static_cast<seq_t>(random() % 20);
    const bool is_free = memory.find(room, to) == nullptr && memory.gap_below(room, to) <= from;
    if (random() % 50 == 0)
      memory.forget(room);
    else if (is_free)
      memory.keep(room, random() % 40 == 0,
                  block_of(from, to, {{from, std::string(random() % 3'000, 'z')}}));
    REQUIRE(memory.bytes() <= 20'000);
  }
  for (room_key room = 1; room <= 6; ++room) memory.forget(room);
  CHECK(memory.bytes() == 0);
}

TEST_CASE("the text of a message is folded, a tombstone has none") {
  CHECK(folded_text(R"({"type":"text","id":"1","message":"Hello \"Ä\" \u00df"})")
        == "hello \"ä\" ss");
  CHECK(folded_text(R"({"message":"x","metadata":{"deletedAt":1,"message":"y"}})") == "x");
  CHECK(folded_text(R"({"id":"1","message":"x","deletedAt":17})") == std::nullopt);
  CHECK(folded_text(R"({"id":"1","deletedAt":17})") == std::nullopt);
  CHECK(folded_text(R"({"id":"1"})") == std::nullopt);
}

TEST_CASE("a kept answer is read as it was written, and knows its search") {
  const kept_answer kept{{"a", "b\"c"}, true};
  CHECK(to_json(kept) == R"({"ids":["a","b\"c"],"hasMore":true})");
  const auto read = read_kept_answer(to_json(kept));
  REQUIRE(read);
  CHECK(read->ids == kept.ids);
  CHECK(read->has_more);
  CHECK(read_kept_answer(to_json(kept_answer{}))->ids.empty());
  for (const auto* bad : {"", "[]", "{}", R"({"ids":[1],"hasMore":true})", R"({"ids":[]})",
                          R"({"ids":{},"hasMore":true})", R"({"ids":[],"hasMore":1})"})
    CHECK_FALSE(read_kept_answer(bad));

  const auto key = search_key(room_id{"r"}, "e:5", 50, std::nullopt, {"a", "b"});
  CHECK(key.starts_with("search:"));
  CHECK(key != search_key(room_id{"s"}, "e:5", 50, std::nullopt, {"a", "b"}));
  CHECK(key == search_key(room_id{"r"}, "e:5", 50, std::nullopt, {"b", "a"}));
  CHECK(key != search_key(room_id{"r"}, "e:5", 50, std::nullopt, {"ab"}));
  CHECK(key != search_key(room_id{"r"}, "e:5", 50, 7, {"a", "b"}));
  CHECK(key != search_key(room_id{"r"}, "e:6", 50, std::nullopt, {"a", "b"}));
}
