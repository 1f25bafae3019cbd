// Bytes inside of JSON, out of it as attachments and back into it. Frames are taken apart again by
// their headers, and packets are completed by the decoder, as on a connection.
#include "net/socketio_binary.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace atrium::net;
namespace json = atrium::json;

namespace {

/// The payloads of frames back to back, `t` before a text, `b` before bytes.
using messages = std::vector<std::string>;

messages taken_apart(std::string_view bytes) {
  messages out;
  auto length_of = [](std::string_view digits) {
    std::size_t length = 0;
    for (auto c : digits) length = length << 8U | static_cast<unsigned char>(c);
    return length;
  };
  while (!bytes.empty()) {
    REQUIRE((bytes[0] == '\x81' || bytes[0] == '\x82'));
    std::size_t wide = bytes[1] == 126 ? 2 : bytes[1] == 127 ? 8 : 0;
    auto length = length_of(wide == 0 ? bytes.substr(1, 1) : bytes.substr(2, wide));
    REQUIRE(bytes.size() >= 2 + wide + length);
    out.push_back((bytes[0] == '\x81' ? "t" : "b") + std::string{bytes.substr(2 + wide, length)});
    bytes.remove_prefix(2 + wide + length);
  }
  return out;
}

messages finished(std::string_view text) {
  text_frame f;
  f.text() += text;
  return taken_apart(*finish_packet(f));
}

bool stays(const std::string& text) {
  return finished(text) == messages{"t" + text};
}

/// A packet with its attachments, complete.
socketio::packet whole(const messages& sent) {
  socketio::decoder decoder{{}};
  // Without the Engine.IO type.
  auto outcome = decoder.take_text(std::string_view{sent.at(0)}.substr(2));
  for (std::size_t i = 1; i < sent.size(); ++i)
    outcome = decoder.take_binary(std::string_view{sent[i]}.substr(1));
  REQUIRE(std::holds_alternative<socketio::packet>(outcome));
  return std::get<socketio::packet>(std::move(outcome));
}

/// The payload with its attachments in place; nothing when that is more than `max_bytes`.
std::optional<std::string> put_back(const socketio::packet& p, std::size_t max_bytes = 1'000'000) {
  std::string out;
  if (!append_with_bytes(out, p, p.payload, max_bytes)) return std::nullopt;
  return out;
}

std::string event_with(std::size_t count) {
  std::string text{R"(42["e")"};
  for (std::size_t i = 0; i < count; ++i) text += R"(,{"$binary":"AQ=="})";
  return text + "]";
}

} // namespace

TEST_CASE("a packet without bytes is one text frame") {
  text_frame f;
  f.text() += R"(42["e",{}])";
  CHECK(*finish_packet(f)
        == "\x81\x0a"
           R"(42["e",{}])");
  for (auto text : {R"(42["e"])", R"(437[])", R"(42["e",{"binary":"AQ=="},"$binary"])",
                    R"(42["e",{"_placeholder":true,"num":0}])"})
    CHECK(stays(text));
}

TEST_CASE("bytes in a packet become attachments behind it, in their order") {
  CHECK(finished(R"(42["e",{"$binary":"AQID"}])")
        == messages{R"(t451-["e",{"_placeholder":true,"num":0}])", "b\x01\x02\x03"});
  CHECK(finished(
            R"(42["e",{"a":{"$binary":"YQ=="},"b":[1,{"$binary":"YmI="}]},"x",{"$binary":"YQ=="}])")
        == messages{R"(t453-["e",{"a":{"_placeholder":true,"num":0},)"
                    R"("b":[1,{"_placeholder":true,"num":1}]},"x",{"_placeholder":true,"num":2}])",
                    "ba", "bbb", "ba"});
  CHECK(finished(R"(42["e",{"$binary":""},"epoch:5"])")
        == messages{R"(t451-["e",{"_placeholder":true,"num":0},"epoch:5"])", "b"});
}

