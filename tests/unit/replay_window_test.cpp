// What a room can tell again: bounds, gaps, and what each kind of joiner is told.
#include "actors/replay_window.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <random>

using namespace atrium;

namespace {

const room_id room{"123456"};
constexpr std::size_t plenty = 1'000'000;

shared_text text(std::size_t bytes) {
  return std::make_shared<const std::string>(bytes, 'x');
}

stored_message message(seq_t seq, std::size_t bytes = 10) {
  return {make_message_id(seq, "0123456789abcdef"), seq, user_id{"u"}, "", text(bytes)};
}

/// A scene of `count` elements of 10 bytes.
board_view scene(std::size_t count, std::int64_t version = 1) {
  auto elements = std::make_shared<std::vector<shared_text>>(count, text(10));
  return {std::move(elements), version, count * 10};
}

replayed_drawing whole_scene(std::size_t count) {
  return {scene(count), {}, 0, false};
}

replayed_drawing patch(std::size_t count, const std::vector<shared_text>& winners,
                       session_id author = 0) {
  return {scene(count, 5), winners, author, false};
}

join_room::since_point since(seq_t seq, std::vector<session_id> own = {}) {
  return {"0123456789abcdef", seq, std::move(own)};
}

/// Seqs of what is told, or nothing if it can't be.
std::optional<std::vector<seq_t>> seqs(const replay_window& window,
                                       const join_room::since_point& from, bool patches = false) {
  auto missed = window.missed(room, from, patches);
  if (!missed) return std::nullopt;
  std::vector<seq_t> out;
  for (const auto& e : *missed) out.push_back(seq_of(e));
  return out;
}

using told = std::vector<seq_t>;

} // namespace

TEST_CASE("replay: all after a seq in order, nothing to one who missed nothing", "[replay]") {
  replay_window window{100, plenty, 0};
  REQUIRE(seqs(window, since(0)) == told{});
  window.add(1, text(10));
  window.add(2, whole_scene(3), {text(10)});
  window.add(3, text(10));
  REQUIRE(seqs(window, since(0)) == told{1, 2, 3});
  REQUIRE(seqs(window, since(2)) == told{3});
  REQUIRE(seqs(window, since(3)) == told{});
  REQUIRE_FALSE(seqs(window, since(4)));
  REQUIRE_FALSE(seqs(window, since(-1)));
  REQUIRE_FALSE(seqs(window, since(std::numeric_limits<seq_t>::min())));
  REQUIRE_FALSE(seqs(window, since(std::numeric_limits<seq_t>::max())));
}

