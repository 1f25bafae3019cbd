// REST with tokens: every route of contract §4 by everybody who may ask it, and by whoever may not.
#include "support/token_house.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace atrium::test;
using nlohmann::json;

namespace {

std::string token_of(const json& claims) {
  return make_token(claims.dump(), token_secret);
}

/// Who asks. The room is Ann's.
enum asker { nobody, forger, ann, bob, limited, chief, admin };
const std::vector<std::string> tokens{
    "",
    make_token(R"({"sub":"ann"})", "guess"),
    token_of({{"sub", "ann"}}),
    token_of({{"sub", "bob"}}),
    token_of({{"sub", "eve"}, {"rooms", {"other"}}}),
    token_of({{"sub", "chief"}, {"admin", true}}),
    "operator",
};

http_response ask(std::uint16_t port, asker who, const std::string& method,
                  const std::string& target, const std::string& body = {}) {
  headers shown;
  if (who != nobody) shown = bearer(tokens[who]);
  return http_request(port, method, target, body, shown);
}

struct expectation {
  std::string method;
  std::string target;
  std::string body;
  /// By `asker`.
  std::vector<unsigned> statuses;
};

const std::string post = R"({"userId":"u","username":"U","message":"m"})";

const std::vector<expectation> everything{
    {"POST", "/api/rooms", R"({"name":"n"})", {401, 401, 201, 201, 403, 201, 400}},
    {"POST", "/api/rooms/create", R"({"name":"n"})", {401, 401, 201, 201, 403, 201, 400}},
    {"GET", "/api/rooms", "", {401, 401, 200, 200, 200, 200, 200}},
    {"GET", "/api/rooms/maths", "", {401, 401, 200, 200, 200, 200, 200}},
    {"GET", "/api/rooms/maths/messages", "", {401, 401, 200, 200, 403, 200, 200}},
    {"GET", "/api/rooms/maths/messages?q=x", "", {401, 401, 200, 200, 403, 200, 200}},
    {"GET", "/api/rooms/maths/messages/export", "", {401, 401, 200, 200, 403, 200, 200}},
    {"GET", "/api/rooms/maths/whiteboard", "", {401, 401, 200, 200, 403, 200, 200}},
    {"GET", "/api/rooms/maths/participants", "", {401, 401, 200, 200, 403, 200, 200}},
    {"GET", "/api/rooms/maths/stats", "", {401, 401, 200, 200, 403, 200, 200}},
    {"POST", "/api/rooms/maths/messages", post, {401, 401, 403, 403, 403, 201, 201}},
    {"GET", "/api/rooms/maths/members", "", {401, 401, 403, 403, 403, 200, 200}},
    {"PUT",
     "/api/rooms/maths/members",
     R"({"userIds":["u"]})",
     {401, 401, 403, 403, 403, 200, 200}},
    {"GET", "/health", "", {200, 200, 200, 200, 200, 200, 200}},
    {"GET", "/ready", "", {200, 200, 200, 200, 200, 200, 200}},
    {"GET", "/metrics", "", {200, 200, 200, 200, 200, 200, 200}},
};

std::string maths(std::uint16_t port) {
  auto r = ask(port, ann, "POST", "/api/rooms", R"({"name":"Maths","id":"maths"})");
  REQUIRE(r.status == 201);
  CHECK(r.json()["room"]["createdBy"] == "ann");
  return r.json()["room"]["code"];
}

} // namespace

TEST_CASE("every route asks for what the contract says") {
  live_house house{with_tokens()};
  auto code = maths(house.port());
  for (const auto& e : everything)
    for (int who = nobody; who <= admin; ++who) {
      INFO(e.method << " " << e.target << " by " << who);
      auto r = ask(house.port(), static_cast<asker>(who), e.method, e.target, e.body);
      CHECK(r.status == e.statuses[static_cast<std::size_t>(who)]);
      bool is_challenge = r.headers.contains("www-authenticate");
      CHECK(is_challenge == (r.status == 401));
      if (r.status == 401) CHECK(r.json()["code"] == "unauthorized");
      if (r.status == 403) CHECK(r.json()["code"] == "forbidden");
    }
  // By its code it is the same room.
  for (auto what : {"/messages", "/whiteboard", "/messages/export"})
    CHECK(ask(house.port(), limited, "GET", "/api/rooms/" + code + what).status == 403);
  CHECK(ask(house.port(), limited, "GET", "/api/rooms/other/messages").status == 404);
}

