// The handler sets one flag and does nothing else. System calls that block return with EINTR, since
// they are not restarted, and their callers look at the flag.
#include "console/interruption.hpp"

namespace atrium::console {

namespace {

constexpr std::array<int, 3> signals{SIGINT, SIGTERM, SIGHUP};
volatile std::sig_atomic_t came = 0;

extern "C" void mark_interruption(int) {
  came = 1;
}

} // namespace

interruption_guard::interruption_guard() {
  came = 0;
  struct sigaction action {};
  action.sa_handler = &mark_interruption;
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &action, &before_[i]);
}

interruption_guard::~interruption_guard() {
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &before_[i], nullptr);
  came = 0;
}

bool is_interrupted() noexcept {
  return came != 0;
}

} // namespace atrium::console
