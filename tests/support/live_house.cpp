// Built and taken down in main's order: listener, sessions, rooms, store, actor system, I/O threads.
#include "support/live_house.hpp"

#include "actors/directory.hpp"
#include "net/native_vocabulary.hpp"
#include "store/store.hpp"

#include <caf/all.hpp>

#include <optional>
#include <stdexcept>

namespace atrium::test {

settings test_settings() {
  settings s;
  s.server.port = 0;
  s.server.threads = 1;
  s.server.retry_after = milliseconds{50};
  s.store.kind = store_kind::memory;
  s.limits.events_per_second = 0;
  s.limits.requests_per_second = 0;
  s.limits.rooms_created_per_minute = 0;
  return s;
}

struct live_house::parts {
  explicit parts(settings s)
      : config{std::move(s)},
        env{config, net::vocabularies(), counts, [] {
              return std::chrono::duration_cast<milliseconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                  .count();
            }} {}

  settings config;
  counters counts;
  environment env;
  caf::actor_system_config actor_config;
  std::optional<caf::actor_system> system;
  store_actors store;
  std::optional<house> home;
  std::unique_ptr<net::server> doors;
};

live_house::live_house(settings config) : parts_{std::make_unique<parts>(std::move(config))} {
  auto& p = *parts_;
  p.actor_config.set("scheduler.policy", caf::atom("sharing"));
  p.actor_config.set("scheduler.max-threads", 2u);
  p.system.emplace(p.actor_config);
  p.store = open_store(*p.system, p.config, p.counts);
  auto directory = p.system->spawn(directory_behavior, directory_args{p.env, p.store});
  p.home.emplace(house{*p.system, directory, p.counts, p.config, p.env});
  p.doors = std::make_unique<net::server>(*p.home);
  if (auto error = p.doors->start())
    throw std::runtime_error{*error};
}

live_house::~live_house() {
  auto& p = *parts_;
  p.doors->stop_accepting();
  p.doors->announce_shutdown();
  (void)p.doors->wait_closed(std::chrono::steady_clock::now() + std::chrono::seconds{1});
  p.doors->stop();
  caf::scoped_actor self{*p.system};
  auto ignore_error = [](const caf::error&) {};
  self->request(p.home->directory, std::chrono::seconds{10}, drain_rooms{})
      .receive([](const rooms_drained&) {}, ignore_error);
  for (auto& w : p.store.writers)
    self->request(w, std::chrono::seconds{10}, finish_writes{})
        .receive([](const writes_finished&) {}, ignore_error);
  for (auto& r : p.store.readers)
    self->request(r, std::chrono::seconds{10}, finish_reads{})
        .receive([](const reads_finished&) {}, ignore_error);
  caf::anon_send_exit(p.home->directory, caf::exit_reason::user_shutdown);
  p.home->directory = nullptr;
  p.store = {};
  self->quit();
}

std::uint16_t live_house::port() const noexcept {
  return parts_->doors->port();
}

counters& live_house::counts() noexcept {
  return parts_->counts;
}

net::server& live_house::doors() noexcept {
  return *parts_->doors;
}

} // namespace atrium::test
