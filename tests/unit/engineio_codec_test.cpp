// Engine.IO by tables: every packet, every error, every refusal; then payloads cut at every byte and
// payloads with random damage, which must be read as something or refused, and nothing else.
#include "net/engineio_codec.hpp"

#include <catch2/catch.hpp>

#include <cctype>
#include <optional>
#include <ostream>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

using namespace atrium::net::engineio;
using namespace std::chrono_literals;

namespace {

constexpr payload_limits no_limits{0, 0};

/// A packet that owns its bytes.
struct kept {
  packet_type type;
  bool is_binary;
  std::string data;
  bool operator==(const kept&) const = default;
};

std::ostream& operator<<(std::ostream& out, const kept& k) {
  return out << static_cast<int>(k.type) << (k.is_binary ? "b" : "t") << ':' << k.data;
}

struct payload {
  std::vector<kept> packets;
  std::optional<packet_error> error;
};

payload read_payload(std::string_view text, payload_limits limits = no_limits) {
  payload out;
  payload_reader reader{text, limits};
  for (packet p; reader.next(p);) out.packets.push_back({p.type, p.is_binary, std::string{p.data}});
  packet more;
  CHECK_FALSE(reader.next(more));
  out.error = reader.error();
  return out;
}

std::string spelled(const std::vector<kept>& packets) {
  std::string out;
  for (const auto& k : packets) {
    std::string one;
    append_payload_packet(one, {k.type, k.is_binary, k.data});
    append_to_payload(out, one);
  }
  return out;
}

const std::vector<kept>& mixed_packets() {
  static const std::vector<kept> packets{
      {packet_type::open, false, R"({"sid":"x"})"},
      {packet_type::message, false, "42[\"ü\",1]"},
      {packet_type::message, true, std::string{"\x00\x1e\xff\x80", 4}},
      {packet_type::ping, false, ""},
      {packet_type::pong, false, "probe"},
      {packet_type::message, true, ""},
      {packet_type::message, false, ""},
      {packet_type::upgrade, false, ""},
      {packet_type::noop, false, ""},
      {packet_type::close, false, ""},
  };
  return packets;
}

std::variant<request, refusal> read(request_parts parts) {
  return read_request(parts);
}

refusal refused(request_parts parts) {
  auto answer = read(parts);
  REQUIRE(std::holds_alternative<refusal>(answer));
  return std::get<refusal>(answer);
}

request accepted(request_parts parts) {
  auto answer = read(parts);
  REQUIRE(std::holds_alternative<request>(answer));
  return std::get<request>(answer);
}

request_parts parts(std::string_view method, std::string_view transport,
                    std::string_view sid = {}) {
  return {method, transport, sid, "4", {}, transport == "websocket", true};
}

} // namespace

TEST_CASE("an Engine.IO packet is a digit and data") {
  for (int type = 0; type <= 6; ++type)
    for (std::string_view data : {"", "probe", R"(2["a"])", "\x1e"}) {
      std::string text;
      append_packet(text, static_cast<packet_type>(type), data);
      CHECK(text == std::to_string(type) + std::string{data});
      const auto read = read_packet(text);
      REQUIRE(std::holds_alternative<packet>(read));
      CHECK(std::get<packet>(read) == packet{static_cast<packet_type>(type), false, data});
    }
  CHECK(std::get<packet_error>(read_packet("")) == packet_error::empty_packet);
  for (int c = 0; c < 256; ++c)
    if (c < '0' || c > '6')
      CHECK(std::get<packet_error>(read_packet(std::string{static_cast<char>(c), '4'}))
            == packet_error::unknown_type);
}

TEST_CASE("a payload is packets between separators, binary ones as base64") {
  CHECK(spelled({{packet_type::message, false, "a"},
                 {packet_type::message, true, "\x01\x02\x03\x04"},
                 {packet_type::noop, false, ""}})
        == "4a\x1e"
           "bAQIDBA==\x1e"
           "6");
  const auto read = read_payload(spelled(mixed_packets()));
  CHECK_FALSE(read.error);
  CHECK(read.packets == mixed_packets());
  CHECK(read_payload("bAQIDBA").packets
        == std::vector<kept>{{packet_type::message, true, "\x01\x02\x03\x04"}});
}

