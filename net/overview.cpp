// See overview.hpp. Reads relaxed atomics: figures of one answer may be of slightly different moments.
#include "net/overview.hpp"

#include "log/log.hpp"
#include "net/gate.hpp"
#include "net/json_spelling.hpp"

#include <algorithm>
#include <utility>

#include <unistd.h>

namespace atrium::net {
namespace {

using json::object_writer;

/// Age of the oldest write that a writer has not confirmed.
std::chrono::milliseconds lag_of(const measures& m) {
  measures::clock::duration lag{0};
  auto now = measures::clock::now();
  for (std::size_t i = 0; i < m.writers.count(); ++i)
    lag = std::max(lag, m.writers[i].unconfirmed.age(now));
  return std::chrono::duration_cast<std::chrono::milliseconds>(lag);
}

void append_server(object_writer& w, const overview& o) {
  w.text("version", ATRIUM_VERSION).number("pid", std::int64_t{::getpid()});
  w.number("startedAt", o.started_at);
  w.number("uptimeSeconds", std::max<std::int64_t>(0, (o.now - o.started_at) / 1'000));
  w.boolean("draining", o.is_draining).text("logLevel", o.log_level);
  w.text("store", o.health.store_kind).number("ioThreads", o.io_threads);
  w.number("memoryBytes", o.used.resident_bytes);
  w.number("cpuSeconds", o.used.cpu_seconds);
}

void append_counters(object_writer& w, const counters& counts) {
  constexpr std::array<std::pair<std::string_view, counter>, 14> shown{{
      {"commands", counter::commands},
      {"broadcasts", counter::broadcasts},
      {"messagesPosted", counter::messages_posted},
      {"framesSent", counter::frames_sent},
      {"bytesSent", counter::bytes_sent},
      {"slowResyncs", counter::slow_resyncs},
      {"slowEventsDropped", counter::slow_events_dropped},
      {"slowClosed", counter::slow_closed},
      {"connectionsOpened", counter::connections_opened},
      {"connectionsClosed", counter::connections_closed},
      {"connectionsRefused", counter::connections_refused},
      {"storeWrites", counter::store_writes},
      {"storeErrorsTransient", counter::store_errors_transient},
      {"storeErrorsDefect", counter::store_errors_defect},
  }};
  for (const auto& [name, which] : shown) w.number(name, counts.value(which));
  std::uint64_t failures = 0;
  for (std::size_t i = 0; i < errc_count; ++i) failures += counts.value(static_cast<errc>(i));
  w.number("failures", failures);
}

void append_health(object_writer& w, const overview& o) {
  const auto& h = o.health;
  w.text("status", word_of(h.overall));
  object_writer redis{w.key("redis")};
  redis.text("status", h.store_kind != "redis" ? "disabled" : h.store_up ? "up" : "down");
  redis.number("latencyMs", static_cast<double>(h.store_latency.count()) / 1'000);
  redis.end();
  object_writer writers{w.key("writers")};
  writers.number("count", h.writers);
  writers.number("connected", h.writers_connected);
  writers.number("queued", h.writes_queued).number("lagMs", std::int64_t{o.lag.count()});
  writers.end();
}

} // namespace

overview look_over_server(const gate& g, const health_view& health) {
  const auto& measured = g.home.counts.measured;
  overview o;
  o.started_at = g.started_at;
  o.now = g.home.env.now();
  o.is_draining = g.draining || g.is_end_asked;
  o.log_level = log::level_name();
  o.io_threads = g.threads.size();
  o.used = read_resource_use(g.sockets);
  for (std::size_t i = 0; i < transport_count; ++i)
    o.connections[i] = read(measured.connections[i]);
  o.users_online = g.home.shards ? g.home.shards->online() : 0;
  o.health = health;
  o.lag = lag_of(measured);
  o.latency = measured.latency_last_minute();
  return o;
}

void append_members(object_writer& w, const overview& o, const counters& counts) {
  object_writer server{w.key("server")};
  append_server(server, o);
  server.end();
  object_writer connections{w.key("connections")};
  auto by = [&](transport t) { return o.connections[static_cast<std::size_t>(t)]; };
  auto native = by(transport::native);
  auto websockets = by(transport::socketio_websocket);
  auto polling = by(transport::socketio_polling);
  connections.number("total", native + websockets + polling).number("native", native);
  connections.number("socketioWebsocket", websockets).number("socketioPolling", polling);
  connections.end();
  object_writer rooms{w.key("rooms")};
  rooms.number("live", o.health.rooms_loaded);
  rooms.number("dirty", o.health.rooms_dirty);
  rooms.end();
  object_writer users{w.key("users")};
  users.number("online", o.users_online);
  users.end();
  object_writer totals{w.key("counters")};
  append_counters(totals, counts);
  totals.end();
  object_writer latency{w.key("latency")};
  latency.number("p50Us", std::int64_t{o.latency.p50.count()});
  latency.number("p99Us", std::int64_t{o.latency.p99.count()});
  latency.end();
  object_writer health{w.key("health")};
  append_health(health, o);
  health.end();
}

} // namespace atrium::net
