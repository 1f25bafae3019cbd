// What processes use, from /proc: CPU time and resident memory.
#pragma once

#include <cstdint>
#include <vector>

namespace atrium::bench {

struct usage {
  /// User and system time since the process began, all threads.
  double cpu_s = 0;
  std::uint64_t resident_bytes = 0;
};

/// Zeros for a process that is gone.
[[nodiscard]] usage usage_of(int pid);
/// One entry for each of `pids`.
[[nodiscard]] std::vector<usage> usage_of(const std::vector<int>& pids);
/// CPU time of this process.
[[nodiscard]] double own_cpu_s();

} // namespace atrium::bench
