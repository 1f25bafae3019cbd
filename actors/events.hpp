// The catalogue of what a server says by itself (contract §3). Rooms make these values; the
// vocabularies in net/ spell them. JSON inside a value is text that is already valid and compact.
//
// To add an event: a struct here, its place in the variant `event`; the build then stops in
// net/event_spelling.cpp until it is spelled.
#pragma once

#include "actors/board.hpp"
#include "actors/chat_message.hpp"
#include "actors/failure.hpp"
#include "actors/ids.hpp"
#include "actors/room_meta.hpp"
#include "actors/user_port.hpp"
#include "actors/vocabulary.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace atrium {

/// How a participant shows to others. Contract §1 and §3.
struct participant {
  user_id user;
  std::string username;
  /// "online", "busy" or "away"
  std::string status = "online";
  std::size_t connections = 0;
  unix_ms joined_at = 0;
  /// What the user says about its status; empty: nothing.
  std::string text{};
  /// In a space: where the user stands.
  std::optional<room_point> place{};
};

/// `chat:message`: all, the sender too.
struct chat_posted {
  shared_text message;
  seq_t seq = 0;
};
/// `chat:edited`: all, the author too.
struct message_edited {
  room_id room;
  std::string id;
  /// Empty if the message was deleted since.
  std::string text;
  unix_ms edited_at = 0;
  seq_t seq = 0;
};
/// `chat:deleted`: all.
struct message_deleted {
  room_id room;
  std::string id;
  unix_ms deleted_at = 0;
  seq_t seq = 0;
};
/// `chat:history`: the newest messages, oldest first; to a joiner.
struct chat_history_sent {
  room_id room;
  std::vector<shared_text> messages;
  bool resync = false;
};
/// `whiteboard:state`: the whole board; to a joiner.
struct board_state_sent {
  room_id room;
  board_view board;
  /// Of the room: with this, its newest messages are complete, too.
  seq_t seq = 0;
  bool resync = false;
};
/// `whiteboard-update`: the whole scene after a change.
struct board_updated {
  room_id room;
  board_view board;
  seq_t seq = 0;
};
/// `whiteboard:patch`: only the elements that won.
struct board_patched {
  room_id room;
  std::vector<shared_text> elements;
  std::int64_t version = 0;
  seq_t seq = 0;
};
/// `cursor`: volatile. `fields` are the sender's own members (`"x":1,"y":2,…`), without braces.
struct cursor_moved {
  room_id room;
  user_id user;
  std::string username;
  std::string fields;
};
/// `typing`
struct typing_changed {
  room_id room;
  user_id user;
  std::string username;
  bool is_typing = false;
};
/// `presence:update`: everybody.
struct presence_updated {
  static constexpr vocabularies_set heard_in{vocabulary::base};
  room_id room;
  std::vector<participant> participants;
  std::size_t count = 0;
  bool resync = false;
};
/// `presence:delta`: what changed since the last presence event.
struct presence_changed {
  static constexpr vocabularies_set heard_in{vocabulary::base};
  room_id room;
  std::vector<participant> joined;
  std::vector<participant> left;
  std::vector<participant> changed;
  std::size_t count = 0;
};
/// `room:seq`: where the room stands, so that a client notices a gap.
struct room_seq_told {
  room_id room;
  std::string epoch;
  seq_t seq = 0;
};
/// `whiteboard:digest`: what the board amounts to, so that a client notices that its own drifted.
struct board_digest_told {
  static constexpr vocabularies_set heard_in{vocabulary::base};
  room_id room;
  std::int64_t version = 0;
  board_digest digest;
};
/// `registered`
struct user_registered {
  user_id user;
};
/// `offlineMessages`: what was queued for a member while it was away, oldest first.
struct offline_messages_sent {
  std::vector<shared_text> messages;
};
/// `joinedRoom`
struct messenger_joined {
  room_id room;
  /// Connected participants and members.
  std::vector<user_id> users;
};
/// `leftRoom`
struct messenger_left {
  room_id room;
};
/// `space-joined`: to who entered a space, or (`resync`) was too slow for it.
struct space_entered {
  room_id room;
  room_point spawn;
  /// The others, with their places.
  std::vector<participant> users;
  bool resync = false;
};
/// `user-joined-space`
struct space_user_joined {
  static constexpr vocabularies_set heard_in{vocabulary::space};
  room_id room;
  user_id user;
  std::string username;
  room_point place;
  /// It was away and has its place again.
  bool returned = false;
};
/// `user-moved`
struct space_user_moved {
  static constexpr vocabularies_set heard_in{vocabulary::space};
  room_id room;
  user_id user;
  room_point place;
};
/// `movement-rejected`: to the mover; its true place.
struct movement_rejected {
  room_id room;
  room_point place;
};
/// `user-away-space`: its last connection was lost.
struct space_user_away {
  static constexpr vocabularies_set heard_in{vocabulary::space};
  room_id room;
  user_id user;
};
/// `user-left-space`
struct space_user_left {
  static constexpr vocabularies_set heard_in{vocabulary::space};
  room_id room;
  user_id user;
};
/// `presence:delta` in the words of a space: status and names that changed, nothing else.
struct space_users_changed {
  static constexpr vocabularies_set heard_in{vocabulary::space};
  room_id room;
  std::vector<participant> changed;
  /// Connected users.
  std::size_t count = 0;
};
/// `userOffline`: the last connection of a member or participant is gone.
struct user_offline {
  static constexpr vocabularies_set heard_in{vocabulary::messenger};
  room_id room;
  user_id user;
};
/// `onlineStatus`
struct friends_status {
  struct entry {
    friend_profile who;
    bool is_online = false;
  };
  std::vector<entry> friends;
};
/// `friendOnline`, to whoever lists the user, with the profile that they gave it.
struct friend_online {
  friend_profile who;
};
/// `friendOffline`
struct friend_offline {
  user_id user;
};
/// `room:closed`
struct room_closed_event {
  room_id room;
  /// "deleted", "expired" or "closed"
  std::string reason;
};

