// The phases in their order. What is measured lies between two readings of all counters; the report
// is in report.cpp.
#include "bench/load/run.hpp"

#include "bench/load/clock.hpp"
#include "bench/load/message.hpp"

#include <algorithm>
#include <sys/prctl.h>

namespace atrium::bench {

namespace {

constexpr std::uint64_t pause_ns = ns_per_second / 100;
/// Who walks goes on after what is measured: where everybody stopped is told to those far away later.
constexpr double walk_on_s = 0.1;

std::vector<std::string> names(const load_options& o) {
  std::vector<std::string> all;
  for (std::uint32_t i = 0; i < o.rooms; ++i)
    all.push_back(o.room_prefix + std::to_string(100'000 + i));
  return all;
}

} // namespace

run::run(const load_options& options)
    : options_{options}, began_ns_{now_ns()}, who_{options.connections, options.rooms,
                                                   options.senders_per_room},
      books_{who_, options.senders_get_echo(), options.kind == traffic_kind::space} {
  if (options.kind == traffic_kind::space) {
    std::uint32_t walkers = 0;
    for (std::uint32_t i = 0; i < options.connections; ++i) walkers += who_.sends(i);
    steps_.emplace(options.connections, options.rate / walkers);
  }
  // Timeouts to the nanosecond instead of 50 µs late: the schedule needs them.
  prctl(PR_SET_TIMERSLACK, 1);
}

void run::execute() {
  found_.at_start = usage_of(options_.pids);
  if (options_.speaks->creates_rooms)
    created_.emplace(options_.port, options_.rooms, std::max(who_.largest_room() + 1, 2U),
                     steps_ ? "space" : "room");
  auto* steps = steps_ ? &*steps_ : nullptr;
  clients_.emplace(options_, who_, created_ ? created_->ids() : names(options_), books_, steps);
  connect();
  found_.connected = usage_of(options_.pids);
  prefill();
  join();
  found_.joined = usage_of(options_.pids);
  if (options_.duration_s > 0 && clients_->so_far().joined > 0) {
    traffic_.emplace(options_, who_, *clients_, books_, steps);
    load();
    drain();
  }
  found_.loaded = usage_of(options_.pids);
  clients_->close_all();
  if (created_ && !options_.keep_rooms) created_->remove();
}

void run::turn_until(const std::function<bool()>& reached, double limit_s) {
  auto end = std::min(now_ns() + to_ns(limit_s), began_ns_ + to_ns(options_.limit_s));
  while (!reached() && now_ns() < end) clients_->turn(pause_ns);
}

void run::settle() {
  turn_until([] { return false; }, options_.settle_s);
}

void run::connect() {
  auto from = now_ns();
  std::uint32_t next = 0;
  turn_until(
      [&] {
        const auto& c = clients_->so_far();
        while (next < options_.connections && c.connecting < options_.connect_window)
          clients_->connect(next++);
        return c.ready + c.gone >= options_.connections;
      },
      options_.limit_s);
  found_.connect_s = to_seconds(now_ns() - from);
  settle();
}

void run::prefill() {
  if (options_.prefill == 0) return;
  const auto& c = clients_->so_far();
  for (std::uint32_t room = 0; room < options_.rooms; ++room) clients_->join(room);
  turn_until([&] { return c.joined + c.gone >= options_.rooms; }, options_.drain_s);
  for (std::uint32_t room = 0; room < options_.rooms; ++room) {
    auto user = clients_->user_name(room);
    message text{options_.speaks->chat, {clients_->room_name(room), user, options_.payload_bytes}};
    for (std::uint32_t i = 1; i <= options_.prefill; ++i)
      clients_->send(room, text.with({prefill_sender, i, 0}));
  }
  auto all = std::uint64_t{options_.rooms} * options_.prefill;
  turn_until([&] { return books_.running().prefilled >= all; }, options_.drain_s);
}

void run::join() {
  auto from = now_ns();
  // Those who prefilled their room are in, and asking again does nothing.
  for (std::uint32_t i = 0; i < options_.connections; ++i) clients_->join(i);
  const auto& c = clients_->so_far();
  turn_until([&] { return c.joined + c.gone >= options_.connections; }, options_.limit_s);
  found_.join_s = to_seconds(now_ns() - from);
  settle();
}

run::reading run::read_counters() const {
  const auto& c = clients_->so_far();
  const auto& t = books_.running();
  return {now_ns(),    t.deliveries,           t.acks, c.reads, c.received_bytes,
          own_cpu_s(), usage_of(options_.pids)};
}

void run::load() {
  auto begin = now_ns();
  auto from = begin + to_ns(options_.warmup_s);
  auto to = from + to_ns(options_.duration_s);
  auto limit = began_ns_ + to_ns(options_.limit_s);
  books_.measure(from, to);
  traffic_->begin(begin, from);
  auto turn_until_time = [&](std::uint64_t end) {
    for (auto now = now_ns(); now < std::min(end, limit); now = now_ns()) {
      auto idle = traffic_->send_due(now);
      clients_->turn(std::min(idle, end - now));
    }
  };
  turn_until_time(from);
  auto first = read_counters();
  turn_until_time(to);
  auto last = read_counters();
  found_.measured_s = to_seconds(last.at_ns - first.at_ns);
  found_.deliveries = last.deliveries - first.deliveries;
  found_.acks = last.acks - first.acks;
  found_.reads = last.reads - first.reads;
  found_.received_bytes = last.received_bytes - first.received_bytes;
  found_.generator_cpu_s = last.own_cpu_s - first.own_cpu_s;
  for (std::size_t i = 0; i < first.servers.size(); ++i)
    found_.cpu_s.push_back(last.servers[i].cpu_s - first.servers[i].cpu_s);
  if (steps_) turn_until_time(to + to_ns(walk_on_s));
}

void run::drain() {
  turn_until([this] { return books_.is_settled(options_.acks); }, options_.drain_s);
  // What is doubled would come after all is there.
  turn_until([] { return false; }, 0.05);
}

bool run::is_clean() const {
  auto t = books_.close(options_.acks);
  const auto& c = clients_->so_far();
  return c.joined == options_.connections && c.gone == 0 && c.refused == 0 && t.lost == 0
         && t.doubled == 0 && t.out_of_order == 0 && t.order_differs == 0 && t.misrouted == 0
         && t.acks_lost == 0 && t.acks_doubled == 0;
}

} // namespace atrium::bench
