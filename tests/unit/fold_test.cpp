// Folding text and cutting queries into words: what people expect to find in the languages they
// write.
#include "text/fold.hpp"

#include "json/json.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <vector>

using namespace atrium;
using words = std::vector<std::string>;

namespace {

bool finds(const std::string& query, const std::string& message) {
  return text::holds_all(text::fold(message), text::words_of(query));
}

void append_utf8(std::string& out, char32_t c) {
  const auto add = [&out](char32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) return add(c);
  if (c < 0x800) {
    add(0xC0 | c >> 6);
  } else {
    if (c < 0x10000) {
      add(0xE0 | c >> 12);
    } else {
      add(0xF0 | c >> 18);
      add(0x80 | (c >> 12 & 0x3F));
    }
    add(0x80 | (c >> 6 & 0x3F));
  }
  add(0x80 | (c & 0x3F));
}

/// Letters of many scripts, marks, joiners, ligatures, spaces, punctuation.
std::string random_text(std::mt19937& random, std::size_t length) {
  static const std::vector<std::pair<char32_t, char32_t>> ranges{
      {0x20, 0x7E},       {0xA0, 0x24F},     {0x300, 0x345},   {0x370, 0x3FF},   {0x400, 0x4FF},
      {0x5D0, 0x5EA},     {0x600, 0x6FF},    {0x900, 0x97F},   {0xE00, 0xE5B},   {0x1100, 0x11FF},
      {0x1E00, 0x1FFF},   {0x2000, 0x206F},  {0x2100, 0x218F}, {0x3000, 0x30FF}, {0x4E00, 0x4FFF},
      {0xAC00, 0xACFF},   {0xFB00, 0xFB4F},  {0xFE00, 0xFE2F}, {0xFF01, 0xFFEF}, {0x10400, 0x1044F},
      {0x1D400, 0x1D4FF}, {0x1F600, 0x1F64F}};
  std::string out;
  for (std::size_t i = 0; i < length; ++i) {
    const auto& [from, to] = ranges[random() % ranges.size()];
    append_utf8(out, from + static_cast<char32_t>(random() % (to - from + 1)));
  }
  return out;
}

} // namespace

TEST_CASE("folding makes equal what differs in case, width and composition only") {
  const std::vector<std::pair<std::string, std::string>> same{
      {"STRASSE", "straße"},
      {"Hello World 123", "hello world 123"},
      {"ＡＴＲＩＵＭ　１２３", "atrium 123"},
      {"cafe\u0301", "café"},
      {"CAFÉ", "café"},
      {"ΌΔΟΣ", "όδος"},
      {"ὈΔΥΣΣΕΎΣ", "ὀδυσσεύς"},
      {"ПРИВЕТ МИР", "привет мир"},
      {"ﬁnal ﬂow", "final flow"},
      {"ｶﾞｷﾞｸﾞ", "ガギグ"},
      {"\u1112\u1161\u11AB\u1100\u1173\u11AF", "한글"},
      {"x²", "X2"},
      {"①", "1"},
      {"DŽ", "dž"},
      {"soft\u00ADhyphen", "softhyphen"},
      {"İSTANBUL", "i\u0307stanbul"},
      {"ՈՒՐԱԽ", "ուրախ"},
      {"𐐀", "𐐨"},
  };
  for (const auto& [a, b] : same) {
    INFO(a << " and " << b);
    CHECK(text::fold(a) == text::fold(b));
  }
  CHECK(text::fold("é") != text::fold("e"));
  CHECK(text::fold("ı") != text::fold("i"));
  CHECK(text::fold("").empty());
  CHECK(text::fold(std::string("a\0B", 3)) == std::string("a\0b", 3));
}

TEST_CASE("folding twice is folding once, and stays valid UTF-8") {
  std::mt19937 random{20'240'601};
  for (int i = 0; i < 20'000; ++i) {
    const auto folded = text::fold(random_text(random, random() % 24));
    REQUIRE(text::fold(folded) == folded);
    REQUIRE(json::is_valid_utf8(folded));
  }
}