/// `room:locked`: an operator made the room read-only, or writable again.
struct room_locked {
  room_id room;
  bool is_locked = false;
};
/// `announce`: an operator speaks.
struct announced {
  /// Empty: to everybody.
  room_id room;
  std::string message;
  unix_ms timestamp = 0;
};
/// `kicked`: to a user whom an operator removed from the room.
struct user_kicked {
  room_id room;
  std::string reason;
};
/// `connected` and `disconnected`: to operators who watch the user.
struct watched_connection {
  user_id user;
  session_id session = 0;
  bool is_connected = false;
  unix_ms at = 0;
};
/// `command`: to operators who watch the user: something that it said.
struct watched_command {
  user_id user;
  session_id session = 0;
  std::string event_name;
  /// As the user named it; empty: it is about no room.
  std::string room;
  unix_ms at = 0;
  /// Nothing: it was not refused at once.
  std::optional<errc> refused;
};

using event
    = std::variant<chat_posted, message_edited, message_deleted, chat_history_sent,
                   board_state_sent, board_updated, board_patched, cursor_moved, typing_changed,
                   presence_updated, presence_changed, room_seq_told, board_digest_told,
                   user_registered, offline_messages_sent, messenger_joined, messenger_left,
                   space_entered, space_user_joined, space_user_moved, movement_rejected,
                   space_user_away, space_user_left, space_users_changed, user_offline,
                   friends_status, friend_online, friend_offline, room_closed_event, room_locked,
                   announced, user_kicked, watched_connection, watched_command>;

/// Where in the room's sequence an event stands; `no_seq` for what is no mutation.
[[nodiscard]] inline seq_t seq_of(const event& e) noexcept {
  return std::visit(
      [](const auto& what) -> seq_t {
        if constexpr (requires { what.seq; })
          return what.seq;
        else
          return no_seq;
      },
      e);
}

/// Whether who uses these words is told of the event at all.
[[nodiscard]] inline bool is_heard_in(const event& e, vocabulary words) noexcept {
  return std::visit(
      [words](const auto& what) {
        if constexpr (requires { what.heard_in; })
          return what.heard_in.contains(words);
        else
          return true;
      },
      e);
}

} // namespace atrium
