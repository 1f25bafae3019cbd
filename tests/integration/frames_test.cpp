#include <catch2/catch.hpp>

#include "support/http_client.hpp"
#include "support/live_house.hpp"
#include "support/ws_client.hpp"

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

using namespace atrium::test;
using namespace std::chrono_literals;
using nlohmann::json;

TEST_CASE("a message in many small frames is one message") {
  live_house house;
  ws_client c{house.port()};
  std::string text = R"({"type":"dance","ref":1})";
  for (std::size_t i = 0; i < text.size(); ++i) {
    char first = static_cast<char>((i == 0 ? 1 : 0) | (i + 1 == text.size() ? 0x80 : 0));
    c.send_raw(std::string{first} + std::string("\x81\0\0\0\0", 5) + text[i]);
  }
  CHECK(c.expect("ack")["code"] == "unknown_event");
}

TEST_CASE("pings are answered before data, however many") {
  live_house house;
  ws_client c{house.port()};
  std::string ping{"\x89\x81\0\0\0\0p", 7};
  std::string flood;
  for (int i = 0; i < 20'000; ++i) flood += ping;
  c.send_raw(flood);
  CHECK(c.request({{"type", "dance"}})["code"] == "unknown_event");
}

TEST_CASE("a client that sends pings without end keeps nobody from being answered") {
  auto config = test_settings();
  config.server.threads = 1;
  live_house house{config};
  ws_client other{house.port()};
  std::atomic<bool> enough{false};
  std::atomic<std::size_t> sent{0};
  std::thread flooder{[&] {
    ws_client c{house.port()};
    std::string ping{"\x89\x80\0\0\0\0", 6};
    std::string flood;
    for (int i = 0; i < 50'000; ++i) flood += ping;
    while (!enough) {
      c.send_raw(flood);
      ++sent;
    }
  }};
  auto begin = std::chrono::steady_clock::now();
  // Answers come while the flood goes on, not after it.
  for (int i = 0; i < 20 || sent < 20; ++i)
    CHECK(other.request({{"type", "dance"}})["code"] == "unknown_event");
  auto took = std::chrono::steady_clock::now() - begin;
  enough = true;
  flooder.join();
  CHECK(took < 10s);
}

TEST_CASE("the answer to the upgrade comes before the close that an early frame calls for") {
  live_house house;
  for (const auto& early : {std::string("\x88\x82\0\0\0\0\x03\xe8", 8),
                            std::string("\x81\x02{}", 4), std::string("\xc1\x80\0\0\0\0", 6)}) {
    auto answer = raw_exchange(house.port(), upgrade_request() + early);
    CHECK(answer.starts_with("HTTP/1.1 101"));
    CHECK(answer.find('\x88') != std::string::npos);
  }
}
