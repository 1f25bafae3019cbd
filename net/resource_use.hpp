// What this program takes of the machine, as Linux tells it in /proc/self.
#pragma once

#include <cstddef>

namespace atrium::net {

/// 0 where it cannot be read.
struct resource_use {
  /// User and system, since the start.
  double cpu_seconds = 0;
  std::size_t resident_bytes = 0;
  std::size_t virtual_bytes = 0;
  std::size_t threads = 0;
  std::size_t open_files = 0;
  std::size_t max_open_files = 0;
  /// Seconds since 1970.
  double started_at = 0;
};

/// Takes some 0.1 ms. `socket_count`: those that we know of. Beyond some hundreds the files are not
/// counted one by one: the sockets are, and the others are as many as the last time.
[[nodiscard]] resource_use read_resource_use(std::size_t socket_count);

} // namespace atrium::net
