// What is measured beside the counters: gauges, which say how it is now, and histograms. One instance,
// with the counters. Whoever owns a thing sets its gauges; nobody walks over anything to find them.
#pragma once

#include "actors/gauges.hpp"
#include "actors/histogram.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>

namespace atrium {

/// What a client comes by. One of Socket.IO changes it when it is upgraded.
enum class transport : std::uint8_t { native, socketio_websocket, socketio_polling };
inline constexpr std::size_t transport_count = 3;

/// Events of clients by what they may wait for.
enum class event_group : std::uint8_t {
  /// Chat, whiteboard, typing, status: a room answers out of its memory.
  change,
  /// `durable: true`: the answer waits for the store.
  durable,
  /// Coming and going: the room may have to be loaded, a password hashed.
  entry,
  /// History, search, lists: may read the archive.
  read,
  /// Cursors and moves wait for their pace: they are not measured.
  paced,
};
inline constexpr std::size_t measured_group_count = static_cast<std::size_t>(event_group::paced);

/// Label of a measured group: `change`.
[[nodiscard]] std::string_view to_string(event_group g) noexcept;

struct latency_view {
  std::chrono::microseconds p50{0};
  std::chrono::microseconds p99{0};
  /// Events that were answered.
  std::uint64_t count = 0;
};

/// Of one writer to the store.
struct writer_gauges {
  gauge is_connected{0};
  gauge is_breaker_open{0};
  gauge lost_rooms{0};
  gauge mailbox{0};
  /// The oldest write that the store has not confirmed.
  since_gauge unconfirmed;
};

struct measures {
  using clock = std::chrono::steady_clock;

  /// Clients by transport, and by the words of their last entry.
  std::array<gauge, transport_count> connections{};
  std::array<gauge, 3> vocabularies{};
  /// Per I/O thread: bytes that wait for clients that take none, and operations of actors that were
  /// taken at once at most, of late.
  gauge_row lane_bytes;
  gauge_row io_mailboxes;

  gauge rooms_live{0};
  gauge rooms_dirty{0};
  /// Rooms in the store, loaded or not, as last counted; -1: not known.
  std::atomic<std::int64_t> rooms_stored{-1};
  gauge relay_rooms{0};
  /// Their members, each as often as it is one.
  gauge relay_members{0};
  gauge directory_mailbox{0};
  gauge_row shard_mailboxes;

  /// Each writer claims one when it is made.
  numbered<writer_gauges> writers;

  /// From the acceptance of an event by its session until its result was written to the socket, or
  /// queued behind what the client leaves unread; µs.
  std::array<histogram, measured_group_count> event_latency;
  /// From a room's handing over a broadcast until the last I/O thread has written it to those that take
  /// it; µs, of one in `fan_out_sample`.
  histogram fan_out;
  /// From a writer's taking a write until the store has confirmed it, of the oldest of each room in a
  /// batch; µs.
  histogram persistence_lag;
  /// Of a writer's round trip: commands, and µs until the last reply.
  histogram pipeline_commands;
  histogram pipeline_time;

  /// Over events answered in the last 40 to 60 seconds, but for durable ones. Thread-safe; takes some
  /// microseconds. Zeros while nothing was answered.
  [[nodiscard]] latency_view latency_last_minute() const;
  /// To be called a few times a second or rarer, by one thread.
  void pass_time(clock::time_point now);

private:
  [[nodiscard]] histogram_reading read_latency() const noexcept;

  /// Readings of some time ago, the oldest first; one takes the next one's place now and then.
  mutable std::mutex mutex_;
  std::array<histogram_reading, 3> earlier_{};
  clock::time_point rotated_at_{};
};

/// A room times one in so many of its broadcasts.
inline constexpr std::uint64_t fan_out_sample = 32;

/// Times one broadcast: it ends with the last thread that lets go of it.
class fan_out_watch {
public:
  fan_out_watch(histogram& into, measures::clock::time_point began) noexcept
      : into_{into}, began_{began} {}
  fan_out_watch(const fan_out_watch&) = delete;
  fan_out_watch& operator=(const fan_out_watch&) = delete;
  ~fan_out_watch() { into_.observe(microseconds_since(began_)); }

private:
  histogram& into_;
  measures::clock::time_point began_;
};

} // namespace atrium
