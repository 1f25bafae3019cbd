// The whole server inside the test process: memory store, doors on a free port. For tests of the doors
// that need settings of their own and look at the counters.
#pragma once

#include "daemon/daemon.hpp"

namespace atrium::test {

/// Settings for tests: any free port, one I/O thread, memory store, no rate limits.
[[nodiscard]] settings test_settings();

/// A started daemon; throws if the doors don't open. Drained with the object.
class live_house : public daemon {
public:
  explicit live_house(settings config = test_settings());
};

} // namespace atrium::test
