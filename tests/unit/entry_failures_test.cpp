#include "actors/entry_failures.hpp"

#include <catch2/catch.hpp>

using namespace atrium;
using namespace std::chrono_literals;

namespace {

constexpr unix_ms start = 1'700'000'000'000;
const room_id maths{"maths"};

} // namespace

TEST_CASE("whoever failed too often waits until the minute is over") {
  entry_failures failures{3};
  CHECK(failures.wait("a", "maths", start) == 0ms);
  for (unix_ms n : {0, 10, 20}) {
    CHECK(failures.wait("a", "maths", start + n) == 0ms);
    failures.failed("a", start + n);
  }
  CHECK(failures.wait("a", "maths", start + 20) == 59'980ms);
  CHECK(failures.wait("b", "maths", start + 20) == 0ms);
  // Further failures don't draw it out.
  failures.failed("a", start + 30'000);
  CHECK(failures.wait("a", "maths", start + 59'999) == 1ms);
  CHECK(failures.wait("a", "maths", start + 60'000) == 0ms);
  // The next minute begins with its own first failure.
  failures.failed("a", start + 70'000);
  CHECK(failures.wait("a", "maths", start + 70'000) == 0ms);
  failures.failed("a", start + 129'000);
  failures.failed("a", start + 129'000);
  CHECK(failures.wait("a", "maths", start + 129'000) == 1'000ms);
}

TEST_CASE("a room that the address is in stays open, by id and by code, as long as anybody is in") {
  entry_failures failures{1};
  failures.entered("a", maths, "123456");
  failures.entered("a", maths, "123456");
  failures.entered("a", room_id{"654321"}, "654321");
  failures.failed("a", start);
  CHECK(failures.wait("a", "maths", start) == 0ms);
  CHECK(failures.wait("a", "123456", start) == 0ms);
  CHECK(failures.wait("a", "654321", start) == 0ms);
  CHECK(failures.wait("a", "art", start) > 0ms);
  failures.left("a", maths, "123456");
  CHECK(failures.wait("a", "maths", start) == 0ms);
  failures.left("a", maths, "123456");
  CHECK(failures.wait("a", "maths", start) > 0ms);
  CHECK(failures.wait("a", "123456", start) > 0ms);
  failures.left("a", room_id{"654321"}, "654321");
  CHECK(failures.wait("a", "654321", start) > 0ms);
  CHECK(failures.inside() == 0);
}

TEST_CASE("nothing is counted without a limit or for an empty address") {
  entry_failures off{0};
  entry_failures failures{1};
  off.failed("a", start);
  off.entered("a", maths, "123456");
  failures.failed("", start);
  failures.entered("", maths, "123456");
  failures.left("", maths, "123456");
  CHECK(off.wait("a", "art", start) == 0ms);
  CHECK(failures.wait("", "art", start) == 0ms);
  CHECK(off.failing() + off.inside() + failures.failing() + failures.inside() == 0);
}

TEST_CASE("a flood of addresses neither grows the table nor keeps later ones out of it") {
  entry_failures failures{1};
  for (int n = 0; n < 70'000; ++n) failures.failed(std::to_string(n), start);
  CHECK(failures.failing() == 65'536);
  failures.failed("late", start + 1'000);
  CHECK(failures.wait("late", "maths", start + 1'000) > 0ms);
  failures.failed("next minute", start + 61'000);
  CHECK(failures.failing() == 1);
}
