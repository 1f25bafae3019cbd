// Who asks for something, and the two forms in which a room's command travels.
#pragma once

#include "actors/commands.hpp"
#include "actors/ids.hpp"
#include "actors/outlet.hpp"
#include "actors/token_port.hpp"

#include <caf/actor_addr.hpp>
#include <caf/allowed_unsafe_message_type.hpp>

#include <memory>
#include <string>

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

} // namespace atrium

// Local to this process: they carry outlets and handles.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::room_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::routed_request)