TEST_CASE("replay: bounded by count and by bytes", "[replay]") {
  SECTION("count") {
    replay_window window{3, plenty, 0};
    for (seq_t s = 1; s <= 5; ++s) window.add(s, text(10));
    REQUIRE(window.size() == 3);
    REQUIRE(seqs(window, since(2)) == told{3, 4, 5});
    REQUIRE_FALSE(seqs(window, since(1)));
  }
  SECTION("bytes of messages") {
    replay_window window{1'000, 250, 0};
    for (seq_t s = 1; s <= 5; ++s) window.add(s, text(100));
    REQUIRE(window.bytes() == 200);
    REQUIRE(seqs(window, since(3)) == told{4, 5});
    REQUIRE_FALSE(seqs(window, since(2)));
  }
  SECTION("bytes of a drawing: its changed elements and its vectors") {
    replay_window window{1'000, plenty, 0};
    window.add(1, whole_scene(100), {text(30), text(12)});
    REQUIRE(window.bytes() == 42 + 100 * sizeof(shared_text));
    std::vector<shared_text> winners{text(30)};
    window.add(2, patch(100, winners), winners);
    REQUIRE(window.bytes() == 72 + 201 * sizeof(shared_text));
  }
  SECTION("one that is larger than all is not kept, and nothing before it") {
    replay_window window{1'000, 250, 0};
    window.add(1, text(100));
    window.add(2, text(251));
    REQUIRE(window.size() == 0);
    REQUIRE(window.bytes() == 0);
    REQUIRE_FALSE(seqs(window, since(1)));
    REQUIRE(seqs(window, since(2)) == told{});
    window.add(3, text(100));
    REQUIRE(seqs(window, since(2)) == told{3});
  }
}

TEST_CASE("replay: the window is the newest suffix that keeps both bounds", "[replay]") {
  std::mt19937 random{11};
  for (int round = 0; round < 200; ++round) {
    auto max_count = 1 + random() % 20;
    auto max_bytes = 50 + random() % 500;
    auto begin = static_cast<seq_t>(random() % 100);
    replay_window window{max_count, max_bytes, begin};
    std::vector<std::size_t> sizes;
    auto last = begin;
    for (auto n = random() % 60; n > 0; --n) {
      sizes.push_back(1 + random() % 120);
      window.add(++last, text(sizes.back()));
    }
    std::size_t kept = 0;
    std::size_t bytes = 0;
    for (auto s = sizes.rbegin(); s != sizes.rend(); ++s) {
      if (kept == max_count || bytes + *s > max_bytes) break;
      ++kept;
      bytes += *s;
    }
    REQUIRE(window.size() == kept);
    REQUIRE(window.bytes() == bytes);
    for (auto seq = begin - 1; seq <= last + 1; ++seq) {
      auto missed = seqs(window, since(seq));
      bool servable = seq <= last && static_cast<std::size_t>(last - seq) <= kept;
      REQUIRE(missed.has_value() == servable);
      if (!missed) continue;
      REQUIRE(missed->size() == static_cast<std::size_t>(last - seq));
      if (!missed->empty()) REQUIRE(missed->front() == seq + 1);
    }
  }
}

TEST_CASE("replay: loaded messages serve as far as nothing else came between", "[replay]") {
  replay_window window{100, plenty, 7};
  SECTION("up to the room's seq") {
    window.load({message(3), message(5), message(6), message(7)});
    REQUIRE(seqs(window, since(4)) == told{5, 6, 7});
    REQUIRE_FALSE(seqs(window, since(3)));
    window.add(8, text(10));
    REQUIRE(seqs(window, since(6)) == told{7, 8});
  }
  SECTION("the last mutation was a board change") {
    window.load({message(5), message(6)});
    REQUIRE(window.bytes() == 0);
    REQUIRE_FALSE(seqs(window, since(6)));
    REQUIRE(seqs(window, since(7)) == told{});
  }
  SECTION("no message at all") {
    window.load({});
    REQUIRE_FALSE(seqs(window, since(6)));
    REQUIRE(seqs(window, since(7)) == told{});
  }
  SECTION("more than is known to be given out is not believed") {
    window.load({message(7), message(8)});
    REQUIRE(seqs(window, since(7)) == told{});
    REQUIRE_FALSE(seqs(window, since(8)));
  }
}

TEST_CASE("replay: a board change in the form that each one follows it by", "[replay]") {
  replay_window window{100, plenty, 0};
  std::vector<shared_text> winners{text(10), text(10)};
  window.add(1, whole_scene(4), winners);
  window.add(2, patch(4, winners), winners);

  auto full = window.missed(room, since(0), false);
  REQUIRE(full.has_value());
  REQUIRE(full->size() == 2);
  REQUIRE(std::get<board_updated>(full->at(0)).board.elements->size() == 4);
  REQUIRE(std::get<board_updated>(full->at(1)).board.version == 5);

  auto patches = window.missed(room, since(0), true);
  REQUIRE(patches.has_value());
  REQUIRE(std::get<board_updated>(patches->at(0)).room == room);
  const auto& second = std::get<board_patched>(patches->at(1));
  REQUIRE(second.elements.size() == 2);
  REQUIRE(second.version == 5);
  REQUIRE(second.room == room);
}

TEST_CASE("replay: own board changes are left out, unless the author was corrected", "[replay]") {
  replay_window window{100, plenty, 0};
  std::vector<shared_text> winners{text(10)};
  window.add(1, patch(4, winners, 21), winners);
  window.add(2, patch(4, winners, 22), winners);
  window.add(3, text(10));
  window.add(4, patch(4, winners, 23), winners);
  REQUIRE(seqs(window, since(0, {21, 23}), true) == told{2, 3});
  REQUIRE(seqs(window, since(0, {22}), false) == told{1, 3, 4});
  REQUIRE(seqs(window, since(0, {0}), false) == told{1, 2, 3, 4});

  replayed_drawing corrected = patch(4, winners, 21);
  corrected.is_corrected = true;
  window.add(5, corrected, winners);
  auto mine = window.missed(room, since(4, {21}), true);
  REQUIRE(mine.has_value());
  REQUIRE(std::get<board_updated>(mine->at(0)).board.elements->size() == 4);
  auto others = window.missed(room, since(4, {22}), true);
  REQUIRE(others.has_value());
  REQUIRE(std::get<board_patched>(others->at(0)).elements.size() == 1);
}

TEST_CASE("replay: what is more to read than the window may hold is not served", "[replay]") {
  replay_window window{100, 5'000, 0};
  std::vector<shared_text> winners{text(10)};
  // Each is 2,000 bytes to read and a tenth of that to keep.
  for (seq_t s = 1; s <= 3; ++s) {
    replayed_drawing d = patch(10, winners);
    d.board.bytes = 2'000;
    window.add(s, d, winners);
  }
  REQUIRE(seqs(window, since(0), true) == told{1, 2, 3});
  REQUIRE_FALSE(seqs(window, since(0), false));
  REQUIRE(seqs(window, since(1), false) == told{2, 3});
}

TEST_CASE("replay: edits and deletions are told again; a deleted text is nowhere", "[replay]") {
  replay_window window{100, plenty, 0};
  auto secret = std::make_shared<const std::string>(R"({"type":"text","message":"secret"})");
  auto tombstone = std::make_shared<const std::string>(R"({"type":"text","message":""})");
  auto edited = std::make_shared<const std::string>("more secret");
  window.add(1, secret);
  window.add(2, message(2).json);
  window.add(3, replayed_edit{"id1", edited, 5}, 1, secret);
  window.add(4, replayed_edit{"id2", std::make_shared<const std::string>("open"), 6}, 2, secret);
  auto before = window.bytes();
  window.add(5, replayed_edit{"id1", nullptr, 7}, 1, tombstone);
  REQUIRE(window.bytes() == before - secret->size() + tombstone->size() - edited->size() + 3);

  auto missed = window.missed(room, since(0), false);
  REQUIRE(missed.has_value());
  REQUIRE(missed->size() == 5);
  REQUIRE(std::get<chat_posted>((*missed)[0]).message == tombstone);
  REQUIRE(std::get<message_edited>((*missed)[2]).text.empty());
  REQUIRE(std::get<message_edited>((*missed)[3]).text == "open");
  auto deleted = std::get<message_deleted>((*missed)[4]);
  REQUIRE(deleted.id == "id1");
  REQUIRE(deleted.deleted_at == 7);
  REQUIRE(deleted.seq == 5);
  REQUIRE(seqs(window, since(3)) == told{4, 5});

  // What was posted before the window began is no concern of it.
  replay_window later{2, plenty, 9};
  later.add(10, message(10).json);
  later.add(11, replayed_edit{"old", nullptr, 1}, 4, tombstone);
  REQUIRE(seqs(later, since(9)) == told{10, 11});
}
