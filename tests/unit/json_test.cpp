// JSON spelling: what the scanner takes and refuses, what readers get out of it, what is written.
// The judge of the random documents is nlohmann/json; where the two differ on purpose the test says
// so.
#include "json/json.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace json = atrium::json;

namespace {

constexpr std::size_t depth = 64;

bool accepts(std::string_view text, std::size_t max_depth = depth) {
  json::slice value;
  return !json::check(text, max_depth, value).has_value();
}

json::slice parse(std::string_view text) {
  json::slice value;
  const auto error = json::check(text, depth, value);
  INFO(text);
  REQUIRE_FALSE(error.has_value());
  return value;
}

std::string text_of(std::string_view text) {
  return json::to_text(parse(text));
}

/// Nothing: nlohmann has no say, because it refuses huge numbers and lone surrogates, which RFC
/// 8259 allows.
std::optional<bool> judge(const std::string& text) {
  try {
    return !nlohmann::json::parse(text).is_discarded();
  } catch (const nlohmann::json::out_of_range&) {
    return std::nullopt;
  } catch (const nlohmann::json::parse_error& e) {
    if (std::string_view{e.what()}.find("surrogate") != std::string_view::npos) return std::nullopt;
    return false;
  }
}

class documents {
public:
  explicit documents(unsigned seed) : random_{seed} {}

  std::size_t below(std::size_t n) { return random_() % n; }

  nlohmann::json value(int levels) {
    switch (below(levels > 0 ? 8 : 6)) {
    case 0: return nullptr;
    case 1: return below(2) == 0;
    case 2: return static_cast<std::int64_t>(random_()) - (1LL << 31);
    case 3: return static_cast<double>(random_()) / 1e3 * (below(2) == 0 ? -1 : 1);
    case 4:
    case 5: return string();
    case 6: {
      auto array = nlohmann::json::array();
      for (std::size_t i = below(5); i > 0; --i) array.push_back(value(levels - 1));
      return array;
    }
    default: {
      auto object = nlohmann::json::object();
      for (std::size_t i = below(5); i > 0; --i) object[string()] = value(levels - 1);
      return object;
    }
    }
  }

  std::string string() {
    static const std::vector<std::string> parts{"a",          "shape ", "\"",   "\\", "/",
                                                "\n",         "\t",     "\x01", "ä",  "€",
                                                "\U0001F600", "{",      "]",    ",",  ": "};
    std::string s;
    for (std::size_t i = below(8); i > 0; --i) s += parts[below(parts.size())];
    return s;
  }

  /// One or a few bytes changed, added or removed.
  std::string damage(std::string text) {
    static constexpr std::string_view bytes
        = "{}[]\",:0123456789-+.eEtfnul\\ \n\x1f\x80\xC3\xE2\xED\xFF";
    for (std::size_t i = 1 + below(3); i > 0 && !text.empty(); --i) {
      const std::size_t at = below(text.size());
      const char byte = bytes[below(bytes.size())];
      switch (below(4)) {
      case 0: text[at] = byte; break;
      case 1: text.insert(at, 1, byte); break;
      case 2: text.erase(at, 1); break;
      default: text.resize(at); break;
      }
    }
    return text;
  }

private:
  std::mt19937 random_;
};

} // namespace

TEST_CASE("json: every form of a value is accepted, with white space around it", "[json]") {
  const auto text = GENERATE(as<std::string>{}, "null", "true", "false", "0", "-0", "1.5e+10",
                             "\"\"", "[]", "{}", " \t\r\n[ 1 , 2 ] ", R"({"a":{"b":[{}]}})",
                             "\"\x7f\"");
  CHECK(accepts(text));
}

TEST_CASE("json: what RFC 8259 does not know is refused", "[json]") {
  const auto text = GENERATE(as<std::string>{}, "", " ", "nul", "nullx", "True", "01", "-", "1.",
                             ".5", "+1", "1e", "1e+", "NaN", "Infinity", "0x10", "[1,]", "[,1]",
                             "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}",
                             "{1:2}", "[1", "{\"a\":1", "[}", "{]", "\"", "\"\\", "\"\\x\"",
                             "\"\\u12\"", "\"\\u12g4\"", "\"a\nb\"", "\"\t\"", "1 2", "[]]",
                             "// c\n1", "\xEF\xBB\xBF{}", "\f1");
  INFO(text);
  CHECK_FALSE(accepts(text));
}

