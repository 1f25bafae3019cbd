// main of every test binary. Sockets that peers closed must fail with an error, not end the run, and
// log lines of the parts under test are off unless ATRIUM_LOG_LEVEL asks for them.
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include "log/log.hpp"

#include <csignal>
#include <cstdlib>

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  const char* level = std::getenv("ATRIUM_LOG_LEVEL");
  atrium::log::configure(level ? level : "off", "text");
  return Catch::Session{}.run(argc, argv);
}
