#include <catch2/catch.hpp>

#include "net/admission.hpp"
#include "net/http_request.hpp"
#include "net/http_response.hpp"

using namespace atrium;
using namespace atrium::net;
using namespace std::chrono_literals;

namespace {

unsigned status(const request_head& head) {
  auto no = check_head(head);
  return no ? no->status : 200;
}

const auto now = std::chrono::steady_clock::time_point{100s};

} // namespace

TEST_CASE("a head has exactly one Host that is a host") {
  CHECK(status({11, {"a:1"}, {}, false}) == 200);
  CHECK(status({11, {}, {}, false}) == 400);
  CHECK(status({10, {}, {}, false}) == 200);
  CHECK(status({11, {"a", "a"}, {}, false}) == 400);
  for (auto host : {"a b", "a,b", "u@a", "a\tb"}) CHECK(status({11, {host}, {}, false}) == 400);
  CHECK(status({20, {"a"}, {}, false}) == 505);
}

TEST_CASE("a body has one length, chunked or counted") {
  CHECK(status({11, {"a"}, {"chunked"}, false}) == 200);
  CHECK(status({11, {"a"}, {"Chunked"}, false}) == 200);
  CHECK(status({11, {"a"}, {"chunked"}, true}) == 400);
  CHECK(status({10, {"a"}, {"chunked"}, false}) == 400);
  CHECK(status({11, {"a"}, {"chunked", "chunked"}, false}) == 400);
  CHECK(status({11, {"a"}, {"chunked, gzip"}, false}) == 400);
  CHECK(status({11, {"a"}, {"gzip"}, false}) == 501);
}

TEST_CASE("a target is cut and decoded") {
  auto t = parse_target("/api/rooms/a%20b/?x=1&y=%C3%BC+z&flag&x=2");
  REQUIRE(t);
  CHECK(t->segments == std::vector<std::string>{"api", "rooms", "a b"});
  CHECK(*t->parameter("x") == "2");
  CHECK(*t->parameter("y") == "ü z");
  CHECK(t->parameter("flag")->empty());
  CHECK(t->parameter("none") == nullptr);
  CHECK(parse_target("/")->segments.empty());
  CHECK(parse_target("/?a=1")->segments.empty());
  CHECK(*parse_target("/?a=1")->parameter("a") == "1");
  for (auto wrong : {"", "x", "/%zz", "/%4", "/%ff", "/?a=%", "http://a/b"})
    CHECK_FALSE(parse_target(wrong));
}

TEST_CASE("a query string may say who the user is") {
  auto read = [](std::string_view target) { return read_identity(*parse_target(target)); };
  auto claim = [&](std::string_view target) { return std::get<identity_claim>(read(target)); };
  CHECK(claim("/ws?userId=u%201&username=Z%C3%BC").user == "u 1");
  CHECK(claim("/ws?userId=u&username=Z%C3%BC").username == "Zü");
  CHECK_FALSE(claim("/ws").user);
  for (auto wrong : {"/ws?userId=", "/ws?userId=a%0Ab", "/ws?userId=u&username="})
    CHECK(std::get<failure>(read(wrong)).code == errc::bad_request);
}

TEST_CASE("pages of other origins may not connect unless they are listed") {
  CHECK(is_allowed_origin("", "a", {}));
  CHECK(is_allowed_origin("http://a:4000", "a:4000", {}));
  CHECK(is_allowed_origin("https://A", "a:443", {}));
  CHECK(is_allowed_origin("https://a", "a", {}));
  CHECK_FALSE(is_allowed_origin("http://a:4001", "a:4000", {}));
  CHECK_FALSE(is_allowed_origin("http://evil", "a", {}));
  CHECK_FALSE(is_allowed_origin("null", "a", {}));
  CHECK(is_allowed_origin("http://b", "a", {"http://b"}));
  CHECK_FALSE(is_allowed_origin("http://a", "a", {"http://b"}));
  CHECK(is_allowed_origin("http://x", "a", {"*"}));
}

TEST_CASE("JSON is told by its type") {
  CHECK(is_json_type("application/json"));
  CHECK(is_json_type("Application/JSON ; charset=utf-8"));
  CHECK_FALSE(is_json_type(""));
  CHECK_FALSE(is_json_type("text/plain"));
  CHECK_FALSE(is_json_type("application/json5"));
}

TEST_CASE("secrets are equal or not, and an empty one equals nothing") {
  CHECK(is_same_secret("abc", "abc"));
  CHECK_FALSE(is_same_secret("abd", "abc"));
  CHECK_FALSE(is_same_secret("abcabc", "abc"));
  CHECK_FALSE(is_same_secret("", "abc"));
  CHECK_FALSE(is_same_secret("", ""));
}

