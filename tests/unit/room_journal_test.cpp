#include "actors/room_journal.hpp"

#include <catch2/catch.hpp>

using namespace atrium;

namespace {

append_message message(seq_t seq) {
  return {stored_message{"id", seq, user_id{"u"}, "", std::make_shared<const std::string>("{}")}};
}

} // namespace

TEST_CASE("writes are numbered and confirmed up to a number") {
  room_journal journal{10};
  REQUIRE(journal.settled());
  REQUIRE(journal.add(message(11), 11)->ticket == 1);
  REQUIRE(journal.add(message(12), 12)->ticket == 2);
  REQUIRE_FALSE(journal.settled());
  REQUIRE(journal.persisted_seq() == 10);
  journal.on_persisted(1);
  REQUIRE(journal.persisted_seq() == 11);
  journal.on_persisted(2);
  REQUIRE(journal.persisted_seq() == 12);
  REQUIRE(journal.settled());
}

TEST_CASE("a dirty room hands out nothing but itself as a whole") {
  room_journal journal{0};
  (void)journal.add(message(1), 1);
  journal.on_lost(1);
  REQUIRE(journal.dirty());
  REQUIRE_FALSE(journal.add(message(2), 2));
  auto whole = journal.rewrite({2, {}, std::nullopt, {}, 0});
  REQUIRE(whole.ticket == 2);
  REQUIRE_FALSE(journal.dirty());
  journal.on_lost(1);
  REQUIRE_FALSE(journal.dirty());
  journal.on_persisted(2);
  REQUIRE(journal.persisted_seq() == 2);
  journal.on_lost(2);
  REQUIRE(journal.dirty());
  REQUIRE(journal.persisted_seq() == 0);
}

TEST_CASE("one board is under way at most") {
  room_journal journal{0};
  board_view board;
  REQUIRE(journal.add_board(board, 1));
  REQUIRE_FALSE(journal.add_board(board, 2));
  REQUIRE(journal.board_waits());
  REQUIRE_FALSE(journal.board_due());
  journal.on_persisted(1);
  REQUIRE(journal.board_due());
  REQUIRE_FALSE(journal.settled());
  REQUIRE(journal.add_board(board, 2));
  journal.on_persisted(2);
  REQUIRE(journal.settled());
}

TEST_CASE("a refresh goes out once a second; what comes between is due then") {
  room_journal journal{0};
  REQUIRE(journal.touch(10'000));
  REQUIRE_FALSE(journal.refresh_due_at());
  REQUIRE_FALSE(journal.touch(10'400));
  REQUIRE_FALSE(journal.touch(10'900));
  REQUIRE(journal.refresh_due_at() == 11'000);
  REQUIRE(journal.touch(11'000));
  REQUIRE_FALSE(journal.refresh_due_at());
}

TEST_CASE("after the last word nothing follows, unless it is lost") {
  room_journal journal{0};
  (void)journal.add(hand_back{1}, 1);
  journal.stop();
  REQUIRE_FALSE(journal.touch(5'000));
  REQUIRE_FALSE(journal.add(message(2), 2));
  REQUIRE_FALSE(journal.confirmed());
  journal.on_lost(1);
  REQUIRE(journal.dirty());
  (void)journal.rewrite({1, {}, std::nullopt, {}, 0});
  REQUIRE(journal.add(hand_back{1}, 1));
}
