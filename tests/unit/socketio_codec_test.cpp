// Socket.IO by tables: every type of packet with every part it can have, every error, attachments in
// every wrong order; then texts cut at every byte and texts with random damage, which must be read
// as something that reads the same when spelled again, or refused.
#include "net/socketio_codec.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace atrium::net::socketio;
namespace json = atrium::json;

namespace {

constexpr decode_limits usual;

packet good(std::string_view text) {
  INFO(text);
  auto read = read_packet(text, usual);
  if (const auto* error = std::get_if<packet_error>(&read)) FAIL(to_string(*error));
  return std::get<packet>(std::move(read));
}

/// Nothing: it is a packet.
std::optional<packet_error> error_of(std::string_view text, const decode_limits& limits = usual) {
  const auto read = read_packet(text, limits);
  const auto* error = std::get_if<packet_error>(&read);
  return error != nullptr ? std::optional{*error} : std::nullopt;
}

std::string spelled(const packet& p) {
  std::string out;
  append_packet(out, p);
  return out;
}

bool is_same(const packet& a, const packet& b) {
  return a.type == b.type && a.name_space == b.name_space && a.ack_id == b.ack_id
         && a.payload.raw == b.payload.raw && a.attachment_count == b.attachment_count;
}

template <class Append>
std::string text_of(Append append) {
  std::string out;
  append(out);
  return out;
}

/// Spelled as this server spells them, so that spelling again what was read gives the same.
const std::vector<std::string>& valid_texts() {
  static const std::vector<std::string> texts{
      "0",
      R"(0{"token":"x"})",
      "0/adm,",
      R"(0/adm?x=1,{"a":[1,{}]})",
      "1",
      "1/adm,",
      "2",
      R"(2["a"])",
      R"(2["a",1,{"b":"c"},null])",
      R"(2[7,"numeric"])",
      R"(2/adm,7["ü"])",
      R"(20["first"])",
      R"(29007199254740991["last"])",
      R"(2["error"])",
      R"(2["x",{"_placeholder":true,"num":99}])",
      "37",
      "3",
      "31[]",
      R"(3/adm,456["ok",[[]]])",
      R"(4{"message":"Invalid namespace"})",
      R"(4/x,"plain")",
      R"(51-["b",{"_placeholder":true,"num":0}])",
      R"(52-/adm,3["b",{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}])",
      R"(510-["fewer"])",
      "51-",
      R"(61-7[{"_placeholder":true,"num":0}])",
      R"(62-/adm,7[{"deep":[{"_placeholder":true,"num":1}]}])",
  };
  return texts;
}

/// Whole, missing something, or wrong.
template <class T>
T expect(decoder::outcome outcome) {
  REQUIRE(std::holds_alternative<T>(outcome));
  return std::get<T>(std::move(outcome));
}

} // namespace

TEST_CASE("every packet reads back as it is spelled") {
  for (const auto& text : valid_texts()) {
    INFO(text);
    const auto p = good(text);
    CHECK(spelled(p) == text);
    CHECK(p.parts == nullptr);
  }
}

TEST_CASE("a packet has type, namespace, id, payload and attachments") {
  const auto p = good(R"(52-/adm?x=1,007 [ "b", {"num":1,"_placeholder":true} ] )");
  CHECK(p.type == packet_type::binary_event);
  CHECK(p.attachment_count == 2);
  CHECK(p.name_space == "/adm?x=1");
  CHECK(p.ack_id == 7);
  CHECK(p.payload.raw == R"([ "b", {"num":1,"_placeholder":true} ])");
  CHECK_FALSE(good("2").has_payload());
  CHECK_FALSE(good("2").ack_id);
}

TEST_CASE("what the reference tolerates is taken") {
  struct row {
    std::string_view text, name_space;
    std::optional<std::int64_t> ack_id;
    std::string_view payload;
  };
  for (const auto& r :
       {row{"0/", "/", {}, ""}, row{"0/,", "/", {}, ""}, row{"0/adm", "/adm", {}, ""},
        row{"0/,{}", "/", {}, "{}"}, row{"1/adm", "/adm", {}, ""}, row{"2/adm", "/adm", {}, ""},
        row{"2 [\"a\"] ", "/", {}, "[\"a\"]"}, row{"2\n[\"a\"]", "/", {}, "[\"a\"]"},
        row{"2007[\"a\"]", "/", 7, "[\"a\"]"}, row{"20000000000000000000000001[1]", "/", 1, "[1]"},
        row{"3[]", "/", {}, "[]"}, row{"2[1.5]", "/", {}, "[1.5]"},
        row{"2[\"\"]", "/", {}, "[\"\"]"}, row{"2[\"a\",1e400]", "/", {}, "[\"a\",1e400]"},
        row{"2[\"\\ud800\"]", "/", {}, "[\"\\ud800\"]"}, row{"501-[\"a\"]", "/", {}, "[\"a\"]"}}) {
    const auto p = good(r.text);
    INFO(r.text);
    CHECK(p.name_space == r.name_space);
    CHECK(p.ack_id == r.ack_id);
    CHECK(p.payload.raw == r.payload);
  }
}

