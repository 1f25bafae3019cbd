// What a run is told by its command line.
#pragma once

#include "bench/load/dialect.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace atrium::bench {

enum class traffic_kind : std::uint8_t { chat, whiteboard, space };

struct load_options {
  const dialect* speaks = nullptr;
  std::uint16_t port = 0;
  traffic_kind kind = traffic_kind::chat;
  std::uint32_t connections = 10;
  std::uint32_t rooms = 1;
  std::uint32_t senders_per_room = 1;
  /// Put into the names of rooms where the dialect does not create them.
  std::string room_prefix = "room-";

  /// Messages (steps of a space's users) a second, all senders together; 0: closed loop.
  double rate = 0;
  /// Closed loop: messages of one sender that are not yet at all members.
  std::uint32_t window = 16;
  std::uint32_t payload_bytes = 200;
  bool acks = false;
  bool durable = false;
  /// Created rooms are not deleted, so that others can see what is in them.
  bool keep_rooms = false;

  /// Handshakes under way at once.
  std::uint32_t connect_window = 128;
  /// Messages in each room before anybody but its first member joins.
  std::uint32_t prefill = 0;
  double warmup_s = 1;
  /// 0: connect and join only.
  double duration_s = 3;
  double drain_s = 5;
  /// Before resident memory is read.
  double settle_s = 0;
  /// The whole run is given up after this.
  double limit_s = 120;
  /// The server first, then what serves it (Redis).
  std::vector<int> pids;

  [[nodiscard]] bool senders_get_echo() const noexcept { return kind == traffic_kind::chat; }
};

/// Reads the command line. Nothing: the run is not to be; `exit_code` says how to end, and why was
/// printed.
[[nodiscard]] std::optional<load_options> read_options(int argc, char** argv, int& exit_code);

} // namespace atrium::bench
