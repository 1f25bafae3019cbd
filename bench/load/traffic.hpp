// What is sent when. Open loop: a fixed schedule that does not care how the server does; each
// message carries the time it was scheduled for, so that a server (or generator) that stalls shows
// as latency of all the messages that came due meanwhile. Closed loop: each sender keeps a window
// of messages in flight.
#pragma once

#include "bench/load/histogram.hpp"
#include "bench/load/ledger.hpp"
#include "bench/load/message.hpp"
#include "bench/load/options.hpp"
#include "bench/load/swarm.hpp"

#include <cstdint>
#include <vector>

namespace atrium::bench {

class traffic {
public:
  /// All must outlive it; `steps` is null unless somebody walks.
  traffic(const load_options& options, const population& who, swarm& clients, ledger& books,
          walk* steps = nullptr);

  /// The schedule begins, and lags are recorded of what is due from `from_ns` on.
  void begin(std::uint64_t now, std::uint64_t from_ns) noexcept;
  /// Hands over what is to be sent now; returns how long nothing more will be, if nothing arrives.
  /// 0 in a closed loop: a generator that sleeps between arrivals has the server pay for waking it,
  /// with every send.
  std::uint64_t send_due(std::uint64_t now);

  /// How late messages were handed over, open loop only: the generator's own share of latencies.
  [[nodiscard]] const histogram& lags() const noexcept { return lags_; }

private:
  struct sender {
    std::uint32_t connection;
    message text;
  };
  void send(sender& from, std::uint64_t due_ns);
  [[nodiscard]] std::uint64_t due_of(std::uint64_t scheduled) const noexcept;
  std::uint64_t send_scheduled(std::uint64_t now);
  void fill_windows(std::uint64_t now);

  const load_options& options_;
  swarm& clients_;
  ledger& books_;
  walk* steps_;
  /// In the order in which they send.
  std::vector<sender> senders_;
  histogram lags_;
  std::uint64_t began_ns_ = 0;
  std::uint64_t lags_from_ns_ = 0;
  std::uint64_t scheduled_ = 0;
};

} // namespace atrium::bench