TEST_CASE("an ack keeps its id before its attachments' number is put there") {
  CHECK(finished(R"(437[{"$binary":"YQ=="}])")
        == messages{R"(t461-7[{"_placeholder":true,"num":0}])", "ba"});
  CHECK(finished(R"(439007199254740991[{"$binary":"YQ=="},{"$binary":"Yg=="}])")
        == messages{R"(t462-9007199254740991[{"_placeholder":true,"num":0},)"
                    R"({"_placeholder":true,"num":1}])",
                    "ba", "bb"});
}

TEST_CASE("more bytes than clients take stay where they are") {
  auto ten = finished(event_with(10));
  REQUIRE(ten.size() == 11);
  CHECK(ten[0].starts_with(R"(t4510-["e",{"_placeholder":true,"num":0},)"));
  CHECK(ten[0].ends_with(R"(,{"_placeholder":true,"num":9}])"));
  CHECK(ten[10] == "b\x01");
  CHECK(stays(event_with(11)));
  CHECK(stays(event_with(100)));
}

TEST_CASE("bytes stay where something in the packet looks like an attachment") {
  for (auto look_alike :
       {R"({"_placeholder":true,"num":0})", R"({"_placeholder":false})", R"({"_placeholder":null})",
        R"({"num":5,"_placeholder":"true"})", R"({"\u005fplaceholder":true,"num":0})",
        R"({"_pl\u0061ceholder":true,"num":1})", R"([[{"a":{"b":[0,{"_placeholder":true}]}}]])",
        R"({"a":1,"b":{"_placeholder":{}}})"}) {
    INFO(look_alike);
    CHECK(stays(R"(42["e",{"$binary":"AQ=="},)" + std::string{look_alike} + "]"));
    CHECK(stays(R"(42["e",)" + std::string{look_alike} + R"(,{"$binary":"AQ=="}])"));
    CHECK(stays(R"(431[{"x":)" + std::string{look_alike} + R"(,"y":{"$binary":"AQ=="}}])"));
  }
  CHECK(finished(R"(42["_placeholder",{"a":"_placeholder","b":{"$binary":"YQ=="}}])").size() == 2);
}

TEST_CASE("what is no base64, or more than bytes, stays where it is") {
  for (std::string value :
       {R"({"$binary":"A"})", R"({"$binary":"A*=="})", R"({"$binary":"AQ="})",
        R"({"$binary":"AR=="})", R"({"$binary":"AQ ="})", R"({"$binary":"\u0041Q=="})",
        R"({"$binary":"AQ\n=="})", R"({"$binary":"AQ==\""})", R"({"$binary":"AQ==","x":1})",
        R"({"x":1,"$binary":"AQ=="})", R"({"$binary":5})", R"({"$binary":["AQ=="]})",
        R"({"$binary":{}})", R"({"$binary":null})", R"({"Binary":"AQ=="})"}) {
    INFO(value);
    CHECK(stays(R"(42["e",)" + value + "]"));
    CHECK(finished(R"(42["e",)" + value + R"(,{"$binary":"YQ=="}])")
          == messages{R"(t451-["e",)" + value + R"(,{"_placeholder":true,"num":0}])", "ba"});
  }
}

