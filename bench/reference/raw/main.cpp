// raw_broadcaster PORT [HISTORY]: the physical limit, for comparison. A joiner gets the last
// HISTORY (100) messages of its room.
#include "bench/reference/raw/broadcaster.hpp"

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <sys/resource.h>

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::cerr << "usage: raw_broadcaster PORT [HISTORY]\n";
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  try {
    auto history = argc == 3 ? std::strtoul(argv[2], nullptr, 10) : 100;
    atrium::bench::broadcaster{static_cast<std::uint16_t>(std::strtoul(argv[1], nullptr, 10)),
                               history}
        .serve();
  } catch (const std::exception& e) {
    std::cerr << "raw_broadcaster: " << e.what() << "\n";
    return 1;
  }
}
