// All contracts between the actors of the house on one page. What the store's actors take stands in
// store_port.hpp; what clients ask in commands.hpp; what goes to sockets in outlet.hpp.
//
//   session (net/) ──client_command──> connection ──routed_request──> directory ──room_request──> room
//                                          └───────────room_request (once joined)───────────────────┘
//   room ──op::…──> io_port of the session's thread          room ──room_write──> its writer
//   room ──member_message──> user_shard ──op::publish──> io_port, or ──queue_message──> message_queue
//   connection ──user_connected──> user_shard ──put_online_user──> user_records
//                                       └──watch_users──> shard of the friends
//
// Every client_command and every routed_request gets exactly one op::result at the outlet of its
// caller, whoever answers it.
#pragma once

#include "actors/commands.hpp"
#include "actors/failure.hpp"
#include "actors/ids.hpp"
#include "actors/outlet.hpp"
#include "actors/results.hpp"
#include "actors/store_port.hpp"
#include "actors/token_port.hpp"

#include <caf/typed_actor.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace atrium {

/// Who asks, and where the answer goes.
struct caller {
  outlet out;
  std::uint32_t request = 0;
  /// The asking connection; null for REST.
  caf::actor_addr connection;
  /// REST: of its token, or who posts; empty otherwise.
  user_id user;
  std::string username;
  /// What the client called the room: its id or its code.
  std::string room_name;
  /// REST: `X-Room-Password`; null: none was given. (`join` has its own.)
  std::shared_ptr<const std::string> password{};
  /// It showed the operator's token, or one that makes it an operator.
  bool is_operator = false;
  /// `join` and `leaveRoom`: where it comes from, if wrong codes and passwords count against that.
  std::shared_ptr<const std::string> address{};
  /// The rooms that its token opens; null: all of them.
  std::shared_ptr<const opened_rooms> rooms{};
};

/// A command for a room that the receiver is.
struct room_request {
  caller from;
  room_command command;
  /// Counted by room and directory alike; see may_passivate.
  bool via_directory = false;
};

/// A command for the room that `from.room_name` names.
struct routed_request {
  caller from;
  room_command command;
};

// ---- room ------------------------------------------------------------------------------------

/// INTERNAL a timer of the room ran out, or a part of its time; `what` tells which.
struct room_timer {
  enum class kind {
    idle,
    typing,
    presence,
    grace,
    durable,
    refresh,
    keep_alive,
    rewrite,
    beat,
    moves,
    places,
    /// No timer: how many there are.
    count
  };
  kind what;
  /// When it was to come; one that another came before is ignored.
  unix_ms wake = 0;
  /// Its whole time is over.
  bool is_due = true;
};
/// The directory's answer to `may_passivate`.
struct passivate_now {
  bool allowed;
};
/// The server ends: write what is unwritten, hand the room back, quit.
struct drain_room {};

/// The key under which a user shard tells those of the room's members that only registered.
struct members_key {
  std::size_t shard;
  room_key key;
};

/// Members who have a connection somewhere, as far as the shard did not say so before.
struct members_online {
  std::size_t shard;
  std::vector<user_id> users;
  /// The answer to `room_members` that was whole: those not named are offline.
  bool is_whole = false;
};
/// The last connection of a user is gone, who is a member or was in the room.
struct member_offline {
  user_id user;
};

using room_actor = store_client::extend<caf::reacts_to<room_request>, caf::reacts_to<room_timer>,
                                        caf::reacts_to<passivate_now>, caf::reacts_to<drain_room>,
                                        caf::reacts_to<members_key>, caf::reacts_to<members_online>,
                                        caf::reacts_to<member_offline>>;

// ---- connection ------------------------------------------------------------------------------

/// Who a client says it is, in the query string or in an event.
struct identity_claim {
  std::optional<std::string> user;
  std::optional<std::string> username;
  /// Of the token that it showed there; null: it showed none, or nobody asks for one.
  shared_claims token{};
};

/// One decoded event of the client. Exactly one op::result with this `request` follows.
struct client_command {
  std::uint32_t request;
  /// Empty for a `move` that names no space: that which was entered last is meant.
  std::string room;
  identity_claim who;
  room_command command;
};
/// An event that net/ could not make a command of. It counts against the rate like any other;
/// exactly one op::result with this `request` follows.
struct refused_command {
  std::uint32_t request;
  failure why;
};
/// One decoded event of the client that is about its user and no room. Exactly one op::result with
/// this `request` follows.
struct client_user_command {
  std::uint32_t request;
  identity_claim who;
  user_command command;
};
/// The socket has taken the whole frame of the `op::event` with this receipt.
struct frame_written {
  std::uint64_t receipt;
};
/// The socket is gone: the connection leaves its rooms (keeping its places) and ends.
struct client_gone {};
/// The session's reliable lane overflowed and has run empty since: the truth about `room` is to be
/// sent anew. Comes once more for each other room, one after the other.
struct lane_drained {
  room_key room;
  /// The client has everything of the room up to here; `no_seq`: that is not known.
  seq_t since = no_seq;
};
/// A room took the connection in. `name` is what the client called it.
struct room_joined {
  std::string name;
  room_id id;
  std::string code;
  caf::actor_addr room;
  room_key key;
  /// By `join-space`.
  bool is_space = false;
};
/// A `join` by this name failed; the client has its result already.
struct join_refused {
  std::string name;
};
/// The room is gone; the client has its `room:closed` already. The connection answers with
/// `drop_connection`, its last word to any room, so that a room knows when nobody will ask any
/// more.
struct room_ended {
  room_id id;
};
/// The rooms that a connection is in.
struct get_entered_rooms {};
struct entered_rooms {
  std::vector<room_id> rooms;
};
/// INTERNAL a coalesced command is due.
struct coalesced_due {};
/// INTERNAL what the client did since its shard was told last is to be told.
struct activity_due {};