TEST_CASE("text that reads like bytes stays text") {
  auto quoted = R"("{\"$binary\":\"AQ==\"}")";
  CHECK(stays(R"(42["e",)" + std::string{quoted} + "]"));
  CHECK(finished(R"(42["e",)" + std::string{quoted} + R"(,{"$binary":"YQ=="}])")
        == messages{R"(t451-["e",)" + std::string{quoted} + R"(,{"_placeholder":true,"num":0}])",
                    "ba"});
  CHECK(stays(R"(42["{\"$binary\":\"AQ==\"}",{"{\"$binary\":\"":"AQ=="}])"));
}

TEST_CASE("attachments are put back where their placeholders are") {
  CHECK(put_back(whole({R"(t452-["e",{"b":{"_placeholder":true,"num":1}},)"
                        R"({"_placeholder":true,"num":0},[{"num":1,"_placeholder":true}], "x"])",
                        "ba", "b\x01\x02"}))
        == R"(["e",{"b":{"$binary":"AQI="}},{"$binary":"YQ=="},[{"$binary":"AQI="}], "x"])");
  CHECK(put_back(whole({R"(t451-["e",{"_placeholder":false},"_placeholder"])", "ba"}))
        == R"(["e",{"_placeholder":false},"_placeholder"])");
  CHECK(put_back(whole({R"(t451-["e",{"_placeholder":true,"num":0}])", "b"}))
        == R"(["e",{"$binary":""}])");
}

TEST_CASE("a placeholder of no attachment is refused") {
  CHECK_FALSE(put_back(whole({R"(t42["e",{"_placeholder":true,"num":0}])"})));
  CHECK(put_back(whole({R"(t42["e",{"_placeholder":"true","num":0}])"})));
}

TEST_CASE("attachments as text are bounded, with all that stands before and behind them") {
  for (auto text : {R"(t451-["e",{"_placeholder":true,"num":0}])",
                    R"(t451-["e",{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}])",
                    R"(t451-["e",{"_placeholder":true,"num":0},"and much more text behind it"])",
                    R"(t451-["no attachment at all"])"})
    for (std::size_t size : {0, 1, 2, 3, 100}) {
      auto p = whole({text, "b" + std::string(size, 'x')});
      const auto all = put_back(p).value();
      for (std::size_t max = 0; max < all.size() + 3; ++max)
        if (put_back(p, max).has_value() != (max >= all.size())) FAIL(text << ' ' << max);
    }

  SECTION("what stood there already counts") {
    auto p = whole({R"(t451-["e",{"_placeholder":true,"num":0}])", "babc"});
    std::string out = "before";
    CHECK(append_with_bytes(out, p, p.payload, 6 + 24));
    CHECK(out == R"(before["e",{"$binary":"YWJj"}])");
    out = "before!";
    CHECK_FALSE(append_with_bytes(out, p, p.payload, 6 + 24));
  }
  SECTION("one attachment that is meant very often costs no more") {
    std::string text = R"(t451-["e")";
    for (int i = 0; i < 10'000; ++i) text += R"(,{"_placeholder":true,"num":0})";
    auto p = whole({text + "]", "b" + std::string(100'000, 'x')});
    std::string out;
    CHECK_FALSE(append_with_bytes(out, p, p.payload, 1'000'000));
    CHECK(out.size() < 1'001'000);
  }
}

TEST_CASE("bytes of any value and number come through as they were") {
  std::mt19937 random{5}; // NOLINT: the same ones every time
  for (int round = 0; round < 200; ++round) {
    messages sent{"t45" + std::to_string(1 + random() % 10) + R"(-["e",{"list":[null)"};
    const auto count = std::stoull(sent[0].substr(3));
    for (std::size_t i = 0; i < count; ++i) {
      std::string bytes{"b"};
      for (auto size = random() % 300; size > 0; --size) bytes += static_cast<char>(random());
      sent[0] += R"(,{"_placeholder":true,"num":)" + std::to_string(i) + "}";
      sent.push_back(std::move(bytes));
    }
    sent[0] += R"(]},"last"])";
    auto text = put_back(whole(sent));
    REQUIRE(text);
    CHECK(text->find("_placeholder") == std::string::npos);
    if (finished("42" + *text) != sent) FAIL(*text);
  }
}

TEST_CASE("attachments have frames of any length") {
  for (std::size_t size : {125, 126, 65'535, 65'536}) {
    messages sent{R"(t451-["e",{"_placeholder":true,"num":0}])", "b" + std::string(size, 'x')};
    if (finished("42" + put_back(whole(sent)).value()) != sent) FAIL(size);
  }
}
