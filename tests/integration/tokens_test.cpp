// Connections with tokens (contract §2): who is let in, who that is then, and when it ends.
#include "support/atriumd_process.hpp"
#include "support/token_house.hpp"
#include "support/ws_client.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cstdio>
#include <functional>
#include <string>

using namespace atrium::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

std::string token_saying(const json& claims) {
  return make_token(claims.dump(), token_secret);
}
std::string token_of(const std::string& user) {
  return token_saying({{"sub", user}, {"name", "The " + user}});
}
/// `exp`, so many seconds from now.
std::string token_until(const std::string& user, double from_now) {
  return make_token(R"({"sub":")" + user + R"(","name":"n","exp":)" + seconds(from_now) + "}",
                    token_secret);
}

std::string path_with(const std::string& token, const std::string& path = "/ws") {
  return path + "?token=" + token;
}

std::string room_of(std::uint16_t port, const std::string& token, json fields = json::object()) {
  json body{{"name", "A room"}};
  body.update(fields);
  auto r = http_request(port, "POST", "/api/rooms", body.dump(), bearer(token));
  if (r.status != 201) FAIL(r.body);
  return r.json()["room"]["id"];
}

handshake_refused refusal(std::uint16_t port, const std::string& path, const headers& extra = {}) {
  try {
    ws_client c{port, path, extra};
  } catch (const handshake_refused& no) {
    return no;
  }
  return {101, "{}"};
}

json join(const std::string& room, json more = json::object()) {
  json j{{"type", "join"}, {"roomId", room}};
  j.update(more);
  return j;
}

} // namespace

TEST_CASE("a WebSocket opens for a good token only") {
  live_house house{with_tokens()};
  auto port = house.port();
  for (const auto& path : {std::string{"/ws"}, std::string{"/"}}) {
    INFO(path);
    auto none = refusal(port, path);
    CHECK(none.status == 401);
    CHECK(json::parse(none.body)
          == json{{"success", false}, {"error", "a token is needed"}, {"code", "unauthorized"}});
    CHECK(refusal(port, path + "?token=").status == 401);
    CHECK(refusal(port, path_with("garbage", path)).status == 401);
    auto late = refusal(port, path_with(token_until("ann", -1), path));
    CHECK(late.status == 401);
    CHECK(json::parse(late.body)["error"] == "the token has expired");
    CHECK(refusal(port, path_with(make_token(R"({"sub":"ann"})", "guess"), path)).status == 401);
    // The operator's token is for REST.
    CHECK(refusal(port, path, bearer("operator")).status == 401);
    CHECK(refusal(port, path_with(token_of("ann"), path)).status == 101);
    CHECK(refusal(port, path, bearer(token_of("ann"))).status == 101);
    CHECK(refusal(port, path_with(token_of("ann"), path), bearer("something else")).status == 101);
  }
  auto raw = raw_exchange(port, upgrade_request("/ws"));
  CHECK(raw.starts_with("HTTP/1.1 401 "));
  CHECK(raw.find("\r\nWWW-Authenticate: Bearer\r\n") != std::string::npos);
}

TEST_CASE("a page of another origin is refused before its token is looked at") {
  live_house house{with_tokens()};
  headers page{{"Origin", "https://elsewhere.example"}};
  CHECK(refusal(house.port(), "/ws", page).status == 403);
  CHECK(refusal(house.port(), path_with(token_of("ann")), page).status == 403);
}

TEST_CASE("whoever is refused takes no place") {
  auto s = with_tokens();
  s.limits.connections = 1;
  live_house house{s};
  for (int i = 0; i < 5; ++i) CHECK(refusal(house.port(), "/ws").status == 401);
  ws_client ann{house.port(), path_with(token_of("ann"))};
  CHECK(refusal(house.port(), path_with(token_of("bob"))).status == 503);
}

TEST_CASE("the user is the token's") {
  live_house house{with_tokens()};
  auto port = house.port();
  auto room = room_of(port, token_of("ann"));
  CHECK(refusal(port, path_with(token_of("ann")) + "&userId=bob").status == 403);
  ws_client ann{port, path_with(token_of("ann")) + "&userId=ann&username=Queen"};
  auto other = ann.request(join(room, {{"userId", "bob"}}));
  CHECK(other["code"] == "identity_mismatch");
  auto joined = ann.request(join(room, {{"userId", "ann"}, {"username", "Queen"}}));
  CHECK(joined["userId"] == "ann");
  CHECK(joined["participants"][0]["username"] == "The ann");
  auto posted = ann.request(
      {{"type", "chat:message"}, {"roomId", room}, {"message", "hello"}, {"username", "Queen"}});
  CHECK(posted["message"]["username"] == "The ann");
  CHECK(ann.request({{"type", "chat:message"},
                     {"roomId", room},
                     {"message", "hello"},
                     {"userId", "bob"}})["code"]
        == "identity_mismatch");
  CHECK(ann.request({{"type", "register"}, {"userId", "bob"}})["code"] == "identity_mismatch");
  // A token without a name: then the client says it.
  ws_client bob{port, path_with(token_saying({{"sub", "bob"}}))};
  CHECK(bob.request(join(room))["code"] == "bad_request");
  bob.request(join(room, {{"username", "Bob"}}));
  auto again = bob.request(join(room, {{"username", "Bobby"}}));
  CHECK(again["participants"][1]["username"] == "Bobby");
}

