// The catalogue of what clients ask of rooms (contract §3 and §4), decoded and checked for form by
// net/. Text is valid UTF-8; JSON inside is compact and valid.
//
// To add a command: a struct here with its fields, its place in the variant; the build then stops in
// actors/room.cpp (its handler) and net/ (its decoding) until both exist.
#pragma once

#include "actors/admin_commands.hpp"
#include "actors/board.hpp"
#include "actors/ids.hpp"
#include "actors/room_meta.hpp"
#include "actors/user_port.hpp"
#include "actors/vocabulary.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace atrium {

/// `join`
struct join_room {
  static constexpr std::string_view event_name = "join";
  /// What the client has of the room already.
  struct since_point {
    std::string epoch;
    seq_t seq = 0;
    /// Its earlier sessions: what they did themselves they are not told.
    std::vector<session_id> own;
  };
  bool patch_board = false;
  std::optional<since_point> since;
  /// The roster follows as an event, for a joiner that reads no result.
  bool sends_roster = false;
  /// The result lists participants; whoever asked for no result spares the room the work.
  bool lists_participants = true;
  std::optional<std::string> password;
  /// It was let in before and comes back with a secret of its own: no password is asked for.
  bool is_admitted = false;
  /// In these the joiner hears the room. `messenger` (`joinRoom`): it becomes a member and is sent
  /// `joinedRoom` instead of history and board. `space` (`join-space`): it is sent `space-joined`
  /// instead.
  vocabulary words = vocabulary::base;
};
/// `leave`; `leaveRoom`
struct leave_room {
  static constexpr std::string_view event_name = "leave";
  /// `messenger` (`leaveRoom`): ends the membership, too, and is answered by `leftRoom`; one need not
  /// have joined. `space`: `leave-space`.
  vocabulary words = vocabulary::base;
};
/// `chat:message`
struct post_message {
  static constexpr std::string_view event_name = "chat:message";
  /// Not yet trimmed.
  std::string text;
  /// "text", "image" or "file", whose metadata were checked for form; "system".
  std::string type = "text";
  std::optional<std::string> client_message_id;
  std::optional<std::string> reply_to;
  /// JSON text of an object of at most 4 KB.
  std::optional<std::string> metadata;
  std::optional<std::string> user_image;
  bool durable = false;
};
/// `chat:edit`
struct edit_message {
  static constexpr std::string_view event_name = "chat:edit";
  std::string id;
  /// Not yet trimmed.
  std::string text;
};
/// `chat:delete`
struct delete_message {
  static constexpr std::string_view event_name = "chat:delete";
  std::string id;
};
/// `chat:search`, and `GET …/messages?q=`
struct search_messages {
  static constexpr std::string_view event_name = "chat:search";
  /// 1..256 characters.
  std::string query;
  /// 1..200
  std::size_t limit = 50;
  /// Only what is older than this message.
  std::optional<std::string> before;
};
/// `chat:history`, and `GET …/messages`
struct get_history {
  static constexpr std::string_view event_name = "chat:history";
  /// 1..200; an export asks for up to 1,000.
  std::size_t limit = 50;
  std::optional<std::string> before;
  std::optional<std::string> after;
};
/// `whiteboard-change`: the sender's whole scene.
struct change_board {
  static constexpr std::string_view event_name = "whiteboard-change";
  board_change change;
};
/// `whiteboard:patch`: changed elements only.
struct patch_board {
  static constexpr std::string_view event_name = "whiteboard:patch";
  board_change change;
};
/// `whiteboard:clear`
struct clear_board {
  static constexpr std::string_view event_name = "whiteboard:clear";
};
/// `cursor`: members of the sender's object but roomId, userId, username, ref; without braces.
struct move_cursor {
  static constexpr std::string_view event_name = "cursor";
  std::string fields;
};
/// `move`: the sender's new place in a space.
struct move_to {
  static constexpr std::string_view event_name = "move";
  /// Any numbers: one that is not finite is rejected like a place outside.
  double x = 0;
  double y = 0;
};
/// `typing`
struct set_typing {
  static constexpr std::string_view event_name = "typing";
  bool is_typing = false;
};
/// `presence:status`
struct set_status {
  static constexpr std::string_view event_name = "presence:status";
  /// "online", "busy" or "away"
  std::string status;
  /// As the client gave it: the room trims and checks. Empty: nothing is said.
  std::string text;
};
/// `presence:list`, and `GET …/participants`
struct list_presence {
  static constexpr std::string_view event_name = "presence:list";
  std::optional<std::string> cursor;
  /// 1..presence.page
  std::size_t limit = 500;
};
/// REST only: `GET …/:room`
struct get_room {
  static constexpr std::string_view event_name = "room";
};
/// REST only: `GET …/whiteboard`
struct get_board {
  static constexpr std::string_view event_name = "whiteboard";
};
/// REST only: `GET …/stats`
struct get_stats {
  static constexpr std::string_view event_name = "stats";
};
/// REST only: `GET …/members`
struct get_members {
  static constexpr std::string_view event_name = "members";
};
/// REST only: `PUT …/members`: from now on exactly these are members.
struct set_members {
  static constexpr std::string_view event_name = "members";
  std::vector<user_id> users;
};
/// REST only: `DELETE …/:room`, and `POST /api/admin/rooms/:room/close`
struct delete_room {
  static constexpr std::string_view event_name = "delete";
  /// Told to whoever is in.
  std::string reason = "deleted";
};
/// From a connection itself: the reader fell behind and its lane is empty again.
struct resync {
  static constexpr std::string_view event_name = "resync";
  /// The reader has everything up to here; without value: that is not known.
  std::optional<seq_t> since;
};
/// From a user shard itself: a session that hears the room as a member's fell behind.
struct resync_member {
  static constexpr std::string_view event_name = "resync";
  /// It has everything up to here; without value: that is not known.
  std::optional<seq_t> since;
};
/// From a connection itself: it was lost; the place is kept for the grace time.
struct drop_connection {
  static constexpr std::string_view event_name = "drop";
};