TEST_CASE("a room is deleted by its creator or an operator") {
  live_house house{with_tokens()};
  auto port = house.port();
  for (auto who : {ann, chief, admin}) {
    maths(port);
    for (auto other : {nobody, forger})
      CHECK(ask(port, other, "DELETE", "/api/rooms/maths").status == 401);
    for (auto other : {bob, limited}) {
      auto r = ask(port, other, "DELETE", "/api/rooms/maths");
      CHECK(r.status == 403);
      CHECK(r.json()["code"] == "forbidden");
    }
    CHECK(ask(port, who, "DELETE", "/api/rooms/maths").status == 200);
    CHECK(ask(port, ann, "GET", "/api/rooms/maths").status == 404);
  }
}

TEST_CASE("a token may stand in the address") {
  live_house house{with_tokens()};
  maths(house.port());
  CHECK(http_get(house.port(), "/api/rooms/maths?token=" + tokens[bob]).status == 200);
  CHECK(http_get(house.port(), "/api/rooms/maths?token=" + tokens[forger]).status == 401);
  CHECK(http_get(house.port(), "/api/rooms/maths/messages?limit=1&token=" + tokens[bob]).status
        == 200);
  // The operator's own is for the header.
  CHECK(http_get(house.port(), "/api/rooms?token=operator").status == 401);
}

TEST_CASE("nobody creates a room in another's name") {
  live_house house{with_tokens()};
  auto port = house.port();
  auto r = ask(port, bob, "POST", "/api/rooms", R"({"name":"n","createdBy":"ann"})");
  CHECK(r.status == 403);
  CHECK(r.json()["code"] == "identity_mismatch");
  CHECK(ask(port, bob, "POST", "/api/rooms", R"({"name":"n","createdBy":"bob"})").status == 201);
  auto by_admin = ask(port, admin, "POST", "/api/rooms", R"({"name":"n","createdBy":"ann"})");
  CHECK(by_admin.status == 201);
  CHECK(by_admin.json()["room"]["createdBy"] == "ann");
  CHECK(ask(port, limited, "POST", "/api/rooms", R"({"name":"n","id":"other"})").status == 201);
  CHECK(ask(port, limited, "POST", "/api/rooms", R"({"name":"n","id":"more"})").status == 403);
}

TEST_CASE("a password is asked for beside the token") {
  live_house house{with_tokens()};
  auto port = house.port();
  REQUIRE(ask(port, ann, "POST", "/api/rooms", R"({"name":"n","id":"maths","password":"p"})").status
          == 201);
  auto r = ask(port, bob, "GET", "/api/rooms/maths/messages");
  CHECK(r.status == 401);
  CHECK(r.json()["code"] == "wrong_password");
  CHECK_FALSE(r.headers.contains("www-authenticate"));
  CHECK(ask(port, chief, "GET", "/api/rooms/maths/messages").status == 200);
  headers both{{"Authorization", "Bearer " + tokens[bob]}, {"X-Room-Password", "p"}};
  CHECK(http_request(port, "GET", "/api/rooms/maths/messages", {}, both).status == 200);
}

TEST_CASE("what a page asks before it asks needs no token") {
  auto s = with_tokens();
  s.cors.origins = {"https://page.example"};
  live_house house{s};
  headers preflight{{"Origin", "https://page.example"},
                    {"Access-Control-Request-Method", "GET"},
                    {"Access-Control-Request-Headers", "authorization"}};
  auto r = http_request(house.port(), "OPTIONS", "/api/rooms", {}, preflight);
  CHECK(r.status == 204);
  CHECK(r.headers["access-control-allow-headers"] == "authorization");
}
