// The report of a run: one flat line of JSON, times in microseconds, so that whoever reads it needs
// no knowledge of the generator.
#include "bench/load/clock.hpp"
#include "bench/load/run.hpp"

#include <iomanip>
#include <sstream>

namespace atrium::bench {

namespace {

/// Writes members of a flat JSON object.
class json_line {
public:
  void add(const char* name, double value) { begin(name) << std::setprecision(9) << value; }
  void add(const char* name, std::uint64_t value) { begin(name) << value; }
  void add(const char* name, std::string_view text) {
    auto& out = begin(name) << '"';
    for (char c : text) {
      if (c == '"' || c == '\\') out << '\\';
      out << (static_cast<unsigned char>(c) < 32 ? ' ' : c);
    }
    out << '"';
  }
  void add(const std::string& name, const histogram& h) {
    auto us = [](std::uint64_t ns) { return static_cast<double>(ns) / 1e3; };
    add((name + "_p50_us").c_str(), us(h.quantile(0.5)));
    add((name + "_p99_us").c_str(), us(h.quantile(0.99)));
    add((name + "_p999_us").c_str(), us(h.quantile(0.999)));
    add((name + "_max_us").c_str(), us(h.largest()));
  }
  /// `values` as an array.
  template <class Values, class Get>
  void add(const char* name, const Values& values, Get get) {
    auto& out = begin(name) << std::setprecision(9) << '[';
    for (std::size_t i = 0; i < values.size(); ++i) out << (i > 0 ? "," : "") << get(values[i]);
    out << ']';
  }
  [[nodiscard]] std::string text() const { return "{" + out_.str() + "}"; }

private:
  std::ostream& begin(const char* name) {
    if (out_.tellp() > 0) out_ << ',';
    return out_ << '"' << name << "\":";
  }

  std::ostringstream out_;
};

void add_tally(json_line& out, const tally& t, std::uint64_t sent) {
  out.add("sent", sent);
  out.add("lost", t.lost);
  out.add("doubled", t.doubled);
  out.add("out_of_order", t.out_of_order);
  out.add("order_differs", t.order_differs);
  out.add("misrouted", t.misrouted);
  out.add("acks_lost", t.acks_lost);
  out.add("acks_doubled", t.acks_doubled);
}

void add_memory(json_line& out, const findings& f) {
  auto bytes = [](const usage& u) { return u.resident_bytes; };
  out.add("resident_start", f.at_start, bytes);
  out.add("resident_connected", f.connected, bytes);
  out.add("resident_joined", f.joined, bytes);
  out.add("resident_loaded", f.loaded, bytes);
}

double rate(std::uint64_t count, double seconds) {
  return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

} // namespace

std::string run::report() const {
  json_line out;
  const auto& c = clients_->so_far();
  out.add("clean", std::uint64_t{is_clean()});
  out.add("connected", std::uint64_t{c.ready});
  out.add("joined", std::uint64_t{c.joined});
  out.add("gone", std::uint64_t{c.gone});
  out.add("refused", c.refused);
  out.add("failure", clients_->first_failure());
  out.add("other_frames", c.other_frames);
  out.add("connects_per_s", rate(c.ready, found_.connect_s));
  out.add("handshake", clients_->handshakes());
  auto prefilling = options_.prefill > 0 ? options_.rooms : 0;
  out.add("joins_per_s", rate(c.joined - prefilling, found_.join_s));
  out.add("join", clients_->joins());
  add_memory(out, found_);
  add_tally(out, books_.close(options_.acks), books_.sent());
  out.add("measured_s", found_.measured_s);
  out.add("deliveries", found_.deliveries);
  out.add("deliveries_per_s", rate(found_.deliveries, found_.measured_s));
  out.add("latency", books_.latencies());
  out.add("acks_per_s", rate(found_.acks, found_.measured_s));
  out.add("ack", books_.ack_latencies());
  out.add("bytes_per_read", rate(found_.received_bytes, static_cast<double>(found_.reads)));
  out.add("cpu_s", found_.cpu_s, [](double s) { return s; });
  out.add("generator_share",
          found_.measured_s > 0 ? found_.generator_cpu_s / found_.measured_s : 0.0);
  if (traffic_) out.add("lag", traffic_->lags());
  return out.text();
}

} // namespace atrium::bench
