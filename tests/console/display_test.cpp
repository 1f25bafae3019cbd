// What a terminal is shown of what users wrote.
#include "console/display.hpp"
#include "json/json.hpp"

#include <catch2/catch.hpp>

using namespace atrium::console;

TEST_CASE("control characters are spelled out", "[display]") {
  struct row {
    std::string_view text, shown;
  };
  for (const auto& r :
       {row{"plain, Grüße 数学 🎈", "plain, Grüße 数学 🎈"}, row{"a\x1b[31mb", "a\\x1b[31mb"},
        row{"bell\x07", "bell\\x07"}, row{"a\nb\tc\r", "a\\nb\\tc\\r"}, row{"del\x7f", "del\\x7f"},
        row{"c1 \xc2\x9b"
            "31m",
            "c1 \\x9b31m"},
        row{"\xe2\x80\xaegnp", "\\u202egnp"}, row{"\xe2\x80\xa8", "\\u2028"},
        row{"\xe2\x81\xa6", "\\u2066"}, row{"\xef\xbb\xbf", "\\ufeff"},
        row{"back\\slash", "back\\slash"}}) {
    CHECK(printable(r.text) == r.shown);
    CHECK(printable(printable(r.text)) == r.shown);
  }
  CHECK(printable(std::string_view{"\0", 1}) == "\\x00");
}

TEST_CASE("bytes that are no UTF-8 become replacement characters", "[display]") {
  for (std::string_view text : {"\xff", "\x9b", "\xc3", "\xc0\x9b", "\xe0\x80\x9b", "\xed\xa0\x80",
                                "\xf4\x90\x80\x80", "\xe2\x80"}) {
    auto shown = printable(text);
    CHECK(shown.find("\xef\xbf\xbd") == 0);
    CHECK(shown.find('\x9b') == std::string::npos);
    CHECK(atrium::json::is_valid_utf8(shown));
  }
}

TEST_CASE("JSON for a terminal keeps its value", "[display]") {
  auto shown = printable_json("{\"a\":\"\xc2\x9b"
                              "31m \xe2\x80\xae\x7f\",\n \"b\":1}");
  CHECK(shown == "{\"a\":\"\\u009b31m \\u202e\\u007f\",\n \"b\":1}");
}

TEST_CASE("columns are those of the terminal", "[display]") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("数学") == 4);
  CHECK(display_width("e\xcc\x81") == 1);
  CHECK(display_width("🎈") == 2);
  auto glyphs = glyphs_of("e\xcc\x81数");
  REQUIRE(glyphs.size() == 2);
  CHECK(glyphs[0].bytes == "e\xcc\x81");
  CHECK(glyphs[1].width == 2);
}

TEST_CASE("what does not fit is cut between characters", "[display]") {
  CHECK(fit("abc", 3) == "abc");
  CHECK(fit("abcd", 3) == "ab…");
  CHECK(fit("数学数", 5) == "数学…");
  CHECK(fit("数学数", 4) == "数…");
  CHECK(fit("abc", 1) == "…");
  CHECK(fit("abc", 0).empty());
  for (std::size_t columns = 0; columns < 12; ++columns)
    CHECK(display_width(fit("a数b学e\xcc\x81🎈z", columns)) <= columns);
}
