// The text of GET /metrics.
#include <catch2/catch.hpp>

#include "actors/event_kinds.hpp"
#include "net/metrics.hpp"
#include "store/redis_reply.hpp"

#include <regex>
#include <set>
#include <sstream>
#include <string>

using namespace atrium;
using namespace atrium::net;
using namespace std::chrono_literals;

namespace {

bool has(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

} // namespace

TEST_CASE("metrics say what was counted, with few labels", "[metrics]") {
  counters counts;
  counts.add(counter::rooms_created, 3);
  counts.add(errc::rate_limited);
  counts.add(limit::lane_bytes);
  counts.add(access_fault::signature);
  counts.add(store_fault::out_of_memory);
  counts.add(recovery::room_served);
  counts.add_http_answer(204);
  counts.add_http_answer(503);
  counts.add_event(kind_named("chat:message"), std::nullopt);
  counts.add_event(kind_named("chat:message"), errc::rate_limited);
  counts.add_event(kind_named("nonsense"), errc::unknown_event);
  auto text = spell_metrics(counts, {});
  CHECK(has(text, "atrium_rooms_created_total 3"));
  CHECK(has(text, "atrium_failures_total{code=\"rate_limited\"} 1"));
  CHECK(has(text, "atrium_limit_hits_total{limit=\"lane_bytes\"} 1"));
  CHECK(has(text, "atrium_limit_hits_total{limit=\"connections\"} 0"));
  CHECK(has(text, "atrium_auth_failures_total{reason=\"signature\"} 1"));
  CHECK(has(text, "atrium_redis_errors_total{class=\"out_of_memory\"} 1"));
  CHECK(has(text, "atrium_recoveries_total{kind=\"room\",result=\"served\"} 1"));
  CHECK(has(text, "atrium_http_responses_total{status=\"2xx\"} 1"));
  CHECK(has(text, "atrium_http_responses_total{status=\"5xx\"} 1"));
  CHECK(has(text, "atrium_events_total{event=\"chat:message\",result=\"ok\"} 1"));
  CHECK(has(text, "atrium_events_total{event=\"chat:message\",result=\"rate_limited\"} 1"));
  CHECK(has(text, "atrium_events_total{event=\"other\",result=\"unknown_event\"} 1"));
  CHECK(text.find("result=\"room_full\"") == std::string::npos);
}

TEST_CASE("metrics say how it stands now", "[metrics]") {
  counters counts;
  auto& m = counts.measured;
  counted one{m.connections[static_cast<std::size_t>(transport::socketio_polling)]};
  counted words{m.vocabularies[static_cast<std::size_t>(vocabulary::space)]};
  m.rooms_live = 3;
  set(m.lane_bytes.at(0), 100);
  set(m.lane_bytes.at(1), 20);
  set(m.shard_mailboxes.at(1), 4);
  auto& writer = m.writers.claim();
  set(writer.is_connected, 1);
  writer.unconfirmed.set(measures::clock::now() - 5s);
  gauges now;
  now.sockets = 5;
  now.users_online = 2;
  auto text = spell_metrics(counts, now);
  CHECK(has(text, "atrium_connections{transport=\"socketio_polling\"} 1"));
  CHECK(has(text, "atrium_connections{transport=\"native\"} 0"));
  CHECK(has(text, "atrium_connections_by_vocabulary{vocabulary=\"space\"} 1"));
  CHECK(has(text, "atrium_sockets 5"));
  CHECK(has(text, "atrium_users_online 2"));
  CHECK(has(text, "atrium_lane_waiting_bytes 120"));
  CHECK(has(text, "atrium_mailbox_messages{actor=\"user_shard\",index=\"1\"} 4"));
  CHECK(has(text, "atrium_writer_connected{writer=\"0\"} 1"));
  CHECK(std::regex_search(text, std::regex{R"(atrium_writer_lag_seconds\{writer="0"\} 5\.)"}));
  // How many are in the store only is not known.
  CHECK(has(text, "atrium_rooms{state=\"live\"} 3"));
  CHECK(text.find("state=\"passive\"") == std::string::npos);
  m.rooms_stored = 10;
  CHECK(has(spell_metrics(counts, now), "atrium_rooms{state=\"passive\"} 7"));
  // A room that is not stored yet makes no negative number.
  m.rooms_stored = 2;
  CHECK(has(spell_metrics(counts, now), "atrium_rooms{state=\"passive\"} 0"));
}

TEST_CASE("histograms have cumulative buckets with their bounds in seconds", "[metrics]") {
  counters counts;
  auto& latency = counts.measured.event_latency[static_cast<std::size_t>(event_group::change)];
  latency.observe(16);
  latency.observe(17);
  latency.observe(100'000'000);
  counts.measured.pipeline_commands.observe(7);
  auto text = spell_metrics(counts, {});
  auto line = [](const std::string& le, int n) {
    return "atrium_event_latency_seconds_bucket{kind=\"change\",le=\"" + le + "\"} "
           + std::to_string(n);
  };
  CHECK(has(text, line("1.6e-05", 1)));
  CHECK(has(text, line("3.2e-05", 2)));
  CHECK(has(text, line("+Inf", 3)));
  CHECK(has(text, "atrium_event_latency_seconds_count{kind=\"change\"} 3"));
  CHECK(has(text, "atrium_event_latency_seconds_count{kind=\"durable\"} 0"));
  CHECK(has(text, "atrium_pipeline_commands_bucket{le=\"4\"} 0"));
  CHECK(has(text, "atrium_pipeline_commands_bucket{le=\"8\"} 1"));
  CHECK(has(text, "atrium_pipeline_commands_sum 7"));
}

TEST_CASE("metrics are described once each and begin with atrium_", "[metrics]") {
  counters counts;
  gauges now;
  now.use = read_resource_use(0);
  std::istringstream lines{spell_metrics(counts, now)};
  std::set<std::string> described;
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    if (!line.starts_with("# HELP ")) {
      CHECK((line.starts_with("# TYPE atrium_") || line.starts_with("atrium_")));
      continue;
    }
    auto name = line.substr(7, line.find(' ', 7) - 7);
    CHECK(described.insert(name).second);
    CHECK(line.ends_with("."));
  }
  CHECK(described.contains("atrium_build_info"));
  CHECK(described.contains("atrium_process_cpu_seconds_total"));
}

