// Posting, searching and members over HTTP: who may, and what is answered to whoever may not.
#include "support/http_client.hpp"
#include "support/live_house.hpp"
#include "support/ws_client.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace atrium::test;
using nlohmann::json;

namespace {

const headers operators{{"Authorization", "Bearer secret"}};

atrium::settings with_operators() {
  auto config = test_settings();
  config.admin.token = "secret";
  return config;
}

json message(const std::string& text, json more = json::object()) {
  json m{{"userId", "backend"}, {"username", "Back end"}, {"message", text}};
  m.update(more);
  return m;
}

/// Asks for as many rooms that there are not as `count`; the status of the last answer.
unsigned guess(std::uint16_t port, int count, const std::string& path = {}) {
  unsigned status = 0;
  for (int i = 0; i < count; ++i)
    status = http_get(port, "/api/rooms/" + std::to_string(100'000 + i) + path).status;
  return status;
}

} // namespace

TEST_CASE("a back end posts, and the room hears it") {
  live_house house{with_operators()};
  auto port = house.port();
  auto room = create_room(port);
  ws_client ann{port};
  ann.join(room, "ann");
  auto messages = "/api/rooms/" + room + "/messages";
  auto posted = http_post(port, messages, message("  hello  ", {{"clientMessageId", "c"}}));
  CHECK(posted.status == 201);
  auto body = posted.json();
  CHECK(body["success"] == true);
  CHECK(body["persisted"] == false);
  CHECK(body["seq"] == 1);
  CHECK(body["message"]["message"] == "hello");
  CHECK(body["message"]["userId"] == "backend");
  CHECK(body["message"]["username"] == "Back end");
  auto heard = ann.expect("chat:message");
  CHECK(heard["id"] == body["message"]["id"]);
  auto again = http_post(port, messages, message("hello", {{"clientMessageId", "c"}}));
  CHECK(again.status == 200);
  CHECK(again.json()["duplicate"] == true);
  CHECK(again.json()["message"] == body["message"]);
  auto kept = http_post(port, messages, message("kept", {{"durable", true}}));
  CHECK(kept.status == 201);
  CHECK(kept.json()["persisted"] == true);
  CHECK(http_get(port, messages).json()["count"] == 2);
}

TEST_CASE("a post that is wrong is refused with the fitting status") {
  live_house house{with_operators()};
  auto port = house.port();
  auto room = create_room(port);
  auto messages = "/api/rooms/" + room + "/messages";
  auto no_name = http_post(port, messages, {{"userId", "u"}, {"message", "m"}});
  CHECK(no_name.status == 400);
  CHECK(no_name.json()["code"] == "bad_request");
  CHECK(http_request(port, "POST", messages, "{").json()["code"] == "invalid_json");
  CHECK(http_request(port, "POST", messages, "{}", {{"Content-Type", "text/plain"}}).status == 415);
  CHECK(http_post(port, messages, message("m", {{"type", "image"}})).status == 400);
  CHECK(http_post(port, messages, message("")).status == 400);
  CHECK(http_post(port, messages, message(std::string(10'001, 'x'))).status == 413);
  CHECK(http_post(port, "/api/rooms/nobody/messages", message("m")).status == 404);
  auto system = message("m", {{"type", "system"}});
  auto stranger = http_post(port, messages, system);
  CHECK(stranger.status == 401);
  CHECK(stranger.json()["code"] == "unauthorized");
  auto wrong = headers{{"Authorization", "Bearer guess"}};
  CHECK(http_request(port, "POST", messages, system.dump(), wrong).status == 401);
  CHECK(http_request(port, "POST", messages, system.dump(), operators).status == 201);
  CHECK(http_get(port, messages).json()["count"] == 1);
}

TEST_CASE("members are shown to nobody without the operator's token") {
  live_house house{with_operators()};
  auto port = house.port();
  auto members = "/api/rooms/" + create_room(port) + "/members";
  CHECK(http_get(port, members).status == 401);
  CHECK(http_request(port, "PUT", members, R"({"userIds":[]})").status == 401);
  // Not even whether there is such a room.
  CHECK(http_get(port, "/api/rooms/nobody/members").status == 401);
  CHECK(http_request(port, "GET", members, {}, {{"Authorization", "Bearer secre"}}).status == 401);
  CHECK(http_request(port, "PUT", members, R"({"userIds":[5]})", operators).status == 400);
  CHECK(http_request(port, "DELETE", members, {}, operators).status == 405);
}

TEST_CASE("without a token configured nobody is an operator") {
  live_house house;
  auto members = "/api/rooms/" + create_room(house.port()) + "/members";
  for (auto token : {"Bearer", "Bearer ", "Bearer x", ""})
    CHECK(http_request(house.port(), "GET", members, {}, {{"Authorization", token}}).status == 401);
}

TEST_CASE("a search needs words") {
  live_house house;
  auto messages = "/api/rooms/" + create_room(house.port()) + "/messages";
  for (const auto& wrong :
       {std::string{"?q="}, std::string{"?q=%20"}, "?q=" + std::string(257, 'x')})
    CHECK(http_get(house.port(), messages + wrong).status == 400);
}

TEST_CASE("whoever guesses at rooms is kept out of all of them for a while") {
  auto config = with_operators();
  config.limits.join_failures_per_minute = 5;
  live_house house{config};
  auto port = house.port();
  auto room = create_room(port);
  CHECK(guess(port, 5) == 404);
  auto no = http_get(port, "/api/rooms/" + room);
  CHECK(no.status == 429);
  CHECK(no.json()["code"] == "rate_limited");
  CHECK(std::stoi(no.headers["retry-after"]) > 30);
  CHECK(std::stoi(no.headers["retry-after"]) <= 60);
  CHECK(http_get(port, "/api/rooms/" + room + "/messages/export").status == 429);
  CHECK(http_post(port, "/api/rooms/" + room + "/messages", message("m")).status == 429);
  // Nothing about rooms in these.
  CHECK(http_get(port, "/health").status == 200);
  CHECK(http_get(port, "/metrics").status == 200);
  CHECK(http_get(port, "/api/rooms").status == 200);
  create_room(port);
  CHECK(http_request(port, "GET", "/api/rooms/" + room, {}, operators).status == 200);
}

TEST_CASE("guesses of every kind count, an operator's and impossible names do not") {
  auto config = with_operators();
  config.limits.join_failures_per_minute = 3;
  live_house house{config};
  auto port = house.port();
  for (int i = 0; i < 5; ++i) {
    CHECK(http_request(port, "GET", "/api/rooms/nobody", {}, operators).status == 404);
    CHECK(http_get(port, "/api/rooms/no%20room").status == 404);
    CHECK(http_get(port, "/nothing").status == 404);
  }
  CHECK(guess(port, 1, "/messages/export") == 404);
  CHECK(guess(port, 1, "/whiteboard") == 404);
  CHECK(http_request(port, "DELETE", "/api/rooms/nobody").status == 404);
  CHECK(guess(port, 1) == 429);
}

TEST_CASE("the limit of wrong guesses is a setting") {
  auto config = test_settings();
  config.limits.join_failures_per_minute = 2;
  live_house house{config};
  CHECK(guess(house.port(), 3) == 429);
  CHECK(guess(house.port(), 1, "/stats") == 429);
  config.limits.join_failures_per_minute = 0;
  live_house open{config};
  CHECK(guess(open.port(), 30) == 404);
}
