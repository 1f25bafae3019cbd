// Lines of the console's shell as words.
#include "console/words.hpp"

#include <catch2/catch.hpp>

using namespace atrium::console;
using words = std::vector<std::string>;

namespace {

words split(std::string_view line) {
  words out;
  REQUIRE_FALSE(split_words(line, out));
  return out;
}

} // namespace

TEST_CASE("lines are split as shells do", "[words]") {
  CHECK(split("").empty());
  CHECK(split("  \t ").empty());
  CHECK(split(" kick 123456  bob ") == words{"kick", "123456", "bob"});
  CHECK(split(R"(announce "We close" 'at "noon"')")
        == words{"announce", "We close", "at \"noon\""});
  CHECK(split(R"(a\ b "c\"d" 'e\f' "")") == words{"a b", "c\"d", "e\\f", ""});
  CHECK(split("rooms # all of them") == words{"rooms"});
  CHECK(split("# only a comment").empty());
  CHECK(split("a#b") == words{"a#b"});
  words out;
  CHECK(split_words("say 'hello", out));
  CHECK(split_words("say \"hello", out));
  CHECK(split_words("say \\", out));
}

TEST_CASE("quoted words are read as they were", "[words]") {
  for (std::string_view word : {"", "plain", "two words", "it's", "$(rm -rf ~)", "`x`", "a\\b",
                                "\"", "数学", "a#b", "#a", ";", "~", "*"})
    CHECK(split(quoted(word)) == words{std::string{word}});
  CHECK(quoted("plain") == "plain");
  CHECK(quoted("it's $x") == "'it'\\''s $x'");
}
