// What answers come to, and lists of several pages.
#include "console/api.hpp"
#include "console/field.hpp"

#include <catch2/catch.hpp>

using namespace atrium;
using namespace atrium::console;

namespace {

answer judge(unsigned status, std::string body, bool has_token = true) {
  return judged({status, std::move(body), std::nullopt}, has_token);
}

} // namespace

TEST_CASE("answers are judged by success and status", "[api]") {
  CHECK(judge(200, R"({"success":true})").status == exit_status::ok);
  CHECK(judge(202, R"({"success":true})").status == exit_status::ok);
  CHECK(judge(200, R"({"status":"healthy"})").status == exit_status::ok);
  CHECK(judge(200, R"({"success":false,"error":"no","code":"x"})").status == exit_status::refused);
  CHECK(judge(503, R"({"status":"unhealthy"})").status == exit_status::refused);
  CHECK(judge(429, R"({"success":false,"error":"slow","code":"rate_limited"})").status
        == exit_status::refused);
  auto gone = judge(404, R"({"success":false,"error":"No such room","code":"room_not_found"})");
  CHECK(gone.status == exit_status::refused);
  CHECK(gone.sentence == "No such room (room_not_found)");
  CHECK(text_in(gone.value, "code") == "room_not_found");
}

TEST_CASE("without rights it is said how to get them", "[api]") {
  auto body = R"({"success":false,"error":"A token is needed","code":"unauthorized"})";
  CHECK(judge(401, body).status == exit_status::unauthorized);
  CHECK(judge(403, R"({"success":false,"error":"no","code":"forbidden"})").status
        == exit_status::unauthorized);
  CHECK(judge(401, body).sentence.find("ATRIUM_ADMIN_TOKEN") == std::string::npos);
  CHECK(judge(401, body, false).sentence.find("ATRIUM_ADMIN_TOKEN") != std::string::npos);
  auto off = judge(
      404, R"({"success":false,"error":"there is nothing at this path","code":"bad_request"})");
  CHECK(off.sentence.find("no admin API") != std::string::npos);
  auto gone = judge(404, R"({"success":false,"error":"no user has this id","code":"bad_request"})");
  CHECK(gone.sentence == "no user has this id (bad_request)");
}

TEST_CASE("what is no JSON object is no Atrium", "[api]") {
  for (const char* body : {"", "<html>502</html>", "[1]", "{\"a\":", "{\"a\":\"\xff\"}"}) {
    auto got = judge(200, body);
    CHECK(got.status == exit_status::unreachable);
    CHECK_FALSE(got.body);
    CHECK(got.value.raw == "{}");
  }
}

TEST_CASE("an answer stays valid when it moves", "[api]") {
  auto first = judge(200, R"({"a":"b"})");
  auto second = std::move(first);
  CHECK(text_in(second.value, "a") == "b");
  CHECK(second.value.raw.data() >= second.body->data());
}

TEST_CASE("targets are spelled as URLs ask", "[api]") {
  CHECK(target_of("/x", {}) == "/x");
  CHECK(target_of("/x", {{"q", ""}, {"limit", "50"}}) == "/x?limit=50");
  CHECK(target_of("/x", {{"q", "a b&c"}, {"limit", "5"}}) == "/x?q=a%20b%26c&limit=5");
  CHECK(path_of("/api/rooms/", "a/b", "/stats") == "/api/rooms/a%2Fb/stats");
}

TEST_CASE("pages become one document", "[api]") {
  std::vector<json::slice> pages{
      {R"({"success":true,"total":3,"count":2,"rooms":[{"id":"a"},{"id":"b"}],"cursor":"2"})"},
      {R"({"success":true,"total":4,"count":1,"rooms":[{"id":"c"}],"cursor":"3"})"}};
  CHECK(
      joined_pages(pages, "rooms")
      == R"({"success":true,"total":3,"count":3,"rooms":[{"id":"a"},{"id":"b"},{"id":"c"}],"cursor":"3"})");
  pages[1] = {R"({"success":true,"total":2,"count":0,"rooms":[]})"};
  CHECK(joined_pages(pages, "rooms")
        == R"({"success":true,"total":3,"count":2,"rooms":[{"id":"a"},{"id":"b"}]})");
}

TEST_CASE("members that are missing or of another type read as nothing", "[api]") {
  json::slice object{
      R"({"text":"a","number":3.7,"flag":true,"object":{"a":1},"array":[1,2],"n":null})"};
  CHECK(text_in(object, "text") == "a");
  CHECK(text_in(object, "number") == "3.7");
  CHECK(text_in(object, "flag").empty());
  CHECK(integer_in(object, "number") == 3);
  CHECK(integer_in(object, "text") == 0);
  CHECK(flag_in(object, "flag"));
  CHECK_FALSE(flag_in(object, "n"));
  CHECK(items_in(object, "array").size() == 2);
  CHECK(items_in(object, "object").empty());
  CHECK(object_in(object, "array").raw == "{}");
  CHECK(text_in({"[1]"}, "a").empty());
}
