#include <catch2/catch.hpp>

#include "net/inbox.hpp"
#include "net/lanes.hpp"
#include "net/timer_wheel.hpp"
#include "net/websocket_frame.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include <sys/uio.h>

using namespace atrium;
using namespace atrium::net;
using namespace std::chrono_literals;

namespace {

const lane_clock::time_point start{1'000s};

frame bytes(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

/// All that would be sent now, as one text.
std::string pending(const lanes& l) {
  iovec parts[128];
  std::string out;
  auto n = l.gather(parts, 128);
  for (std::size_t i = 0; i < n; ++i)
    out.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
  return out;
}

} // namespace

TEST_CASE("the reliable lane keeps the order of results and events") {
  lanes l{{}};
  l.put({bytes("one "), 1}, entry_kind::event, start);
  l.put({bytes("two "), 1}, entry_kind::result, start);
  l.put({bytes("three"), 1}, entry_kind::snapshot, start);
  CHECK(pending(l) == "one two three");
  CHECK(l.bytes() == 13);
  CHECK(l.consume(8, start) == 2);
  CHECK(pending(l) == "three");
  CHECK(l.consume(5, start) == 1);
  CHECK(l.empty());
  CHECK(pending(l).empty());
}

TEST_CASE("control frames go first, but never into the middle of a frame") {
  lanes l{{}};
  l.put({bytes("AAAA"), 1}, entry_kind::event, start);
  l.put({bytes("BBBB"), 1}, entry_kind::event, start);
  SECTION("nothing sent yet") {
    l.put_control(bytes("p"), start);
    CHECK(pending(l) == "pAAAABBBB");
  }
  SECTION("a frame is partly sent") {
    CHECK(l.consume(1, start) == 0);
    l.put_control(bytes("pp"), start);
    CHECK(pending(l) == "AAAppBBBB");
    CHECK(l.consume(4, start) == 1);
    CHECK(pending(l) == "pBBBB");
    l.put_control(bytes("q"), start);
    CHECK(pending(l) == "pqBBBB");
  }
}

TEST_CASE("gather shows no more than asked for") {
  lanes l{{}};
  for (int i = 0; i < 10; ++i) l.put({bytes("x"), 1}, entry_kind::event, start);
  iovec parts[4];
  CHECK(l.gather(parts, 4) == 4);
  CHECK(l.consume(4, start) == 4);
  CHECK(l.bytes() == 6);
}

TEST_CASE("too many bytes of events are over the budget, beside the one on its way") {
  lanes l{{10, 0ms, 0ms}};
  l.put({bytes(std::string(50, 'x')), 1}, entry_kind::event, start);
  CHECK_FALSE(l.is_over_budget());
  l.put({bytes("12345678"), 1}, entry_kind::event, start);
  CHECK_FALSE(l.is_over_budget());
  l.put({bytes(std::string(100, 's')), 1}, entry_kind::snapshot, start);
  l.put({bytes(std::string(100, 'r')), 1}, entry_kind::result, start);
  CHECK_FALSE(l.is_over_budget());
  l.put({bytes("123"), 1}, entry_kind::event, start);
  CHECK(l.is_over_budget());
}

namespace {

using receipts = std::vector<std::uint64_t>;

merged_frames receipted(std::string text, std::uint64_t receipt) {
  return {bytes(std::move(text)), 1, no_seq, receipt};
}

} // namespace

TEST_CASE("a receipt is due when the last byte of its frame is out") {
  lanes l{{}};
  l.put({bytes("one"), 1}, entry_kind::event, start);
  l.put(receipted("two", 7), entry_kind::snapshot, start);
  l.put(receipted("three", 9), entry_kind::event, start);
  l.put({bytes("four"), 1}, entry_kind::result, start);
  CHECK_FALSE(l.has_receipts());
  l.consume(5, start);
  CHECK_FALSE(l.has_receipts());
  CHECK(l.take_receipts().empty());
  l.put_control(bytes("pp"), start);
  l.consume(1, start);
  CHECK(l.has_receipts());
  CHECK(l.take_receipts() == receipts{7});
  CHECK_FALSE(l.has_receipts());
  l.consume(2 + 4, start);
  CHECK_FALSE(l.has_receipts());
  l.consume(5, start);
  CHECK(l.take_receipts() == receipts{9});
  CHECK(l.empty());
  CHECK(l.take_receipts().empty());
}

TEST_CASE("receipts come in the order of the frames, however much is out at once") {
  lanes l{{}};
  for (std::uint64_t n = 1; n <= 200; ++n) {
    l.put(receipted("xx", n), n % 3 == 0 ? entry_kind::event : entry_kind::snapshot, start);
    l.put({bytes("y"), 1}, entry_kind::event, start);
  }
  receipts all;
  for (std::size_t left = 600, step = 1; left > 0; step = step % 17 + 1) {
    auto n = std::min(step, left);
    l.consume(n, start);
    left -= n;
    for (auto r : l.take_receipts()) all.push_back(r);
  }
  REQUIRE(all.size() == 200);
  CHECK(std::is_sorted(all.begin(), all.end()));
}

TEST_CASE("what is thrown away is never due") {
  lanes l{{10, 0ms, 0ms}};
  l.put(receipted("EVENT1", 1), entry_kind::event, start);
  l.put(receipted("SNAP", 2), entry_kind::snapshot, start);
  l.put(receipted("EVENT2", 3), entry_kind::event, start);
  l.put({bytes("R"), 1}, entry_kind::result, start);
  SECTION("nothing is on its way") {
    (void)l.drop_events();
    l.put(receipted("EVENT3", 4), entry_kind::event, start);
    CHECK(pending(l) == "SNAPREVENT3");
    l.consume(11, start);
    CHECK(l.take_receipts() == receipts{2, 4});
  }
  SECTION("the frame on its way goes on") {
    l.consume(2, start);
    (void)l.drop_events();
    l.consume(4 + 4 + 1, start);
    CHECK(l.take_receipts() == receipts{1, 2});
  }
  SECTION("what was due before still is") {
    l.consume(6, start);
    (void)l.drop_events();
    CHECK(l.take_receipts() == receipts{1});
    l.consume(5, start);
    CHECK(l.take_receipts() == receipts{2});
  }
  SECTION("everything but the frame on its way") {
    l.consume(7, start);
    l.drop_all();
    CHECK(l.take_receipts() == receipts{1});
    CHECK(pending(l) == "NAP");
    l.consume(3, start);
    CHECK(l.take_receipts() == receipts{2});
  }
  SECTION("everything") {
    l.drop_all();
    l.put({bytes("bye"), 1}, entry_kind::result, start);
    l.consume(3, start);
    CHECK_FALSE(l.has_receipts());
  }
  SECTION("what nobody asks for any more") {
    l.consume(8, start);
    l.forget_receipts();
    l.put(receipted("NEW", 5), entry_kind::event, start);
    l.consume(2 + 6 + 1, start);
    CHECK(l.take_receipts().empty());
    l.consume(3, start);
    CHECK(l.take_receipts() == receipts{5});
  }
  CHECK(l.empty());
}

TEST_CASE("events are thrown away, results, snapshots and the frame on its way are not") {
  lanes l{{10, 0ms, 0ms}};
  l.put({bytes("EVENT1"), 1}, entry_kind::event, start);
  l.put({bytes("R1"), 1}, entry_kind::result, start);
  l.put({bytes("EVENT2"), 1}, entry_kind::event, start);
  l.put({bytes("SNAP"), 1}, entry_kind::snapshot, start);
  l.put({bytes("EVENT3"), 1}, entry_kind::event, start);
  l.put({bytes("R2"), 1}, entry_kind::result, start);
  SECTION("nothing is on its way") {
    auto dropped = l.drop_events();
    CHECK(dropped.count == 3);
    CHECK(pending(l) == "R1SNAPR2");
    CHECK(l.bytes() == 8);
    CHECK(l.event_bytes() == 0);
  }
  SECTION("an event is partly sent") {
    l.consume(2, start);
    CHECK(l.drop_events().count == 2);
    CHECK(pending(l) == "ENT1R1SNAPR2");
    CHECK(l.bytes() == 12);
    l.consume(12, start);
    CHECK(l.empty());
    CHECK(l.event_bytes() == 0);
  }
  SECTION("everything goes but the frame on its way") {
    l.consume(2, start);
    l.put_control(bytes("p"), start);
    l.put_latest(1, bytes("L"), 1);
    l.drop_all();
    CHECK(pending(l) == "ENT1");
    CHECK(l.bytes() == 4);
    CHECK_FALSE(l.has_latest());
  }
}

TEST_CASE("an event's age counts from its enqueuing, or from the end of the last snapshot") {
  lanes l{{0, 10s, 0ms}};
  SECTION("without a snapshot") {
    l.put({bytes("e"), 1}, entry_kind::event, start);
    CHECK_FALSE(l.is_overdue(start + 10s));
    CHECK(l.is_overdue(start + 11s));
  }
  SECTION("behind a snapshot it does not age") {
    l.put({bytes("snapshot"), 1}, entry_kind::snapshot, start);
    l.put({bytes("e"), 1}, entry_kind::event, start);
    CHECK_FALSE(l.is_overdue(start + 60s));
    l.consume(8, start + 60s);
    CHECK_FALSE(l.is_overdue(start + 69s));
    CHECK(l.is_overdue(start + 71s));
  }
  SECTION("results have no age") {
    l.put({bytes("r"), 1}, entry_kind::result, start);
    CHECK_FALSE(l.is_overdue(start + 1h));
  }
}

TEST_CASE("a reader that takes nothing at all is stalled; one that takes a byte is not") {
  lanes l{{0, 0ms, 30s}};
  CHECK_FALSE(l.is_stalled(start + 1h));
  l.put({bytes("abc"), 1}, entry_kind::result, start + 1h);
  CHECK_FALSE(l.is_stalled(start + 1h + 30s));
  CHECK(l.is_stalled(start + 1h + 31s));
  l.consume(1, start + 1h + 29s);
  CHECK_FALSE(l.is_stalled(start + 1h + 58s));
  CHECK(l.is_stalled(start + 1h + 60s));
}

TEST_CASE("of volatile events only the newest per room and key waits") {
  lanes l{{}};
  l.put_latest(7, bytes("old"), 1);
  l.put_latest(7, bytes("new"), 1);
  l.put_latest(7, bytes("other room"), 2);
  CHECK(l.empty());
  CHECK(l.has_latest());
  l.forget_latest(2);
  l.append_latest(start);
  CHECK(pending(l) == "new");
  CHECK_FALSE(l.has_latest());
}

TEST_CASE("volatile events of many keys are bounded") {
  lanes l{{}};
  const auto kilobyte = bytes(std::string(1'000, 'x'));
  std::uint64_t taken = 0;
  while (l.put_latest(taken, kilobyte, 1)) ++taken;
  CHECK(taken > 500);
  CHECK(taken <= 1'000);
  // Those that wait are still replaced, and what is given up makes room.
  CHECK(l.put_latest(0, bytes("newer"), 1));
  CHECK_FALSE(l.put_latest(taken, bytes(std::string(2'000, 'x')), 1));
  l.forget_key(1, 1);
  CHECK(l.put_latest(taken, kilobyte, 1));
  l.forget_latest(1);
  CHECK_FALSE(l.has_latest());
  for (std::uint64_t key = 0; key < taken; ++key) CHECK(l.put_latest(key, kilobyte, 1));
  l.append_latest(start);
  CHECK(l.bytes() == taken * 1'000);
}

TEST_CASE("what is volatile waits while much is ahead of it, and the newest goes then") {
  lanes l{{}};
  const std::string much(100'000, 'e');
  l.put({bytes(much), 1}, entry_kind::event, start);
  for (const auto* place : {"1", "2", "3"}) {
    l.put_latest(7, bytes(place), 1);
    l.append_latest(start);
    CHECK(l.bytes() == much.size());
  }
  l.put_latest(8, bytes("gone"), 1);
  l.forget_key(8, 1);
  l.forget_key(9, 1);
  l.forget_key(7, 2);
  l.consume(much.size() - 10, start);
  l.append_latest(start);
  CHECK(pending(l) == std::string(10, 'e') + "3");
}

TEST_CASE("a long queue is sent in order, byte by byte") {
  lanes l{{}};
  std::string sent;
  std::string expected;
  for (int i = 0; i < 1'000; ++i) {
    auto text = std::to_string(i) + ",";
    expected += text;
    l.put({bytes(text), 1}, entry_kind::event, start);
    iovec part[1];
    REQUIRE(l.gather(part, 1) == 1);
    auto take = std::min<std::size_t>(part[0].iov_len, 3);
    sent.append(static_cast<const char*>(part[0].iov_base), take);
    l.consume(take, start);
  }
  CHECK(sent + pending(l) == expected.substr(0, sent.size() + pending(l).size()));
  while (!l.empty()) {
    auto more = pending(l);
    sent += more;
    l.consume(more.size(), start);
  }
  CHECK(sent == expected);
}

TEST_CASE("frames carry their length in 2, 4 or 10 bytes of header") {
  auto framed = [](std::size_t payload) {
    text_frame f;
    f.text().append(payload, 'x');
    return *f.finish();
  };
  CHECK(framed(0) == std::string("\x81\x00", 2));
  CHECK(framed(125).substr(0, 2) == "\x81\x7d");
  CHECK(framed(126).substr(0, 4) == std::string("\x81\x7e\x00\x7e", 4));
  CHECK(framed(65'535).substr(0, 4) == "\x81\x7e\xff\xff");
  CHECK(framed(65'536).substr(0, 10) == std::string("\x81\x7f\0\0\0\0\0\x01\0\0", 10));
  CHECK(framed(65'536).size() == 65'546);
  CHECK(framed(65'536).back() == 'x');
  CHECK(*ping_frame() == std::string("\x89\x00", 2));
  CHECK(*close_frame(1001, "bye")
        == std::string("\x88\x05\x03\xe9"
                       "bye"));
  CHECK(close_frame(1001, std::string(500, 'x'))->size() == 127);
  // An "é" has two bytes, of which only the first would fit.
  std::string cut_within_a_character(122, 'x');
  cut_within_a_character += "\xc3\xa9";
  CHECK(close_frame(1001, cut_within_a_character)->size() == 126);
}

TEST_CASE("a deadline comes up within a tick, never early") {
  timer_wheel wheel{start, 250ms};
  std::map<session_id, timer_wheel::time_point> fired;
  auto advance = [&](lane_clock::time_point to) {
    for (auto t = start; t <= to; t += 250ms)
      wheel.advance(t, [&](session_id who, timer_wheel::time_point at) {
        CHECK(at <= t);
        fired[who] = t;
      });
  };
  wheel.arm(1, start + 100ms);
  wheel.arm(2, start + 10s);
  advance(start + 1s);
  CHECK(fired.size() == 1);
  CHECK(fired[1] <= start + 500ms);
  advance(start + 11s);
  CHECK(fired[2] <= start + 10s + 500ms);
}

TEST_CASE("a deadline beyond the wheel comes up early, to be armed again") {
  timer_wheel wheel{start, 250ms};
  int fired = 0;
  wheel.arm(1, start + 1h);
  for (auto t = start; t < start + 70s; t += 250ms)
    wheel.advance(t, [&](session_id, timer_wheel::time_point at) {
      ++fired;
      CHECK(at == start + 1h);
    });
  CHECK(fired == 1);
}

TEST_CASE("a wheel of short ticks is as punctual, whatever the deadline") {
  for (auto tick : {1ms, 5ms, 7ms}) {
    INFO(tick.count());
    timer_wheel wheel{start, tick};
    CHECK(wheel.tick() == tick);
    std::map<session_id, lane_clock::time_point> due;
    // Both sides of a tick, of the wheel's horizon, and of a second one.
    for (int ms : {0, 1, 4, 5, 6, 7, 254, 255, 256, 257, 1'279, 1'280, 1'281, 1'791, 1'792, 3'000})
      due[static_cast<session_id>(ms)] = start + std::chrono::milliseconds{ms};
    for (const auto& [who, at] : due) wheel.arm(who, at);
    std::map<session_id, lane_clock::time_point> armed;
    for (auto t = start; t < start + 3'020ms; t += 1ms)
      wheel.advance(t, [&](session_id who, timer_wheel::time_point at) {
        REQUIRE(due.at(who) == at);
        if (at > t) {
          // Early only for what was beyond the horizon.
          CHECK(t - armed.try_emplace(who, start).first->second >= 254 * tick);
          armed[who] = t;
          return wheel.arm(who, at);
        }
        CHECK(t - at <= tick);
        due.erase(who);
      });
    CHECK(due.empty());
  }
}

TEST_CASE("after a long sleep everything that is due comes up once") {
  timer_wheel wheel{start, 5ms};
  for (session_id who = 0; who < 500; ++who) wheel.arm(who, start + who * 1ms);
  wheel.arm(1'000, start + 1h);
  std::map<session_id, int> fired;
  wheel.advance(start + 10min, [&](session_id who, timer_wheel::time_point at) {
    ++fired[who];
    if (at > start + 10min) wheel.arm(who, at);
  });
  CHECK(fired.size() == 501);
  CHECK(fired[0] == 1);
  CHECK(fired[499] == 1);
  wheel.arm(2'000, start + 10min - 1s);
  wheel.arm(2'001, start + 10min + 20ms);
  wheel.advance(start + 10min + 10ms,
                [&](session_id who, timer_wheel::time_point) { ++fired[who]; });
  CHECK(fired[2'000] == 1);
  CHECK(fired[2'001] == 0);
  CHECK(fired[499] == 1);
}

TEST_CASE("the inbox keeps each putter's order and wakes once") {
  inbox<std::pair<int, int>> in;
  CHECK(in.put({9, 0}));
  CHECK_FALSE(in.put({9, 1}));
  constexpr int each = 20'000;
  auto put_all = [&](int who) {
    for (int i = 0; i < each; ++i) in.put({who, i});
  };
  std::thread first{put_all, 0};
  std::thread second{put_all, 1};
  std::map<int, int> next;
  bool is_in_order = true;
  auto take = [&] {
    in.take([&](std::pair<int, int>&& item) {
      is_in_order = is_in_order && next[item.first]++ == item.second;
    });
  };
  while (next[0] + next[1] < 2 * each) take();
  first.join();
  second.join();
  CHECK(is_in_order);
  CHECK(next[9] == 2);
}

TEST_CASE("a flood of pings leaves a bounded number of pongs, the newest among them") {
  lanes l{{}};
  for (int i = 0; i < 10'000; ++i) l.put_pong(pong_frame(std::to_string(i)), start);
  CHECK(l.bytes() < 1'000);
  auto out = pending(l);
  CHECK(out.starts_with("\x8a\x01"
                        "0"));
  CHECK(out.ends_with("9999"));

  SECTION("pings of ours are not among those that go") {
    lanes mixed{{}};
    for (int i = 0; i < 200; ++i) mixed.put_pong(pong_frame("x"), start);
    mixed.put_control(ping_frame(), start);
    mixed.put_pong(pong_frame("y"), start);
    mixed.put_pong(pong_frame("z"), start);
    CHECK(pending(mixed).find(*ping_frame()) != std::string::npos);
    CHECK(pending(mixed).ends_with("z"));
    CHECK(pending(mixed).find('y') == std::string::npos);
  }
}

TEST_CASE("lanes: what is thrown away says since when each room lacks something", "[lanes]") {
  lanes l{{}};
  l.put({bytes("partly sent"), 1, 4}, entry_kind::event, start, {7, 3});
  (void)l.consume(2, start);
  l.put({bytes("result"), 1}, entry_kind::result, start);
  l.put({bytes("a"), 2, 6}, entry_kind::event, start, {7, 4});
  l.put({bytes("b"), 1, 9}, entry_kind::event, start, {8, 8});
  l.put({bytes("c"), 1, 7}, entry_kind::event, start, {7, 6});
  auto dropped = l.drop_events();
  CHECK(dropped.count == 4);
  REQUIRE(dropped.first.size() == 2);
  CHECK(dropped.first[0].room == 7);
  CHECK(dropped.first[0].since == 4);
  CHECK(dropped.first[1].room == 8);
  CHECK(dropped.first[1].since == 8);
}
