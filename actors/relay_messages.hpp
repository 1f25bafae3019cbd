// The contracts of relay rooms: Excalidraw's room protocol (docs/decisions/0023-relay-rooms.md).
//
//   session (net/) ──client_relay_command──> connection ──relay_entry──> relay_directory
//                                                └──relay_request──> relay_room <──relay_request──┘
//   relay_room ──op::…──> io_port of the session's thread
//   relay_room ──relay_joined──> connection        relay_room ──relay_figures──> relay_directory
//
// Every client_relay_command and every relays_request gets exactly one op::result.
#pragma once

#include "actors/admin_commands.hpp"
#include "actors/admin_results.hpp"
#include "actors/caller.hpp"
#include "actors/relay_commands.hpp"

#include <caf/actor_addr.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/typed_actor.hpp>

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace atrium {

/// Keys of relay rooms and keys of other rooms are told apart by this bit.
inline constexpr room_key relay_key_bit = room_key{1} << 62;
[[nodiscard]] constexpr bool is_relay_key(room_key key) noexcept {
  return (key >> 62) == 1;
}

/// Who asks for something in a relay room, and where the answer goes.
struct relay_caller {
  outlet out;
  /// 0: nobody waits for an answer.
  std::uint32_t request = 0;
  socket_id socket;
  caf::actor_addr connection;
};

// ---- connection ------------------------------------------------------------------------------

/// One decoded event of Excalidraw's room protocol. Exactly one op::result with this `request` follows.
struct client_relay_command {
  std::uint32_t request;
  /// Of the session that it came by.
  socket_id socket;
  relay_command command;
};
/// A relay room took the connection in, or (`room` null) it was refused; the client knows already.
struct relay_joined {
  std::string name;
  caf::actor_addr room{};
  room_key key = 0;
};
/// INTERNAL volatile messages that wait may be due.
struct relay_pace_due {};

// ---- relay room ------------------------------------------------------------------------------

/// From a connection itself: its client left, or was lost.
struct leave_relay {};
/// From a connection itself: the reader fell behind and its lane is empty again.
struct resync_relay {};

/// A message to all others, or to those who follow the sender.
struct relay_post {
  shared_relay_payload payload;
  bool is_volatile = false;
  bool to_followers = false;
};
struct relay_follow {
  socket_id followed;
  bool is_follow = true;
  /// Other rooms of the asker: asked, one after the other, if this one does not know who is meant.
  std::vector<caf::actor_addr> also_in{};
};
struct enter_relay {};

struct relay_request {
  relay_caller from;
  std::variant<enter_relay, relay_post, relay_follow, resync_relay, leave_relay> command;
  /// Counted by room and directory alike; see relay_may_end.
  bool via_directory = false;
};
/// INTERNAL
struct relay_timer {
  enum class kind { members, resync, figures } what;
};
/// The directory's answer to `relay_may_end`: it knows the room no more. The room ends.
struct end_relay {};

using relay_room_actor = caf::typed_actor<caf::reacts_to<relay_request>,
                                          caf::reacts_to<relay_timer>, caf::reacts_to<end_relay>>;

// ---- relay directory -------------------------------------------------------------------------

/// Somebody wants into the relay room of this name, which is made if there is none.
struct relay_entry {
  relay_caller from;
  std::string name;
};
/// The room is empty. `handled` counts the requests that it had from the directory; were more sent, it
/// stays, else it gets `end_relay`.
struct relay_may_end {
  std::string name;
  std::uint64_t handled;
};
/// How a relay room stands: at most every `admin.figures_ms` while something of this changes.
struct relay_figures_changed {
  relay_figures now;
};
/// `GET /api/admin/relays`
struct relays_request {
  caller from;
  list_relays command;
};

using relay_directory_actor
    = caf::typed_actor<caf::reacts_to<relay_entry>, caf::reacts_to<relay_may_end>,
                       caf::reacts_to<relay_figures_changed>, caf::reacts_to<relays_request>>;

} // namespace atrium

// Local to this process: they carry outlets and handles.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::client_relay_command)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::relay_joined)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::relay_pace_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::relay_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::relay_timer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::end_relay)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::relay_entry)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::relay_may_end)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::relay_figures_changed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::relays_request)
