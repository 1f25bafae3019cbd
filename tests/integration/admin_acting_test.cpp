// What operators do to connections and to the server as a whole, against the whole server.
#include "support/kept_house.hpp"
#include "support/operators.hpp"
#include "support/polling_client.hpp"
#include "support/ws_client.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <string>
#include <vector>

using namespace atrium::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

std::string id_of(const operator_desk& desk, const std::string& user) {
  return desk.get("connections?q=" + user)["connections"].at(0)["id"];
}

/// SIGTERM of this process is waited for, not handled, as atriumd does it. Threads begun later inherit
/// that.
class awaited_signal {
public:
  awaited_signal() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set_, &before_);
  }
  awaited_signal(const awaited_signal&) = delete;
  awaited_signal& operator=(const awaited_signal&) = delete;
  ~awaited_signal() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  [[nodiscard]] bool comes(std::chrono::seconds within) const {
    timespec limit{within.count(), 0};
    return sigtimedwait(&set_, nullptr, &limit) == SIGTERM;
  }

private:
  sigset_t set_{};
  sigset_t before_{};
};

} // namespace

TEST_CASE("one connection is disconnected, the user's others stay") {
  auto s = operated_settings();
  s.server.threads = 2;
  live_house house{s};
  operator_desk desk{house.port()};
  ws_client ann{house.port(), "/ws?userId=ann"};
  ws_client bob{house.port(), "/ws?userId=bob"};
  auto path = "connections/" + id_of(desk, "ann") + "/disconnect";
  CHECK(desk.post(path, {{"reason", "enough"}})["success"] == true);
  CHECK(ann.expect_close() == 4403);
  CHECK(desk.get("connections")["total"] == 1);
  // It is there no more.
  CHECK(desk.ask("POST", path).status == 404);
  for (const auto* nobody : {"0", "1", "18446744073709551615"})
    CHECK(desk.ask("POST", "connections/" + std::string{nobody} + "/disconnect").status == 404);
}

TEST_CASE("a client of Socket.IO that is disconnected is told not to come back") {
  live_house house{operated_settings()};
  operator_desk desk{house.port()};
  polling_client bob{house.port()};
  bob.connect({{"userId", "bob"}});
  desk.post("connections/" + id_of(desk, "bob") + "/disconnect");
  CHECK(bob.next() == "41");
  CHECK(bob.next() == "1");
}

TEST_CASE("an announcement reaches every client on its wire") {
  auto s = operated_settings();
  s.server.threads = 2;
  live_house house{s};
  operator_desk desk{house.port()};
  std::vector<ws_client> clients;
  for (int i = 0; i < 7; ++i) clients.emplace_back(house.port());
  polling_client bob{house.port()};
  bob.connect({{"userId", "bob"}});
  // Not yet in the main namespace.
  polling_client late{house.port()};
  auto said = desk.post("announce", {{"message", "soon"}});
  CHECK(said["connections"] == 8);
  for (auto& c : clients) {
    auto heard = c.expect("announce");
    CHECK(heard["message"] == "soon");
    CHECK(heard["timestamp"].is_number_integer());
    CHECK_FALSE(heard.contains("roomId"));
  }
  CHECK(bob.expect("42[\"announce\"").at(1)["message"] == "soon");
}

TEST_CASE("an operator drains the server as a signal does") {
  awaited_signal end;
  auto s = operated_settings();
  live_house house{s};
  operator_desk desk{house.port()};
  ws_client ann{house.port()};
  auto answer = desk.ask("POST", "drain", json::object());
  CHECK(answer.status == 202);
  CHECK(answer.json()["success"] == true);
  REQUIRE(end.comes(10s));
  CHECK(desk.get("overview")["server"]["draining"] == true);
  // A second one would end it at once.
  CHECK(desk.ask("POST", "drain").status == 202);
  CHECK_FALSE(end.comes(0s));
  house.doors().announce_shutdown();
  ann.expect("server:shutdown");
  CHECK(ann.expect_close() == 1001);
  // While it leaves one may still look at it, and nothing else.
  CHECK(desk.get("overview")["server"]["draining"] == true);
  auto refused = desk.ask("POST", "announce", {{"message", "m"}});
  CHECK(refused.status == 503);
  CHECK(refused.json()["code"] == "shutting_down");
  CHECK(desk.ask("GET", "rooms/123456/tail").status == 503);
  CHECK(house.drain());
}
