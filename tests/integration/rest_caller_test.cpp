// REST before a directory that the test plays: who is said to ask, what an export asks for page by
// page, and what a client gets when a page fails.
#include "actors/house.hpp"
#include "net/event_spelling.hpp"
#include "net/server.hpp"
#include "support/http_client.hpp"
#include "support/live_house.hpp"

#include <caf/all.hpp>
#include <catch2/catch.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace atrium;
using namespace atrium::test;
using nlohmann::json;

namespace {

struct asked {
  caller from;
  room_command command;
};

/// Answers the request with that number (0, 1, …).
using script = std::function<command_result(std::size_t number, const asked& what)>;

/// Everything that rooms were asked for. Used on several threads.
class stage {
public:
  explicit stage(script s) : script_{std::move(s)} {}

  void play(const routed_request& r) {
    std::lock_guard guard{mutex_};
    asked_.push_back({r.from, r.command});
    auto outcome = script_(asked_.size() - 1, asked_.back());
    r.from.out.port->post(op::result{r.from.out.session, r.from.request, std::move(outcome)});
  }
  [[nodiscard]] std::vector<asked> all() const {
    std::lock_guard guard{mutex_};
    return asked_;
  }

private:
  script script_;
  mutable std::mutex mutex_;
  std::vector<asked> asked_;
};

directory_actor::behavior_type act(directory_actor::pointer, stage* on) {
  return {
      [on](const routed_request& r) { on->play(r); },
      [](const create_request&) {},
      [](const list_request&) {},
      [](const health_request&) {},
      [](const stats_request&) {},
      [](const may_passivate&) {},
      [](const room_left&) {},
      [](const room_removed&) {},
      [](const room_status&) {},
      [](const directory_timer&) {},
      [](const drain_rooms&) { return rooms_drained{0}; },
  };
}

/// The doors of a server, with nothing behind them but the stage.
class staged_house {
public:
  explicit staged_house(script s, settings with = test_settings())
      : config{std::move(with)}, play{std::move(s)} {
    config.admin.token = "secret";
    actors.emplace(actors_config);
    home.emplace(house{*actors, actors->spawn(act, &play), counts, config, env});
    doors = std::make_unique<net::server>(*home);
    REQUIRE_FALSE(doors->start());
  }
  ~staged_house() {
    doors->stop();
    home.reset();
  }
  staged_house(const staged_house&) = delete;
  staged_house& operator=(const staged_house&) = delete;

  [[nodiscard]] std::uint16_t port() const { return doors->port(); }

  settings config;
  stage play;
  counters counts;
  entry_failures failures{config.limits.join_failures_per_minute};
  environment env{config, net::vocabularies(), counts, failures, [] { return unix_ms{1'000'000}; }};
  std::unique_ptr<net::server> doors;
  caf::actor_system_config actors_config;
  std::optional<caf::actor_system> actors;
  std::optional<house> home;
};

room_stats stats_at(seq_t seq) {
  room_stats s;
  s.room.room.id = {"own"};
  s.seq = seq;
  return s;
}

/// The messages `first` to `last`.
history_result page(seq_t first, seq_t last, bool has_more) {
  history_result out;
  for (auto seq = first; seq <= last; ++seq)
    out.messages.push_back(std::make_shared<const std::string>(R"({"type":"text","seq":)"
                                                               + std::to_string(seq) + "}"));
  out.has_more = has_more;
  return out;
}

/// An export of /api/rooms/own whose results these are, one after the other.
std::string export_of(std::vector<command_result> results,
                      const std::function<void(staged_house&)>& look = {}) {
  staged_house house{[results](std::size_t n, const asked&) { return results.at(n); }};
  auto out = raw_exchange(house.port(), "GET /api/rooms/own/messages/export HTTP/1.1\r\nHost: a\r\n"
                                        "Connection: close\r\n\r\n");
  if (look) look(house);
  return out;
}

const failure away{errc::store_unavailable, "the store is away"};

} // namespace

