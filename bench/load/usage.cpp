// Reads /proc/<pid>/stat and statm. CPU time there has the kernel's tick (10 ms) as its unit, so
// what is measured lasts seconds.
#include "bench/load/usage.hpp"

#include <fstream>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace atrium::bench {

usage usage_of(int pid) {
  auto folder = "/proc/" + std::to_string(pid);
  usage result;
  std::string line;
  std::ifstream stat{folder + "/stat"};
  if (!std::getline(stat, line)) return result;
  // The name in parentheses may hold anything; the 12th and 13th field behind it are the times.
  std::istringstream fields{line.substr(line.rfind(')') + 1)};
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  std::uint64_t user = 0;
  std::uint64_t system = 0;
  fields >> user >> system;
  result.cpu_s = static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
  std::uint64_t total_pages = 0;
  std::uint64_t resident_pages = 0;
  std::ifstream{folder + "/statm"} >> total_pages >> resident_pages;
  result.resident_bytes = resident_pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  return result;
}

std::vector<usage> usage_of(const std::vector<int>& pids) {
  std::vector<usage> all;
  for (auto pid : pids) all.push_back(usage_of(pid));
  return all;
}

double own_cpu_s() {
  rusage r{};
  getrusage(RUSAGE_SELF, &r);
  auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(r.ru_utime) + seconds(r.ru_stime);
}

} // namespace atrium::bench
