// Changes of messages that the store may not have yet.
#include "actors/unstored_edits.hpp"

#include <catch2/catch.hpp>

using namespace atrium;

namespace {

stored_message message(seq_t seq, const std::string& text) {
  return {make_message_id(seq, "0123456789abcdef"), seq, user_id{"u"}, "",
          std::make_shared<const std::string>(text)};
}

} // namespace

TEST_CASE("an unstored edit is found until the store has it", "[unstored_edits]") {
  unstored_edits edits{3};
  edits.add(message(1, "a"), 10);
  edits.add(message(5, "b"), 11);
  edits.add(message(1, "c"), 12);
  REQUIRE(*edits.find(1)->json == "c");
  REQUIRE_FALSE(edits.find(2));
  REQUIRE(edits.below(5).size() == 1);
  REQUIRE(edits.below(6).size() == 2);

  REQUIRE(edits.settle(11, 5) == 0);
  REQUIRE_FALSE(edits.find(5));
  REQUIRE(edits.find(1));
  REQUIRE(edits.settle(12, 5) == 1);
  REQUIRE_FALSE(edits.find(1));
}

TEST_CASE("unstored edits are bounded", "[unstored_edits]") {
  unstored_edits edits{2};
  edits.add(message(1, "a"), 3);
  REQUIRE_FALSE(edits.is_full());
  edits.add(message(2, "b"), 4);
  REQUIRE(edits.is_full());
  edits.settle(3, 0);
  REQUIRE_FALSE(edits.is_full());
}