TEST_CASE("a room is told who asks over REST, and with which password") {
  staged_house house{[](std::size_t, const asked&) { return done{}; }};
  auto messages = "/api/rooms/own/messages";
  (void)http_get(house.port(), messages);
  (void)http_request(house.port(), "GET", messages, {},
                     {{"X-Room-Password", "s3 cret"}, {"Authorization", "Bearer secret"}});
  (void)http_post(house.port(), messages,
                  {{"userId", "u"}, {"username", "U"}, {"message", "m"}, {"roomId", "other"}});
  auto all = house.play.all();
  REQUIRE(all.size() == 3);
  CHECK(all[0].from.room_name == "own");
  CHECK_FALSE(all[0].from.connection);
  CHECK_FALSE(all[0].from.password);
  CHECK_FALSE(all[0].from.is_operator);
  CHECK(all[0].from.user.value.empty());
  REQUIRE(all[1].from.password);
  CHECK(*all[1].from.password == "s3 cret");
  CHECK(all[1].from.is_operator);
  CHECK(all[2].from.user.value == "u");
  CHECK(all[2].from.username == "U");
  CHECK(all[2].from.room_name == "own");
}

TEST_CASE("an export asks for a page when the last one is written, up to where it began") {
  auto out = export_of(
      {stats_at(250), page(1, 100, true), page(101, 200, true), page(201, 300, true)},
      [](staged_house& house) {
        auto all = house.play.all();
        REQUIRE(all.size() == 4);
        CHECK(std::holds_alternative<get_stats>(all[0].command));
        const auto& first = std::get<get_history>(all[1].command);
        CHECK(first.limit == 100);
        CHECK(first.after == "000000000000-export");
        CHECK_FALSE(first.before);
        CHECK(std::get<get_history>(all[2].command).after == make_message_id(100, "export"));
        CHECK(std::get<get_history>(all[3].command).after == make_message_id(200, "export"));
      });
  CHECK(out.find("filename=\"room-own.json\"") != std::string::npos);
  CHECK(out.find(R"("seq":250}])") != std::string::npos);
  // Said after it began.
  CHECK(out.find(R"("seq":251})") == std::string::npos);
  CHECK(out.ends_with("0\r\n\r\n"));
}

TEST_CASE("an export that fails before its first byte is an answer like any other") {
  for (const auto& results :
       std::vector<std::vector<command_result>>{{away}, {stats_at(5), away}}) {
    auto out = export_of(results);
    CHECK(out.starts_with("HTTP/1.1 503 "));
    CHECK(out.find("Retry-After: 1\r\n") != std::string::npos);
    CHECK(out.find("Content-Disposition") == std::string::npos);
    CHECK(out.find(R"("code":"store_unavailable")") != std::string::npos);
  }
}

TEST_CASE("an export that fails later has no end") {
  auto out = export_of({stats_at(500), page(1, 100, true), away});
  CHECK_FALSE(out.ends_with("0\r\n\r\n"));
  CHECK(out.find("store_unavailable") == std::string::npos);
}

TEST_CASE("an export that gets nowhere ends") {
  auto out = export_of({stats_at(500), page(1, 0, true)});
  CHECK(out.starts_with("HTTP/1.1 500 "));
  out = export_of({stats_at(500), page(1, 100, true), page(100, 100, true)});
  CHECK_FALSE(out.ends_with("0\r\n\r\n"));
}

TEST_CASE("wrong passwords count as wrong rooms do") {
  auto config = test_settings();
  config.limits.join_failures_per_minute = 2;
  const failure wrong{errc::wrong_password, "this room has another password"};
  staged_house house{[&](std::size_t, const asked&) { return wrong; }, config};
  auto no = http_request(house.port(), "GET", "/api/rooms/own/messages", {},
                         {{"X-Room-Password", "guess"}});
  CHECK(no.status == 401);
  CHECK(no.json()["code"] == "wrong_password");
  CHECK(http_get(house.port(), "/api/rooms/own/messages/export").status == 401);
  no = http_request(house.port(), "GET", "/api/rooms/own/messages", {},
                    {{"X-Room-Password", "right"}});
  CHECK(no.status == 429);
  // A minute from the first.
  CHECK(no.headers["retry-after"] == "60");
  CHECK(house.play.all().size() == 2);
}
