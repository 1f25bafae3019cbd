// Who may ask what over REST: the last column of contract §4, route by route.
#include "net/rest.hpp"

#include <catch2/catch.hpp>

using namespace atrium;
using namespace atrium::net;

namespace {

settings with_tokens() {
  settings s;
  s.auth.mode = "jwt";
  return s;
}

rest_asker nobody() {
  return {false, nullptr, failure{errc::unauthorized, "a token is needed"}};
}
rest_asker user(std::shared_ptr<const opened_rooms> rooms = nullptr) {
  return {
      false, std::make_shared<const token_claims>(token_claims{{"ann"}, {}, {}, rooms, false}), {}};
}

struct request {
  std::string method;
  std::string target;
  std::string body = {};
};

/// 0: it is asked; otherwise the refusal's status.
unsigned status(const request& r, rest_asker who, const settings& config = with_tokens()) {
  auto t = parse_target(r.target);
  REQUIRE(t);
  auto call = read_rest_call({r.method, "application/json", r.body, *t, std::move(who)}, config);
  auto* no = std::get_if<rest_refusal>(&call);
  return no == nullptr ? 0 : no->status;
}

const std::string creation = R"({"name":"n"})";
const std::string post = R"({"userId":"u","username":"n","message":"m"})";
const std::string members = R"({"userIds":["u"]})";

const std::vector<request> for_tokens{{"POST", "/api/rooms", creation},
                                      {"POST", "/api/rooms/create", creation},
                                      {"GET", "/api/rooms"},
                                      {"GET", "/api/rooms/a"},
                                      {"HEAD", "/api/rooms/a"},
                                      {"DELETE", "/api/rooms/a"},
                                      {"GET", "/api/rooms/a/messages"},
                                      {"GET", "/api/rooms/a/messages?q=x"},
                                      {"GET", "/api/rooms/a/messages/export"},
                                      {"GET", "/api/rooms/a/whiteboard"},
                                      {"GET", "/api/rooms/a/participants"},
                                      {"GET", "/api/rooms/a/stats"}};
const std::vector<request> for_operators{{"POST", "/api/rooms/a/messages", post},
                                         {"GET", "/api/rooms/a/members"},
                                         {"PUT", "/api/rooms/a/members", members}};
const std::vector<request> for_all{
    {"GET", "/health"}, {"GET", "/ready"}, {"GET", "/metrics"}, {"OPTIONS", "/api/rooms/a"}};

create_room created(const rest_asker& who, const std::string& body) {
  auto t = parse_target("/api/rooms");
  auto call = read_rest_call({"POST", "application/json", body, *t, who}, with_tokens());
  REQUIRE(std::holds_alternative<create_room>(call));
  return std::get<create_room>(call);
}

errc refused_creation(const rest_asker& who, const std::string& body) {
  auto t = parse_target("/api/rooms");
  auto call = read_rest_call({"POST", "application/json", body, *t, who}, with_tokens());
  REQUIRE(std::holds_alternative<rest_refusal>(call));
  auto& no = std::get<rest_refusal>(call);
  CHECK(no.status == status_of(no.why.code));
  return no.why.code;
}

} // namespace

TEST_CASE("with tokens every route asks for what the contract says") {
  for (const auto& r : for_tokens) {
    INFO(r.method << " " << r.target);
    CHECK(status(r, nobody()) == 401);
    CHECK(status(r, user()) == 0);
  }
  for (const auto& r : for_operators) {
    INFO(r.method << " " << r.target);
    CHECK(status(r, nobody()) == 401);
    CHECK(status(r, user()) == 403);
    CHECK(status(r, {true}) == 0);
  }
  for (const auto& r : for_all) {
    INFO(r.method << " " << r.target);
    CHECK(status(r, nobody()) == 0);
    CHECK(status(r, user()) == 0);
  }
}

TEST_CASE("without tokens nobody is asked for one") {
  const settings none;
  for (const auto& r : for_tokens)
    if (r.body != creation) CHECK(status(r, {}, none) == 0);
  CHECK(status(for_operators[0], {}, none) == 0);
  CHECK(status(for_operators[1], {}, none) == 401);
  CHECK(status(for_operators[2], {}, none) == 401);
  for (const auto& r : for_operators) CHECK(status(r, {true}, none) == 0);
}

TEST_CASE("what is refused says why") {
  auto t = parse_target("/api/rooms");
  auto call = read_rest_call({"GET", "", "", *t, nobody()}, with_tokens());
  auto answer = answer_failure(std::get<rest_refusal>(call).why);
  CHECK(answer.body == R"({"success":false,"error":"a token is needed","code":"unauthorized"})");
  CHECK(answer.wants_token);
  CHECK_FALSE(answer_failure({errc::wrong_password, "no"}).wants_token);
}

TEST_CASE("a room's creator is who its token says") {
  CHECK(created(user(), creation).created_by == "ann");
  CHECK(created(user(), R"({"name":"n","createdBy":"ann"})").created_by == "ann");
  CHECK(refused_creation(user(), R"({"name":"n","createdBy":"bob"})") == errc::identity_mismatch);
  CHECK(refused_creation(user(), R"({"name":"n","createdBy":5})") == errc::bad_request);
  // Who has the operator's token itself has no name of its own.
  CHECK(created({true}, R"({"name":"n","createdBy":"bob"})").created_by == "bob");
  CHECK(refused_creation({true}, creation) == errc::bad_request);
}

TEST_CASE("a token for certain rooms creates no others") {
  auto limited = user(std::make_shared<const opened_rooms>(opened_rooms{"a", "123456"}));
  CHECK(created(limited, R"({"name":"n","id":"a"})").id == "a");
  CHECK(refused_creation(limited, R"({"name":"n","id":"b"})") == errc::forbidden);
  // Nobody knows which code it will be.
  CHECK(refused_creation(limited, creation) == errc::forbidden);
}