TEST_CASE("the first bad packet of a payload ends it, those before it count") {
  struct row {
    std::string text;
    std::size_t good;
    packet_error error;
  };
  for (const auto& r : {
           row{"", 0, packet_error::empty_packet},
           row{"\x1e", 0, packet_error::empty_packet},
           row{"\x1e"
               "4a",
               0, packet_error::empty_packet},
           row{"4a\x1e", 1, packet_error::empty_packet},
           row{"4a\x1e\x1e"
               "4b",
               1, packet_error::empty_packet},
           row{"4a\x1e"
               "7\x1e"
               "4c",
               1, packet_error::unknown_type},
           row{"abc", 0, packet_error::unknown_type},
           row{"4a\x1e"
               "2\x1e"
               "b!",
               2, packet_error::bad_base64},
           row{"bAQIDB", 0, packet_error::bad_base64},
           row{"4\xff", 0, packet_error::not_utf8},
           row{"4\xc3\x1e"
               "4\xa4",
               0, packet_error::not_utf8},
       }) {
    INFO(r.text);
    const auto read = read_payload(r.text);
    CHECK(read.packets.size() == r.good);
    CHECK(read.error == r.error);
    CHECK_FALSE(to_string(r.error).empty());
  }
}

TEST_CASE("a payload has limits on bytes and on packets") {
  const std::string text = "4a\x1e"
                           "4b\x1e"
                           "4c";
  CHECK_FALSE(read_payload(text, {text.size(), 3}).error);
  const auto large = read_payload(text, {text.size() - 1, 0});
  CHECK(large.error == packet_error::payload_too_large);
  CHECK(large.packets.empty());
  const auto many = read_payload(text, {0, 2});
  CHECK(many.error == packet_error::too_many_packets);
  CHECK(many.packets.size() == 2);
}

TEST_CASE("a payload cut at any byte is read as far as it goes") {
  const auto whole = spelled(mixed_packets());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    // A copy of its own, so that reading past the end is seen by sanitizers.
    const std::vector<char> cut{whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)};
    const auto read = read_payload({cut.data(), cut.size()});
    REQUIRE(read.packets.size() <= mixed_packets().size());
    for (std::size_t i = 0; i + 1 < read.packets.size(); ++i)
      CHECK(read.packets[i] == mixed_packets()[i]);
    if (!read.packets.empty())
      CHECK(mixed_packets()[read.packets.size() - 1].data.starts_with(read.packets.back().data));
  }
}

TEST_CASE("damaged payloads are read the same way again, or refused") {
  std::mt19937 random{1};
  const auto whole = spelled(mixed_packets());
  std::size_t read_whole = 0;
  for (int round = 0; round < 20'000; ++round) {
    auto text = whole;
    for (auto damages = 1 + random() % 3; damages > 0; --damages) {
      const auto at = random() % text.size();
      switch (random() % 4) {
      case 0: text[at] = static_cast<char>(random()); break;
      case 1: text.erase(at, 1 + random() % 8); break;
      case 2: text.insert(at, 1, "0123456b=\x1e"[random() % 10]); break;
      default: text.insert(at, text.substr(random() % text.size(), random() % 8)); break;
      }
      if (text.empty()) text = "4";
    }
    const auto read = read_payload(text);
    if (!read.error) ++read_whole;
    if (!read.packets.empty() && read_payload(spelled(read.packets)).packets != read.packets)
      FAIL(text);
  }
  CHECK(read_whole > 100);
}

TEST_CASE("a handshake has exactly its five keys, in order") {
  std::string text;
  append_open(text, {"abc", transport::polling, 25s, 20s, 1'000'000});
  CHECK(text
        == R"(0{"sid":"abc","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,)"
           R"("maxPayload":1000000})");
  text.clear();
  append_open(text, {"abc", transport::websocket, 300ms, 200ms, 1});
  CHECK(text
        == R"(0{"sid":"abc","upgrades":[],"pingInterval":300,"pingTimeout":200,"maxPayload":1})");
}

