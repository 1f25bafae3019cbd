// See daemon.hpp. What is made first goes last: the doors' threads are the ports that rooms post to, so
// they outlive the actors; settings and counters outlive everything.
#include "daemon/daemon.hpp"

#include "actors/desk.hpp"
#include "actors/directory.hpp"
#include "actors/house.hpp"
#include "actors/relay_directory.hpp"
#include "actors/searcher.hpp"
#include "actors/user_shard.hpp"
#include "log/log.hpp"
#include "net/event_spelling.hpp"
#include "net/server.hpp"
#include "secrets/passwords.hpp"
#include "secrets/tokens.hpp"
#include "store/store.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

namespace atrium {

namespace {

using clock = std::chrono::steady_clock;

unix_ms time_of_day() {
  auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<milliseconds>(since).count();
}

/// Actors don't push aside the I/O thread that just sent them something: on a busy core it goes on
/// reading or writing, and they find more to do at once when it waits. On an idle core they start as
/// fast as ever.
class actor_thread final : public caf::thread_hook {
public:
  void init(caf::actor_system&) override {}
  void thread_started() override {
    std::array<char, 16> name{};
    if (pthread_getname_np(pthread_self(), name.data(), name.size()) != 0) return;
    // Timers are to come in time.
    if (std::string_view{name.data()} == "caf.clock") return;
    sched_param none{};
    (void)pthread_setschedparam(pthread_self(), SCHED_BATCH, &none);
  }
  void thread_terminates() override {}
};

void configure(caf::actor_system_config& out, const settings& config) {
  // "stealing", the default, polls: it costs CPU when idle and latency when busy.
  out.set("scheduler.policy", caf::atom("sharing"));
  auto threads = config.server.actor_threads;
  if (threads == 0) threads = net::usable_cores();
  out.set("scheduler.max-threads", static_cast<std::size_t>(threads));
  out.add_thread_hook<actor_thread>();
}

/// To the process, not to the thread that asks: whoever runs the daemon waits for it.
void signal_end() {
  (void)::kill(::getpid(), SIGTERM);
}

milliseconds until(clock::time_point deadline) {
  auto left = std::chrono::duration_cast<milliseconds>(deadline - clock::now());
  return std::max(left, milliseconds{1});
}

} // namespace

struct daemon::parts {
  parts(settings s, net::routes r)
      : config{std::move(s)}, ways{std::move(r)}, env{config, net::vocabularies(), counts, failures,
                                                      time_of_day} {}

  settings config;
  net::routes ways;
  counters counts;
  entry_failures failures{config.limits.join_failures_per_minute};
  environment env;
  std::unique_ptr<net::server> doors;
  caf::actor_system_config actors_config;
  std::optional<caf::actor_system> actors;
  store_actors store;
  std::unique_ptr<const token_verifier> tokens;
  password_actor passwords;
  search_actor searcher;
  std::optional<house> home;
  bool drained = false;
};

daemon::daemon(settings config, net::routes ways)
    : parts_{std::make_unique<parts>(std::move(config), std::move(ways))} {
  auto& p = *parts_;
  configure(p.actors_config, p.config);
  p.actors.emplace(p.actors_config);
}

daemon::~daemon() {
  (void)drain();
}

std::optional<std::string> daemon::start() {
  auto& p = *parts_;
  auto tokens = open_tokens(p.config.auth);
  if (auto* why = std::get_if<std::string>(&tokens)) return std::move(*why);
  p.tokens = std::get<std::unique_ptr<const token_verifier>>(std::move(tokens));
  p.store = open_store(*p.actors, p.config, p.counts);
  p.passwords = open_passwords(*p.actors, p.config.auth);
  p.searcher = p.actors->spawn(searcher_behavior, searcher_args{p.env, p.store.readers});
  auto shards = spawn_user_shards(*p.actors, p.env, p.store.queues, p.store.records);
  auto desk = p.actors->spawn(desk_behavior, desk_args{p.env, p.store});
  auto directory = p.actors->spawn(
      directory_behavior, directory_args{p.env, p.store, p.passwords, p.searcher, shards, desk});
  introduce(*shards, directory);
  auto relays = p.actors->spawn(relay_directory_behavior, &p.env);
  p.home.emplace(house{*p.actors, directory, p.counts, p.config, p.env, shards, p.tokens.get(),
                       desk, signal_end, relays});
  p.doors = std::make_unique<net::server>(*p.home, p.ways);
  return p.doors->start();
}

bool daemon::drain() {
  auto& p = *parts_;
  if (std::exchange(p.drained, true) || !p.home) return true;
  auto deadline = clock::now() + p.config.server.shutdown - milliseconds{500};
  p.doors->stop_accepting();
  p.doors->announce_shutdown();
  (void)p.doors->wait_closed(clock::now() + p.config.server.shutdown / 4);
  caf::scoped_actor self{*p.actors};
  bool whole = false;
  self->request(p.home->directory, until(deadline), drain_rooms{})
      .receive([&](const rooms_drained& d) { whole = d.left_behind == 0; },
               [](const caf::error&) {});
  p.doors->stop();
  for (const auto& shard : p.home->shards->all())
    self->request(shard, until(deadline), drain_users{})
        .receive([](users_drained) {}, [&](const caf::error&) { whole = false; });
  caf::anon_send_exit(p.passwords, caf::exit_reason::user_shutdown);
  p.passwords = nullptr;
  for (auto& writer : p.store.writers)
    self->request(writer, until(deadline), finish_writes{})
        .receive([&](const writes_finished& w) { whole &= w.lost_rooms == 0; },
                 [&](const caf::error&) { whole = false; });
  for (auto& queue : p.store.queues)
    self->request(queue, until(deadline), finish_queues{})
        .receive([](queues_finished) {}, [&](const caf::error&) { whole = false; });
  for (auto& records : p.store.records)
    self->request(records, until(deadline), finish_records{})
        .receive([](records_finished) {}, [&](const caf::error&) { whole = false; });
  for (auto& reader : p.store.readers)
    self->request(reader, until(deadline), finish_reads{})
        .receive([](reads_finished) {}, [](const caf::error&) {});
  caf::anon_send_exit(p.home->directory, caf::exit_reason::user_shutdown);
  p.home->directory = nullptr;
  p.home->shards = nullptr;
  caf::anon_send_exit(p.home->relays, caf::exit_reason::user_shutdown);
  p.home->relays = nullptr;
  caf::anon_send_exit(p.home->desk, caf::exit_reason::user_shutdown);
  p.home->desk = nullptr;
  caf::anon_send_exit(p.searcher, caf::exit_reason::user_shutdown);
  p.searcher = nullptr;
  p.store = {};
  if (!whole) log::error("drained_incompletely", {});
  return whole;
}

std::optional<std::string> daemon::check(const settings& config) {
  auto tokens = open_tokens(config.auth);
  if (auto* why = std::get_if<std::string>(&tokens)) return std::move(*why);
  return std::nullopt;
}

std::uint16_t daemon::port() const noexcept {
  return parts_->doors ? parts_->doors->port() : 0;
}

counters& daemon::counts() noexcept {
  return parts_->counts;
}

net::server& daemon::doors() noexcept {
  return *parts_->doors;
}

} // namespace atrium
