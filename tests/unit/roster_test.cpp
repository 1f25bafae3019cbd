// Presence as a value: joining, losing connections, coming back, pages (contract §1 and §3). A
// plain model judges random histories.
#include "actors/roster.hpp"
#include "support/participants.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <set>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

presence_page page_of(const roster& r, const std::optional<std::string>& cursor,
                      std::size_t limit) {
  auto result = r.page(cursor, limit);
  REQUIRE(std::holds_alternative<presence_page>(result));
  return std::get<presence_page>(std::move(result));
}

} // namespace

TEST_CASE("roster: a user with two connections is one participant", "[roster]") {
  roster r{10, 30s};
  CHECK(r.join(1, user(1), "Ann", 100) == arrival::joined);
  CHECK(r.join(2, user(1), "Ann", 200) == arrival::another_connection);
  CHECK(r.join(2, user(1), "Ann", 300) == arrival::same_connection);
  CHECK(r.count() == 1);
  CHECK(r.session_count() == 2);
  REQUIRE(r.find(2) != nullptr);
  CHECK(r.find(2)->connections == 2);
  CHECK(r.find(2)->joined_at == 100);
  CHECK(r.find(2)->status == "online");
  CHECK(r.find(3) == nullptr);
  CHECK(r.drop(1, 400) == departure::connection_closed);
  CHECK(r.find(user(1))->connections == 1);
  CHECK(r.leave(2) == departure::gone);
  CHECK(r.size() == 0);
  CHECK(r.leave(2) == departure::unknown);
  CHECK(r.drop(1, 500) == departure::unknown);
}

TEST_CASE("roster: a new name renames, by the same or another connection", "[roster]") {
  roster r{10, 30s};
  r.join(1, user(1), "Ann", 0);
  CHECK(r.join(1, user(1), "Anna", 0) == arrival::renamed);
  CHECK(r.join(2, user(1), "Annie", 0) == arrival::renamed);
  CHECK(r.find(1)->username == "Annie");
  CHECK(r.find(1)->connections == 2);
}

TEST_CASE("roster: a session stays its user's", "[roster]") {
  roster r{10, 30s};
  r.join(1, user(1), "Ann", 0);
  CHECK(r.join(1, user(2), "Bob", 0) == arrival::same_connection);
  CHECK(r.find(1)->user == user(1));
  CHECK(r.size() == 1);
}