TEST_CASE("json: a NUL byte is text after the value, not the end", "[json]") {
  CHECK_FALSE(accepts(std::string_view{"1\0", 2}));
  CHECK_FALSE(accepts(std::string_view{"\"\0\"", 3}));
}

TEST_CASE("json: strings are valid UTF-8", "[json]") {
  const auto bad = GENERATE(as<std::string>{}, "\x80", "\xC0\xAF", "\xC1\xBF", "\xC3", "\xE2\x82",
                            "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80",
                            "\xF5\x80\x80\x80", "\xFF", "long enough for a word: \xC3(");
  CHECK_FALSE(accepts("\"" + bad + "\""));
  CHECK_FALSE(accepts("{\"" + bad + "\":1}"));
  CHECK_FALSE(json::is_valid_utf8(bad));
  for (const std::string good : {"\xC2\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    CHECK(accepts("\"" + good + "\""));
    CHECK(json::is_valid_utf8(good));
  }
}

TEST_CASE("json: an error names its offset", "[json]") {
  json::slice value;
  const auto error = json::check(" [1, x]", depth, value);
  REQUIRE(error);
  CHECK(error->offset == 5);
  CHECK(std::string{error->what} == "a value was expected");
}

TEST_CASE("json: nesting is bounded exactly, and hostile nesting costs an error only", "[json]") {
  CHECK(accepts("1", 0));
  CHECK_FALSE(accepts("[]", 0));
  CHECK(accepts("[[[]]]", 3));
  CHECK_FALSE(accepts("[[[]]]", 2));
  CHECK(accepts(R"([{"a":[]},{"a":[]}])", 3));
  CHECK_FALSE(accepts(std::string(4'000'000, '['), std::numeric_limits<std::size_t>::max()));
  const std::string wide = std::string(130, '[') + "{}" + std::string(130, ']');
  CHECK(accepts(wide, 131));
  CHECK_FALSE(accepts(wide, 130));
  CHECK_FALSE(accepts(std::string(100, '[') + std::string(99, ']') + "}", 128));
}

TEST_CASE("json: random documents and damaged ones are judged as by nlohmann", "[json]") {
  documents random{20'240'101};
  std::size_t refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    const std::string good = random.value(4).dump(round % 3 == 0 ? 2 : -1);
    REQUIRE(accepts(good));
    const std::string bad = random.damage(good);
    const auto expected = judge(bad);
    if (!expected || bad.starts_with('\xEF')) continue;
    INFO(bad);
    REQUIRE(accepts(bad) == *expected);
    refused += *expected ? 0 : 1;
  }
  CHECK(refused > 5'000);
}

TEST_CASE("json: compact text is what nlohmann dumps", "[json]") {
  documents random{7};
  for (int round = 0; round < 5'000; ++round) {
    const nlohmann::json document = random.value(4);
    REQUIRE(json::compact(parse(document.dump(3))) == document.dump());
    REQUIRE(json::compact(parse(document.dump())) == document.dump());
  }
}

TEST_CASE("json: readers walk random documents completely", "[json]") {
  documents random{99};
  for (int round = 0; round < 2'000; ++round) {
    auto document = nlohmann::json::object();
    for (int i = 0; i < 4; ++i) document[random.string()] = random.value(3);
    const std::string text = document.dump(round % 2 == 0 ? 1 : -1, ' ', round % 3 == 0);
    auto seen = nlohmann::json::object();
    json::object_reader members{parse(text)};
    for (json::member m; members.next(m);)
      seen[std::string{m.key}] = nlohmann::json::parse(m.value.raw);
    REQUIRE(seen == document);
  }
}

TEST_CASE("json: items come in order, also from an empty array", "[json]") {
  std::vector<std::string> items;
  json::array_reader reader{parse(R"([ 1 ,"]",[2,[3]], {"a":"}"} ,null ])")};
  for (json::slice item; reader.next(item);) items.emplace_back(item.raw);
  CHECK(items == std::vector<std::string>{"1", R"("]")", "[2,[3]]", R"({"a":"}"})", "null"});
  json::slice item;
  json::array_reader empty{parse("[ ]")};
  CHECK_FALSE(empty.next(item));
}

