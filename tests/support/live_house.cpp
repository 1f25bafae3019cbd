#include "support/live_house.hpp"

#include <stdexcept>

namespace atrium::test {

settings test_settings() {
  settings s;
  s.server.port = 0;
  s.server.threads = 1;
  // What a build of the pages left beside the tests is not read for each.
  s.server.pages_bytes = 0;
  s.server.retry_after = milliseconds{50};
  s.store.kind = store_kind::memory;
  s.limits.events_per_second = 0;
  s.limits.requests_per_second = 0;
  s.limits.rooms_created_per_minute = 0;
  s.limits.join_failures_per_minute = 0;
  return s;
}

live_house::live_house(settings config) : daemon{std::move(config)} {
  if (auto error = start()) throw std::runtime_error{*error};
}

} // namespace atrium::test
