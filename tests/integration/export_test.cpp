// Downloads of a room's messages: every format over HTTP/1.1 and 1.0, HEAD, many pages, readers that
// are slow or stop, and what becomes of a download whose room goes away.
#include "support/http_client.hpp"
#include "support/kept_house.hpp"
#include "support/live_house.hpp"
#include "support/patient_reader.hpp"
#include "support/ws_client.hpp"

#include "net/resource_use.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

using namespace atrium::test;
using namespace std::chrono_literals;
using atrium::counter;
using nlohmann::json;

namespace {

constexpr std::size_t large_bytes = 9'000;

std::string target_of(const std::string& room, const std::string& format = "json") {
  return "/api/rooms/" + room + "/messages/export?format=" + format;
}

std::string request(const std::string& target, std::string_view version = "1.1",
                    std::string_view method = "GET") {
  return std::string{method} + " " + target + " HTTP/" + std::string{version}
         + "\r\nHost: a\r\nConnection: close\r\n\r\n";
}

/// What stands behind the headers.
std::string body_of(const std::string& answer) {
  auto end = answer.find("\r\n\r\n");
  return end == std::string::npos ? "" : answer.substr(end + 4);
}

std::string unchunked(const std::string& body) {
  std::string out;
  for (std::size_t at = 0; at < body.size();) {
    auto end = body.find("\r\n", at);
    auto size = std::stoul(body.substr(at, end - at), nullptr, 16);
    out += body.substr(end + 2, size);
    at = end + 2 + size + 2;
  }
  return out;
}

void fill(std::uint16_t port, const std::string& room, int count, std::size_t bytes = 0) {
  ws_client writer{port};
  writer.join(room, "ann");
  for (int i = 1; i <= count; ++i) {
    auto text = std::to_string(i) + std::string(bytes, ' ') + ".";
    auto ack = writer.request({{"type", "chat:message"}, {"roomId", room}, {"message", text}});
    if (ack["success"] != true) FAIL(ack.dump());
  }
}

int number_of(const json& message) {
  return std::stoi(message["message"].get<std::string>());
}

/// The messages 1..count, each once, in their order.
void check_whole(const json& messages, int count) {
  REQUIRE(messages.is_array());
  REQUIRE(messages.size() == static_cast<std::size_t>(count));
  bool is_ordered = true;
  for (int i = 0; i < count; ++i)
    is_ordered = is_ordered && number_of(messages[static_cast<std::size_t>(i)]) == i + 1;
  CHECK(is_ordered);
}

} // namespace

TEST_CASE("an export is a file of each format") {
  live_house house;
  auto room = create_room(house.port(), {{"id", "my_room"}});
  auto path = "/api/rooms/my_room/messages";
  auto post = [&](const char* name, const char* text) {
    json message{{"userId", "u"}, {"username", name}, {"message", text}};
    CHECK(http_post(house.port(), path, message).status == 201);
  };
  post("=Ann", "a,b");
  post("Bob", "two\nlines");
  auto get = [&](const std::string& format) {
    auto answer = http_get(house.port(), target_of(room, format));
    CHECK(answer.status == 200);
    CHECK(answer.headers["transfer-encoding"] == "chunked");
    CHECK(answer.headers["cache-control"] == "no-store");
    CHECK(answer.headers["x-content-type-options"] == "nosniff");
    CHECK(answer.headers["content-disposition"]
          == "attachment; filename=\"room-my_room." + format + "\"");
    return answer;
  };
  auto stored = http_get(house.port(), path).json()["messages"];
  CHECK(get("json").json() == stored);
  CHECK(get("json").headers["content-type"] == "application/json");
  auto lines = get("ndjson").body;
  auto first_end = lines.find('\n');
  CHECK(json::parse(lines.substr(0, first_end)) == stored[0]);
  CHECK(json::parse(lines.substr(first_end)) == stored[1]);
  CHECK(lines.ends_with("}\n"));
  auto csv = get("csv");
  CHECK(csv.headers["content-type"].starts_with("text/csv; charset=utf-8"));
  CHECK(csv.body.starts_with("id,seq,timestamp,userId,username,type,message,"));
  CHECK(csv.body.find(",u,'=Ann,text,\"a,b\",,,,\r\n") != std::string::npos);
  CHECK(csv.body.find(",u,Bob,text,\"two\nlines\",,,,\r\n") != std::string::npos);
  auto txt = get("txt");
  CHECK(txt.headers["content-type"] == "text/plain; charset=utf-8");
  CHECK(txt.body.find("] =Ann: a,b\n[") != std::string::npos);
  CHECK(txt.body.ends_with("] Bob: two\n    lines\n"));
  auto usual = http_get(house.port(), "/api/rooms/my_room/messages/export");
  CHECK(usual.json() == stored);
}

TEST_CASE("a file is named after the room's id, however the room was called") {
  live_house house;
  auto answer = http_post(house.port(), "/api/rooms",
                          {{"name", "n"}, {"createdBy", "c"}, {"id", "own"}});
  std::string code = answer.json()["room"]["code"];
  CHECK(http_get(house.port(), target_of(code, "txt")).headers["content-disposition"]
        == "attachment; filename=\"room-own.txt\"");
}

TEST_CASE("an export of a room in which nothing was said is a good file") {
  live_house house;
  auto room = create_room(house.port());
  auto body = [&](const std::string& format) {
    return http_get(house.port(), target_of(room, format)).body;
  };
  CHECK(body("json") == "[]");
  CHECK(body("ndjson").empty());
  CHECK(body("txt").empty());
  CHECK(body("csv")
        == "id,seq,timestamp,userId,username,type,message,replyTo,editedAt,deletedAt,metadata\r\n");
}

