// What HTTP allows to be without end: header fields, trailers, chunk extensions. Each is cut off at a
// limit of the server's own, on REST and on /socket.io/ alike, and costs its connection, never the
// server. A body that is too large costs an Engine.IO session nothing.
#include <catch2/catch.hpp>

#include "support/http_client.hpp"
#include "support/live_house.hpp"

#include <chrono>
#include <string>
#include <utility>

using namespace atrium::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

/// Beast can't hold a longer field.
constexpr std::size_t longest_field_bytes = 65'533;
const std::string polling = "/socket.io/?EIO=4&transport=polling";

/// A POST whose body begins in chunks.
std::string chunked_post(const std::string& target) {
  return "POST " + target
         + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: "
           "chunked\r\n"
           "\r\n";
}

/// A session of Engine.IO, its handshake done: the address of its requests.
std::string open_session(std::uint16_t port) {
  auto answer = http_get(port, polling);
  REQUIRE(answer.status == 200);
  return polling + "&sid=" + json::parse(answer.body.substr(1))["sid"].get<std::string>();
}

/// The status that `bytes` get, "" if the connection is closed without. It is well before the time
/// limit of a slow request, and the server is there for others afterwards.
std::string status_of(live_house& house, const std::string& bytes) {
  auto answer = raw_exchange(house.port(), bytes, 5s);
  CHECK(http_get(house.port(), "/health").status == 200);
  return answer.starts_with("HTTP/1.1 ") ? answer.substr(9, 3) : answer;
}

} // namespace

TEST_CASE("a trailer field longer than any field may be is refused") {
  live_house house;
  for (const auto& target : {std::string{"/api/rooms"}, open_session(house.port()), polling}) {
    INFO(target);
    auto field = "X: " + std::string(66'000, 'x') + "\r\n";
    CHECK(status_of(house, chunked_post(target) + "2\r\n{}\r\n0\r\n" + field + "\r\n") == "431");
    CHECK(status_of(house, chunked_post(target) + "0\r\n" + field) == "431");
  }
}

TEST_CASE("trailers without end are not collected") {
  live_house house;
  std::string trailers;
  for (int i = 0; i < 4'000; ++i)
    trailers += "X-" + std::to_string(i) + ": " + std::string(1'000, 'x') + "\r\n";
  for (const auto& target : {std::string{"/api/rooms"}, open_session(house.port())}) {
    INFO(target);
    CHECK(status_of(house, chunked_post(target) + "0\r\n" + trailers) == "431");
  }
}

TEST_CASE("a chunk extension is limited as headers are") {
  live_house house;
  for (const auto& target : {std::string{"/api/rooms"}, open_session(house.port())}) {
    INFO(target);
    auto extension = ";" + std::string(100'000, 'x');
    CHECK(status_of(house, chunked_post(target) + "0" + extension + "\r\n\r\n") == "431");
    CHECK(status_of(house, chunked_post(target) + "2" + extension) == "431");
  }
}

TEST_CASE("headers have a limit even where the settings have none") {
  auto config = test_settings();
  config.limits.header_bytes = 0;
  live_house house{config};
  auto health = std::pair{"/health", "200"};
  auto unknown = std::pair{"/socket.io/?EIO=4&transport=polling&sid=nobody", "400"};
  for (const auto& [target, status] : {health, unknown}) {
    INFO(target);
    auto head = "GET " + std::string{target} + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: ";
    CHECK(status_of(house, head + std::string(50'000, 'x') + "\r\n\r\n") == status);
    for (auto bytes : {longest_field_bytes, longest_field_bytes + 1, std::size_t{70'000}})
      CHECK(status_of(house, head + std::string(bytes, 'x') + "\r\n\r\n") == "431");
  }
}

TEST_CASE("a body that is too large is refused with nothing else, and the session goes on") {
  auto config = test_settings();
  config.limits.payload_bytes = 10'000;
  live_house house{config};
  auto target = open_session(house.port());
  auto text = headers{{"Content-Type", "text/plain;charset=UTF-8"}};
  auto refused = http_request(house.port(), "POST", target, std::string(10'001, 'x'), text);
  CHECK(refused.status == 413);
  CHECK(refused.body.empty());
  auto in_chunks = chunked_post(target) + "ffff\r\n" + std::string(0xffff, 'x');
  CHECK(status_of(house, in_chunks) == "413");
  CHECK(house.counts().value(atrium::errc::payload_too_large) == 2);

  CHECK(http_request(house.port(), "POST", target, "40", text).body == "ok");
  CHECK(http_get(house.port(), target).body.starts_with("40{"));
  // REST says why.
  auto rest = http_request(house.port(), "POST", "/api/rooms", std::string(10'001, ' '));
  CHECK(rest.status == 413);
  CHECK(rest.json()["code"] == "payload_too_large");
  // The house needn't wait for the session then.
  CHECK(http_request(house.port(), "POST", target, "1", text).status == 200);
}