TEST_CASE("json: of duplicate members the last one counts, escaped names too", "[json]") {
  const json::slice object = parse(R"({"a":1,"b":2,"\u0061":3})");
  REQUIRE(json::find(object, "a"));
  CHECK(json::find(object, "a")->raw == "3");
  CHECK(json::find(object, "b")->raw == "2");
  CHECK_FALSE(json::find(object, "c"));
}

TEST_CASE("json: escapes are read, lone surrogates become U+FFFD", "[json]") {
  CHECK(text_of(R"("\"\\\/\b\f\n\r\t")") == "\"\\/\b\f\n\r\t");
  CHECK(text_of(R"("\u0041\u00e4\u20AC\ud83d\ude00")") == "Aä€\U0001F600");
  CHECK(text_of(R"("\u0000")") == std::string(1, '\0'));
  CHECK(text_of(R"("\ud800")") == "\uFFFD");
  CHECK(text_of(R"("\ude00x")") == "\uFFFDx");
  CHECK(text_of(R"("\ud800\ud83d\ude00")") == "\uFFFD\U0001F600");
  CHECK(text_of(R"("\ud800\n")") == "\uFFFD\n");
  CHECK(text_of(R"("\ud800\u0041")") == "\uFFFDA");
}

TEST_CASE("json: integers are integers however they are spelled", "[json]") {
  CHECK(json::to_integer(parse("-0")) == 0);
  CHECK(json::to_integer(parse("1.0")) == 1);
  CHECK(json::to_integer(parse("1e3")) == 1'000);
  CHECK(json::to_integer(parse("9007199254740992")) == 9'007'199'254'740'992);
  CHECK(json::to_integer(parse("-9007199254740992")) == -9'007'199'254'740'992);
  for (const std::string_view text :
       {"9007199254740993", "1.5", "1e400", "-1e400", "99999999999999999999", "true", "\"1\""})
    CHECK_FALSE(json::to_integer(parse(text)));
}

TEST_CASE("json: numbers beyond a double are none, tiny ones are zero", "[json]") {
  CHECK(json::to_number(parse("-1.5e2")) == -150.0);
  CHECK(json::to_number(parse("1e-400")) == 0.0);
  CHECK(json::to_number(parse("0." + std::string(400, '0') + "1")) == 0.0);
  CHECK(json::to_number(parse("0e99999999999999999999")) == 0.0);
  CHECK(json::to_number(parse("1e-99999999999999999999")) == 0.0);
  CHECK(std::signbit(json::to_number(parse("-1e-400")).value()));
  for (const std::string_view text : {"1e400", "-1e400", "1e99999999999999999999", "null"})
    CHECK_FALSE(json::to_number(parse(text)));
  CHECK_FALSE(json::to_number(parse("1" + std::string(400, '0'))));
}

TEST_CASE("json: every text survives writing and reading", "[json]") {
  documents random{3};
  for (int round = 0; round < 5'000; ++round) {
    const std::string text = random.string();
    std::string written;
    json::append_string(written, text);
    REQUIRE(nlohmann::json::parse(written).get<std::string>() == text);
    REQUIRE(text_of(written) == text);
  }
  std::string written;
  json::append_string(written, "a\xFFz\xE2\x82");
  CHECK(written == "\"a\uFFFDz\uFFFD\uFFFD\"");
}

TEST_CASE("json: doubles are written so that they read back the same", "[json]") {
  const auto value = GENERATE(0.1, -0.0, 1e21, 5e-324, 1.7976931348623157e308, 100.0, 1.0 / 3.0);
  std::string written;
  json::append_number(written, value);
  CHECK(json::to_number(parse(written)) == value);
  std::string infinite;
  json::append_number(infinite, std::numeric_limits<double>::infinity());
  CHECK(infinite == "null");
}

TEST_CASE("json: an object is written member by member", "[json]") {
  std::string out;
  json::object_writer w{out};
  w.text("a", "x\"y").number("b", std::int64_t{-1}).number("c", 2.5).boolean("d", true);
  w.raw("e", "[1]").members("").members(R"("f":1,"g":2)");
  w.key("h") += "{}";
  w.end();
  CHECK(out == R"({"a":"x\"y","b":-1,"c":2.5,"d":true,"e":[1],"f":1,"g":2,"h":{}})");
  std::string empty;
  json::object_writer{empty}.end();
  CHECK(empty == "{}");
}

TEST_CASE("json: names that are no literals are escaped", "[json]") {
  std::string out;
  json::object_writer w{out};
  w.text(std::string{"a\"b"}, "1").text(std::string_view{"c"}, "2").text("", "3");
  w.end();
  CHECK(out == R"({"a\"b":"1","c":"2","":"3"})");
}

TEST_CASE("json: what has to be escaped is found at every place of every length", "[json]") {
  // Texts are looked at in pieces of 16, 8 and 4 bytes, some of them twice.
  for (std::size_t length = 1; length <= 40; ++length)
    for (std::size_t place = 0; place < length; ++place)
      for (const auto* special : {"\"", "\\", "\n", "\x1f", "\x7f", "ä"}) {
        std::string text(length, 'x');
        text.replace(place, 1, special);
        std::string out;
        json::append_string(out, text);
        INFO(out);
        REQUIRE(out == nlohmann::json(text).dump());
        REQUIRE(text_of(out) == text);
      }
}

TEST_CASE("json: characters are code points", "[json]") {
  CHECK(json::count_characters("") == 0);
  CHECK(json::count_characters("aä€\U0001F600") == 4);
}

namespace {

/// Text of a random value with what makes walking hard: quotes, escapes and brackets in strings,
/// runs of backslashes, white space where it may stand, and lengths around the size of a block.
std::string random_text(std::minstd_rand& source, int depth, bool spaced) {
  auto draw = [&](int n) { return std::uniform_int_distribution<int>{0, n - 1}(source); };
  auto gap = [&] { return spaced && draw(3) == 0 ? std::string(1, " \n\t\r"[draw(4)]) : ""; };
  auto string = [&] {
    static constexpr std::array<const char*, 12> parts{
        "a",    "{",       "}",
        "[",    "]",       "\\\"",
        "\\\\", ",",       ":",
        " ",    "\\u005b", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"};
    std::string out = "\"";
    for (int n = draw(12); n-- > 0;) out += parts[static_cast<std::size_t>(draw(12))];
    return out + "\"";
  };
  int what = draw(depth > 0 ? 5 : 3);
  if (what == 0) return std::to_string(draw(100'000) - 50'000);
  if (what == 1) return draw(2) == 0 ? "true" : "null";
  if (what == 2) return string();
  std::string out = what == 3 ? "[" : "{";
  out += gap();
  for (int n = draw(6); n-- > 0;) {
    if (what == 4) out += string() + gap() + ":" + gap();
    out += random_text(source, depth - 1, spaced) + gap();
    if (n > 0) out += "," + gap();
  }
  return out + (what == 3 ? "]" : "}");
}

} // namespace

TEST_CASE("walking over containers finds their ends, whatever stands in them") {
  using namespace atrium::json;
  std::minstd_rand source{7};
  for (int round = 0; round < 3'000; ++round) {
    CAPTURE(round);
    std::vector<std::string> items;
    std::string text = "[";
    for (int n = 0; n < 5; ++n) {
      items.push_back(random_text(source, 4, round % 2 == 1));
      text += (n > 0 ? "," : "") + items.back();
    }
    text += "]";
    slice root;
    REQUIRE_FALSE(check(text, 64, root));
    array_reader reader{root};
    std::size_t count = 0;
    for (slice item; reader.next(item); ++count) REQUIRE(item.raw == items.at(count));
    CHECK(count == items.size());
    CHECK(is_compact(root) == (compact(root) == root.raw));
  }
}

TEST_CASE("an item's end is found while it is read") {
  using namespace atrium::json;
  std::minstd_rand source{11};
  for (int round = 0; round < 2'000; ++round) {
    CAPTURE(round);
    std::string text = R"([{"a":)" + random_text(source, 3, round % 2 == 1) + R"( },{"b":1} ])";
    slice root;
    REQUIRE_FALSE(check(text, 64, root));
    array_reader items{root};
    slice open;
    REQUIRE(items.begin_item(open));
    object_reader members{open};
    for (member m; members.next(m);) {
    }
    items.end_item(members.end());
    slice second;
    REQUIRE(items.next(second));
    CHECK(second.raw == R"({"b":1})");
    CHECK_FALSE(items.next(second));
  }
}