TEST_CASE("only trusted proxies are believed about an address") {
  std::vector<ip_network> trusted{*parse_network("10.0.0.0/8"), *parse_network("::1")};
  CHECK(client_address("1.2.3.4", "9.9.9.9", trusted) == "1.2.3.4");
  CHECK(client_address("10.1.1.1", "9.9.9.9", trusted) == "9.9.9.9");
  CHECK(client_address("10.1.1.1", "6.6.6.6, 9.9.9.9, 10.2.2.2", trusted) == "9.9.9.9");
  CHECK(client_address("10.1.1.1", "", trusted) == "10.1.1.1");
  CHECK(client_address("10.1.1.1", "9.9.9.9, rubbish", trusted) == "10.1.1.1");
  CHECK(client_address("::1", "2001:db8::5", trusted) == "2001:db8::5");
  CHECK_FALSE(parse_network("10.0.0.0/33"));
  CHECK_FALSE(parse_network("10.0.0.0/x"));
  CHECK_FALSE(parse_network("example.org"));
  CHECK(parse_network("172.16.0.0/12")->contains(*parse_ip("172.31.255.255")));
  CHECK_FALSE(parse_network("172.16.0.0/12")->contains(*parse_ip("172.32.0.0")));
}

TEST_CASE("places are given out up to the limits and come back") {
  limit_settings limits;
  limits.connections = 3;
  limits.connections_per_ip = 2;
  admission a{limits, {}};
  using verdict = admission::verdict;
  {
    REQUIRE(a.enter("x") == verdict::admitted);
    connection_slot one{a, "x"};
    REQUIRE(a.enter("x") == verdict::admitted);
    connection_slot two{a, "x"};
    CHECK(a.enter("x") == verdict::address_full);
    REQUIRE(a.enter("y") == verdict::admitted);
    connection_slot three{a, "y"};
    CHECK(a.enter("z") == verdict::server_full);
    connection_slot moved{std::move(one)};
    CHECK(a.connections() == 3);
  }
  CHECK(a.connections() == 0);
  CHECK(a.enter("x") == verdict::admitted);
}

TEST_CASE("requests are limited per address") {
  limit_settings limits;
  limits.requests_per_second = 10;
  limits.requests_burst = 2;
  limits.rooms_created_per_minute = 1;
  admission a{limits, {}};
  CHECK(a.take_request("x", now) == 0ms);
  CHECK(a.take_request("x", now) == 0ms);
  CHECK(a.take_request("x", now) > 0ms);
  CHECK(a.take_request("y", now) == 0ms);
  CHECK(a.take_request("x", now + 200ms) == 0ms);
  CHECK(a.take_creation("x", now) == 0ms);
  CHECK(a.take_creation("x", now) > 50s);
}

TEST_CASE("half-received bytes are counted together") {
  limit_settings limits;
  limits.inbound_bytes = 100;
  admission a{limits, {}};
  inbound_share first{a};
  CHECK(first.hold(60));
  {
    inbound_share second{a};
    CHECK(second.hold(40));
    CHECK_FALSE(second.hold(41));
  }
  CHECK(first.hold(100));
}

TEST_CASE("an answer has length, caching and the right to be read") {
  rest_answer a;
  a.body = "{}";
  CHECK(spell_response(a, {}, {11, false, true, {}, {}, false}, {})
        == "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
           "Cache-Control: no-store\r\n\r\n{}");
  a.status = 405;
  CHECK(spell_response(a, "GET, HEAD", {10, true, false, "http://o", {}, false}, {"http://o"})
        == "HTTP/1.0 405 Method Not Allowed\r\nContent-Type: application/json\r\n"
           "Content-Length: 2\r\nCache-Control: no-store\r\nConnection: close\r\n"
           "Allow: GET, HEAD\r\nVary: Origin\r\nAccess-Control-Allow-Origin: http://o\r\n"
           "Access-Control-Expose-Headers: Retry-After\r\n\r\n");
  auto other = spell_response(a, {}, {11, false, true, "http://evil", {}, false}, {"http://o"});
  CHECK(other.find("Access-Control-Allow-Origin") == std::string::npos);
}

TEST_CASE("a download says what it is, and that its end is yet to come") {
  download d{"text/csv", "room-a_b-1.csv"};
  CHECK(spell_download_head(d, {11, false, true, {}, {}, false}, {})
        == "HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n"
           "Content-Disposition: attachment; filename=\"room-a_b-1.csv\"\r\n"
           "X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n\r\n");
  auto old = spell_download_head(d, {10, false, false, "http://o", {}, false}, {"http://o"});
  CHECK(old.starts_with("HTTP/1.0 200 OK\r\n"));
  CHECK(old.find("Transfer-Encoding") == std::string::npos);
  CHECK(old.find("Connection: close\r\n") != std::string::npos);
  CHECK(old.find("Access-Control-Allow-Origin: http://o\r\n") != std::string::npos);
}

TEST_CASE("a bearer's token is what stands behind the scheme") {
  CHECK(bearer_token("Bearer abc") == "abc");
  CHECK(bearer_token("bEARER   abc") == "abc");
  for (auto other : {"", "Bearer", "Bearer ", "Bearer  ", "Basic abc", "Bearerabc", "abc"})
    CHECK(bearer_token(other).empty());
  CHECK(is_same_secret("abc", "abc"));
  // Without a token configured nobody has it.
  CHECK_FALSE(is_same_secret("", ""));
  CHECK_FALSE(is_same_secret("abc", ""));
  CHECK_FALSE(is_same_secret("abcabc", "abc"));
}
