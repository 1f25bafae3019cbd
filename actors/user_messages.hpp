// The contract of user shards: what connections, rooms and other shards say to them. The other actors'
// are in messages.hpp.
#pragma once

#include "actors/activity_ledger.hpp"
#include "actors/caller.hpp"
#include "actors/events.hpp"
#include "actors/results.hpp"
#include "actors/store_port.hpp"
#include "actors/user_port.hpp"

#include <caf/typed_actor.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace atrium {

// ---- user shards -----------------------------------------------------------------------------

// A user belongs to one shard, by hash of its id. The shard knows whether it is online and orders
// what it hears of the rooms that it is a member of without being in them and of its friends, and what
// is queued for it.

// From connections.

/// A connection's user is known from now on. Once for each connection, before anything else of it.
struct user_connected {
  user_id user;
  /// Empty: it gave none so far.
  std::string username;
  session_id session;
  /// Asked for the rooms that it is in.
  caf::actor_addr connection;
  /// Where it comes from; empty: unknown.
  std::string address;
  /// Before; what it does from now on is in the ledger.
  client_activity did;
};
struct user_renamed {
  user_id user;
  std::string username;
};
/// There is something in the shard's ledger again.
struct users_active {};
/// A session that registered is gone: it hears nothing any more. Comes before the rooms are told.
struct registered_session_gone {
  user_id user;
  session_id session;
};
/// The client is gone, and the rooms that it was in are told. Comes once for each `user_connected`.
struct user_disconnected {
  user_id user;
  session_id session;
};
/// `from.user` asks. op::result and events go to its outlet; from now on the session hears of
/// friends, and after `register_me` of rooms and of what was queued. REST (no connection): only the
/// result.
struct user_request {
  caller from;
  user_command command;
};
/// The socket took the frame with this receipt.
struct queue_written {
  user_id user;
  session_id session;
  std::uint64_t receipt;
};
/// The session missed broadcasts under `key`, a room's or its friends', and has caught up: the truth
/// is to be sent anew.
struct member_fell_behind {
  user_id user;
  session_id session;
  room_key key;
  /// It has everything up to here; `no_seq`: that is not known.
  seq_t since = no_seq;
};
/// `joinRoom`: passed on to the directory unless the user is a member of too many rooms.
struct join_as_member {
  routed_request request;
};
/// `message` or `typing` of a registered session for a room that it is not in: passed on to the
/// directory if the user may be a member there.
struct speak_as_member {
  routed_request request;
};

// From net/ for REST.

/// `GET /api/users/:id`: `from.user` is asked about.
struct user_question {
  caller from;
};
/// `GET /api/users/online`: passed from shard to shard, each adds its users, the last one answers.
struct online_users_question {
  caller from;
  list_online_users command;
  online_users_page found;
  /// Shards that have added theirs.
  std::size_t asked = 0;
};

/// What an operator asks about `user`. Exactly one op::result follows, but for `unwatch_user`.
struct operator_user_request {
  caller from;
  user_id user;
  operator_user_command command;
};

// From other shards.

/// The watcher wants to know of these users whether they are online, from now on or no more. Answered
/// by `users_watched` if it begins.
struct watch_users {
  user_id watcher;
  bool begins;
  std::vector<user_id> users;
};
/// Of one user: online, and since when; or not.
struct online_status {
  user_id user;
  bool is_online = false;
  unix_ms since = 0;
};
/// How those stand that `watcher` has begun to watch. Each change afterwards is told.
struct users_watched {
  user_id watcher;
  std::vector<online_status> users;
};
/// A watched user came or went.
struct watched_user_changed {
  std::vector<user_id> watchers;
  online_status who;
};
/// A user was forgotten, and these list it no more.
struct friend_forgotten {
  user_id user;
  std::vector<user_id> listers;
};

// From rooms, each in the order in which it happened there. A room without members says nothing.

/// Users of the shard became members, or are no more.
struct room_members {
  room_id room;
  std::string code;
  /// Of the room.
  std::chrono::seconds ttl;
  /// Gets `members_key` and `members_online`.
  caf::actor_addr from;
  std::vector<user_id> added;
  std::vector<user_id> removed;
  /// The first word of a room that was loaded: exactly `added` are members.
  bool is_whole = false;
  /// Told to the registered sessions of those removed that are not in the room; null: nothing.
  std::shared_ptr<const event> farewell{};
};
/// A session of a member is in the room now and hears it from there.
struct member_entered {
  room_id room;
  user_id user;
  session_id session;
  /// It was shown everything from this seq on; nothing: it was shown nothing.
  std::optional<seq_t> shown_from;
};
struct member_left {
  room_id room;
  user_id user;
  session_id session;
};
/// A chat message was posted. `sender` gets none; 0: nobody is left out.
struct member_message {
  room_id room;
  stored_message message;
  session_id sender;
};
/// Something that members hear who are not in the room; from a shard, if the room is not in memory.
struct member_event {
  room_id room;
  std::shared_ptr<const event> what;
  delivery how = delivery::reliable;
  /// With `delivery::latest`: what replaces what.
  std::uint64_t key = 0;
  /// Left out; 0: nobody.
  session_id except = 0;
};
/// The last connection that a user had in the room is gone, who is no member. If it has no other
/// anywhere, or when it has none any more, the room is told `member_offline`.
struct participant_lost {
  room_id room;
  /// Held weakly.
  caf::actor_addr from;
  user_id user;
};
/// A chat message was deleted: its text waits for nobody any more.
struct member_message_deleted {
  room_id room;
  std::string id;
};
/// The answer to `resync_member`, spelled for this session: what it missed, or the newest messages.
struct member_truth {
  room_id room;
  user_id user;
  session_id session;
  std::vector<frame> events;
};
/// The room left memory (no reason), or is gone for the reason that its participants were told.
struct members_room_ended {
  room_id room;
  std::string reason;
};

