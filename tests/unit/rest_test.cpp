#include <catch2/catch.hpp>

#include "net/rest.hpp"

#include <nlohmann/json.hpp>

using namespace atrium;
using namespace atrium::net;
using namespace std::chrono_literals;

namespace {

rest_call call(std::string_view method, std::string_view target, std::string_view body = {},
               std::string_view type = "application/json") {
  static const settings defaults;
  auto t = parse_target(target);
  REQUIRE(t);
  return read_rest_call({method, type, body, *t}, defaults);
}

template <class T>
T as(rest_call c) {
  if (auto* no = std::get_if<rest_refusal>(&c)) INFO(no->why.sentence);
  REQUIRE(std::holds_alternative<T>(c));
  return std::get<T>(std::move(c));
}

template <class Command>
Command room_command_of(rest_call c) {
  auto r = as<room_call>(std::move(c));
  CHECK(r.room == "123456");
  REQUIRE(std::holds_alternative<Command>(r.command));
  return std::get<Command>(std::move(r.command));
}

create_room creation(std::string_view more = {}) {
  return as<create_room>(call("POST", "/api/rooms/create",
                              R"({"name":"n","createdBy":"c")" + std::string{more} + "}"));
}

failure refused(std::string_view more) {
  auto no = as<rest_refusal>(
      call("POST", "/api/rooms", R"({"name":"n","createdBy":"c")" + std::string{more} + "}"));
  CHECK(no.status == 400);
  return no.why;
}

} // namespace

TEST_CASE("paths lead to commands") {
  room_command_of<get_room>(call("GET", "/api/rooms/123456"));
  room_command_of<get_room>(call("HEAD", "/api/rooms/123456/"));
  room_command_of<delete_room>(call("DELETE", "/api/rooms/123456"));
  room_command_of<get_board>(call("GET", "/api/rooms/123456/whiteboard"));
  room_command_of<get_stats>(call("GET", "/api/rooms/123456/stats"));
  CHECK_FALSE(as<health_call>(call("GET", "/health")).is_ready_check);
  CHECK(as<health_call>(call("GET", "/ready")).is_ready_check);
  as<metrics_call>(call("GET", "/metrics"));
}

TEST_CASE("an unknown path is 404, a wrong method 405 with what is allowed") {
  for (auto path : {"/", "/api", "/api/rooms/1/2", "/api/rooms/1/stats/x", "/healthy"})
    CHECK(as<rest_refusal>(call("GET", path)).status == 404);
  auto no = as<rest_refusal>(call("PATCH", "/api/rooms/123456"));
  CHECK(no.status == 405);
  // Two routes fit: `online` may be a user.
  CHECK(as<rest_refusal>(call("POST", "/api/users/online")).allow == "GET, HEAD");
  CHECK(no.allow == "GET, HEAD, DELETE");
  CHECK(as<rest_refusal>(call("POST", "/health")).allow == "GET, HEAD");
  CHECK(as<options_call>(call("OPTIONS", "/api/rooms")).allow == "POST, GET, HEAD, OPTIONS");
}

TEST_CASE("a name that no room can have is no room") {
  auto no = as<rest_refusal>(call("GET", "/api/rooms/no%20room"));
  CHECK(no.status == 404);
  CHECK(no.why.code == errc::room_not_found);
}

TEST_CASE("pages are clamped, rubbish is refused") {
  auto limit = [](std::string_view l) {
    return as<list_rooms>(call("GET", "/api/rooms?limit=" + std::string{l})).limit;
  };
  CHECK(as<list_rooms>(call("GET", "/api/rooms")).limit == 50);
  CHECK(limit("7") == 7);
  CHECK(limit("0") == 1);
  CHECK(limit("-3") == 1);
  CHECK(limit("999999999999999999999999") == 200);
  for (auto wrong : {"x", "", "5x", "1.5"})
    CHECK(as<rest_refusal>(call("GET", "/api/rooms?limit=" + std::string{wrong})).status == 400);
  CHECK(as<list_rooms>(call("GET", "/api/rooms?cursor=abc")).cursor == "abc");
  auto h = room_command_of<get_history>(call("GET", "/api/rooms/123456/messages?limit=3&before=m"));
  CHECK(h.limit == 3);
  CHECK(h.before == "m");
  CHECK(as<rest_refusal>(call("GET", "/api/rooms/123456/messages?before=a&after=b")).status == 400);
  CHECK(room_command_of<list_presence>(call("GET", "/api/rooms/123456/participants")).limit == 500);
}

TEST_CASE("a creation is read with all its fields") {
  auto c = creation(R"(,"maxParticipants":10,"id":"my_room-1","kind":"space","isPrivate":true,)"
                    R"("ttlSeconds":60,"width":20,"height":30,"spawn":{"x":1.5,"y":0})");
  CHECK(c.name == "n");
  CHECK(c.created_by == "c");
  CHECK(c.max_participants == 10);
  CHECK(c.id == "my_room-1");
  CHECK(c.kind == "space");
  CHECK(c.is_private);
  CHECK(c.ttl_seconds == 60);
  CHECK(c.width == 20);
  CHECK(c.spawn->x == 1.5);
  auto plain = creation();
  CHECK(plain.kind == "room");
  CHECK_FALSE(plain.max_participants);
}

TEST_CASE("a creation may bring a password") {
  CHECK(creation(R"(,"password":"s3cret")").password == "s3cret");
  CHECK_FALSE(creation(R"(,"password":null)").password);
  CHECK(creation(",\"password\":\"" + std::string(128, 'x') + "\"").password);
}

