// Reads small files of /proc, which the kernel makes up at once: nothing here waits for a disk.
#include "net/resource_use.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

namespace atrium::net {
namespace {

/// Up to here the open files are counted: the kernel makes an entry of each for us.
constexpr std::size_t counted_sockets = 512;

std::string text_of(const char* path) {
  std::ifstream in{path};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// The numbers behind the program's name, which may hold anything: the first is the third of proc(5).
struct stat_fields {
  std::size_t threads = 0;
  std::size_t start_ticks = 0;
  std::size_t virtual_bytes = 0;
  std::size_t resident_pages = 0;
};

stat_fields read_stat() {
  auto text = text_of("/proc/self/stat");
  stat_fields out;
  auto name_end = text.rfind(')');
  if (name_end == std::string::npos) return out;
  std::istringstream rest{text.substr(name_end + 2)};
  std::string field;
  for (int n = 3; n <= 24 && rest >> field; ++n) {
    auto* into = n == 20   ? &out.threads
                 : n == 22 ? &out.start_ticks
                 : n == 23 ? &out.virtual_bytes
                 : n == 24 ? &out.resident_pages
                           : nullptr;
    if (into != nullptr) std::from_chars(field.data(), field.data() + field.size(), *into);
  }
  return out;
}

/// When the machine started, in seconds since 1970.
double boot_time() {
  static const double known = [] {
    auto text = text_of("/proc/stat");
    auto at = text.find("\nbtime ");
    return at == std::string::npos ? 0.0 : std::strtod(text.c_str() + at + 7, nullptr);
  }();
  return known;
}

double cpu_seconds() {
  timespec t{};
  if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) != 0) return 0;
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

std::size_t count_open_files(std::size_t socket_count) {
  static std::atomic<std::size_t> others{0};
  if (socket_count > counted_sockets) return socket_count + others;
  std::error_code ec;
  std::size_t count = 0;
  std::filesystem::directory_iterator each{"/proc/self/fd", ec}, end;
  for (; !ec && each != end; each.increment(ec)) ++count;
  // One of them is the directory itself.
  count -= count > 0 ? 1 : 0;
  others = count - std::min(count, socket_count);
  return count;
}

} // namespace

resource_use read_resource_use(std::size_t socket_count) {
  auto stat = read_stat();
  resource_use out;
  out.cpu_seconds = cpu_seconds();
  out.threads = stat.threads;
  out.virtual_bytes = stat.virtual_bytes;
  out.resident_bytes = stat.resident_pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  out.open_files = count_open_files(socket_count);
  rlimit most{};
  if (getrlimit(RLIMIT_NOFILE, &most) == 0) out.max_open_files = most.rlim_cur;
  auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  out.started_at = boot_time() + static_cast<double>(stat.start_ticks) / ticks;
  return out;
}

} // namespace atrium::net
