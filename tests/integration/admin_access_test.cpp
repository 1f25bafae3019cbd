// Who may ask under `/api/admin/`, and what everybody else learns: nothing. Against the whole server.
#include "support/operators.hpp"
#include "support/tokens.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace atrium::test;
using atrium::milliseconds;
using nlohmann::json;

namespace {

/// Every route of docs/admin-api.md, and some that are none.
const std::vector<std::pair<std::string, std::string>> everything{
    {"GET", "/api/admin/overview"},
    {"GET", "/api/admin/rooms"},
    {"GET", "/api/admin/rooms/123456"},
    {"GET", "/api/admin/rooms/123456/tail"},
    {"POST", "/api/admin/rooms/123456/kick"},
    {"POST", "/api/admin/rooms/123456/close"},
    {"POST", "/api/admin/rooms/123456/lock"},
    {"POST", "/api/admin/rooms/123456/announce"},
    {"DELETE", "/api/admin/rooms/123456/messages/m"},
    {"GET", "/api/admin/connections"},
    {"POST", "/api/admin/connections/4294967297/disconnect"},
    {"GET", "/api/admin/users"},
    {"GET", "/api/admin/users/ann"},
    {"DELETE", "/api/admin/users/ann"},
    {"GET", "/api/admin/users/ann/tail"},
    {"POST", "/api/admin/users/ann/disconnect"},
    {"GET", "/api/admin/writers"},
    {"GET", "/api/admin/redis"},
    {"GET", "/api/admin/audit"},
    {"POST", "/api/admin/announce"},
    {"POST", "/api/admin/drain"},
    {"GET", "/api/admin/log-level"},
    {"PUT", "/api/admin/log-level"},
    {"POST", "/api/admin/cleanup"},
    {"GET", "/api/admin"},
    {"GET", "/api/admin/"},
    {"GET", "/api/admin/nothing"},
    {"PATCH", "/api/admin/overview"},
    {"GET", "/api/admin/rooms/no%20room"},
};

/// What everybody is told who shows this: one status and one body, whatever is asked for.
std::pair<unsigned, std::string> told(std::uint16_t port, const headers& shown) {
  std::set<std::pair<unsigned, std::string>> answers;
  for (const auto& [method, target] : everything) {
    INFO(method << " " << target);
    auto answer = http_request(port, method, target, method == "GET" ? "" : "{}", shown);
    answers.emplace(answer.status, answer.body);
    REQUIRE(answers.size() == 1);
    CHECK(answer.headers.contains("www-authenticate") == (answer.status == 401));
  }
  return *answers.begin();
}

headers bearer(const std::string& token) {
  return {{"Authorization", "Bearer " + token}};
}

} // namespace

TEST_CASE("without an operator's rights every operators' path answers the same") {
  live_house house{operated_settings()};
  auto nobody = told(house.port(), {});
  CHECK(nobody.first == 401);
  for (const auto& wrong : {"x", "the token of operator", "the token of operatorsx"})
    CHECK(told(house.port(), bearer(wrong)) == nobody);
  CHECK(told(house.port(), {{"Authorization", "Basic " + operator_token}}) == nobody);
  // Nothing was done.
  CHECK(operator_desk{house.port()}.get("overview")["server"]["draining"] == false);
}

TEST_CASE("where nobody is an operator nothing is under their path") {
  live_house house;
  auto nobody = told(house.port(), {});
  CHECK(nobody.first == 404);
  CHECK(told(house.port(), bearer(operator_token)) == nobody);
  CHECK(told(house.port(), bearer("")) == nobody);
}

TEST_CASE("a good token that makes no operator is 403, one that does opens everything") {
  const std::string secret = "a secret of more than thirty-two bytes";
  auto s = test_settings();
  s.auth.mode = "jwt";
  s.auth.jwt_secret = secret;
  live_house house{s};
  CHECK(told(house.port(), {}).first == 401);
  CHECK(told(house.port(), bearer(make_token(R"({"sub":"ann","admin":true})", "guess"))).first
        == 401);
  CHECK(told(house.port(), bearer(make_token(R"({"sub":"ann"})", secret))).first == 403);
  auto chief = bearer(make_token(R"({"sub":"chief","admin":true})", secret));
  CHECK(http_request(house.port(), "GET", "/api/admin/overview", "", chief).status == 200);
  CHECK(http_request(house.port(), "GET", "/api/admin/nothing", "", chief).status == 404);
}

TEST_CASE("who guesses at the token is kept out, right or wrong, others are not") {
  auto s = operated_settings();
  s.limits.join_failures_per_minute = 3;
  s.server.trusted_proxies = {"127.0.0.1"};
  live_house house{s};
  auto ask = [&](const std::string& token, const std::string& from) {
    auto shown = bearer(token);
    shown.emplace_back("X-Forwarded-For", from);
    return http_request(house.port(), "GET", "/api/admin/overview", "", shown).status;
  };
  CHECK(ask(operator_token, "192.0.2.1") == 200);
  // Showing none is no guess.
  for (int i = 0; i < 5; ++i) CHECK(told(house.port(), {}).first == 401);
  for (int i = 0; i < 3; ++i) CHECK(ask("guess", "192.0.2.1") == 401);
  CHECK(ask("guess", "192.0.2.1") == 429);
  CHECK(ask(operator_token, "192.0.2.1") == 429);
  CHECK(ask(operator_token, "192.0.2.2") == 200);
  // What is open to all stays so, and tells a right token from a wrong one no more than before.
  headers right{{"Authorization", "Bearer " + operator_token}, {"X-Forwarded-For", "192.0.2.1"}};
  CHECK(http_request(house.port(), "GET", "/api/rooms", "", right).status == 200);
  CHECK(http_request(house.port(), "GET", "/api/rooms/123456/members", "", right).status == 429);
}

TEST_CASE("a console that looks on does not run into the limit of its address") {
  auto s = operated_settings();
  s.limits.requests_per_second = 1;
  s.limits.requests_burst = 1;
  live_house house{s};
  (void)http_get(house.port(), "/api/rooms");
  CHECK(http_get(house.port(), "/api/rooms").status == 429);
  operator_desk desk{house.port()};
  for (int i = 0; i < 20; ++i) CHECK(desk.ask("GET", "log-level").status == 200);
  // Strangers have no more than they had.
  CHECK(http_get(house.port(), "/api/admin/log-level").status == 429);
}

TEST_CASE("pages of other origins may ask where CORS allows it") {
  auto s = operated_settings();
  s.cors.origins = {"https://console.example"};
  live_house house{s};
  headers page{{"Origin", "https://console.example"},
               {"Access-Control-Request-Method", "POST"},
               {"Access-Control-Request-Headers", "authorization, x-operator"}};
  auto preflight = http_request(house.port(), "OPTIONS", "/api/admin/announce", "", page);
  CHECK(preflight.status == 204);
  CHECK(preflight.headers["access-control-allow-origin"] == "https://console.example");
  CHECK(preflight.headers["access-control-allow-headers"] == "authorization, x-operator");
  CHECK(operator_desk(house.port(), page)
            .ask("GET", "overview")
            .headers.at("access-control-allow-origin")
        == "https://console.example");
}
