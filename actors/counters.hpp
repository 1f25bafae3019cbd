// What is counted, in one list. Relaxed atomics: counting costs no lock and orders nothing.
// /metrics shows each as `atrium_<name>_total`.
#pragma once

#include "actors/failure.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

namespace atrium {

enum class counter : unsigned {
  connections_opened,
  connections_closed,
  connections_recovered,
  connections_refused,
  http_requests,
  commands,
  broadcasts,
  frames_sent,
  bytes_sent,
  frames_malformed,
  slow_resyncs,
  slow_events_dropped,
  slow_closed,
  heartbeats_missed,
  handshakes_timed_out,
  rooms_created,
  rooms_loaded,
  rooms_passivated,
  rooms_recovered_with_new_epoch,
  messages_posted,
  messages_duplicate,
  messages_not_archived,
  messages_not_queued,
  store_batches,
  store_writes,
  store_errors_transient,
  store_errors_defect,
  store_reconnects,
  store_rooms_rewritten,
};
inline constexpr std::size_t counter_count
    = static_cast<std::size_t>(counter::store_rooms_rewritten) + 1;

/// The name without prefix and suffix: `rooms_created`.
[[nodiscard]] std::string_view to_string(counter c) noexcept;
/// A sentence for the HELP line.
[[nodiscard]] std::string_view describe(counter c) noexcept;

/// Counters of the process. One instance, made in main, handed down by reference.
class counters {
public:
  void add(counter c, std::uint64_t n = 1) noexcept {
    values_[static_cast<std::size_t>(c)].fetch_add(n, std::memory_order_relaxed);
  }
  /// One more failure of this code, told to a client.
  void add(errc code) noexcept {
    failures_[static_cast<std::size_t>(code)].fetch_add(1, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t value(counter c) const noexcept {
    return values_[static_cast<std::size_t>(c)].load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t value(errc code) const noexcept {
    return failures_[static_cast<std::size_t>(code)].load(std::memory_order_relaxed);
  }

private:
  std::array<std::atomic<std::uint64_t>, counter_count> values_{};
  std::array<std::atomic<std::uint64_t>, errc_count> failures_{};
};

} // namespace atrium