TEST_CASE("a creation with a wrong field is refused by the field's name") {
  auto names = [](std::string_view more, std::string_view field) {
    auto why = refused(more);
    INFO(why.sentence);
    CHECK(why.code == errc::bad_request);
    CHECK(why.sentence.find("`" + std::string{field} + "`") != std::string::npos);
  };
  names(R"(,"name":"")", "name");
  names(R"(,"name":5)", "name");
  names(",\"createdBy\":\"" + std::string(101, 'x') + "\"", "createdBy");
  names(R"(,"maxParticipants":0)", "maxParticipants");
  names(R"(,"maxParticipants":10001)", "maxParticipants");
  names(R"(,"maxParticipants":1.5)", "maxParticipants");
  names(R"(,"id":"123456")", "id");
  names(R"(,"id":"a b")", "id");
  names(R"(,"id":"")", "id");
  names(R"(,"kind":"hall")", "kind");
  names(R"(,"isPrivate":"no")", "isPrivate");
  names(R"(,"ttlSeconds":59)", "ttlSeconds");
  names(R"(,"ttlSeconds":2592001)", "ttlSeconds");
  names(R"(,"width":0.5)", "width");
  names(R"(,"height":10001)", "height");
  names(R"(,"password":"")", "password");
  names(R"(,"password":5)", "password");
  names(",\"password\":\"" + std::string(129, 'x') + "\"", "password");
  names(R"(,"spawn":5)", "spawn");
  names(R"(,"spawn":{"x":1})", "y");
  names(R"(,"width":10,"spawn":{"x":10,"y":0})", "x");
}

TEST_CASE("a body is JSON, an object, and says so") {
  auto status = [](rest_call c) { return as<rest_refusal>(std::move(c)).status; };
  CHECK(status(call("POST", "/api/rooms", "{}", "text/plain")) == 415);
  CHECK(status(call("POST", "/api/rooms", "{}", "")) == 415);
  CHECK(status(call("POST", "/api/rooms", "{")) == 400);
  CHECK(as<rest_refusal>(call("POST", "/api/rooms", "")).why.code == errc::invalid_json);
  CHECK(as<rest_refusal>(call("POST", "/api/rooms", "[]")).why.code == errc::bad_request);
  CHECK(as<rest_refusal>(call("POST", "/api/rooms", "{}")).why.sentence == "`name` is missing");
}

TEST_CASE("results become answers") {
  rest_call asked = room_call{"123456", get_room{}};
  room_meta meta;
  meta.id = {"123456"};
  auto created = answer_result(room_created{meta}, create_room{});
  CHECK(created.status == 201);
  CHECK(nlohmann::json::parse(created.body)["room"]["id"] == "123456");
  auto viewed = nlohmann::json::parse(answer_result(room_view{meta, 3}, asked).body);
  CHECK(viewed["success"] == true);
  CHECK(viewed["room"]["participantCount"] == 3);
  auto list = nlohmann::json::parse(
      answer_result(room_list{{room_view{meta, 1}, room_view{meta, 2}}, "next"}, list_rooms{})
          .body);
  CHECK(list["rooms"].size() == 2);
  CHECK(list["count"] == 2);
  CHECK(list["cursor"] == "next");
  CHECK(answer_result(board_read{}, asked).body
        == R"({"success":true,"whiteboard":{"elements":[],"version":0}})");
  CHECK(answer_result(done{}, asked).body == R"({"success":true})");
  auto stats = nlohmann::json::parse(
      answer_result(room_stats{{meta, 2}, 5, 1, 86'400s, 9}, asked).body)["stats"];
  CHECK(stats["messageCount"] == 5);
  CHECK(stats["participantCount"] == 2);
  CHECK(stats["memberCount"] == 1);
  CHECK(stats["ttl"] == 86'400);
  CHECK(stats["seq"] == 9);
}

TEST_CASE("failures become statuses, with Retry-After where it helps") {
  auto a = answer_failure({errc::rate_limited, "slow down", 1'200ms});
  CHECK(a.status == 429);
  CHECK(a.retry_after == 2);
  CHECK(a.body
        == R"({"success":false,"error":"slow down","code":"rate_limited","retryAfterMs":1200})");
  CHECK(answer_failure({errc::store_unavailable, "x"}).status == 503);
  CHECK(answer_failure({errc::store_unavailable, "x"}).retry_after == 1);
  CHECK(answer_failure({errc::room_not_found, "x"}).status == 404);
  CHECK(answer_failure({errc::room_not_found, "x"}).retry_after == 0);
  CHECK(status_of(errc::room_exists) == 409);
  CHECK(status_of(errc::wrong_password) == 401);
  CHECK(status_of(errc::unauthorized) == 401);
  CHECK(status_of(errc::message_not_found) == 404);
}

TEST_CASE("health and readiness read the same view differently") {
  health_view h;
  h.store_kind = "redis";
  h.overall = health_view::state::degraded;
  auto health = answer_result(h, health_call{false});
  CHECK(health.status == 200);
  auto json = nlohmann::json::parse(health.body);
  CHECK(json["status"] == "degraded");
  CHECK(json["redis"]["status"] == "unhealthy");
  CHECK(answer_result(h, health_call{true}).status == 503);
  h.ready = true;
  CHECK(answer_result(h, health_call{true}).status == 200);
  h.draining = true;
  CHECK(answer_result(h, health_call{true}).status == 503);
  h.overall = health_view::state::unhealthy;
  CHECK(answer_result(h, health_call{false}).status == 503);
}
