#include <catch2/catch.hpp>

#include "support/http_client.hpp"
#include "support/live_house.hpp"

using namespace atrium;
using namespace atrium::test;

namespace {

settings with_operators() {
  auto config = test_settings();
  config.admin.token = "an operator's token";
  return config;
}

} // namespace

TEST_CASE("the console's page is served to whoever knows where it is, and nothing beside it") {
  live_house house{with_operators()};
  auto page = http_get(house.port(), "/console/");
  CHECK(page.status == 200);
  CHECK(page.headers["content-type"] == "text/html; charset=utf-8");
  CHECK(page.headers["cache-control"] == "no-cache");
  CHECK(page.headers["content-security-policy"].starts_with("default-src 'none'; "));
  CHECK(page.body.starts_with("<!doctype html>"));
  CHECK(std::to_string(page.body.size()) == page.headers["content-length"]);

  auto again = http_request(house.port(), "GET", "/console/", {},
                            {{"If-None-Match", page.headers["etag"]}});
  CHECK(again.status == 304);
  CHECK(again.body.empty());

  auto moved = http_get(house.port(), "/console");
  CHECK(moved.status == 308);
  CHECK(moved.headers["location"] == "console/");

  auto refused = http_request(house.port(), "POST", "/console/", "{}");
  CHECK(refused.status == 405);
  CHECK(refused.headers["allow"] == "GET, HEAD");
  CHECK(http_get(house.port(), "/console/../health").status == 404);
  CHECK(http_get(house.port(), "/console/nothing.js").status == 404);
  CHECK(http_get(house.port(), "/console/nothing.js").json()["code"] == "bad_request");
}

TEST_CASE("files of the console's page come one after the other over one connection") {
  live_house house{with_operators()};
  auto all = raw_exchange(house.port(), "GET /console/app.js HTTP/1.1\r\nHost: x\r\n\r\n"
                                        "HEAD /console/ HTTP/1.1\r\nHost: x\r\n\r\n"
                                        "GET /console HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                                        "\r\n");
  auto first = all.find("HTTP/1.1 200 OK\r\n");
  auto second = all.find("HTTP/1.1 200 OK\r\n", first + 1);
  auto third = all.find("HTTP/1.1 308 Permanent Redirect\r\n");
  CHECK(first == 0);
  CHECK(second < third);
  CHECK(third != std::string::npos);
  CHECK(all.find("text/javascript") < second);
}

TEST_CASE("without operators there is no console") {
  live_house house;
  for (const auto* path : {"/console/", "/console", "/console/app.js"})
    CHECK(http_get(house.port(), path).status == 404);
}

TEST_CASE("where tokens make operators there is a console") {
  auto config = test_settings();
  config.auth.mode = "jwt";
  config.auth.jwt_secret = "a secret of more than thirty-two bytes";
  live_house house{std::move(config)};
  CHECK(http_get(house.port(), "/console/").status == 200);
}
