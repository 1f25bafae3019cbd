// How one client's connection does, as operators are shown it (docs/admin-api.md). A value that its
// session makes of itself when somebody asks.
#pragma once

#include "actors/ids.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace atrium::net {

struct connection_view {
  session_id id = 0;
  /// Nothing: not known yet.
  std::optional<std::string> user{};
  std::optional<std::string> username{};
  bool is_native = false;
  bool is_polling = false;
  /// An IP address.
  std::string address{};
  unix_ms connected_at = 0;
  /// From the last ping to its answer; nothing: none was answered so far.
  std::optional<std::chrono::microseconds> rtt{};
  /// That it hears as somebody who is in.
  std::size_t rooms = 0;
  /// What waits for the client.
  std::size_t queued_bytes = 0;
  std::size_t queued_frames = 0;
  /// Events of which only the newest counts, that wait.
  std::size_t volatile_count = 0;
  /// Too slow: events are thrown away until the queue is empty.
  bool is_behind = false;
  /// Events that were thrown away, and how often that began.
  std::uint64_t dropped = 0;
  std::uint64_t resyncs = 0;
  std::uint64_t frames_sent = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t events_received = 0;
  std::uint64_t bytes_received = 0;
  /// Events received, and bytes of both directions; lately.
  double events_per_second = 0;
  double bytes_per_second = 0;
};

} // namespace atrium::net