TEST_CASE("over HTTP/1.0 the file ends with the connection") {
  live_house house;
  auto room = create_room(house.port());
  fill(house.port(), room, 3);
  for (auto line : {"Connection: close", "Connection: keep-alive"}) {
    auto answer = raw_exchange(house.port(), "GET " + target_of(room) + " HTTP/1.0\r\n"
                                                 + std::string{line} + "\r\n\r\n");
    CHECK(answer.starts_with("HTTP/1.0 200 OK\r\n"));
    CHECK(answer.find("chunked") == std::string::npos);
    CHECK(answer.find("Connection: close\r\n") != std::string::npos);
    check_whole(json::parse(body_of(answer)), 3);
  }
}

TEST_CASE("HEAD tells about an export without it") {
  live_house house;
  auto room = create_room(house.port());
  fill(house.port(), room, 1);
  for (auto version : {"1.0", "1.1"}) {
    auto answer = raw_exchange(house.port(), request(target_of(room, "csv"), version, "HEAD"));
    CHECK(answer.find(" 200 OK\r\n") == 8);
    CHECK(answer.find("Content-Disposition: attachment") != std::string::npos);
    CHECK(body_of(answer).empty());
  }
  CHECK(http_request(house.port(), "HEAD", target_of("000000")).status == 404);
}

TEST_CASE("what is no export is refused before it begins") {
  live_house house;
  auto room = create_room(house.port());
  CHECK(http_get(house.port(), target_of(room, "xml")).status == 400);
  auto none = http_get(house.port(), target_of("nobody"));
  CHECK(none.status == 404);
  CHECK(none.json()["code"] == "room_not_found");
  CHECK(http_request(house.port(), "POST", target_of(room), "{}").status == 405);
}

TEST_CASE("an export goes through the archive page by page, and the connection goes on") {
  auto config = test_settings();
  config.rooms.window_count = 70;
  live_house house{config};
  auto room = create_room(house.port());
  fill(house.port(), room, 350);
  check_whole(http_get(house.port(), target_of(room)).json(), 350);
  auto lines = http_get(house.port(), target_of(room, "ndjson")).body;
  CHECK(std::count(lines.begin(), lines.end(), '\n') == 350);
  auto two = raw_exchange(house.port(), "GET " + target_of(room) + " HTTP/1.1\r\nHost: a\r\n\r\n"
                                            + request(target_of(room, "txt")));
  auto second = two.find("HTTP/1.1 200 OK\r\n", 5);
  REQUIRE(second != std::string::npos);
  check_whole(json::parse(unchunked(body_of(two.substr(0, second)))), 350);
  CHECK(two.ends_with("0\r\n\r\n"));
}

TEST_CASE("readers that are slow cost a page each, and get all of it in the end") {
  constexpr int count = 1'000;
  live_house house;
  auto room = create_room(house.port());
  fill(house.port(), room, count, large_bytes);
  auto before = atrium::net::read_resource_use(0).resident_bytes;
  std::vector<std::unique_ptr<patient_reader>> readers;
  for (int i = 0; i < 15; ++i)
    readers.push_back(std::make_unique<patient_reader>(house.port(), request(target_of(room))));
  for (auto& r : readers) r->begin();
  // Answered while they wait, with all that they cost.
  check_whole(http_get(house.port(), target_of(room)).json(), count);
  if (!is_instrumented)
    CHECK(atrium::net::read_resource_use(0).resident_bytes < before + 90'000'000);
  auto answer = readers.front()->read_all();
  CHECK_FALSE(readers.front()->was_reset());
  CHECK(answer.ends_with("0\r\n\r\n"));
  check_whole(json::parse(unchunked(body_of(answer))), count);
}

TEST_CASE("a reader that takes nothing at all is cut, and can tell") {
  auto config = test_settings();
  config.limits.stalled = 300ms;
  live_house house{config};
  auto room = create_room(house.port());
  fill(house.port(), room, 1'000, large_bytes);
  auto is_cut = [&](std::uint64_t n) {
    return eventually([&] { return house.counts().value(counter::slow_closed) == n; });
  };
  patient_reader chunked{house.port(), request(target_of(room))};
  CHECK(is_cut(1));
  CHECK_FALSE(chunked.read_all().ends_with("0\r\n\r\n"));
  patient_reader old{house.port(), request(target_of(room), "1.0")};
  CHECK(is_cut(2));
  (void)old.read_all();
  CHECK(old.was_reset());
}

TEST_CASE("half an export is not taken for a whole one when its room goes") {
  auto config = test_settings();
  // Its end is no wrong guess.
  config.limits.join_failures_per_minute = 1;
  live_house house{config};
  for (auto version : {"1.1", "1.0"}) {
    auto room = create_room(house.port());
    fill(house.port(), room, 1'000, large_bytes);
    patient_reader reader{house.port(), request(target_of(room), version)};
    reader.begin();
    REQUIRE(http_request(house.port(), "DELETE", "/api/rooms/" + room).status == 200);
    auto answer = reader.read_all();
    CHECK(answer.starts_with("HTTP/"));
    CHECK_FALSE(answer.ends_with("]"));
    CHECK_FALSE(answer.ends_with("0\r\n\r\n"));
    CHECK(reader.was_reset());
  }
}

TEST_CASE("a server that leaves waits for no export") {
  auto house = std::make_unique<live_house>();
  auto room = create_room(house->port());
  fill(house->port(), room, 1'000, large_bytes);
  patient_reader reader{house->port(), request(target_of(room))};
  reader.begin();
  auto begin = std::chrono::steady_clock::now();
  house.reset();
  CHECK(std::chrono::steady_clock::now() - begin < 5s);
  CHECK_FALSE(reader.read_all().ends_with("0\r\n\r\n"));
}
