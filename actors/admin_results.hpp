// What operators are answered (docs/admin-api.md), part of the catalogue in results.hpp. net/ spells it.
#pragma once

#include "actors/events.hpp"
#include "actors/ids.hpp"
#include "actors/operator_action.hpp"
#include "actors/room_meta.hpp"
#include "actors/vocabulary.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace atrium {

/// A room in memory as the list of rooms shows it.
struct room_figures {
  room_id id;
  std::string code;
  std::string name;
  std::string kind;
  std::string created_by;
  bool is_private = false;
  bool has_password = false;
  bool is_locked = false;
  /// The store does not have all of it.
  bool is_dirty = false;
  unix_ms created_at = 0;
  unix_ms last_activity = 0;
  std::chrono::seconds ttl{0};
  /// Connected users.
  std::size_t participants = 0;
  /// Those whose place is kept.
  std::size_t away = 0;
  std::size_t connections = 0;
  std::size_t members = 0;
  /// All stored ones, tombstones too.
  std::size_t messages = 0;
  /// Chat and board mutations a second, lately.
  double per_second = 0;
  /// Estimated.
  std::size_t bytes = 0;

  /// What is left of the ttl at `now`; the whole of it while somebody is in.
  [[nodiscard]] std::chrono::seconds ttl_left(unix_ms now) const noexcept {
    if (participants > 0) return ttl;
    auto left = last_activity + std::chrono::milliseconds{ttl}.count() - now;
    return std::chrono::seconds{left > 0 ? left / 1'000 : 0};
  }
};
struct live_rooms_page {
  std::vector<room_figures> rooms;
  /// Rooms in memory that fit the question.
  std::size_t total = 0;
  std::optional<std::string> cursor;
  /// When the answer was made.
  unix_ms now = 0;
};

struct room_inspection {
  struct seat {
    session_id session = 0;
    /// In which it hears the room.
    vocabulary words = vocabulary::base;
  };
  struct seated {
    participant who;
    /// Its connections here.
    std::vector<seat> seats;
  };
  room_meta room;
  room_figures figures;
  std::string epoch;
  seq_t seq = 0;
  /// Operators who look on.
  std::size_t tails = 0;
  /// Writes that the store has not confirmed.
  std::size_t unconfirmed = 0;
  /// Index of the room's writer.
  std::size_t writer = 0;
  std::size_t window_count = 0;
  std::size_t window_bytes = 0;
  /// Of the oldest mutation in the replay window; `no_seq`: it is empty.
  seq_t window_first = no_seq;
  std::size_t board_elements = 0;
  std::size_t board_bytes = 0;
  std::int64_t board_version = 0;
  /// One page.
  std::vector<seated> participants;
  std::optional<std::string> cursor;
  /// When the answer was made.
  unix_ms now = 0;
};
/// A relay room: what it passes on, never what that says.
struct relay_figures {
  std::string id;
  std::size_t members = 0;
  /// Passed on since it was made, volatile ones too.
  std::uint64_t messages = 0;
  std::uint64_t volatile_messages = 0;
  std::uint64_t bytes = 0;
  /// Lately.
  double messages_per_second = 0;
  double bytes_per_second = 0;
  unix_ms since = 0;
};
struct relays_page {
  /// By id.
  std::vector<relay_figures> relays;
  std::size_t total = 0;
  /// Members of all of them.
  std::size_t members = 0;
  std::optional<std::string> cursor;
};

/// The answer to `watch_room`.
struct room_watched {
  room_id room;
  room_key key = 0;
  std::string epoch;
  seq_t seq = 0;
};

/// The answer to `disconnect_user`.
struct user_cut_off {
  std::size_t connections = 0;
};
/// The answer to `forget_user`.
struct user_forgotten {
  /// That it was a member of or in.
  std::size_t rooms = 0;
};
/// The answer to `watch_user`.
struct user_watched {
  user_id user;
};

/// One writer of the store.
struct writer_view {
  bool is_connected = false;
  bool is_breaker_open = false;
  std::size_t queued_writes = 0;
  std::size_t queued_bytes = 0;
  /// Age of the oldest write that is not confirmed.
  std::chrono::milliseconds lag{0};
  /// Commands that are sent and unanswered.
  std::size_t in_flight = 0;
  std::size_t lost_rooms = 0;
  std::size_t reconnects = 0;
  std::size_t batches = 0;
  std::size_t writes = 0;
  /// Empty: none.
  std::string last_error;
};
struct writers_view {
  std::vector<writer_view> writers;
};
struct store_info_view {
  /// "redis" or "memory"
  std::string kind;
  std::vector<std::pair<std::string, std::string>> lines;
};
struct clean_portion {
  /// By pattern of the layout (`room:*:messages`): keys found in this portion.
  std::map<std::string, std::size_t> keys;
  std::size_t removed = 0;
  /// Nothing: that was all.
  std::optional<std::string> cursor;
};

struct audit_page {
  /// Newest first.
  std::vector<operator_action> entries;
  std::optional<std::string> cursor;
};

} // namespace atrium