/// Once, before the first client comes: where rooms are asked for, and all shards in their order. Held
/// weakly.
struct directory_ready {
  caf::actor_addr directory;
  std::vector<caf::actor_addr> shards;
};
/// INTERNAL something that failed for this user is tried again.
struct user_retry {
  user_id user;
};
/// INTERNAL what is known of this user could not be read and is asked for again.
struct user_lookup_due {
  user_id user;
};
/// INTERNAL who was active since the last one is to be recorded.
struct activity_record_due {};
/// All that was told before is with queues and records, and that nobody is online any more; the shard
/// ends.
struct drain_users {};
struct users_drained {};

using user_shard_actor = records_client::extend<
    caf::reacts_to<user_connected>, caf::reacts_to<user_renamed>, caf::reacts_to<users_active>,
    caf::reacts_to<registered_session_gone>, caf::reacts_to<user_disconnected>,
    caf::reacts_to<user_request>, caf::reacts_to<queue_written>, caf::reacts_to<member_fell_behind>,
    caf::reacts_to<join_as_member>, caf::reacts_to<speak_as_member>, caf::reacts_to<user_question>,
    caf::reacts_to<online_users_question>, caf::reacts_to<operator_user_request>,
    caf::reacts_to<watch_users>, caf::reacts_to<users_watched>,
    caf::reacts_to<watched_user_changed>, caf::reacts_to<friend_forgotten>,
    caf::reacts_to<room_members>, caf::reacts_to<member_entered>, caf::reacts_to<member_left>,
    caf::reacts_to<member_message>, caf::reacts_to<member_event>, caf::reacts_to<participant_lost>,
    caf::reacts_to<member_message_deleted>, caf::reacts_to<member_truth>,
    caf::reacts_to<members_room_ended>, caf::reacts_to<directory_ready>, caf::reacts_to<user_retry>,
    caf::reacts_to<user_lookup_due>, caf::reacts_to<activity_record_due>,
    caf::replies_to<drain_users>::with<users_drained>>;

/// The shards of the process, at least one.
class user_shards {
public:
  using online_count = std::shared_ptr<std::atomic<std::size_t>>;
  using shared_ledger = std::shared_ptr<activity_ledger>;

  /// As many ledgers as shards. `online` is what the shards count in.
  user_shards(std::vector<user_shard_actor> all, std::vector<shared_ledger> ledgers,
              online_count online)
      : all_{std::move(all)}, ledgers_{std::move(ledgers)}, online_{std::move(online)} {}
  [[nodiscard]] std::size_t index_of(const user_id& user) const noexcept {
    return std::hash<user_id>{}(user) % all_.size();
  }
  [[nodiscard]] const user_shard_actor& of(const user_id& user) const {
    return all_[index_of(user)];
  }
  [[nodiscard]] const std::vector<user_shard_actor>& all() const noexcept { return all_; }
  /// Of the user's shard.
  [[nodiscard]] activity_ledger& ledger_of(const user_id& user) const {
    return *ledgers_[index_of(user)];
  }
  /// Users that have a connection.
  [[nodiscard]] std::size_t online() const noexcept { return *online_; }

private:
  std::vector<user_shard_actor> all_;
  std::vector<shared_ledger> ledgers_;
  online_count online_;
};
using shared_user_shards = std::shared_ptr<const user_shards>;

/// Keys of shards (a room as its members hear it, a user's friends) and keys of rooms are told apart
/// by this bit.
inline constexpr room_key members_key_bit = room_key{1} << 63;
[[nodiscard]] constexpr bool is_members_key(room_key key) noexcept {
  return (key & members_key_bit) != 0;
}

} // namespace atrium

// Local to this process: they carry outlets and handles.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::user_connected)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::user_renamed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::users_active)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::registered_session_gone)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::user_disconnected)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::user_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::queue_written)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::member_fell_behind)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::join_as_member)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::speak_as_member)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::user_question)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::online_users_question)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::operator_user_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::watch_users)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::users_watched)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::watched_user_changed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::friend_forgotten)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::room_members)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::member_entered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::member_left)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::member_message)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::member_event)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::participant_lost)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::member_message_deleted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::member_truth)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::members_room_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::directory_ready)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::user_retry)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::user_lookup_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::activity_record_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::drain_users)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::users_drained)
