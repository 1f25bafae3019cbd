// Socket.IO with tokens, packet by packet over long-polling: CONNECT is refused or not, and what ends.
// Stock clients and WebSockets are in tests/e2e/scenarios/tokens.test.mjs.
#include "support/token_house.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace atrium::test;
using nlohmann::json;

namespace {

std::string token_of(const std::string& user, const std::string& more = {}) {
  return make_token(R"({"sub":")" + user + R"(","name":"n")" + more + "}", token_secret);
}

class polling {
public:
  explicit polling(std::uint16_t port, const std::string& query = {}, const headers& extra = {})
      : port_{port} {
    auto r = http_request(port, "GET", base + query, {}, extra);
    REQUIRE(r.status == 200);
    sid_ = json::parse(r.body.substr(1))["sid"];
  }
  // The server would wait for it to poll once more.
  ~polling() { (void)http_request(port_, "POST", base + "&sid=" + sid_, "1", plain); }
  polling(const polling&) = delete;
  polling& operator=(const polling&) = delete;

  void post(const std::string& packets) {
    CHECK(http_request(port_, "POST", base + "&sid=" + sid_, packets, plain).status == 200);
  }
  http_response get() { return http_get(port_, base + "&sid=" + sid_); }
  /// CONNECT, and the packet that answers.
  std::string connect(const json& auth = nullptr) {
    post("40" + (auth.is_null() ? "" : auth.dump()));
    return get().body;
  }
  /// The code of the CONNECT_ERROR.
  std::string refused(const json& auth = nullptr) {
    auto packet = connect(auth);
    REQUIRE(packet.starts_with("44{"));
    auto error = json::parse(packet.substr(2));
    CHECK(error["message"] == error["data"]["error"]);
    CHECK(error["data"]["success"] == false);
    return error["data"]["code"];
  }

private:
  const headers plain{{"Content-Type", "text/plain;charset=UTF-8"}};
  const std::string base = "/socket.io/?EIO=4&transport=polling";
  std::uint16_t port_;
  std::string sid_;
};

/// The error with its code, then the packet DISCONNECT.
bool is_farewell(const std::string& body) {
  return body.starts_with(R"(42["error",)") && body.find("unauthorized") != std::string::npos
         && body.ends_with("\x1e"
                           "41");
}

} // namespace

TEST_CASE("CONNECT needs a token, and its refusal leaves the transport") {
  live_house house{with_tokens()};
  polling one{house.port()};
  CHECK(one.refused() == "unauthorized");
  CHECK(one.refused({{"token", "garbage"}}) == "unauthorized");
  CHECK(one.refused({{"token", make_token(R"({"sub":"ann"})", "guess")}}) == "unauthorized");
  CHECK(one.refused({{"token", token_of("ann", R"(,"exp":1)")}}) == "unauthorized");
  CHECK(one.refused({{"token", token_of("ann")}, {"userId", "bob"}}) == "identity_mismatch");
  CHECK(one.refused({{"token", 5}}) == "bad_request");
  CHECK(one.connect({{"token", token_of("ann")}, {"userId", "ann"}}).starts_with("40{"));
}

TEST_CASE("a token of the handshake does, unless `auth` has another") {
  live_house house{with_tokens()};
  polling in_address{house.port(), "&token=" + token_of("ann")};
  CHECK(in_address.refused({{"token", "garbage"}}) == "unauthorized");
  CHECK(in_address.connect().starts_with("40{"));
  polling in_header{house.port(), {}, {{"Authorization", "Bearer " + token_of("ann")}}};
  CHECK(in_header.connect().starts_with("40{"));
  polling other{house.port(), "&token=" + token_of("ann") + "&userId=bob"};
  CHECK(other.refused() == "identity_mismatch");
}

TEST_CASE("a polling session ends with its token") {
  live_house house{with_tokens()};
  polling one{house.port()};
  REQUIRE(one.connect({{"token", token_of("ann", R"(,"exp":)" + seconds(1))}}).starts_with("40{"));
  CHECK(is_farewell(one.get().body));
  // Not at once: stock clients would take it for a broken transport.
  CHECK(one.get().body == "1");
  CHECK(one.get().status == 400);
}

TEST_CASE("what a client sends before it knows of its token's end does not cost it the farewell") {
  live_house house{with_tokens()};
  polling one{house.port()};
  polling later{house.port()};
  REQUIRE(
      one.connect({{"token", token_of("ann", R"(,"exp":)" + seconds(1))}}).starts_with("40{"));
  REQUIRE(
      later.connect({{"token", token_of("bob", R"(,"exp":)" + seconds(1.3))}}).starts_with("40{"));
  REQUIRE(is_farewell(later.get().body));
  one.post(R"(420["join",{"roomId":"1"}])");
  one.post("41");
  CHECK(is_farewell(one.get().body));
  CHECK(one.connect({{"token", token_of("ann")}}).starts_with("40{"));
}

TEST_CASE("a session whose token has ended may show a newer one") {
  live_house house{with_tokens()};
  polling one{house.port()};
  REQUIRE(
      one.connect({{"token", token_of("ann", R"(,"exp":)" + seconds(0.5))}}).starts_with("40{"));
  CHECK(is_farewell(one.get().body));
  CHECK(one.connect({{"token", "garbage"}}).starts_with("44{"));
  CHECK(one.connect({{"token", token_of("ann", R"(,"exp":)" + seconds(0.5))}}).starts_with("40{"));
  CHECK(is_farewell(one.get().body));
}
