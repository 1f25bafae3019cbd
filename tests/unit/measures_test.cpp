// Histograms, gauges and what is made of them, as values.
#include <catch2/catch.hpp>

#include "actors/counters.hpp"
#include "actors/event_kinds.hpp"
#include "actors/measures.hpp"

#include <set>
#include <string>
#include <thread>
#include <vector>

using namespace atrium;
using namespace std::chrono_literals;

TEST_CASE("a bucket of a histogram ends with its bound", "[measures]") {
  for (std::size_t i = 0; i + 1 < histogram::bucket_count; ++i) {
    INFO(i);
    auto bound = histogram::upper_bound(i);
    CHECK(histogram::bucket_of(bound) == i);
    CHECK(histogram::bucket_of(bound + 1) == i + 1);
  }
  CHECK(histogram::bucket_of(0) == 0);
  CHECK(histogram::bucket_of(~std::uint64_t{0}) == histogram::bucket_count - 1);
}

TEST_CASE("every power of two is a bound of a histogram", "[measures]") {
  for (unsigned power = 0; power <= 27; ++power) {
    auto bound = std::uint64_t{1} << power;
    CHECK(histogram::upper_bound(histogram::bucket_of(bound)) == bound);
  }
}

TEST_CASE("a histogram counts, sums and tells quantiles to a fifth", "[measures]") {
  histogram h;
  for (std::uint64_t v = 1; v <= 1'000; ++v) h.observe(v);
  auto read = h.read();
  CHECK(read.count() == 1'000);
  CHECK(read.sum == 500'500);
  CHECK(read.count_up_to(1) == 1);
  CHECK(read.count_up_to(256) == 256);
  CHECK(read.count_up_to(1'024) == 1'000);
  CHECK(read.quantile(0.5) == Approx(500).epsilon(0.05));
  CHECK(read.quantile(0.99) == Approx(990).epsilon(0.05));
  CHECK(read.quantile(1) <= 1'024);
  CHECK(histogram_reading{}.quantile(0.5) == 0);
}

TEST_CASE("the difference of two readings is what came in between", "[measures]") {
  histogram h;
  h.observe(10);
  auto before = h.read();
  h.observe(1'000);
  h.observe(1'000);
  auto since = h.read();
  since -= before;
  CHECK(since.count() == 2);
  CHECK(since.sum == 2'000);
  CHECK(since.quantile(0.5) > 800);
}

TEST_CASE("what threads count at once is all counted", "[measures]") {
  counters counts;
  constexpr int per_thread = 10'000;
  std::vector<std::thread> threads;
  // More than there are rows.
  for (std::size_t i = 0; i < stripe_count + 4; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < per_thread; ++n) {
        counts.add(counter::commands);
        counts.measured.fan_out.observe(3);
      }
    });
  for (auto& t : threads) t.join();
  auto all = per_thread * (stripe_count + 4);
  CHECK(counts.value(counter::commands) == all);
  CHECK(counts.measured.fan_out.read().count() == all);
  CHECK(counts.measured.fan_out.read().sum == 3 * all);
}

TEST_CASE("the latency of the last minute forgets what is older", "[measures]") {
  measures m;
  measures::clock::time_point t{1h};
  auto& changes = m.event_latency[static_cast<std::size_t>(event_group::change)];
  CHECK(m.latency_last_minute().count == 0);
  CHECK(m.latency_last_minute().p99 == 0us);
  for (int i = 0; i < 100; ++i) changes.observe(10'000);
  m.event_latency[static_cast<std::size_t>(event_group::durable)].observe(1'000'000);
  auto slow = m.latency_last_minute();
  CHECK(slow.count == 100);
  CHECK(slow.p50.count() == Approx(10'000).epsilon(0.2));
  // Four rotations later nothing of that is left, and what came since is.
  for (int i = 0; i < 4; ++i) m.pass_time(t += 20s);
  for (int i = 0; i < 100; ++i) changes.observe(100);
  auto fast = m.latency_last_minute();
  CHECK(fast.count == 100);
  CHECK(fast.p99.count() <= 128);
  // More calls within the time change nothing.
  for (int i = 0; i < 10; ++i) m.pass_time(t += 1s);
  CHECK(m.latency_last_minute().count == 100);
}

TEST_CASE("a thing is counted for as long as it lives", "[measures]") {
  gauge g{0};
  {
    counted one{g};
    counted moved{std::move(one)};
    CHECK(read(g) == 1);
    counted other{g};
    CHECK(read(g) == 2);
    other = counted{};
    CHECK(read(g) == 1);
  }
  CHECK(read(g) == 0);
}

TEST_CASE("gauges by index know how many there are", "[measures]") {
  numbered<gauge, 4> row;
  CHECK(row.count() == 0);
  set(row.at(2), 7);
  CHECK(row.count() == 3);
  CHECK(read(row[2]) == 7);
  // What has no place of its own shares the last.
  set(row.at(9), 8);
  CHECK(row.count() == 4);
  CHECK(read(row[3]) == 8);
  numbered<gauge, 4> claimed;
  set(claimed.claim(), 1);
  set(claimed.claim(), 2);
  CHECK(claimed.count() == 2);
  CHECK(read(claimed[1]) == 2);
}

TEST_CASE("an age is that of what waits", "[measures]") {
  since_gauge waits;
  since_gauge::clock::time_point t{1h};
  CHECK(waits.age(t) == 0s);
  waits.set(t);
  CHECK(waits.is_set());
  CHECK(waits.age(t + 3s) == 3s);
  CHECK(waits.age(t - 3s) == 0s);
  waits.clear();
  CHECK(waits.age(t + 3s) == 0s);
}

TEST_CASE("a broadcast is timed until the last has let go of it", "[measures]") {
  histogram h;
  auto watch = std::make_shared<const fan_out_watch>(h, measures::clock::now());
  auto second = watch;
  watch.reset();
  CHECK(h.read().count() == 0);
  second.reset();
  CHECK(h.read().count() == 1);
}

TEST_CASE("events are known by all their names", "[measures]") {
  CHECK(name_of(kind_of(room_command{post_message{}})) == "chat:message");
  CHECK(name_of(kind_of(user_command{register_me{}})) == "register");
  CHECK(kind_named("message").index == kind_named("chat:message").index);
  CHECK(kind_named("join-space").index == kind_of(room_command{join_room{}}).index);
  CHECK(kind_named("nonsense").index == other_event.index);
  CHECK(name_of(other_event) == "other");
  CHECK(group_of(kind_named("cursor")) == event_group::paced);
  CHECK(group_of(kind_named("join")) == event_group::entry);
  CHECK(group_of(kind_named("chat:history")) == event_group::read);
  CHECK(group_of(kind_named("chat:message")) == event_group::change);
  CHECK(group_of(kind_named("register")) == event_group::entry);
  CHECK(group_of(kind_named("getOnlineStatus")) == event_group::read);
}

TEST_CASE("a failure is counted with its limit and its fault", "[measures]") {
  counters counts;
  counts.add(over(limit::board_bytes, errc::payload_too_large, "too large"));
  counts.add(kept_out(access_fault::expired, errc::unauthorized, "expired"));
  counts.add(failure{errc::wrong_password, "wrong"});
  counts.add(failure{errc::room_not_found, "none"});
  CHECK(counts.value(errc::payload_too_large) == 1);
  CHECK(counts.value(limit::board_bytes) == 1);
  CHECK(counts.value(access_fault::expired) == 1);
  CHECK(counts.value(access_fault::password) == 1);
  CHECK(counts.value(limit::none) == 0);
  CHECK(counts.value(access_fault::none) == 0);
  counts.add_event(kind_named("join"), std::nullopt);
  counts.add_event(kind_named("join"), errc::room_full);
  CHECK(counts.events(kind_named("join"), std::nullopt) == 1);
  CHECK(counts.events(kind_named("join"), errc::room_full) == 1);
  CHECK(counts.events(kind_named("leave"), std::nullopt) == 0);
}

TEST_CASE("limits and faults have names of their own", "[measures]") {
  std::set<std::string_view> names;
  for (std::size_t i = 1; i < limit_count; ++i) names.insert(to_string(static_cast<limit>(i)));
  CHECK(names.size() == limit_count - 1);
  names.clear();
  for (std::size_t i = 1; i < access_fault_count; ++i)
    names.insert(to_string(static_cast<access_fault>(i)));
  CHECK(names.size() == access_fault_count - 1);
  names.clear();
  for (std::size_t i = 0; i < store_fault_count; ++i)
    names.insert(to_string(static_cast<store_fault>(i)));
  CHECK(names.size() == store_fault_count);
}
