// The server, its writers and its store, for people.
#include "console/field.hpp"
#include "console/figures.hpp"
#include "console/views.hpp"

#include <algorithm>
#include <array>

namespace atrium::console {

namespace {

style health_style(std::string_view status) {
  if (status == "healthy" || status == "up" || status == "ok") return style::good;
  // Rooms are kept in memory: that is no fault.
  if (status == "disabled") return style::plain;
  return status == "degraded" ? style::warning : style::bad;
}

/// Adds the scalars of an object as `key` or `parent.key`, those of its objects too.
void add_members(sheet& s, json::slice object, const std::string& before) {
  json::object_reader reader{object};
  for (json::member m; reader.next(m);) {
    auto name = before + std::string{m.key};
    if (m.value.is(json::kind::object)) {
      add_members(s, m.value, name + ".");
      continue;
    }
    auto text = m.value.is(json::kind::string) ? json::to_text(m.value) : std::string{m.value.raw};
    s.add(name, {text, m.key == "status" ? health_style(text) : style::plain});
  }
}

struct info_section {
  std::string_view name;
  /// What the names of its lines begin with; up to nine.
  std::array<std::string_view, 9> beginnings;
};

/// INFO's sections: its lines reach us without their headings.
constexpr std::array<info_section, 9> info_sections{{
    {"server",
     {"redis_", "server_", "os", "process_", "tcp_port", "uptime_", "config", "executable",
      "run_id"}},
    {"clients",
     {"connected_clients", "cluster_connections", "maxclients", "client_", "blocked_clients",
      "tracking_clients", "clients_in_"}},
    {"memory",
     {"used_memory", "mem_", "maxmemory", "allocator_", "rss_", "total_system_memory", "number_of_",
      "lazyfree", "active_defrag_running"}},
    {"persistence", {"loading", "async_loading", "rdb_", "aof_", "current_", "module_fork"}},
    {"stats",
     {"total_", "instantaneous_", "rejected_", "sync_", "expired_", "evicted_", "keyspace_",
      "pubsub", "latest_fork"}},
    {"replication", {"role", "connected_slaves", "master_", "slave", "repl_", "second_repl"}},
    {"cpu", {"used_cpu"}},
    {"errorstats", {"errorstat"}},
    {"keyspace", {"db0", "db1", "db2", "db3", "db4", "db5", "db6", "db7", "db8"}},
}};

bool is_of_section(std::string_view key, std::string_view wanted) {
  if (wanted.empty()) return true;
  for (const auto& section : info_sections) {
    if (section.name != wanted) continue;
    return std::any_of(section.beginnings.begin(), section.beginnings.end(), [&](auto beginning) {
      return !beginning.empty() && key.substr(0, beginning.size()) == beginning;
    });
  }
  return key.find(wanted) != std::string_view::npos;
}

} // namespace

std::string writers_view(json::slice answer, const look& l) {
  auto writers = items_in(answer, "writers");
  if (writers.empty()) return "No writers: rooms are kept in memory.\n";
  table t{{{"WRITER", true},
           {"STATE"},
           {"QUEUED", true},
           {"BYTES", true},
           {"LAG", true},
           {"IN FLIGHT", true},
           {"LOST ROOMS", true},
           {"RECONNECTS", true},
           {"WRITES", true},
           {"BATCHES", true},
           {"LAST ERROR", false, true}}};
  for (auto w : writers) {
    bool is_connected = flag_in(w, "connected");
    auto state = flag_in(w, "breakerOpen") ? "breaker open" : is_connected ? "connected" : "away";
    auto lost = integer_in(w, "lostRooms");
    t.add({{text_in(w, "index"), style::strong},
           {state, is_connected ? style::good : style::bad},
           {count_text(integer_in(w, "queuedWrites"))},
           {bytes_text(number_in(w, "queuedBytes").value_or(0))},
           {duration_text(integer_in(w, "lagMs"))},
           {count_text(integer_in(w, "inFlight"))},
           {count_text(lost), lost > 0 ? style::bad : style::plain},
           {count_text(integer_in(w, "reconnects"))},
           {count_text(integer_in(w, "writes"))},
           {count_text(integer_in(w, "batches"))},
           {text_in(w, "lastError"), style::warning}});
  }
  return t.text(l);
}

std::string stats_view(json::slice answer, const look& l) {
  sheet s;
  s.add("rooms", {count_text(integer_in(answer, "totalRooms"))});
  s.add("spaces", {count_text(integer_in(answer, "totalSpaces"))});
  s.add("users online", {count_text(integer_in(answer, "totalUsers"))});
  auto out = s.text(l);
  table t{{{"SPACE", false, true}, {"USERS", true}}};
  for (auto space : items_in(answer, "spacesWithUsers"))
    t.add(
        {{text_in(space, "spaceId"), style::strong}, {count_text(integer_in(space, "userCount"))}});
  return t.row_count() == 0 ? out : out + "\n" + t.text(l);
}

std::string health_view(json::slice answer, const look& l) {
  sheet s;
  add_members(s, answer, "");
  return s.text(l);
}

std::string redis_view(json::slice answer, std::string_view section, const look& l) {
  auto redis = object_in(answer, "redis");
  auto kind = text_in(redis, "kind");
  if (kind == "memory") return "Rooms are kept in memory; there is no Redis.\n";
  sheet s;
  bool has_any = false;
  json::object_reader reader{object_in(redis, "info")};
  for (json::member m; reader.next(m);) {
    if (!is_of_section(m.key, section)) continue;
    has_any = true;
    s.add(m.key,
          {m.value.is(json::kind::string) ? json::to_text(m.value) : std::string{m.value.raw}});
  }
  return has_any ? s.text(l) : "Redis says nothing of that name.\n";
}

std::string keys_view(const std::map<std::string, std::int64_t>& keys, const look& l) {
  table t{{{"PATTERN"}, {"KEYS", true}}};
  std::int64_t total = 0;
  for (const auto& [pattern, count] : keys) {
    t.add({{pattern}, {count_text(count)}});
    total += count;
  }
  t.add({{"all", style::strong}, {count_text(total), style::strong}});
  return t.text(l);
}

} // namespace atrium::console