using room_command
    = std::variant<join_room, leave_room, post_message, edit_message, delete_message,
                   search_messages, get_history, change_board, patch_board, clear_board,
                   move_cursor, move_to, set_typing, set_status, list_presence, get_room, get_board,
                   get_stats, get_members, set_members, delete_room, resync, resync_member,
                   drop_connection, inspect_room, kick_user, lock_room, announce_to_room,
                   watch_room, unwatch_room>;

/// The event name of a command, for errors and logs.
[[nodiscard]] std::string_view event_name(const room_command& c) noexcept;

// ---- of users --------------------------------------------------------------------------------

/// `register`: the session hears all rooms that its user is a member of, and first gets what was
/// queued for it.
struct register_me {
  static constexpr std::string_view event_name = "register";
};
/// `getOnlineStatus`: is answered by `onlineStatus`; from then on the session hears of friends who
/// come and go.
struct get_online_status {
  static constexpr std::string_view event_name = "getOnlineStatus";
};
/// `setFriends`, and `PUT /api/users/:id/friends`: from now on the user lists exactly these. Of
/// several with one id the last one counts. Over a socket it is answered as `getOnlineStatus` is.
struct set_friends {
  static constexpr std::string_view event_name = "setFriends";
  std::vector<friend_profile> friends;
};

/// What a connection asks that is about its user and no room.
using user_command = std::variant<register_me, get_online_status, set_friends>;

[[nodiscard]] std::string_view event_name(const user_command& c) noexcept;

/// `GET /api/users/online`: by id, those after the cursor.
struct list_online_users {
  /// 1..200
  std::size_t limit = 50;
  std::optional<std::string> cursor;
  /// Only ids that begin so.
  std::string prefix{};
};

// ---- of the house ----------------------------------------------------------------------------

/// `POST /api/rooms/create`, checked for form by net/.
struct create_room {
  std::string name;
  std::string created_by;
  std::optional<std::size_t> max_participants;
  std::optional<std::string> id;
  std::string kind = "room";
  bool is_private = false;
  /// 1..128 bytes.
  std::optional<std::string> password;
  std::optional<std::int64_t> ttl_seconds;
  std::optional<double> width;
  std::optional<double> height;
  std::optional<room_point> spawn;
};
/// `GET /api/rooms`
struct list_rooms {
  std::size_t limit = 50;
  std::optional<std::string> cursor;
};

} // namespace atrium
