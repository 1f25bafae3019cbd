// atriumd: reads the settings, runs the daemon until a signal, drains, ends.
#include "config/loader.hpp"
#include "daemon/daemon.hpp"
#include "log/log.hpp"

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <thread>
#include <unistd.h>

namespace atrium {

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

void exit_at_second_signal(sigset_t set) {
  std::thread([set] {
    int which = 0;
    sigwait(&set, &which);
    log::warn("exit_without_drain", {{"signal", which}});
    std::_Exit(128 + which);
  }).detach();
}

/// For people, so not among the log's lines on standard error.
void print_banner(const daemon& d, const settings& s) {
  std::cout << "Atrium listens on http://" << s.server.host << ":" << d.port() << "\n";
  if (s.store.kind == store_kind::memory)
    std::cout << "Rooms are kept in memory only: nothing survives a restart.\n";
  std::cout.flush();
}

int run(const settings& s) {
  auto signals = block_signals();
  daemon d{s};
  if (auto problem = d.start()) {
    std::cerr << "atriumd: " << *problem << "\n";
    return EXIT_FAILURE;
  }
  print_banner(d, s);
  log::info("started", {{"host", s.server.host},
                        {"port", d.port()},
                        {"store", s.store.kind == store_kind::redis ? "redis" : "memory"}});
  int which = 0;
  sigwait(&signals, &which);
  log::info("stopping", {{"signal", which}});
  exit_at_second_signal(signals);
  bool whole = d.drain();
  log::info("stopped", {{"everything_stored", whole ? 1 : 0}});
  // Actors that still wait for a store that is away would wait for ever.
  if (!whole)
    std::_Exit(EXIT_SUCCESS);
  return EXIT_SUCCESS;
}

} // namespace

int start(int argc, char** argv) {
  auto outcome = config::load(argc, argv, environ);
  if (auto* problem = std::get_if<config::problem>(&outcome)) {
    std::cerr << "atriumd: " << problem->where << ": " << problem->sentence << "\n";
    return 2;
  }
  auto& loaded = std::get<config::loaded>(outcome);
  if (loaded.answer) {
    std::cout << *loaded.answer;
    return EXIT_SUCCESS;
  }
  log::configure(loaded.values.log.level, loaded.values.log.format);
  return run(loaded.values);
}

} // namespace atrium

int main(int argc, char** argv) {
  return atrium::start(argc, argv);
}
