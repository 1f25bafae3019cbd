// Puts gate, threads and listener together, and takes them apart: listener first, then sessions,
// then threads. Each step is safe to repeat.
#include "net/server.hpp"

#include "log/log.hpp"
#include "net/gate.hpp"
#include "net/io_thread.hpp"
#include "net/listener.hpp"

#include <algorithm>
#include <thread>
#include <vector>

#include <sched.h>
#include <sys/resource.h>

namespace atrium::net {
namespace {

constexpr unsigned max_thread_count = 255;
constexpr std::chrono::milliseconds closed_poll{5};

unsigned thread_count(const server_settings& s) {
  auto wanted = s.threads != 0 ? s.threads : usable_cores();
  return std::clamp(wanted, 1u, max_thread_count);
}

/// Every connection is a descriptor: take as many as the system grants without asking.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

} // namespace

unsigned usable_cores() noexcept {
  cpu_set_t cores;
  if (sched_getaffinity(0, sizeof cores, &cores) == 0)
    return static_cast<unsigned>(std::max(CPU_COUNT(&cores), 1));
  return std::max(std::thread::hardware_concurrency(), 1u);
}

struct server::parts {
  parts(const house& h, routes r) : ways{std::move(r)}, shared{h, ways} {}

  routes ways;
  gate shared;
  std::vector<std::unique_ptr<io_thread>> threads;
  std::unique_ptr<listener> door;
  bool has_stopped = false;
};

server::server(const house& h, routes ways) : parts_{std::make_unique<parts>(h, std::move(ways))} {
  for (unsigned i = 0; i < thread_count(h.config.server); ++i)
    parts_->threads.push_back(std::make_unique<io_thread>(parts_->shared, i));
  for (const auto& t : parts_->threads) parts_->shared.threads.push_back(t.get());
  parts_->door = std::make_unique<listener>(parts_->shared, parts_->threads);
}

server::~server() {
  stop();
}

std::optional<std::string> server::start() {
  raise_descriptor_limit();
  const auto& wanted = parts_->shared.home.config.server;
  if (auto error = parts_->door->open(wanted.host, wanted.port)) return error;
  parts_->door->start();
  for (auto& t : parts_->threads) t->start();
  log::info("listening", {{"host", wanted.host}, {"port", port()}});
  return std::nullopt;
}

std::uint16_t server::port() const noexcept {
  return parts_->door->port();
}

void server::stop_accepting() {
  parts_->door->stop();
}

void server::announce_shutdown() {
  parts_->shared.draining = true;
  for (auto& t : parts_->threads) t->drain();
}

bool server::wait_closed(std::chrono::steady_clock::time_point deadline) {
  const auto& shared = parts_->shared;
  while (shared.sessions != 0 || shared.requests != 0) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(closed_poll);
  }
  return true;
}

void server::stop() {
  if (std::exchange(parts_->has_stopped, true)) return;
  stop_accepting();
  for (auto& t : parts_->threads) t->stop();
}

} // namespace atrium::net
