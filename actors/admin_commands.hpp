// What operators ask (docs/admin-api.md) beyond what clients may, decoded and checked for form by net/.
// Those about one room are room_commands, which rooms obey only if `caller::is_operator`; those about
// one user go to its shard, all others to the desk.
#pragma once

#include "actors/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace atrium {

// ---- of a room -------------------------------------------------------------------------------

/// `GET /api/admin/rooms/:room`: everything about the room, and a page of its participants.
struct inspect_room {
  static constexpr std::string_view event_name = "inspect";
  std::optional<std::string> cursor;
  /// 1..200
  std::size_t limit = 50;
};
/// `POST …/kick`
struct kick_user {
  static constexpr std::string_view event_name = "kick";
  user_id user;
  /// Told to the user; may be empty.
  std::string reason;
};
/// `POST …/lock`
struct lock_room {
  static constexpr std::string_view event_name = "lock";
  bool is_locked = true;
};
/// `POST …/announce`
struct announce_to_room {
  static constexpr std::string_view event_name = "announce";
  std::string message;
};
/// `GET …/tail`: from now on the caller's session hears the room, in base words, and is no participant.
struct watch_room {
  static constexpr std::string_view event_name = "tail";
};
/// The session that watched is gone, or watches no more. Has no result.
struct unwatch_room {
  static constexpr std::string_view event_name = "tail";
};

// ---- of a user -------------------------------------------------------------------------------

/// `POST /api/admin/users/:user/disconnect`: all of its connections are closed with 4403.
struct disconnect_user {
  /// Told to the clients; empty: what it says by itself.
  std::string reason;
};
/// `DELETE /api/admin/users/:user`: all of its connections are closed with 4403, it leaves the rooms that
/// it is in and those that it is a member of, and `erase_user` takes away what is kept of it; then those
/// who list it as a friend do so no more. `store_unavailable`: if the store was away from the start,
/// nothing was done; if it went away meanwhile, the connections are closed and the memberships end, but
/// what is kept may be there in part, and others still list it: ask again.
/// A place that a room keeps for a user without a connection ends with its grace time.
struct forget_user {};
/// `GET /api/admin/users/:user/tail`: from now on the caller's session hears what the user does: first
/// `connected` for each connection of now, then what comes. The user need not be online.
/// `rate_limited`: `admin.tails_per_user` watch it.
struct watch_user {};
/// The session that watched is gone, or watches no more. Has no result.
struct unwatch_user {};

using operator_user_command = std::variant<disconnect_user, forget_user, watch_user, unwatch_user>;

// ---- of the desk -----------------------------------------------------------------------------

/// `GET /api/admin/rooms`
struct list_live_rooms {
  enum class sort_by { members, rate, bytes, age, ttl, name };
  enum class flag { none, dirty, locked, is_private, password };
  sort_by sort = sort_by::members;
  bool descending = true;
  /// Part of id, code or name, whatever its case; empty: all.
  std::string text;
  /// "room", "space" or empty: both.
  std::string kind;
  flag only = flag::none;
  /// 1..200
  std::size_t limit = 50;
  std::optional<std::string> cursor;
};
/// `GET /api/admin/writers`
struct list_writers {};
/// `GET /api/admin/redis`
struct ask_store_info {};
/// `POST /api/admin/cleanup`
struct clean_store {
  bool is_dry_run = true;
  std::optional<std::string> cursor;
};
/// `GET /api/admin/audit`
struct list_audit {
  /// 1..200
  std::size_t limit = 50;
  std::optional<std::string> cursor;
};

/// `GET /api/admin/relays`: by id, those after the cursor.
struct list_relays {
  /// 1..200
  std::size_t limit = 50;
  std::optional<std::string> cursor;
};

using desk_command
    = std::variant<list_live_rooms, list_writers, ask_store_info, clean_store, list_audit>;

} // namespace atrium