TEST_CASE("bytes that are no text are folded without a complaint") {
  std::mt19937 random{7};
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes(random() % 20, '\0');
    for (char& c : bytes)
      c = static_cast<char>(random() % 3 == 0 ? random() : 0x20 + random() % 96);
    const auto folded = text::fold(bytes);
    for (const auto& word : text::words_of(bytes)) {
      REQUIRE_FALSE(word.empty());
      REQUIRE(text::holds_all(folded, {word}));
    }
  }
  CHECK(text::words_of("\xff\xfe ok").back() == "ok");
}

TEST_CASE("a query is cut into words at white space, without the punctuation around them") {
  CHECK(text::words_of("  Hello,  World! ") == words{"hello", "world"});
  CHECK(text::words_of("one\ttwo\nthree\u3000four\u00A0five\u2003six")
        == words{"one", "two", "three", "four", "five", "six"});
  CHECK(text::words_of("\"quoted\" (brackets) [more] {yet} «french» „deutsch“ 「日本」 ¿qué?")
        == words{"quoted", "brackets", "more", "yet", "french", "deutsch", "日本", "qué"});
  CHECK(text::words_of("c++ #tag @name AT&T 50% a/b C:\\dir *bold* don't e.g. x-y _z_")
        == words{"c++", "#tag", "@name", "at&t", "50%", "a/b", "c:\\dir", "*bold*", "don't", "e.g",
                 "x-y", "_z_"});
  CHECK(text::words_of("终于。好！") == words{"终于。好"});
  CHECK(text::words_of("?! ... ?!") == words{"?!", "..."});
  CHECK(text::words_of("Word word, WORD") == words{"word"});
  CHECK(text::words_of("").empty());
  CHECK(text::words_of(" \t\u3000").empty());
  CHECK(text::words_of("\u00AD").empty());
}

TEST_CASE("messages are found in many languages") {
  CHECK(finds("STRASSE", "In der Straße wohnt niemand"));
  CHECK(finds("straße", "HAUPTSTRASSE 5"));
  CHECK(finds("board white", "Draw it on the Whiteboards!"));
  CHECK(finds("привет", "ПРИВЕТ, как дела?"));
  CHECK(finds("σίσυφος", "Ο ΣΊΣΥΦΟΣ"));
  CHECK(finds("日本", "私は日本語を話します"));
  CHECK(finds("한글", "한글은 아름답다"));
  CHECK(finds("हिन्दी", "मुझे हिन्दी आती है"));
  CHECK(finds("ภาษา", "ภาษาไทย"));
  CHECK(finds("مرحبا؟", "مرحبا بالعالم"));
  CHECK(finds("שלום", "שלום עולם"));
  CHECK(finds("việt", "Tiếng VIỆT"));
  CHECK(finds("👍🏽", "good 👍🏽!"));
  CHECK(finds("ｃ++", "I write C++"));
  CHECK_FALSE(finds("hello there", "hello world"));
  CHECK_FALSE(finds("cafe", "café"));
}

TEST_CASE("words are found wherever a naive search finds them") {
  std::mt19937 random{99};
  for (int i = 0; i < 50'000; ++i) {
    std::string folded(random() % 40, ' ');
    for (char& c : folded) c = static_cast<char>('a' + random() % 3);
    words wanted(1 + random() % 3);
    for (auto& w : wanted)
      for (auto n = 1 + random() % 5; n > 0; --n) w += static_cast<char>('a' + random() % 3);
    bool naive = true;
    for (const auto& w : wanted) naive = naive && folded.find(w) != std::string::npos;
    REQUIRE(text::holds_all(folded, wanted) == naive);
    const auto from = random() % (folded.size() + 1);
    REQUIRE(text::find(folded, wanted[0], from) == folded.find(wanted[0], from));
  }
  CHECK(text::holds_all("", {}));
  CHECK_FALSE(text::holds_all("", {"a"}));
  CHECK(text::find("a", "a", 2) == std::string_view::npos);
}
