// Counters as Prometheus families. Reads relaxed atomics: figures of one answer may be of slightly
// different moments.
#include "net/metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <vector>

namespace atrium::net {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily family(std::string name, std::string help, MetricType type) {
  MetricFamily f;
  f.name = std::move(name);
  f.help = std::move(help);
  f.type = type;
  return f;
}

void add_gauge(std::vector<MetricFamily>& out, std::string name, std::string help, std::size_t n) {
  auto f = family(std::move(name), std::move(help), MetricType::Gauge);
  f.metric.emplace_back().gauge.value = static_cast<double>(n);
  out.push_back(std::move(f));
}

MetricFamily failures(const counters& counts) {
  auto f = family("atrium_failures_total", "Failures told to clients, by code.",
                  MetricType::Counter);
  for (std::size_t i = 0; i < errc_count; ++i) {
    auto code = static_cast<errc>(i);
    auto& metric = f.metric.emplace_back();
    metric.label.push_back({"code", std::string{to_string(code)}});
    metric.counter.value = static_cast<double>(counts.value(code));
  }
  return f;
}

} // namespace

std::string spell_metrics(const counters& counts, const gauges& now) {
  std::vector<MetricFamily> all;
  for (std::size_t i = 0; i < counter_count; ++i) {
    auto c = static_cast<counter>(i);
    auto f = family("atrium_" + std::string{to_string(c)} + "_total", std::string{describe(c)},
                    MetricType::Counter);
    f.metric.emplace_back().counter.value = static_cast<double>(counts.value(c));
    all.push_back(std::move(f));
  }
  all.push_back(failures(counts));
  add_gauge(all, "atrium_connections",
            "Connections of clients open now, by WebSocket or long-polling.", now.sessions);
  add_gauge(all, "atrium_sockets", "Sockets open now, of any kind.", now.sockets);
  return prometheus::TextSerializer{}.Serialize(all);
}

} // namespace atrium::net
