// Building what Prometheus' serializer takes: families of metrics, one after the other.
#pragma once

#include "actors/histogram.hpp"

#include <prometheus/metric_family.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace atrium::net {

/// Collects families; names are given without `atrium_`.
class metric_families {
public:
  using labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  /// What follows belongs to this family. A counter's name ends in `_total`.
  void begin_counter(std::string_view name, std::string_view help);
  void begin_gauge(std::string_view name, std::string_view help);
  void begin_histogram(std::string_view name, std::string_view help);

  /// A counter or gauge of the family.
  void value(double v, labels all = {});
  /// A histogram of the family. Its values are multiples of `unit`; its bounds are the powers of two from
  /// 2^`first` to 2^`last` of them.
  void buckets(const histogram_reading& h, double unit, unsigned first, unsigned last,
               labels all = {});

  [[nodiscard]] const std::vector<prometheus::MetricFamily>& all() const noexcept { return all_; }

private:
  void begin(std::string_view name, std::string_view help, prometheus::MetricType type);
  prometheus::ClientMetric& add(labels all);

  std::vector<prometheus::MetricFamily> all_;
};

} // namespace atrium::net
