// All contracts between the actors of the house on one page. What the store's actors take stands in
// store_port.hpp; what clients ask in commands.hpp; what goes to sockets in outlet.hpp.
//
//   session (net/) ──client_command──> connection ──routed_request──> directory ──room_request──> room
//                                          └───────────room_request (once joined)───────────────────┘
//   room ──op::…──> io_port of the session's thread          room ──room_write──> its writer
//   room ──member_message──> user_shard ──op::publish──> io_port, or ──queue_message──> message_queue
//
// Every client_command and every routed_request gets exactly one op::result at the outlet of its
// caller, whoever answers it.
#pragma once

#include "actors/commands.hpp"
#include "actors/failure.hpp"
#include "actors/ids.hpp"
#include "actors/outlet.hpp"
#include "actors/store_port.hpp"
#include "actors/token_port.hpp"

#include <caf/typed_actor.hpp>

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
  /// `join`: where it comes from, if wrong codes and passwords count against that.
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

using room_actor = store_client::extend<caf::reacts_to<room_request>, caf::reacts_to<room_timer>,
                                        caf::reacts_to<passivate_now>, caf::reacts_to<drain_room>,
                                        caf::reacts_to<members_key>>;

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
/// `register`: this connection hears all rooms that its user is a member of, and first gets what
/// was queued for it. Exactly one op::result with this `request` follows.
struct client_registers {
  std::uint32_t request;
  identity_claim who;
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
/// INTERNAL a coalesced command is due.
struct coalesced_due {};

using connection_actor
    = caf::typed_actor<caf::reacts_to<client_command>, caf::reacts_to<refused_command>,
                       caf::reacts_to<client_registers>, caf::reacts_to<frame_written>,
                       caf::reacts_to<client_gone>, caf::reacts_to<lane_drained>,
                       caf::reacts_to<room_joined>, caf::reacts_to<join_refused>,
                       caf::reacts_to<room_ended>, caf::reacts_to<coalesced_due>>;

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
  enum class kind { sweep, reserve } what;
};
/// SIGTERM: rooms write and hand back; nothing new is loaded or created.
struct drain_rooms {};
/// All rooms have left, or the time given was over.
struct rooms_drained {
  std::size_t left_behind;
};

using directory_actor = caf::typed_actor<
    caf::reacts_to<routed_request>, caf::reacts_to<create_request>, caf::reacts_to<list_request>,
    caf::reacts_to<health_request>, caf::reacts_to<may_passivate>, caf::reacts_to<room_left>,
    caf::reacts_to<room_removed>, caf::reacts_to<room_status>, caf::reacts_to<directory_timer>,
    caf::replies_to<drain_rooms>::with<rooms_drained>>;

// ---- user shards -----------------------------------------------------------------------------

// A user belongs to one shard, by hash of its id. The shard orders what its users hear of the rooms
// that they are members of without being in them, and what is queued for them.

// From connections.

/// `register`: op::result, `registered` and what was queued go to `out`.
struct register_user {
  outlet out;
  std::uint32_t request;
  user_id user;
};
/// The client is gone. Comes once for each session that registered.
struct registered_session_gone {
  user_id user;
  session_id session;
};
/// The socket took the frame with this receipt.
struct queue_written {
  user_id user;
  session_id session;
  std::uint64_t receipt;
};
/// The session missed broadcasts under `key` and has caught up: the truth is to be sent anew.
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

// From rooms, each in the order in which it happened there. A room without members says nothing.

/// Users of the shard became members, or are no more.
struct room_members {
  room_id room;
  std::string code;
  /// Gets `members_key`.
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

/// Once, before the first client comes: where rooms are asked for. Held weakly.
struct directory_ready {
  caf::actor_addr directory;
};
/// INTERNAL something that failed for this user is tried again.
struct user_retry {
  user_id user;
};
/// All that was told before is with the queues; the shard ends.
struct drain_users {};
struct users_drained {};

using user_shard_actor
    = caf::typed_actor<caf::reacts_to<register_user>, caf::reacts_to<registered_session_gone>,
                       caf::reacts_to<queue_written>, caf::reacts_to<member_fell_behind>,
                       caf::reacts_to<join_as_member>, caf::reacts_to<room_members>,
                       caf::reacts_to<member_entered>, caf::reacts_to<member_left>,
                       caf::reacts_to<member_message>, caf::reacts_to<member_message_deleted>,
                       caf::reacts_to<member_truth>, caf::reacts_to<members_room_ended>,
                       caf::reacts_to<directory_ready>, caf::reacts_to<user_retry>,
                       caf::replies_to<drain_users>::with<users_drained>>;

/// The shards of the process, at least one.
class user_shards {
public:
  explicit user_shards(std::vector<user_shard_actor> all) : all_{std::move(all)} {}
  [[nodiscard]] std::size_t index_of(const user_id& user) const noexcept {
    return std::hash<user_id>{}(user) % all_.size();
  }
  [[nodiscard]] const user_shard_actor& of(const user_id& user) const {
    return all_[index_of(user)];
  }
  [[nodiscard]] const std::vector<user_shard_actor>& all() const noexcept { return all_; }

private:
  std::vector<user_shard_actor> all_;
};
using shared_user_shards = std::shared_ptr<const user_shards>;

/// Keys of shards and keys of rooms are told apart by this bit.
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
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::client_registers)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::frame_written)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::client_gone)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::lane_drained)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::room_joined)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::join_refused)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::room_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::coalesced_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::create_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::list_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::health_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::may_passivate)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::room_left)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::room_removed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::room_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::directory_timer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::drain_rooms)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::rooms_drained)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::members_key)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::register_user)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::registered_session_gone)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::queue_written)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::member_fell_behind)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::join_as_member)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::room_members)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::member_entered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::member_left)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::member_message)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::member_message_deleted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::member_truth)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::members_room_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::directory_ready)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::user_retry)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::drain_users)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::users_drained)
