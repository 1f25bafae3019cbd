// One run from the first connection to the last: create rooms, connect, prefill, join, load, drain,
// close, remove. Each phase has a time limit, so a server that hangs gives a report, not a hang.
#pragma once

#include "bench/load/ledger.hpp"
#include "bench/load/options.hpp"
#include "bench/load/population.hpp"
#include "bench/load/rest_rooms.hpp"
#include "bench/load/swarm.hpp"
#include "bench/load/traffic.hpp"
#include "bench/load/usage.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace atrium::bench {

/// What the phases found, beyond what ledger, swarm and traffic count.
struct findings {
  double connect_s = 0;
  double join_s = 0;
  double measured_s = 0;
  /// Within what was measured.
  std::uint64_t deliveries = 0;
  std::uint64_t acks = 0;
  std::uint64_t reads = 0;
  std::uint64_t received_bytes = 0;
  double generator_cpu_s = 0;
  /// By process, as in the options.
  std::vector<double> cpu_s;
  /// Before the first connection; with all connected; with all joined; after traffic.
  std::vector<usage> at_start;
  std::vector<usage> connected;
  std::vector<usage> joined;
  std::vector<usage> loaded;
};

class run {
public:
  explicit run(const load_options& options);

  /// Throws std::runtime_error when rooms cannot be created.
  void execute();
  /// The report, one line of JSON.
  [[nodiscard]] std::string report() const;
  /// Whether everybody came in, nobody fell out, nothing was refused, and the books are clean.
  [[nodiscard]] bool is_clean() const;

private:
  /// All counters at one time.
  struct reading {
    std::uint64_t at_ns;
    std::uint64_t deliveries;
    std::uint64_t acks;
    std::uint64_t reads;
    std::uint64_t received_bytes;
    double own_cpu_s;
    std::vector<usage> servers;
  };
  [[nodiscard]] reading read_counters() const;
  void connect();
  void prefill();
  void join();
  void load();
  void drain();
  void settle();
  /// Turns until `reached`, or until `limit_s` or the whole run's time is over.
  void turn_until(const std::function<bool()>& reached, double limit_s);

  const load_options& options_;
  std::uint64_t began_ns_;
  population who_;
  /// In a space.
  std::optional<walk> steps_;
  std::optional<rest_rooms> created_;
  ledger books_;
  std::optional<swarm> clients_;
  std::optional<traffic> traffic_;
  findings found_;
};

} // namespace atrium::bench
