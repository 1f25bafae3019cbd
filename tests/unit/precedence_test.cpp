// Threads that go first. What the system permits is asked of it in the same words, on another thread.
#include <catch2/catch.hpp>

#include "net/precedence.hpp"

#include <algorithm>
#include <array>
#include <thread>

#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace atrium;

namespace {

constexpr int first_of_all = -20;

struct attempt {
  bool is_permitted = false;
  int niceness = 0;
};

int niceness() {
  return ::getpriority(PRIO_PROCESS, 0);
}

bool raise_by_three() {
  return ::setpriority(PRIO_PROCESS, 0, niceness() - 3) == 0;
}

/// Of this thread only, as the system call itself is.
void drop_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> none{};
  // Always allowed.
  (void)::syscall(SYS_capset, &header, none.data());
}

template <class Prepare, class Try>
attempt on_a_thread(Prepare prepare, Try try_it) {
  attempt made;
  std::thread{[&] {
    prepare();
    made.is_permitted = try_it();
    made.niceness = niceness();
  }}.join();
  return made;
}

template <class Prepare>
void check_precedence(Prepare prepare) {
  const int usual = niceness();
  const auto wanted = on_a_thread(prepare, raise_by_three);
  const auto taken = on_a_thread(prepare, net::take_precedence);
  CHECK(taken.is_permitted == wanted.is_permitted);
  CHECK(taken.niceness == (wanted.is_permitted ? std::max(usual - 3, first_of_all) : usual));
  // Nobody else's.
  CHECK(niceness() == usual);
}

} // namespace

TEST_CASE("a thread takes precedence by itself, if the system permits it", "[precedence]") {
  check_precedence([] {});
}

TEST_CASE("a thread without privileges stays as it is and says so", "[precedence]") {
  check_precedence(drop_capabilities);
}
