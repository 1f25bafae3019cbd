// Numbers as people read them.
#include "console/figures.hpp"

#include <catch2/catch.hpp>

using namespace atrium::console;

TEST_CASE("durations have at most two units", "[figures]") {
  CHECK(duration_text(-5) == "0s");
  CHECK(duration_text(0) == "0s");
  CHECK(duration_text(850) == "850ms");
  CHECK(duration_text(45'999) == "45s");
  CHECK(duration_text(12 * 60'000 + 59'000) == "12m");
  CHECK(duration_text(3'600'000) == "1h");
  CHECK(duration_text(12'000'000) == "3h 20m");
  CHECK(duration_text(100 * 3'600'000LL) == "4d 4h");
  CHECK(age_text(0, 1000) == "-");
  CHECK(age_text(10'000, 9'000) == "0s");
  CHECK(age_text(10'000, 75'500) == "1m");
  CHECK(ttl_text(-1) == "-");
  CHECK(ttl_text(86'399) == "23h 59m");
}

TEST_CASE("sizes and counts are short", "[figures]") {
  CHECK(bytes_text(0) == "0 B");
  CHECK(bytes_text(999) == "999 B");
  CHECK(bytes_text(999.7) == "1.0 kB");
  CHECK(bytes_text(1234) == "1.2 kB");
  CHECK(bytes_text(34'000'000) == "34 MB");
  CHECK(bytes_text(5e15) == "5000 TB");
  CHECK(count_text(0) == "0");
  CHECK(count_text(999) == "999");
  CHECK(count_text(1'234'567) == "1,234,567");
  CHECK(count_text(-1234) == "-1,234");
  CHECK(rate_text(0) == "0");
  CHECK(rate_text(0.351) == "0.35");
  CHECK(rate_text(3.52) == "3.5");
  CHECK(rate_text(120.4) == "120");
  CHECK(rate_text(12'345) == "12.3k");
  CHECK(rate_text(2'500'000) == "2.5M");
  CHECK(latency_text(180) == "180 µs");
  CHECK(latency_text(1234) == "1.2 ms");
  CHECK(latency_text(3'400'000) == "3.4 s");
  CHECK(clock_text(1'790'000'000'000) == "14:13:20");
}