TEST_CASE("roster: a lost connection keeps the place for the grace time", "[roster]") {
  roster r{10, 30s};
  r.join(1, user(1), "Ann", 0);
  r.join(2, user(2), "Bob", 1);
  CHECK_FALSE(r.next_deadline());
  CHECK(r.drop(1, 1'000) == departure::away);
  CHECK(r.find(user(1))->status == "away");
  CHECK(r.find(user(1))->connections == 0);
  CHECK(r.count() == 1);
  CHECK(r.size() == 2);
  CHECK(r.next_deadline() == 31'000);
  CHECK(r.expire(30'999).empty());
  SECTION("back in time it is where it was") {
    CHECK(r.join(3, user(1), "Ann", 30'999) == arrival::returned);
    CHECK(r.find(3)->joined_at == 0);
    CHECK(r.find(3)->status == "online");
    CHECK_FALSE(r.next_deadline());
    CHECK(r.expire(99'999).empty());
    CHECK(ids(r.participants()) == "u1 u2");
  }
  SECTION("too late it is new") {
    const auto gone = r.expire(31'000);
    CHECK(ids(gone) == "u1");
    CHECK(gone.at(0).status == "away");
    CHECK(r.find(user(1)) == nullptr);
    CHECK(r.join(3, user(1), "Ann", 40'000) == arrival::joined);
    CHECK(ids(r.participants()) == "u2 u1");
  }
}

TEST_CASE("roster: who is removed has neither sessions nor a place", "[roster]") {
  roster r{10, 30s};
  (void)r.join(1, user(1), "Ann", 100);
  (void)r.join(2, user(1), "Ann", 100);
  (void)r.join(3, user(2), "Bob", 100);
  SECTION("connected") {
    r.remove(user(1));
    CHECK(r.find(1) == nullptr);
    CHECK(r.find(2) == nullptr);
    CHECK(r.find(user(1)) == nullptr);
    CHECK(r.count() == 1);
    CHECK(r.size() == 1);
    CHECK(r.session_count() == 1);
    CHECK(r.drop(1, 200) == departure::unknown);
    CHECK(r.join(1, user(1), "Ann", 300) == arrival::joined);
  }
  SECTION("away") {
    CHECK(r.drop(3, 200) == departure::away);
    r.remove(user(2));
    CHECK(r.size() == 1);
    CHECK_FALSE(r.next_deadline());
    CHECK(r.expire(100'000).empty());
  }
}

TEST_CASE("roster: capacity counts connected users", "[roster]") {
  roster r{2, 30s};
  r.join(1, user(1), "a", 0);
  r.join(2, user(2), "b", 0);
  CHECK(r.join(3, user(3), "c", 0) == arrival::room_full);
  CHECK(r.find(user(3)) == nullptr);
  CHECK(r.join(4, user(1), "a", 0) == arrival::another_connection);
  r.drop(2, 0);
  CHECK(r.join(3, user(3), "c", 0) == arrival::joined);
  // The kept place is no kept seat.
  CHECK(r.join(5, user(2), "b", 1) == arrival::room_full);
  CHECK(r.find(user(2))->status == "away");
  CHECK(r.find(5) == nullptr);
  r.leave(3);
  CHECK(r.join(5, user(2), "b", 2) == arrival::returned);
  CHECK(r.count() == 2);
}

TEST_CASE("roster: kept places are bounded, the oldest goes first", "[roster]") {
  roster r{0, 30s, 3};
  for (int n = 0; n < 5; ++n) {
    r.join(static_cast<session_id>(n + 1), user(n), "x", n);
    r.drop(static_cast<session_id>(n + 1), n);
  }
  CHECK(r.next_deadline() == 0);
  CHECK(ids(r.expire(10)) == "u0 u1");
  CHECK(r.next_deadline() == 30'002);
}

TEST_CASE("roster: pages go on where the last one ended, whoever has gone since", "[roster]") {
  roster r{0, 30s};
  for (int n = 0; n < 7; ++n) r.join(static_cast<session_id>(n + 1), user(n), "x", n / 2);
  const auto first = page_of(r, std::nullopt, 3);
  CHECK(ids(first.participants) == "u0 u1 u2");
  CHECK(first.count == 7);
  REQUIRE(first.cursor);
  r.leave(3);
  r.leave(1);
  r.join(20, {"u1b"}, "x", 0);
  r.drop(5, 0);
  const auto second = page_of(r, first.cursor, 3);
  CHECK(ids(second.participants) == "u3 u4 u5");
  CHECK(second.count == 5);
  const auto third = page_of(r, second.cursor, 3);
  CHECK(ids(third.participants) == "u6");
  CHECK_FALSE(third.cursor);
}

TEST_CASE("roster: any other text is no cursor", "[roster]") {
  roster r{0, 30s};
  r.join(1, user(1), "x", 0);
  for (const std::string cursor : {"", "-", "1", "1-", "1-7", "1-7g", "x-75", "1-753", "1-75 "}) {
    auto result = r.page(cursor, 3);
    INFO(cursor);
    REQUIRE(std::holds_alternative<failure>(result));
    CHECK(std::get<failure>(result).code == errc::bad_request);
  }
}

namespace {

/// The rules told plainly: a table of users, walked whole each time.
struct model {
  struct row {
    std::set<session_id> sessions;
    unix_ms joined_at;
    unix_ms deadline;
  };
  std::size_t max;
  std::map<user_id, row> rows;

  std::size_t connected() const {
    return static_cast<std::size_t>(std::count_if(
        rows.begin(), rows.end(), [](const auto& r) { return !r.second.sessions.empty(); }));
  }
  std::map<user_id, row>::iterator owner(session_id s) {
    return std::find_if(rows.begin(), rows.end(),
                        [s](const auto& r) { return r.second.sessions.count(s) != 0; });
  }
  arrival join(session_id s, const user_id& u, unix_ms now) {
    if (owner(s) != rows.end()) return arrival::same_connection;
    const auto known = rows.find(u);
    if (known != rows.end() && !known->second.sessions.empty()) {
      known->second.sessions.insert(s);
      return arrival::another_connection;
    }
    if (connected() >= max) return arrival::room_full;
    if (known != rows.end()) {
      known->second.sessions.insert(s);
      return arrival::returned;
    }
    rows[u] = {{s}, now, 0};
    return arrival::joined;
  }
  departure end(session_id s, unix_ms now, bool on_purpose) {
    const auto at = owner(s);
    if (at == rows.end()) return departure::unknown;
    at->second.sessions.erase(s);
    if (!at->second.sessions.empty()) return departure::connection_closed;
    at->second.deadline = now + 50;
    if (!on_purpose) return departure::away;
    rows.erase(at);
    return departure::gone;
  }
  std::set<user_id> expire(unix_ms now) {
    std::set<user_id> gone;
    for (const auto& [u, r] : rows)
      if (r.sessions.empty() && r.deadline <= now) gone.insert(u);
    for (const auto& u : gone) rows.erase(u);
    return gone;
  }
};

void check_same(const roster& r, const model& m) {
  REQUIRE(r.size() == m.rows.size());
  REQUIRE(r.count() == m.connected());
  const auto all = r.participants();
  REQUIRE(std::is_sorted(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return std::pair{a.joined_at, a.user} < std::pair{b.joined_at, b.user};
  }));
  for (const auto& p : all) {
    const auto& row = m.rows.at(p.user);
    REQUIRE(p.connections == row.sessions.size());
    REQUIRE(p.joined_at == row.joined_at);
    REQUIRE(p.status == (row.sessions.empty() ? "away" : "online"));
  }
}

} // namespace

TEST_CASE("roster: random histories go as the model says", "[roster]") {
  std::mt19937 random{5};
  for (int round = 0; round < 200; ++round) {
    roster r{4, 50ms};
    model m{4, {}};
    unix_ms now = 0;
    for (int step = 0; step < 200; ++step) {
      now += random() % 15;
      const session_id s = 1 + random() % 12;
      const user_id u = user(static_cast<int>(random() % 7));
      switch (random() % 4) {
      case 0: REQUIRE(r.drop(s, now) == m.end(s, now, false)); break;
      case 1: REQUIRE(r.leave(s) == m.end(s, now, true)); break;
      case 2: {
        std::set<user_id> gone;
        for (const auto& p : r.expire(now)) gone.insert(p.user);
        REQUIRE(gone == m.expire(now));
        REQUIRE((!r.next_deadline() || *r.next_deadline() > now));
        break;
      }
      default: REQUIRE(r.join(s, u, "x", now) == m.join(s, u, now)); break;
      }
      check_same(r, m);
    }
  }
}

TEST_CASE("roster: what a user wants to show is its own, whatever its connections do", "[roster]") {
  roster r{10, 30s};
  r.join(1, user(1), "Ann", 0);
  CHECK(r.set_status(user(1), "busy", "in a call"));
  CHECK_FALSE(r.set_status(user(1), "busy", "in a call"));
  CHECK(r.find(1)->status == "busy");
  CHECK(r.find(1)->text == "in a call");
  r.join(2, user(1), "Ann", 0);
  CHECK(r.find(2)->status == "busy");
  r.drop(1, 100);
  r.drop(2, 200);
  CHECK(r.find(user(1))->status == "away");
  CHECK(r.find(user(1))->text == "in a call");
  CHECK(r.away_since(user(1)) == 200);
  CHECK(r.join(3, user(1), "Ann", 300) == arrival::returned);
  CHECK(r.find(3)->status == "busy");
  CHECK(r.set_status(user(1), "busy", ""));
  CHECK(r.set_status(user(1), "online", ""));
  CHECK(r.find(3)->status == "online");
  r.leave(3);
  r.join(4, user(1), "Ann", 400);
  CHECK(r.find(4)->status == "online");
  CHECK(r.find(4)->text.empty());
}

TEST_CASE("roster: who is away by choice is connected", "[roster]") {
  roster r{10, 30s};
  r.join(1, user(1), "Ann", 0);
  CHECK(r.set_status(user(1), "away", ""));
  CHECK(r.count() == 1);
  r.join(2, user(1), "Ann", 0);
  CHECK(r.find(user(1))->status == "away");
  CHECK(r.find(user(1))->connections == 2);
  CHECK(r.expire(1'000'000).empty());
}

TEST_CASE("roster: who was lost in an earlier life comes back like anybody else", "[roster]") {
  roster r{10, 30s};
  r.restore(user(1), "Ann", 1'000);
  CHECK(r.count() == 0);
  CHECK(r.size() == 1);
  CHECK(r.find(user(1))->status == "away");
  CHECK(r.newest_session(user(1)) == 0);
  CHECK(r.next_deadline() == 31'000);
  r.restore(user(2), "Bob", 2'000);
  CHECK(r.join(7, user(2), "Bob", 3'000) == arrival::returned);
  CHECK(r.newest_session(user(2)) == 7);
  r.join(3, user(2), "Bob", 3'000);
  CHECK(r.newest_session(user(2)) == 3);
  r.drop(3, 3'000);
  CHECK(r.newest_session(user(2)) == 7);
  REQUIRE(r.expire(31'000).size() == 1);
  CHECK(r.size() == 1);
}
