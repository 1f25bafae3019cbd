// What is counted, in lists. Counting is one relaxed addition to a cell of the thread's own: it costs no
// lock and orders nothing. /metrics shows each counter as `atrium_<name>_total`.
#pragma once

#include "actors/failure.hpp"
#include "actors/measures.hpp"
#include "actors/stripes.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
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
  deliveries,
  frames_sent,
  bytes_sent,
  bytes_received,
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
  relay_messages,
  relay_volatile_messages,
  relay_bytes,
  relay_resyncs,
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

/// How a request to Redis failed.
enum class store_fault : std::uint8_t {
  /// No connection could be made.
  unreachable,
  /// The connection broke, with or without what was sent having been done.
  broken,
  loading,
  busy,
  read_only,
  misconfigured,
  out_of_memory,
  /// Another refusal that passes by itself.
  refused,
  /// Trying again would not help.
  defect,
};
inline constexpr std::size_t store_fault_count = static_cast<std::size_t>(store_fault::defect) + 1;

[[nodiscard]] std::string_view to_string(store_fault f) noexcept;

/// What became of somebody who came back and asked for what it missed.
enum class recovery : std::uint8_t {
  /// `join` with `since`.
  room_served,
  room_refused,
  /// A Socket.IO connection with all its rooms.
  connection_served,
  connection_refused,
};
inline constexpr std::size_t recovery_count = static_cast<std::size_t>(recovery::connection_refused)
                                              + 1;

/// An event of clients; `actors/event_kinds.hpp` knows which.
struct event_kind {
  std::size_t index = 0;
};
inline constexpr std::size_t max_event_kinds = 48;

/// Counters of the process, and its gauges and histograms. One instance, made in main, handed down by
/// reference.
class counters {
public:
  /// Returns what the thread had counted of it before, a part of its value.
  std::uint64_t add(counter c, std::uint64_t n = 1) noexcept {
    return cells_.add(static_cast<std::size_t>(c), n);
  }
  /// One more failure of this code, told to a client.
  void add(errc code) noexcept { cells_.add(first_failure + static_cast<std::size_t>(code)); }
  /// One more failure told to a client, with the limit or the fault that it was for.
  void add(const failure& f) noexcept {
    add(f.code);
    add(f.beyond);
    add(fault_of(f));
  }
  void add(limit l) noexcept {
    if (l != limit::none) cells_.add(first_limit + static_cast<std::size_t>(l));
  }
  void add(access_fault f) noexcept {
    if (f != access_fault::none) cells_.add(first_fault + static_cast<std::size_t>(f));
  }
  void add(store_fault f) noexcept { cells_.add(first_store_fault + static_cast<std::size_t>(f)); }
  void add(recovery r) noexcept { cells_.add(first_recovery + static_cast<std::size_t>(r)); }
  /// An HTTP answer; `status` 100..599.
  void add_http_answer(unsigned status) noexcept { cells_.add(first_http + status / 100 % 10); }
  /// An event of a client was answered; nothing: by success.
  void add_event(event_kind k, std::optional<errc> code) noexcept {
    cells_.add(event_cell(k, code));
  }

  [[nodiscard]] std::uint64_t value(counter c) const noexcept {
    return cells_.sum(static_cast<std::size_t>(c));
  }
  [[nodiscard]] std::uint64_t value(errc code) const noexcept {
    return cells_.sum(first_failure + static_cast<std::size_t>(code));
  }
  [[nodiscard]] std::uint64_t value(limit l) const noexcept {
    return cells_.sum(first_limit + static_cast<std::size_t>(l));
  }
  [[nodiscard]] std::uint64_t value(access_fault f) const noexcept {
    return cells_.sum(first_fault + static_cast<std::size_t>(f));
  }
  [[nodiscard]] std::uint64_t value(store_fault f) const noexcept {
    return cells_.sum(first_store_fault + static_cast<std::size_t>(f));
  }
  [[nodiscard]] std::uint64_t value(recovery r) const noexcept {
    return cells_.sum(first_recovery + static_cast<std::size_t>(r));
  }
  /// Answers with a status of this hundred, 1..5.
  [[nodiscard]] std::uint64_t http_answers(unsigned hundred) const noexcept {
    return cells_.sum(first_http + hundred);
  }
  [[nodiscard]] std::uint64_t events(event_kind k, std::optional<errc> code) const noexcept {
    return cells_.sum(event_cell(k, code));
  }

  measures measured;

private:
  static constexpr std::size_t results_of_event = errc_count + 1;
  static constexpr std::size_t first_failure = counter_count;
  static constexpr std::size_t first_limit = first_failure + errc_count;
  static constexpr std::size_t first_fault = first_limit + limit_count;
  static constexpr std::size_t first_store_fault = first_fault + access_fault_count;
  static constexpr std::size_t first_recovery = first_store_fault + store_fault_count;
  static constexpr std::size_t first_http = first_recovery + recovery_count;
  static constexpr std::size_t first_event = first_http + 10;
  static constexpr std::size_t cell_count = first_event + max_event_kinds * results_of_event;

  static constexpr std::size_t event_cell(event_kind k, std::optional<errc> code) noexcept {
    auto result = code ? static_cast<std::size_t>(*code) + 1 : 0;
    return first_event + k.index * results_of_event + result;
  }

  stripes<cell_count> cells_;
};

} // namespace atrium
