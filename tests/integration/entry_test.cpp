// Guessing codes over real sockets: what counts is where the client comes from.
#include "support/http_client.hpp"
#include "support/live_house.hpp"
#include "support/ws_client.hpp"

#include <catch2/catch.hpp>

using namespace atrium::test;
using nlohmann::json;

TEST_CASE("an address that guesses codes waits, on every connection; others and who is in do not") {
  auto config = test_settings();
  config.limits.join_failures_per_minute = 3;
  config.server.trusted_proxies = {"127.0.0.1"};
  live_house house{config};
  auto maths = create_room(house.port());
  auto art = create_room(house.port());
  auto from = [&](const std::string& address) {
    return ws_client{house.port(), "/ws", {{"X-Forwarded-For", address}}};
  };
  auto try_to_join = [](ws_client& who, const std::string& room) {
    return who.request({{"type", "join"}, {"roomId", room}, {"username", "n"}});
  };

  auto ann = from("192.0.2.1");
  ann.join(maths, "ann");
  auto mallory = from("192.0.2.1");
  for (const auto* code : {"000001", "000002", "000003"})
    CHECK(try_to_join(mallory, code)["code"] == "room_not_found");
  auto again = from("192.0.2.1");
  for (auto* who : {&mallory, &again}) {
    auto refused = try_to_join(*who, art);
    CHECK(refused["code"] == "rate_limited");
    CHECK(refused["retryAfterMs"] > 0);
    CHECK(refused["retryAfterMs"] <= 60'000);
  }
  CHECK(try_to_join(again, maths)["success"] == true);
  auto bob = from("192.0.2.2");
  CHECK(try_to_join(bob, art)["success"] == true);
}
