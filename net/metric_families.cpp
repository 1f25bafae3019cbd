// See metric_families.hpp.
#include "net/metric_families.hpp"

namespace atrium::net {

using prometheus::MetricType;

void metric_families::begin(std::string_view name, std::string_view help, MetricType type) {
  auto& family = all_.emplace_back();
  family.name = "atrium_" + std::string{name};
  family.help = std::string{help};
  family.type = type;
}

void metric_families::begin_counter(std::string_view name, std::string_view help) {
  begin(name, help, MetricType::Counter);
}

void metric_families::begin_gauge(std::string_view name, std::string_view help) {
  begin(name, help, MetricType::Gauge);
}

void metric_families::begin_histogram(std::string_view name, std::string_view help) {
  begin(name, help, MetricType::Histogram);
}

prometheus::ClientMetric& metric_families::add(labels all) {
  auto& metric = all_.back().metric.emplace_back();
  for (const auto& [name, value] : all)
    metric.label.push_back({std::string{name}, std::string{value}});
  return metric;
}

void metric_families::value(double v, labels all) {
  auto& metric = add(all);
  // Only the one of the family's type is looked at.
  metric.counter.value = v;
  metric.gauge.value = v;
}

void metric_families::buckets(const histogram_reading& h, double unit, unsigned first,
                              unsigned last, labels all) {
  auto& out = add(all).histogram;
  out.sample_count = h.count();
  out.sample_sum = static_cast<double>(h.sum) * unit;
  for (auto power = first; power <= last; ++power) {
    auto bound = std::uint64_t{1} << power;
    out.bucket.push_back({h.count_up_to(bound), static_cast<double>(bound) * unit});
  }
}

} // namespace atrium::net