TEST_CASE("what the server takes of the machine is known", "[metrics]") {
  auto use = read_resource_use(0);
  CHECK(use.resident_bytes > 1'000'000);
  CHECK(use.virtual_bytes >= use.resident_bytes);
  CHECK(use.threads >= 1);
  CHECK(use.open_files >= 3);
  CHECK(use.max_open_files >= use.open_files);
  auto now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch());
  CHECK(use.started_at > now.count() - 3'600);
  CHECK(use.started_at < now.count() + 2);
  CHECK(use.cpu_seconds > 0);
  // With very many sockets those that are no sockets are guessed.
  CHECK(read_resource_use(100'000).open_files >= 100'000);
}

TEST_CASE("faults of Redis have the name of what it said", "[metrics]") {
  using store::fault_of;
  CHECK(fault_of("LOADING Redis is loading the dataset in memory") == store_fault::loading);
  CHECK(fault_of("BUSY Redis is busy running a script") == store_fault::busy);
  CHECK(fault_of("READONLY You can't write against a read only replica.")
        == store_fault::read_only);
  CHECK(fault_of("MISCONF Redis is configured to save RDB snapshots")
        == store_fault::misconfigured);
  CHECK(fault_of("OOM command not allowed") == store_fault::out_of_memory);
  CHECK(fault_of("NOAUTH Authentication required.") == store_fault::refused);
  CHECK(fault_of("WRONGTYPE Operation against a key") == store_fault::defect);
}
