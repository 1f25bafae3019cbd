// Counters, gauges and histograms as Prometheus families. Reads relaxed atomics: figures of one answer
// may be of slightly different moments. Counts that are 0 are left out where there are many.
#include "net/metrics.hpp"

#include "actors/event_kinds.hpp"
#include "net/metric_families.hpp"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <set>
#include <string>

namespace atrium::net {
namespace {

constexpr double microsecond = 1e-6;
/// 16 µs to 67 s.
constexpr unsigned first_time = 4, last_time = 26;
constexpr unsigned last_command_count = 17;

/// One counter for each value of an enum, from `first`.
template <class Label>
void add_labelled(metric_families& out, const counters& counts, std::string_view label,
                  std::size_t first, std::size_t end) {
  for (auto i = first; i < end; ++i) {
    auto each = static_cast<Label>(i);
    out.value(static_cast<double>(counts.value(each)), {{label, to_string(each)}});
  }
}

void add_counters(metric_families& out, const counters& counts) {
  for (std::size_t i = 0; i < counter_count; ++i) {
    auto c = static_cast<counter>(i);
    out.begin_counter(std::string{to_string(c)} + "_total", describe(c));
    out.value(static_cast<double>(counts.value(c)));
  }
  out.begin_counter("failures_total", "Failures told to clients, by code.");
  add_labelled<errc>(out, counts, "code", 0, errc_count);
  out.begin_counter("limit_hits_total", "Refused, closed or thrown away by a limit, by its name.");
  add_labelled<limit>(out, counts, "limit", 1, limit_count);
  out.begin_counter("auth_failures_total",
                    "Refused for who somebody is or for a wrong password, by reason.");
  add_labelled<access_fault>(out, counts, "reason", 1, access_fault_count);
  out.begin_counter("redis_errors_total", "Requests to Redis that failed, by class.");
  add_labelled<store_fault>(out, counts, "class", 0, store_fault_count);
}

void add_recoveries(metric_families& out, const counters& counts) {
  out.begin_counter("recoveries_total",
                    "Clients that came back and asked for what they missed: rooms joined with "
                    "`since`, Socket.IO connections.");
  auto add = [&](recovery r, std::string_view kind, std::string_view result) {
    out.value(static_cast<double>(counts.value(r)), {{"kind", kind}, {"result", result}});
  };
  add(recovery::room_served, "room", "served");
  add(recovery::room_refused, "room", "refused");
  add(recovery::connection_served, "connection", "served");
  add(recovery::connection_refused, "connection", "refused");
}

void add_http_answers(metric_families& out, const counters& counts) {
  out.begin_counter("http_responses_total", "HTTP answers, by hundred of their status.");
  constexpr std::array<std::string_view, 6> names{"", "1xx", "2xx", "3xx", "4xx", "5xx"};
  for (unsigned hundred = 2; hundred < names.size(); ++hundred)
    out.value(static_cast<double>(counts.http_answers(hundred)), {{"status", names[hundred]}});
}

/// Of all commands called `name`.
std::uint64_t events_named(const counters& counts, std::string_view name,
                           std::optional<errc> code) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < event_kind_count; ++i)
    if (name_of({i}) == name) sum += counts.events({i}, code);
  return sum;
}

void add_events(metric_families& out, const counters& counts) {
  out.begin_counter("events_total", "Events of clients that were answered, by result.");
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < event_kind_count; ++i) names.insert(name_of({i}));
  auto add = [&](std::string_view name, std::optional<errc> code, bool if_none) {
    auto sum = events_named(counts, name, code);
    if (sum == 0 && !if_none) return;
    out.value(static_cast<double>(sum),
              {{"event", name}, {"result", code ? to_string(*code) : std::string_view{"ok"}}});
  };
  for (auto name : names) {
    add(name, std::nullopt, name == post_message::event_name || name == join_room::event_name);
    for (std::size_t i = 0; i < errc_count; ++i) add(name, static_cast<errc>(i), false);
  }
}

void add_doors(metric_families& out, const measures& m, const gauges& now) {
  constexpr std::array<std::string_view, transport_count> transports{"native", "socketio_websocket",
                                                                     "socketio_polling"};
  out.begin_gauge("connections", "Connections of clients, by transport.");
  for (std::size_t i = 0; i < transports.size(); ++i)
    out.value(static_cast<double>(read(m.connections[i])), {{"transport", transports[i]}});
  constexpr std::array<std::string_view, 3> words{"base", "messenger", "space"};
  out.begin_gauge("connections_by_vocabulary",
                  "Connections of clients, by the words of their last entry.");
  for (std::size_t i = 0; i < words.size(); ++i)
    out.value(static_cast<double>(read(m.vocabularies[i])), {{"vocabulary", words[i]}});
  out.begin_gauge("sockets", "Sockets open now, of any kind.");
  out.value(static_cast<double>(now.sockets));
  out.begin_gauge("users_online", "Users with a connection.");
  out.value(static_cast<double>(now.users_online));
  out.begin_gauge("draining", "1 while the server leaves.");
  out.value(now.is_draining ? 1 : 0);
  std::size_t waiting = 0;
  for (std::size_t i = 0; i < m.lane_bytes.count(); ++i) waiting += read(m.lane_bytes[i]);
  out.begin_gauge("lane_waiting_bytes", "Bytes that wait for clients that take none now.");
  out.value(static_cast<double>(waiting));
}

