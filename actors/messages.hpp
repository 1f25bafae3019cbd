// The contracts between the actors of the house; those of user shards stand in user_messages.hpp. What
// the store's actors take stands in store_port.hpp and user_port.hpp; what clients ask in commands.hpp;
// what goes to sockets in outlet.hpp.
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

#include "actors/caller.hpp"
#include "actors/commands.hpp"
#include "actors/failure.hpp"
#include "actors/ids.hpp"
#include "actors/outlet.hpp"
#include "actors/relay_messages.hpp"
#include "actors/results.hpp"
#include "actors/store_port.hpp"
#include "actors/token_port.hpp"
#include "actors/user_messages.hpp"

#include <caf/typed_actor.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace atrium {

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
    digest,
    moves,
    places,
    figures,
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
  /// As the client called it; empty: it did not, or in more than 64 bytes.
  std::string event_name{};
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
  /// Of a room that is no space: nowhere.
  room_bounds bounds;
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
/// An operator removed the user from the room; the client has its `kicked` already. It may join again.
struct removed_from_room {
  room_id id;
  /// Keeps the room in memory until the connection knows, and has said its last word to it.
  std::shared_ptr<const int> busy;
};
/// The rooms that a connection is in.
struct get_entered_rooms {};
struct entered_rooms {
  std::vector<room_id> rooms;
};
/// An operator ends the connection: its session is closed with 4403 and this reason, and what the client
/// still says is `forbidden`. Answered with the rooms that it is in by then; what it said to them or to
/// its shard before the answer is on the way.
struct cut_off {
  std::string reason;
  /// It leaves all its rooms and is a member of them no more; else it is lost to them as by `client_gone`.
  bool leaves_rooms = false;
};
/// From now on this session of an operator hears each command of the client.
struct observe_connection {
  outlet observer;
};
struct unobserve_connection {
  session_id observer;
};
/// INTERNAL a coalesced command is due.
struct coalesced_due {};

using connection_actor = caf::typed_actor<
    caf::reacts_to<client_command>, caf::reacts_to<refused_command>,
    caf::reacts_to<client_user_command>, caf::reacts_to<frame_written>, caf::reacts_to<client_gone>,
    caf::reacts_to<lane_drained>, caf::reacts_to<room_joined>, caf::reacts_to<join_refused>,
    caf::reacts_to<room_ended>, caf::reacts_to<removed_from_room>, caf::reacts_to<coalesced_due>,
    caf::replies_to<get_entered_rooms>::with<entered_rooms>,
    caf::replies_to<cut_off>::with<entered_rooms>, caf::reacts_to<observe_connection>,
    caf::reacts_to<unobserve_connection>, caf::reacts_to<client_relay_command>,
    caf::reacts_to<relay_joined>, caf::reacts_to<relay_pace_due>>;

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

} // namespace atrium

// Local to this process: they carry outlets and handles.
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
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::removed_from_room)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::coalesced_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::get_entered_rooms)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::entered_rooms)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::cut_off)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::observe_connection)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::unobserve_connection)
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