using connection_actor = caf::typed_actor<
    caf::reacts_to<client_command>, caf::reacts_to<refused_command>,
    caf::reacts_to<client_user_command>, caf::reacts_to<frame_written>, caf::reacts_to<client_gone>,
    caf::reacts_to<lane_drained>, caf::reacts_to<room_joined>, caf::reacts_to<join_refused>,
    caf::reacts_to<room_ended>, caf::reacts_to<coalesced_due>, caf::reacts_to<activity_due>,
    caf::replies_to<get_entered_rooms>::with<entered_rooms>>;

// ---- directory -------------------------------------------------------------------------------

struct create_request {
  caller from;
  create_room command;
};
struct list_request {
  caller from;
  list_rooms command;
};
struct health_request {
  caller from;
};
/// `GET /api/stats`
struct stats_request {
  caller from;
};
/// An idle room asks to leave memory. `handled` counts the requests that it had from the directory;
/// were more sent, it has work and stays.
struct may_passivate {
  room_id id;
  std::uint64_t handled;
};
/// The room has left memory, or (`stays`) could not and serves on.
struct room_left {
  room_id id;
  bool stays;
};
/// A room was deleted or expired: its names are free.
struct room_removed {
  room_id id;
};
/// How a loaded room stands: after each change of its connected users or of its dirtiness.
struct room_status {
  room_id id;
  std::size_t participants;
  bool dirty;
};
/// INTERNAL
struct directory_timer {
  enum class kind { sweep, reserve, presence } what;
};
/// SIGTERM: rooms write and hand back; nothing new is loaded or created.
struct drain_rooms {};
/// All rooms have left, or the time given was over.
struct rooms_drained {
  std::size_t left_behind;
};

using directory_actor = caf::typed_actor<
    caf::reacts_to<routed_request>, caf::reacts_to<create_request>, caf::reacts_to<list_request>,
    caf::reacts_to<health_request>, caf::reacts_to<stats_request>, caf::reacts_to<may_passivate>,
    caf::reacts_to<room_left>, caf::reacts_to<room_removed>, caf::reacts_to<room_status>,
    caf::reacts_to<directory_timer>, caf::replies_to<drain_rooms>::with<rooms_drained>>;

// ---- user shards -----------------------------------------------------------------------------

// A user belongs to one shard, by hash of its id. The shard knows whether it is online and orders
// what it hears of the rooms that it is a member of without being in them and of its friends, and what
// is queued for it.

// From connections.

/// What a client did since its shard was told last.
struct client_activity {
  std::uint32_t events = 0;
  /// Chat messages among them.
  std::uint32_t messages = 0;
};
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
  client_activity did;
};
struct user_renamed {
  user_id user;
  std::string username;
};
/// At most every 500 ms of each connection, and only while its client does something.
struct user_active {
  user_id user;
  client_activity did;
};
/// A session that registered is gone: it hears nothing any more. Comes before the rooms are told.
struct registered_session_gone {
  user_id user;
  session_id session;
};
/// The client is gone, and the rooms that it was in are told. Comes once for each `user_connected`.
struct user_disconnected {
  user_id user;
  session_id session;
  client_activity did;
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
    caf::reacts_to<user_connected>, caf::reacts_to<user_renamed>, caf::reacts_to<user_active>,
    caf::reacts_to<registered_session_gone>, caf::reacts_to<user_disconnected>,
    caf::reacts_to<user_request>, caf::reacts_to<queue_written>, caf::reacts_to<member_fell_behind>,
    caf::reacts_to<join_as_member>, caf::reacts_to<speak_as_member>, caf::reacts_to<user_question>,
    caf::reacts_to<online_users_question>, caf::reacts_to<watch_users>,
    caf::reacts_to<users_watched>, caf::reacts_to<watched_user_changed>,
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

  /// `online` is what the shards count in.
  user_shards(std::vector<user_shard_actor> all, online_count online)
      : all_{std::move(all)}, online_{std::move(online)} {}
  [[nodiscard]] std::size_t index_of(const user_id& user) const noexcept {
    return std::hash<user_id>{}(user) % all_.size();
  }
  [[nodiscard]] const user_shard_actor& of(const user_id& user) const {
    return all_[index_of(user)];
  }
  [[nodiscard]] const std::vector<user_shard_actor>& all() const noexcept { return all_; }
  /// Users that have a connection.
  [[nodiscard]] std::size_t online() const noexcept { return *online_; }

private:
  std::vector<user_shard_actor> all_;
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
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::room_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::routed_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::room_timer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::passivate_now)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::drain_room)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::client_command)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::refused_command)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::client_user_command)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::frame_written)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::client_gone)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::lane_drained)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::room_joined)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::join_refused)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::room_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::coalesced_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::activity_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::get_entered_rooms)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::entered_rooms)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::create_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::list_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::health_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::stats_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::may_passivate)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::room_left)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::room_removed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::room_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::directory_timer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::drain_rooms)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::rooms_drained)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::members_key)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::members_online)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::member_offline)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::user_connected)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::user_renamed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::user_active)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::registered_session_gone)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::user_disconnected)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::user_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::queue_written)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::member_fell_behind)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::join_as_member)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::speak_as_member)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::user_question)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::online_users_question)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::watch_users)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::users_watched)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::watched_user_changed)
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