void add_rooms(metric_families& out, const measures& m) {
  auto live = read(m.rooms_live);
  out.begin_gauge("rooms", "Rooms in memory (live), and only in the store, as last counted.");
  out.value(static_cast<double>(live), {{"state", "live"}});
  auto stored = m.rooms_stored.load(std::memory_order_relaxed);
  if (stored >= 0) {
    auto all = std::max(static_cast<std::size_t>(stored), live);
    out.value(static_cast<double>(all - live), {{"state", "passive"}});
  }
  out.begin_gauge("rooms_dirty", "Rooms in memory that the store lacks something of.");
  out.value(static_cast<double>(read(m.rooms_dirty)));
}

void add_relays(metric_families& out, const measures& m) {
  out.begin_gauge("relay_rooms", "Rooms of Excalidraw's protocol.");
  out.value(static_cast<double>(read(m.relay_rooms)));
  out.begin_gauge("relay_members", "Members of such rooms, all together.");
  out.value(static_cast<double>(read(m.relay_members)));
}

void add_mailboxes(metric_families& out, const measures& m) {
  out.begin_gauge(
      "mailbox_messages",
      "Messages that wait for an actor; of I/O threads the most taken at once of late.");
  out.value(static_cast<double>(read(m.directory_mailbox)),
            {{"actor", "directory"}, {"index", "0"}});
  auto add = [&](std::string_view actor, std::size_t i, std::size_t n) {
    out.value(static_cast<double>(n), {{"actor", actor}, {"index", std::to_string(i)}});
  };
  for (std::size_t i = 0; i < m.shard_mailboxes.count(); ++i)
    add("user_shard", i, read(m.shard_mailboxes[i]));
  for (std::size_t i = 0; i < m.writers.count(); ++i) add("writer", i, read(m.writers[i].mailbox));
  for (std::size_t i = 0; i < m.io_mailboxes.count(); ++i)
    add("io_thread", i, read(m.io_mailboxes[i]));
}

void add_writers(metric_families& out, const measures& m) {
  auto now = measures::clock::now();
  auto add = [&](std::string_view name, std::string_view help, auto figure) {
    out.begin_gauge(name, help);
    for (std::size_t i = 0; i < m.writers.count(); ++i)
      out.value(figure(m.writers[i]), {{"writer", std::to_string(i)}});
  };
  add("writer_connected", "1 while the writer has a connection to Redis.",
      [](const auto& w) { return static_cast<double>(read(w.is_connected)); });
  add("writer_breaker_open", "1 while the writer takes no writes, because Redis is away.",
      [](const auto& w) { return static_cast<double>(read(w.is_breaker_open)); });
  add("writer_lost_rooms",
      "Rooms whose writes are dropped until they have written themselves whole.",
      [](const auto& w) { return static_cast<double>(read(w.lost_rooms)); });
  add("writer_lag_seconds",
      "Age of the oldest write that Redis has not confirmed, of lost rooms too.",
      [now](const auto& w) {
        return std::chrono::duration<double>(w.unconfirmed.age(now)).count();
      });
}

void add_histograms(metric_families& out, const measures& m) {
  out.begin_histogram("event_latency_seconds",
                      "From the acceptance of an event until its result was written.");
  for (std::size_t i = 0; i < measured_group_count; ++i)
    out.buckets(m.event_latency[i].read(), microsecond, first_time, last_time,
                {{"kind", to_string(static_cast<event_group>(i))}});
  out.begin_histogram(
      "fan_out_seconds",
      "From a broadcast's leaving its room until it was written to all that take it; "
      "sampled.");
  out.buckets(m.fan_out.read(), microsecond, first_time, last_time);
  out.begin_histogram("persistence_lag_seconds",
                      "From a room's oldest write in a batch until Redis had confirmed it.");
  out.buckets(m.persistence_lag.read(), microsecond, first_time, last_time);
  out.begin_histogram("pipeline_commands", "Commands of a writer's round trip.");
  out.buckets(m.pipeline_commands.read(), 1, 0, last_command_count);
  out.begin_histogram("pipeline_seconds", "Time of a writer's round trip.");
  out.buckets(m.pipeline_time.read(), microsecond, first_time, last_time);
}

void add_resources(metric_families& out, const resource_use& u) {
  auto gauge = [&out](std::string_view name, std::string_view help, double v) {
    out.begin_gauge(name, help);
    out.value(v);
  };
  out.begin_counter("process_cpu_seconds_total", "CPU time, user and system.");
  out.value(u.cpu_seconds);
  gauge("process_resident_memory_bytes", "Memory in RAM.", static_cast<double>(u.resident_bytes));
  gauge("process_virtual_memory_bytes", "Address space.", static_cast<double>(u.virtual_bytes));
  gauge("process_threads", "Threads.", static_cast<double>(u.threads));
  gauge("process_open_fds", "Open files and sockets.", static_cast<double>(u.open_files));
  gauge("process_max_fds", "As many may be open.", static_cast<double>(u.max_open_files));
  gauge("process_start_time_seconds", "When the server started, since 1970.", u.started_at);
}

} // namespace

std::string spell_metrics(const counters& counts, const gauges& now) {
  metric_families out;
  add_counters(out, counts);
  add_recoveries(out, counts);
  add_http_answers(out, counts);
  add_events(out, counts);
  add_doors(out, counts.measured, now);
  add_rooms(out, counts.measured);
  add_relays(out, counts.measured);
  add_mailboxes(out, counts.measured);
  add_writers(out, counts.measured);
  add_histograms(out, counts.measured);
  if (now.use) add_resources(out, *now.use);
  out.begin_gauge("build_info", "1, with what was built as labels.");
  out.value(1, {{"version", ATRIUM_VERSION}, {"compiler", __VERSION__}});
  return prometheus::TextSerializer{}.Serialize(out.all());
}

} // namespace atrium::net
