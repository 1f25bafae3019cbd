#include <catch2/catch.hpp>

#include "net/connection_list.hpp"
#include "net/traffic_meter.hpp"

#include <random>

using namespace atrium;
using namespace atrium::net;
using namespace std::chrono_literals;

namespace {

using by = list_connections::sort_by;

connection_view view(session_id id, std::size_t queued, std::string user = "u") {
  connection_view v;
  v.id = id;
  v.user = std::move(user);
  v.address = "203.0.113.9";
  v.queued_bytes = queued;
  return v;
}

std::vector<session_id> ids_of(const connections_page& page) {
  std::vector<session_id> out;
  for (const auto& v : page.connections) out.push_back(v.id);
  return out;
}

list_connections wanted(std::size_t limit, by sort = by::queued, bool descending = true) {
  list_connections l;
  l.limit = limit;
  l.sort = sort;
  l.descending = descending;
  return l;
}

} // namespace

TEST_CASE("the first of all connections are kept, in order") {
  connection_selection s{wanted(2)};
  for (session_id id : {5, 1, 4, 2, 3}) s.add(view(id, id * 10));
  auto page = s.take();
  CHECK(ids_of(page) == std::vector<session_id>{5, 4});
  CHECK(page.total == 5);
  REQUIRE(page.cursor);
  connection_selection up{wanted(3, by::queued, false)};
  for (session_id id : {5, 1, 4}) up.add(view(id, id * 10));
  page = up.take();
  CHECK(ids_of(page) == std::vector<session_id>{1, 4, 5});
  CHECK_FALSE(page.cursor);
}

TEST_CASE("pages and threads together show every connection once") {
  std::minstd_rand random{7};
  std::vector<connection_view> all;
  for (session_id id = 1; id <= 300; ++id) all.push_back(view(id, random() % 20));
  for (auto limit : {1, 7, 200}) {
    std::vector<session_id> seen;
    std::optional<list_connections::place> after;
    do {
      auto question = wanted(static_cast<std::size_t>(limit));
      question.after = after;
      connection_selection sum{question}, one{question}, other{question};
      for (auto v : all) (v.id % 3 == 0 ? one : other).add(std::move(v));
      sum.merge(std::move(one));
      sum.merge(std::move(other));
      auto page = sum.take();
      CHECK(page.total == 300);
      for (auto id : ids_of(page)) seen.push_back(id);
      after = page.cursor ? read_connection_cursor(*page.cursor) : std::nullopt;
      REQUIRE(page.cursor.has_value() == after.has_value());
    } while (after);
    REQUIRE(seen.size() == 300);
    auto in_order = [&](session_id a, session_id b) {
      auto qa = all[a - 1].queued_bytes, qb = all[b - 1].queued_bytes;
      return qa != qb ? qa > qb : a < b;
    };
    CHECK(std::is_sorted(seen.begin(), seen.end(), in_order));
    CHECK(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
  }
}

TEST_CASE("connections are looked for by part of a user or an address") {
  auto question = wanted(10);
  question.text = "nn";
  connection_selection s{question};
  s.add(view(1, 0, "ann"));
  s.add(view(2, 0, "bob"));
  auto nobody = view(3, 0);
  nobody.user.reset();
  nobody.address = "fe80::nn";
  s.add(std::move(nobody));
  auto page = s.take();
  CHECK(ids_of(page) == std::vector<session_id>{1, 3});
  CHECK(page.total == 2);
}

TEST_CASE("connections are sorted by what is asked for") {
  auto first = [](by sort) {
    connection_selection s{wanted(1, sort)};
    auto old = view(1, 0);
    old.connected_at = 100;
    auto young = view(2, 0);
    young.connected_at = 900;
    young.rtt = 5ms;
    young.dropped = 1;
    young.bytes_sent = 1;
    young.bytes_received = 1;
    s.add(std::move(old));
    s.add(std::move(young));
    return s.take().connections.front().id;
  };
  CHECK(first(by::age) == 1);
  for (auto sort : {by::rtt, by::dropped, by::sent, by::received}) CHECK(first(sort) == 2);
}

TEST_CASE("a cursor that no answer gave is none") {
  for (const auto* wrong : {"", "1", ".", "1.", ".1", "1.2.3", "1.-2", "x.1", "1.99999999999999999999"})
    CHECK_FALSE(read_connection_cursor(wrong));
  auto p = read_connection_cursor(spell_cursor({-5, 4'294'967'297}));
  REQUIRE(p);
  CHECK(p->figure == -5);
  CHECK(p->id == 4'294'967'297);
}

TEST_CASE("rates are of the time since somebody looked last") {
  traffic_meter::time_point t{1h};
  traffic_meter m{t};
  for (int i = 0; i < 10; ++i) m.received(100);
  // A young connection: of its whole life.
  CHECK(m.look(t + 1s, 0).events == Approx(10));
  CHECK(m.look(t + 5s, 1'000).bytes == Approx(400));
  // Just looked: as before.
  m.received(100);
  CHECK(m.look(t + 6s, 1'000).events == Approx(2));
  CHECK(m.look(t + 10s, 1'000).events == Approx(0.2));
  CHECK(m.look(t + 20s, 1'000).events == 0);
  CHECK(m.events() == 11);
  CHECK(m.bytes() == 1'100);
}

TEST_CASE("a round trip is from a ping to its answer") {
  round_trip r;
  round_trip::time_point t{1h};
  r.pong_came(t);
  CHECK_FALSE(r.last());
  r.ping_sent(t);
  r.pong_came(t + 12ms);
  CHECK(r.last() == 12ms);
  // Nobody asked.
  r.pong_came(t + 20ms);
  CHECK(r.last() == 12ms);
}