TEST_CASE("a sid is 20 characters that fit a URL, never the same") {
  std::set<std::string> seen;
  std::set<char> characters;
  for (int i = 0; i < 1'000; ++i) {
    const auto sid = make_sid();
    CHECK(sid.size() == 20);
    characters.insert(sid.begin(), sid.end());
    seen.insert(sid);
  }
  CHECK(seen.size() == 1'000);
  CHECK(characters.size() == 64);
  for (char c : characters)
    CHECK((std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_'));
}

TEST_CASE("refusals are spelled as JSON") {
  for (const auto& [no, text] :
       {std::pair{transport_unknown, R"({"code":0,"message":"Transport unknown"})"},
        std::pair{session_unknown, R"({"code":1,"message":"Session ID unknown"})"},
        std::pair{bad_handshake_method, R"({"code":2,"message":"Bad handshake method"})"},
        std::pair{bad_request, R"({"code":3,"message":"Bad request"})"},
        std::pair{forbidden, R"({"code":4,"message":"Forbidden"})"},
        std::pair{unsupported_version, R"({"code":5,"message":"Unsupported protocol version"})"}}) {
    std::string out;
    append_refusal(out, no);
    CHECK(out == text);
    CHECK(no.status == (no == forbidden ? 403U : 400U));
  }
}

TEST_CASE("a handshake is a GET for one of two transports in version 4") {
  const auto polling = accepted(parts("GET", "polling"));
  CHECK(polling.is_handshake());
  CHECK(polling.via == transport::polling);
  const auto websocket = accepted(parts("GET", "websocket"));
  CHECK(websocket.is_handshake());
  CHECK(websocket.via == transport::websocket);
  CHECK(websocket.is_upgrade);
}

TEST_CASE("a bad handshake is refused with the first reason in the reference's order") {
  for (auto transport : {"", "webtransport", "Polling", "polling ", "__proto__"}) {
    auto p = parts("PUT", transport);
    p.origin = "\x01";
    CHECK(refused(p) == transport_unknown);
  }
  for (auto origin : {"a\x01", "\n", "\x7f", "http://a\r"}) {
    auto p = parts("PUT", "polling", "unknown");
    p.origin = origin;
    CHECK(refused(p) == bad_request);
  }
  for (auto method : {"POST", "PUT", "HEAD", "DELETE", "get", ""}) {
    auto p = parts(method, "websocket");
    p.is_upgrade = false;
    CHECK(refused(p) == bad_handshake_method);
  }
  for (auto transport : {"polling", "websocket"}) {
    auto p = parts("GET", transport);
    p.is_upgrade = !p.is_upgrade;
    p.is_admitted = false;
    CHECK(refused(p) == bad_request);
  }
  auto stranger = parts("GET", "polling");
  stranger.is_admitted = false;
  stranger.eio = "3";
  CHECK(refused(stranger) == forbidden);
  for (auto eio : {"", "3", "5", "04", "4 ", "four"}) {
    auto p = parts("GET", "websocket");
    p.eio = eio;
    CHECK(refused(p) == unsupported_version);
  }
}

TEST_CASE("a request of a session is judged by its sid alone, then against the session") {
  using row = std::tuple<std::string_view, std::string_view, bool, std::optional<transport>,
                         std::optional<refusal>>;
  constexpr auto polls = transport::polling;
  constexpr auto sockets = transport::websocket;
  for (const auto& [method, via, is_upgrade, current, expected] : {
           row{"GET", "polling", false, polls, std::nullopt},
           row{"POST", "polling", false, polls, std::nullopt},
           row{"GET", "websocket", true, polls, std::nullopt},
           row{"GET", "polling", false, std::nullopt, session_unknown},
           row{"PUT", "polling", false, std::nullopt, session_unknown},
           row{"GET", "websocket", false, std::nullopt, session_unknown},
           row{"GET", "websocket", true, std::nullopt, session_unknown},
           row{"GET", "polling", false, sockets, bad_request},
           row{"POST", "polling", false, sockets, bad_request},
           row{"GET", "websocket", false, sockets, bad_request},
           row{"GET", "websocket", true, sockets, std::nullopt},
           row{"GET", "websocket", false, polls, bad_request},
           row{"POST", "websocket", false, polls, bad_request},
           row{"GET", "polling", true, polls, bad_request},
           row{"DELETE", "polling", false, polls, bad_request},
           row{"HEAD", "polling", false, polls, bad_request},
       }) {
    INFO(method << ' ' << via << ' ' << is_upgrade);
    auto p = parts(method, via, "some");
    p.is_upgrade = is_upgrade;
    p.is_admitted = false;
    p.eio = {};
    const auto r = accepted(p);
    CHECK_FALSE(r.is_handshake());
    CHECK(r.sid == "some");
    CHECK((check_session(r, current) == expected));
  }
  CHECK(accepted(parts("POST", "polling", "s")).method == verb::post);
}
