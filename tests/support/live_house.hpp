// The whole server inside the test process: memory store, directory, doors on a free port. For tests of
// the doors that need settings of their own and look at the counters.
#pragma once

#include "actors/house.hpp"
#include "config/settings.hpp"
#include "net/server.hpp"

#include <cstdint>
#include <memory>

namespace atrium::test {

/// Settings for tests: any free port, one I/O thread, memory store, no rate limits.
[[nodiscard]] settings test_settings();

class live_house {
public:
  /// Throws if the doors don't open.
  explicit live_house(settings config = test_settings());
  /// Takes everything down in order.
  ~live_house();
  live_house(const live_house&) = delete;
  live_house& operator=(const live_house&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept;
  [[nodiscard]] counters& counts() noexcept;
  [[nodiscard]] net::server& doors() noexcept;

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

} // namespace atrium::test
