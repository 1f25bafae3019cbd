// The catalogue of what a command or a REST request is answered with. Every command gets exactly one
// of these (contract §2: `{success: true, …}` or a failure). net/ spells them.
#pragma once

#include "actors/admin_results.hpp"
#include "actors/board.hpp"
#include "actors/chat_message.hpp"
#include "actors/events.hpp"
#include "actors/failure.hpp"
#include "actors/room_meta.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace atrium {

/// Done, and nothing more to say.
struct done {};

struct joined_result {
  room_meta room;
  room_key key = 0;
  user_id user;
  std::string epoch;
  seq_t seq = 0;
  /// The joiner was sent what it missed; else the whole state.
  bool recovered = false;
  /// It follows the board by patches.
  bool patch_board = false;
  /// At most `presence.page`.
  std::vector<participant> participants;
  /// Connected users.
  std::size_t count = 0;
};
/// `join-space`
struct space_joined_result {
  room_id room;
  room_key key = 0;
  user_id user;
  std::string epoch;
  seq_t seq = 0;
  /// Where the user stands.
  room_point spawn;
};
struct posted_result {
  shared_text message;
  seq_t seq = 0;
  bool duplicate = false;
  bool persisted = false;
};
/// `chat:edit`
struct edited_result {
  shared_text message;
  /// Of the edit, not of the message; the room's if the text was the same already.
  seq_t seq = 0;
};
struct history_result {
  /// Oldest first; of a search newest first.
  std::vector<shared_text> messages;
  bool has_more = false;
};
struct board_result {
  std::int64_t version = 0;
  seq_t seq = 0;
  /// Elements that changed; 0: nothing did and nobody was told.
  std::size_t changed = 0;
};
struct presence_page {
  std::vector<participant> participants;
  std::size_t count = 0;
  std::optional<std::string> cursor;
};

/// REST: a room with its connected users.
struct room_view {
  room_meta room;
  std::size_t participants = 0;
};
/// REST: the answer to a creation (201).
struct room_created {
  room_meta room;
};
struct room_list {
  std::vector<room_view> rooms;
  std::optional<std::string> cursor;
};
struct members_view {
  /// By id.
  std::vector<user_id> users;
};
struct board_read {
  board_view board;
};
struct room_stats {
  room_view room;
  std::size_t message_count = 0;
  std::size_t member_count = 0;
  std::chrono::seconds ttl{0};
  seq_t seq = 0;
};

/// REST: `GET /api/users/online`.
struct online_users_page {
  struct user {
    user_id id;
    std::string username;
    std::size_t connections = 0;
    unix_ms connected_at = 0;
    unix_ms last_seen = 0;
    /// Of the newest connection; only where an operator asked.
    std::optional<std::string> address{};
  };
  /// By id.
  std::vector<user> users;
  /// All users that are online, of those that begin as was asked for.
  std::size_t total = 0;
  std::optional<std::string> cursor;
};
/// REST: `GET /api/users/:id`.
struct user_view {
  user_id id;
  std::optional<std::string> username;
  std::size_t connections = 0;
  /// That it is a member of or in, by id.
  std::vector<room_id> rooms;
  /// 0: none that is known of.
  unix_ms last_activity = 0;
  std::size_t queue_length = 0;
  /// Its connections.
  std::vector<session_id> sessions{};
};
/// REST: the answer to `PUT /api/users/:id/friends`.
struct friends_view {
  std::vector<friend_profile> friends;
};
/// REST: `GET /api/stats`.
struct server_stats {
  struct space {
    room_id id;
    std::size_t users = 0;
  };
  /// Spaces among them.
  std::size_t rooms = 0;
  std::size_t spaces = 0;
  /// Online.
  std::size_t users = 0;
  /// Public ones that somebody is in, the fullest first.
  std::vector<space> with_users;
};

/// `/health` and `/ready`: how the parts do.
struct health_view {
  enum class state { healthy, degraded, unhealthy };
  state overall = state::healthy;
  /// "redis" or "memory"
  std::string store_kind;
  bool store_up = false;
  std::chrono::microseconds store_latency{0};
  /// The store answered at least once, and the server is not draining.
  bool ready = false;
  bool draining = false;
  std::size_t rooms_loaded = 0;
  std::size_t rooms_dirty = 0;
  std::size_t writes_queued = 0;
  std::size_t writers = 0;
  std::size_t writers_connected = 0;
};

using command_result
    = std::variant<failure, done, joined_result, space_joined_result, posted_result, edited_result,
                   history_result, board_result, presence_page, room_view, room_created, room_list,
                   members_view, board_read, room_stats, online_users_page, user_view, friends_view,
                   server_stats, health_view, live_rooms_page, room_inspection, room_watched,
                   user_cut_off, user_forgotten, user_watched, writers_view, store_info_view,
                   clean_portion, audit_page, relays_page>;

} // namespace atrium