TEST_CASE("a connection ends with its token") {
  live_house house{with_tokens()};
  auto port = house.port();
  auto room = room_of(port, token_of("ann"));
  ws_client bob{port, path_with(token_of("bob"))};
  bob.request(join(room));
  ws_client ann{port, path_with(token_until("ann", 1.5))};
  REQUIRE(ann.request(join(room))["success"] == true);
  bob.expect("presence:update", [](const json& p) { return p["count"] == 2; });
  CHECK(ann.expect_close() == 4401);
  bob.expect("presence:update", [](const json& p) { return p["count"] == 1; });
  // The others stay.
  CHECK(bob.request({{"type", "presence:list"}, {"roomId", room}})["count"] == 1);
}

TEST_CASE("a connection that says nothing ends with its token, too") {
  live_house house{with_tokens()};
  ws_client ann{house.port(), path_with(token_until("ann", 0.5))};
  CHECK(ann.expect_close() == 4401);
}

TEST_CASE("a newer token takes the place of the one before") {
  live_house house{with_tokens()};
  auto port = house.port();
  auto room = room_of(port, token_of("ann"));
  auto began = std::chrono::steady_clock::now();
  ws_client ann{port, path_with(token_until("ann", 1))};
  CHECK(ann.request(join(room, {{"token", "garbage"}}))["code"] == "unauthorized");
  CHECK(ann.request(join(room, {{"token", token_of("bob")}}))["code"] == "identity_mismatch");
  CHECK(ann.request(join(room, {{"token", token_until("ann", 2.5)}}))["success"] == true);
  CHECK(ann.expect_close() == 4401);
  CHECK(std::chrono::steady_clock::now() - began > 2'300ms);
}

TEST_CASE("a token for certain rooms opens them by id and by code") {
  live_house house{with_tokens()};
  auto port = house.port();
  auto id = room_of(port, token_of("ann"), {{"id", "maths"}});
  auto other = room_of(port, token_of("ann"));
  std::string code = http_request(port, "GET", "/api/rooms/maths", {}, bearer(token_of("ann")))
                         .json()["room"]["code"];
  auto limited = token_saying({{"sub", "bob"}, {"name", "Bob"}, {"rooms", {"maths"}}});
  for (const auto& name : {id, code}) {
    ws_client bob{port, path_with(limited)};
    CHECK(bob.request(join(name))["success"] == true);
    CHECK(bob.request(join(other))["code"] == "forbidden");
    CHECK(bob.request({{"type", "joinRoom"}, {"roomId", other}})["code"] == "forbidden");
    CHECK(bob.request({{"type", "register"}})["code"] == "forbidden");
  }
  // The code of a room is no id of it.
  auto by_code = token_saying({{"sub", "eve"}, {"name", "Eve"}, {"rooms", {code}}});
  ws_client eve{port, path_with(by_code)};
  CHECK(eve.request(join(code))["code"] == "forbidden");
}

TEST_CASE("an operator's token opens doors") {
  live_house house{with_tokens()};
  auto port = house.port();
  auto room = room_of(port, token_of("ann"), {{"password", "p"}});
  ws_client bob{port, path_with(token_of("bob"))};
  REQUIRE(bob.request(join(room, {{"password", "p"}}))["success"] == true);
  auto id = bob.request(
      {{"type", "chat:message"}, {"roomId", room}, {"message", "m"}})["message"]["id"];
  json system{
      {"type", "chat:message"}, {"roomId", room}, {"message", "s"}, {"messageType", "system"}};
  CHECK(bob.request(system)["code"] == "forbidden");
  ws_client chief{port,
                  path_with(token_saying({{"sub", "chief"}, {"name", "Chief"}, {"admin", true}}))};
  CHECK(chief.request(join(room))["success"] == true);
  CHECK(chief.request(system)["message"]["type"] == "system");
  CHECK(chief.request({{"type", "chat:delete"}, {"roomId", room}, {"id", id}})["success"] == true);
  bob.expect("chat:deleted");
}

TEST_CASE("keys change while both are configured") {
  auto old_key = ec_key();
  auto new_key = rsa_key();
  key_file old_file{old_key.verifier};
  key_file new_file{new_key.verifier};
  auto s = test_settings();
  s.auth.mode = "jwt";
  s.auth.jwt_keys = {"old:ES256:" + old_file.path(), "new:RS256:" + new_file.path()};
  auto of_old = path_with(make_token(R"({"sub":"ann"})", old_key, "old"));
  auto of_new = path_with(make_token(R"({"sub":"ann"})", new_key, "new"));
  {
    live_house both{s};
    CHECK(refusal(both.port(), of_old).status == 101);
    CHECK(refusal(both.port(), of_new).status == 101);
  }
  s.auth.jwt_keys.erase(s.auth.jwt_keys.begin());
  live_house one{s};
  CHECK(refusal(one.port(), of_old).status == 401);
  CHECK(refusal(one.port(), of_new).status == 101);
}

TEST_CASE("without tokens nobody minds one") {
  live_house house;
  auto room = create_room(house.port());
  ws_client ann{house.port(), "/ws?token=garbage", bearer("garbage")};
  auto joined = ann.request(join(room, {{"userId", "ann"}, {"username", "Ann"}, {"token", 5}}));
  CHECK(joined["userId"] == "ann");
}

TEST_CASE("a token is in no line of the log") {
  auto token = token_of("ann");
  atriumd_process process{{"--store", "memory", "--log-level", "trace"},
                          {{"ATRIUM_AUTH_MODE", "jwt"},
                           {"ATRIUM_JWT_SECRET", token_secret},
                           {"ATRIUM_ADMIN_TOKEN", "op"}}};
  auto port = process.port();
  auto engine = "/socket.io/?EIO=4&transport=polling&token=" + token;
  CHECK(http_get(port, engine).status == 200);
  CHECK(http_get(port, path_with(token, "/api/rooms")).status == 200);
  CHECK(http_get(port, path_with(token + "x", "/api/rooms")).status == 401);
  CHECK(refusal(port, path_with(token + "x")).status == 401);
  ws_client ann{port, path_with(token)};
  ann.request({{"type", "join"}, {"roomId", "none"}, {"token", token}});
  ann.close();
  process.stop();
  auto log = process.log();
  CHECK(log.find("connection_opened") != std::string::npos);
  for (const auto& hidden :
       {token, token.substr(token.rfind('.')), std::string{"token="}, token_secret})
    CHECK(log.find(hidden) == std::string::npos);
}

namespace {

struct check_outcome {
  std::string text;
  int status;
};
/// `atriumd --check-config` with this environment.
check_outcome check_config(const std::string& environment) {
  auto command = "env " + environment + " " ATRIUM_DAEMON " --check-config 2>&1";
  auto* out = popen(command.c_str(), "r");
  REQUIRE(out != nullptr);
  check_outcome outcome{};
  std::array<char, 4'096> part{};
  while (auto n = fread(part.data(), 1, part.size(), out)) outcome.text.append(part.data(), n);
  outcome.status = WEXITSTATUS(pclose(out));
  return outcome;
}

} // namespace

TEST_CASE("the check of the configuration finds keys that cannot be used, and shows none") {
  key_file text{"not a key but a secret"};
  auto good = check_config("ATRIUM_AUTH_MODE=jwt ATRIUM_JWT_SECRET=hidden-secret");
  CHECK(good.status == 0);
  CHECK(good.text.find("jwt_secret = \"***\"") != std::string::npos);
  CHECK(good.text.find("hidden") == std::string::npos);
  auto none = check_config("ATRIUM_AUTH_MODE=jwt");
  CHECK(none.status == 2);
  CHECK(none.text.find("auth.mode: \"jwt\" needs a key") != std::string::npos);
  auto bad = check_config("ATRIUM_AUTH_MODE=jwt ATRIUM_AUTH_JWT_KEYS=k:ES256:" + text.path());
  CHECK(bad.status == 2);
  CHECK(bad.text.find("holds no public key as PEM") != std::string::npos);
  CHECK(bad.text.find("secret") == std::string::npos);
  auto missing = check_config("ATRIUM_AUTH_MODE=jwt ATRIUM_AUTH_JWT_KEYS=k:HS256:/nowhere");
  CHECK(missing.status == 2);
  CHECK(missing.text.find("\"k\" cannot be read") != std::string::npos);
}
