// A Socket.IO client that polls, by hand: for tests that look at single packets.
#pragma once

#include "support/http_client.hpp"
#include "support/ws_client.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <string>

namespace atrium::test {

/// A Socket.IO client that polls, by hand.
class polling_client {
public:
  using json = nlohmann::json;

  explicit polling_client(std::uint16_t port) : port_{port} {
    auto open = http_get(port_, path_).body;
    REQUIRE(open.starts_with("0{"));
    path_ += "&sid=" + json::parse(open.substr(1))["sid"].get<std::string>();
  }

  void say(const std::string& packet) {
    headers text{{"Content-Type", "text/plain;charset=UTF-8"}};
    REQUIRE(http_request(port_, "POST", path_, packet, text).body == "ok");
  }
  void emit(const std::string& event, const json& fields) {
    say("42" + json::array({event, fields}).dump());
  }
  /// The JSON behind the first packet that begins so; those before it are passed over.
  json expect(const std::string& begin) {
    for (;;) {
      auto packet = next();
      if (packet.starts_with(begin)) return json::parse(packet.substr(packet.find_first_of("[{")));
    }
  }
  /// The next packet; polls if there is none.
  std::string next() {
    while (unread_.empty()) {
      auto answer = http_get(port_, path_);
      REQUIRE(answer.status == 200);
      unread_ = answer.body;
    }
    auto end = std::min(unread_.find('\x1e'), unread_.size());
    auto packet = unread_.substr(0, end);
    unread_.erase(0, end + 1);
    return packet;
  }
  /// CONNECT, and the greeting behind the answer; the ids.
  json connect(const json& auth) {
    say("40" + auth.dump());
    auto ids = expect("40");
    REQUIRE(next().starts_with(R"(42["init-room")"));
    return ids;
  }
  std::string offset_of(const std::string& event) { return expect("42[\"" + event + '"').back(); }

private:
  std::uint16_t port_;
  std::string path_ = "/socket.io/?EIO=4&transport=polling";
  std::string unread_;
};

} // namespace atrium::test