TEST_CASE("what is malformed is told by its kind") {
  using e = packet_error;
  for (const auto& [text, expected] : std::vector<std::pair<std::string, packet_error>>{
           {"", e::empty_packet},
           {"7", e::unknown_type},
           {"9[\"a\"]", e::unknown_type},
           {"abc", e::unknown_type},
           {" 2[\"a\"]", e::unknown_type},
           {"-1", e::unknown_type},
           {"5", e::bad_attachment_count},
           {"5[\"a\"]", e::bad_attachment_count},
           {"5-[\"a\"]", e::bad_attachment_count},
           {"51[\"a\"]", e::bad_attachment_count},
           {"51", e::bad_attachment_count},
           {"50-[\"a\"]", e::bad_attachment_count},
           {"500-[\"a\"]", e::bad_attachment_count},
           {"5-1-[\"a\"]", e::bad_attachment_count},
           {"51.5-[\"a\"]", e::bad_attachment_count},
           {"5 1-[\"a\"]", e::bad_attachment_count},
           {"6x-[]", e::bad_attachment_count},
           {"511-[\"a\"]", e::too_many_attachments},
           {"5999999999999999999999999-[\"a\"]", e::too_many_attachments},
           {"0/a\x1f", e::bad_namespace},
           {std::string{"0/a\0b,", 6}, e::bad_namespace},
           {"0/\xff,", e::bad_namespace},
           {"29007199254740992[\"a\"]", e::bad_ack_id},
           {"399999999999999999999999[]", e::bad_ack_id},
           {"2-1[\"a\"]", e::bad_json},
           {"21.5[\"a\"]", e::bad_json},
           {"2x[\"a\"]", e::bad_json},
           {"2,[\"a\"]", e::bad_json},
           {"2[\"a\"", e::bad_json},
           {"2[\"a\"]x", e::bad_json},
           {"2[\"a\"][\"b\"]", e::bad_json},
           {"2[\"\xff\"]", e::bad_json},
           {"2 ", e::bad_json},
           {"0adm,{}", e::bad_json},
           {"1/adm,x", e::bad_json},
           {"2" + std::string(129, '[') + std::string(129, ']'), e::too_deep},
           {"2" + std::string(100'000, '['), e::too_deep},
           {"0[]", e::bad_payload},
           {"0null", e::bad_payload},
           {"0\"token\"", e::bad_payload},
           {"1{}", e::bad_payload},
           {"1[]", e::bad_payload},
           {"2{}", e::bad_payload},
           {"2[]", e::bad_payload},
           {"2[null]", e::bad_payload},
           {"2[true,1]", e::bad_payload},
           {"2[{}]", e::bad_payload},
           {"2[[\"a\"]]", e::bad_payload},
           {"2\"a\"", e::bad_payload},
           {"37{}", e::bad_payload},
           {"37null", e::bad_payload},
           {"4[]", e::bad_payload},
           {"4true", e::bad_payload},
           {"51-{}", e::bad_payload},
           {"51-[{\"_placeholder\":true,\"num\":0}]", e::bad_payload},
           {"61-{}", e::bad_payload},
           {"2[\"connect\"]", e::reserved_event},
           {"2[\"connect_error\"]", e::reserved_event},
           {"2[\"disconnect\",1]", e::reserved_event},
           {"2[\"disconnecting\"]", e::reserved_event},
           {"2[\"newListener\"]", e::reserved_event},
           {"2[\"removeListener\"]", e::reserved_event},
           {"2[\"conn\\u0065ct\"]", e::reserved_event},
           {"51-[\"connect\"]", e::reserved_event},
       }) {
    INFO(text.substr(0, 100));
    CHECK(error_of(text) == expected);
    CHECK_FALSE(to_string(expected).empty());
  }
}

TEST_CASE("limits can be moved and switched off") {
  CHECK(error_of("2[[]]", {1, 10, 0}) == packet_error::too_deep);
  CHECK_FALSE(error_of("2[\"a\",[]]", {2, 10, 0}));
  CHECK_FALSE(
      error_of("2[\"a\"," + std::string(1'000, '[') + std::string(1'000, ']') + "]", {0, 10, 0}));
  CHECK(error_of("53-[\"a\"]", {128, 2, 0}) == packet_error::too_many_attachments);
  CHECK_FALSE(error_of("51000-[\"a\"]", {128, 0, 0}));
}

TEST_CASE("a placeholder names an announced attachment") {
  auto error = [](std::string_view argument) {
    return error_of(R"(52-["b",)" + std::string{argument} + "]");
  };
  for (auto fine :
       {R"({"_placeholder":true,"num":0})", R"({"num":1.0,"_placeholder":true})",
        R"({ "_placeholder" : true , "num" : 1 , "more" : {} })", R"({"_placeholder":false})",
        R"({"_placeholder":1,"num":9})", R"({"_placeholder":"true","num":9})", R"({"num":9})",
        R"("{\"_placeholder\":true,\"num\":9}")", R"(["_placeholder",true,"num",9])",
        R"({"_placeholder":true,"num":9,"num":1})", R"({"_placeholder":true,"_placeholder":0})",
        R"({"num":0,"_placeholder":true,"in":{"_placeholder":true,"num":9}})",
        R"([[{"a":[{"_placeholder":true,"num":1}]}],{"_placeholder":true,"num":1}])"}) {
    INFO(fine);
    CHECK_FALSE(error(fine));
  }
  for (auto wrong :
       {R"({"_placeholder":true})", R"({"_placeholder":true,"num":2})",
        R"({"_placeholder":true,"num":-1})", R"({"_placeholder":true,"num":0.5})",
        R"({"_placeholder":true,"num":"0"})", R"({"_placeholder":true,"num":null})",
        R"({"_placeholder":true,"num":[0]})", R"({"_placeholder":true,"num":{"num":0}})",
        R"({"_placeholder":true,"num":0,"num":"0"})", R"({"_placeholder":true,"num":1e99})",
        R"({"_placeholder":true,"n":{"num":0}})", R"({"\u005fplaceholder":true,"num":2})",
        R"({"_placeholder":true,"num":0,"n\u0075m":2})", R"([[[{"_placeholder":true,"num":2}]]])",
        R"({"a":{"_placeholder":true,"num":0},"b":{"_placeholder":true,"num":2}})"}) {
    INFO(wrong);
    CHECK(error(wrong) == packet_error::bad_placeholder);
  }
  CHECK(error_of(R"(61-7[{"_placeholder":true,"num":1}])") == packet_error::bad_placeholder);
  CHECK_FALSE(error_of(R"(2["b",{"_placeholder":true,"num":9}])"));
}

TEST_CASE("placeholders deep down and many are found in good time") {
  std::string deep = R"(51-["b",)";
  for (int i = 0; i < 100'000; ++i) deep += R"({"a":1,"a":[)";
  CHECK(error_of(deep, {0, 10, 0}) == packet_error::too_deep);
  std::string many = R"(51-["b")";
  for (int i = 0; i < 50'000; ++i) many += R"(,[{"k\"ey":"\\"},{"_placeholder":true,"num":0}])";
  CHECK_FALSE(error_of(many + "]"));
}

TEST_CASE("an event is a name and arguments") {
  auto parts = read_event(good(R"(2["a\"b",1,{"c":[2]}])"));
  REQUIRE(parts);
  CHECK(parts->name == "a\"b");
  json::slice item;
  REQUIRE(parts->arguments.next(item));
  CHECK(item.raw == "1");
  REQUIRE(parts->arguments.next(item));
  CHECK(item.raw == R"({"c":[2]})");
  CHECK_FALSE(parts->arguments.next(item));
  CHECK(read_event(good("2[7]"))->name == "7");
  CHECK(read_event(good("51-[\"b\"]"))->name == "b");
  for (auto none : {"2", "25", "51-", "0", R"(0{"a":1})", "1", "37[1]", "61-7[1]"})
    CHECK_FALSE(read_event(good(none)));
}

TEST_CASE("packets without attachments are whole at once") {
  decoder d{usual};
  const std::string text = R"(2["a"])";
  const auto p = expect<packet>(d.take_text(text));
  CHECK(is_same(p, good(text)));
  CHECK(p.payload.raw.data() == text.data() + 1);
  CHECK(p.attachments().empty());
  CHECK(d.held_bytes() == 0);
  CHECK(expect<packet_error>(d.take_binary("x")) == packet_error::unexpected_binary);
  CHECK(expect<packet_error>(d.take_text("2[]")) == packet_error::bad_payload);
  CHECK(expect<packet_error>(d.take_text("5[]")) == packet_error::bad_attachment_count);
}

TEST_CASE("a binary packet is whole with its last attachment, and owns all of it") {
  const std::string header
      = R"(52-/adm,7["b",{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}])";
  packet p;
  {
    decoder d{usual};
    {
      auto text = header;
      expect<decoder::incomplete>(d.take_text(text));
      text.assign(text.size(), '?');
    }
    CHECK(d.held_bytes() == header.size());
    expect<decoder::incomplete>(d.take_binary(std::string{"\0one", 4}));
    CHECK(d.held_bytes() == header.size() + 4);
    p = expect<packet>(d.take_binary(""));
    CHECK(d.held_bytes() == 0);
    // The next one begins from nothing, and leaves the first alone.
    expect<decoder::incomplete>(d.take_text("51-[\"c\"]"));
    CHECK(expect<packet>(d.take_binary("z")).attachments()[0] == "z");
    CHECK(expect<packet_error>(d.take_binary("z")) == packet_error::unexpected_binary);
  }
  CHECK(spelled(p) == header);
  REQUIRE(p.attachments().size() == 2);
  CHECK(p.attachments()[0] == std::string{"\0one", 4});
  CHECK(p.attachments()[1].empty());
  CHECK(p.parts->attachment_bytes == 4);
}

TEST_CASE("a short binary packet survives a move of its decoder") {
  decoder first{usual};
  expect<decoder::incomplete>(first.take_text("51-[1]"));
  decoder second{std::move(first)};
  CHECK(expect<packet>(second.take_binary("z")).payload.raw == "[1]");
}

TEST_CASE("ten attachments are taken, in order") {
  decoder d{usual};
  expect<decoder::incomplete>(d.take_text("510-[\"b\"]"));
  for (int i = 0; i < 9; ++i) expect<decoder::incomplete>(d.take_binary(std::to_string(i)));
  const auto p = expect<packet>(d.take_binary("9"));
  REQUIRE(p.attachments().size() == 10);
  for (std::size_t i = 0; i < 10; ++i) CHECK(p.attachments()[i] == std::to_string(i));
}

TEST_CASE("text in place of an attachment, and too many bytes, end what was begun") {
  decoder d{{128, 10, 8}};
  for (auto text : {"2[\"a\"]", "51-[\"a\"]", "", "1"}) {
    expect<decoder::incomplete>(d.take_text("52-[\"b\"]"));
    expect<decoder::incomplete>(d.take_binary("1"));
    CHECK(expect<packet_error>(d.take_text(text)) == packet_error::unexpected_text);
    CHECK(d.held_bytes() == 0);
    CHECK(expect<packet_error>(d.take_binary("1")) == packet_error::unexpected_binary);
  }
  expect<decoder::incomplete>(d.take_text("53-[\"b\"]"));
  expect<decoder::incomplete>(d.take_binary("1234"));
  expect<decoder::incomplete>(d.take_binary("5678"));
  CHECK(expect<packet_error>(d.take_binary("9")) == packet_error::attachments_too_large);
  CHECK(d.held_bytes() == 0);
  decoder any{{128, 10, 0}};
  expect<decoder::incomplete>(any.take_text("51-[\"b\"]"));
  expect<packet>(any.take_binary(std::string(5'000'000, 'x')));
}

TEST_CASE("placeholders are replaced in the order of the text") {
  const auto p = good(R"(53-["b", {"x":[{"_placeholder":true,"num":2},"{}"]},)"
                      R"({"num":0,"y":{"_placeholder":true,"num":1},"_placeholder":true}, 5])");
  std::vector<std::size_t> asked;
  std::string out = "> ";
  CHECK(append_replacing_placeholders(out, p.payload, [&](std::string& to, std::size_t num) {
    append_placeholder(to, asked.size());
    asked.push_back(num);
    return true;
  }));
  CHECK(asked == std::vector<std::size_t>{2, 0});
  CHECK(out
        == R"(> ["b", {"x":[{"_placeholder":true,"num":0},"{}"]},)"
           R"({"_placeholder":true,"num":1}, 5])");
  std::size_t count = 0;
  CHECK_FALSE(append_replacing_placeholders(out, p.payload, [&](std::string&, std::size_t) {
    ++count;
    return false;
  }));
  CHECK(count == 1);
  std::string plain;
  CHECK(append_replacing_placeholders(plain, good("2[\"a\",{}]").payload,
                                      [](std::string&, std::size_t) { return true; }));
  CHECK(plain == "[\"a\",{}]");
}

TEST_CASE("the server's packets are spelled compactly") {
  using s = std::string;
  CHECK(text_of([](s& o) { append_connect(o, "/", "S"); }) == R"(0{"sid":"S"})");
  CHECK(text_of([](s& o) { append_connect(o, "/adm", "S", "P"); })
        == R"(0/adm,{"sid":"S","pid":"P"})");
  CHECK(text_of([](s& o) { append_connect_error(o, "/x?y", "Invalid namespace"); })
        == R"(4/x?y,{"message":"Invalid namespace"})");
  CHECK(text_of([](s& o) { append_connect_error(o, "/", "no", R"({"code":1})"); })
        == R"(4{"message":"no","data":{"code":1}})");
  CHECK(text_of([](s& o) { append_disconnect(o, "/"); }) == "1");
  CHECK(text_of([](s& o) { append_disconnect(o, "/adm"); }) == "1/adm,");
  CHECK(text_of([](s& o) { append_event(o, "/", {}, "chat:message", R"({"a":1})"); })
        == R"(2["chat:message",{"a":1}])");
  CHECK(text_of([](s& o) { append_event(o, "/adm", 12, "a\"\x1e", ""); })
        == R"(2/adm,12["a\"\u001e"])");
  CHECK(text_of([](s& o) { append_event(o, "/", {}, "b", R"({"_placeholder":true,"num":0})", 1); })
        == R"(51-["b",{"_placeholder":true,"num":0}])");
  CHECK(text_of([](s& o) { append_ack(o, "/", 0, ""); }) == "30[]");
  CHECK(text_of([](s& o) { append_ack(o, "/adm", 7, "1,2"); }) == "3/adm,7[1,2]");
  CHECK(text_of([](s& o) { append_ack(o, "/", 7, R"({"_placeholder":true,"num":0})", 1); })
        == R"(61-7[{"_placeholder":true,"num":0}])");
}

TEST_CASE("a text cut at any byte is another packet or none") {
  for (const auto& whole : valid_texts()) {
    const auto full = good(whole);
    const auto header = whole.size() - full.payload.raw.size();
    for (std::size_t length = 0; length < whole.size(); ++length) {
      // A copy of its own, so that reading past the end is seen by sanitizers.
      const std::vector<char> cut{whole.begin(),
                                  whole.begin() + static_cast<std::ptrdiff_t>(length)};
      const std::string_view text{cut.data(), cut.size()};
      INFO(text);
      const auto error = error_of(text);
      if (length > header) CHECK(error == packet_error::bad_json);
      if (!error) CHECK(is_same(good(spelled(good(text))), good(text)));
    }
  }
}

TEST_CASE("damaged texts are read the same way again, or refused") {
  std::mt19937 random{2};
  std::size_t read_count = 0;
  for (int round = 0; round < 60'000; ++round) {
    auto text = valid_texts()[random() % valid_texts().size()];
    for (auto damages = 1 + random() % 3; damages > 0 && !text.empty(); --damages) {
      const auto at = random() % text.size();
      switch (random() % 4) {
      case 0: text[at] = static_cast<char>(random()); break;
      case 1: text.erase(at, 1 + random() % 6); break;
      case 2: text.insert(at, 1, "0123456789-/,[]{}\":\\ "[random() % 21]); break;
      default: text.insert(at, text.substr(random() % text.size(), random() % 16)); break;
      }
    }
    const auto read = read_packet(text, usual);
    const auto* p = std::get_if<packet>(&read);
    if (p == nullptr) continue;
    ++read_count;
    const auto again = spelled(*p);
    const auto second = read_packet(again, usual);
    const auto* q = std::get_if<packet>(&second);
    if (q == nullptr || !is_same(*p, *q)) FAIL(text);
  }
  CHECK(read_count > 1'000);
}

TEST_CASE("a decoder stays within its limits whatever it is fed") {
  std::mt19937 random{3};
  const decode_limits limits{128, 10, 64};
  decoder d{limits};
  std::size_t whole_count = 0;
  for (int round = 0; round < 20'000; ++round) {
    const auto& text = valid_texts()[random() % valid_texts().size()];
    auto outcome = random() % 3 != 0 ? d.take_binary(std::string(random() % 20, 'x'))
                                     : d.take_text(text.substr(0, text.size() - random() % 2));
    CHECK(d.held_bytes() <= 200);
    if (const auto* p = std::get_if<packet>(&outcome)) {
      ++whole_count;
      if (p->attachments().size() != p->attachment_count) FAIL(text);
    }
  }
  CHECK(whole_count > 500);
}
