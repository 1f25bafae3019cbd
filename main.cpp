// atriumd: reads the settings, runs the daemon until a signal, drains, ends.
#include "config/loader.hpp"
#include "daemon/daemon.hpp"
#include "log/log.hpp"

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>
#include <unistd.h>

namespace log_line = atrium::log;

namespace {

/// SIGINT and SIGTERM, blocked in every thread: they are waited for, not handled.
sigset_t block_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return set;
}

int wait_for(const sigset_t& signals) {
  int which = 0;
  sigwait(&signals, &which);
  return which;
}

/// For people, so not among the log's lines on standard error.
void print_banner(const atrium::daemon& d, const atrium::settings& s) {
  bool is_ipv6 = s.server.host.find(':') != std::string::npos;
  auto host = is_ipv6 ? "[" + s.server.host + "]" : s.server.host;
  std::cout << "Atrium listens on http://" << host << ":" << d.port() << "\n";
  if (s.store.kind == atrium::store_kind::memory)
    std::cout << "Rooms are kept in memory only: nothing survives a restart.\n";
  std::cout.flush();
}

int fail(const std::string& why, int status) {
  std::cerr << "atriumd: " << why << "\n";
  return status;
}

int run(const atrium::settings& s) {
  auto signals = block_signals();
  atrium::daemon d{s};
  if (auto problem = d.start()) return fail(*problem, EXIT_FAILURE);
  print_banner(d, s);
  log_line::info("stopping", {{"signal", wait_for(signals)}});
  std::thread([signals] {
    auto which = wait_for(signals);
    log_line::warn("exit_without_drain", {{"signal", which}});
    std::_Exit(128 + which);
  }).detach();
  bool whole = d.drain();
  log_line::info("stopped", {{"everything_stored", whole ? 1 : 0}});
  // Actors that still wait for a store that is away would wait for ever.
  if (!whole) std::_Exit(EXIT_SUCCESS);
  return EXIT_SUCCESS;
}

} // namespace

int main(int argc, char** argv) {
  auto outcome = atrium::config::load(argc, argv, environ);
  if (auto* problem = std::get_if<atrium::config::problem>(&outcome))
    return fail(problem->where + ": " + problem->sentence, 2);
  auto& loaded = std::get<atrium::config::loaded>(outcome);
  if (loaded.answer) {
    if (auto problem = atrium::daemon::check(loaded.values)) return fail(*problem, 2);
    std::cout << *loaded.answer;
    return EXIT_SUCCESS;
  }
  atrium::log::configure(loaded.values.log.level, loaded.values.log.format);
  return run(loaded.values);
}
