// Threads that go first.
#include <catch2/catch.hpp>

#include "net/precedence.hpp"

#include <algorithm>
#include <thread>

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace atrium;

namespace {

constexpr int first_of_all = -20;
constexpr unsigned nobody = 65'534;

int niceness() {
  return ::getpriority(PRIO_PROCESS, 0);
}

} // namespace

TEST_CASE("a thread takes precedence by itself, as far as the system permits", "[precedence]") {
  const int usual = niceness();
  bool is_permitted = false;
  int taken = 0;
  std::thread{[&] {
    is_permitted = net::take_precedence();
    taken = niceness();
  }}.join();
  CHECK(taken == (is_permitted ? std::max(usual - 3, first_of_all) : usual));
  CHECK(niceness() == usual);
}

TEST_CASE("a thread that may not take precedence stays as it is and says so", "[precedence]") {
  const int usual = niceness();
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_NICE, &limit) == 0);
  if (limit.rlim_cur > static_cast<rlim_t>(20 - usual)) return;
  bool is_permitted = true;
  int kept = 0;
  std::thread{[&] {
    // Of this thread only, unlike the C library's. Where the tests run without privileges it fails,
    // and there are none to lose.
    (void)::syscall(SYS_setresuid, nobody, nobody, nobody);
    is_permitted = net::take_precedence();
    kept = niceness();
  }}.join();
  CHECK_FALSE(is_permitted);
  CHECK(kept == usual);
}
