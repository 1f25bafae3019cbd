// What operators ask over `/api/admin/` (docs/admin-api.md), read and checked for form. Values.
#pragma once

#include "actors/admin_commands.hpp"
#include "actors/commands.hpp"
#include "actors/operator_action.hpp"
#include "net/connection_list.hpp"

#include <optional>
#include <string>
#include <variant>

namespace atrium::net {

/// `GET …/overview`
struct look_over {};
/// What is asked of the room that `room` names.
struct room_order {
  std::string room;
  room_command command;
};
/// `GET …/users/:user`
struct look_at_user {
  user_id user;
};
struct user_order {
  user_id user;
  operator_user_command command;
};
/// `GET …/tail`: of a room, or else of a user.
struct open_tail {
  /// Empty: a user's.
  std::string room;
  user_id user;
};
/// `POST …/announce` to every connection.
struct announce_to_all {
  std::string message;
};
/// `POST …/connections/:id/disconnect`
struct cut_connection {
  session_id connection = 0;
  std::string reason;
};
/// `POST …/drain`
struct drain_server {};
/// `GET …/log-level`
struct get_log_level {};
/// `PUT …/log-level`: one of the levels that there are.
struct set_log_level {
  std::string level;
};

using admin_command
    = std::variant<look_over, room_order, list_connections, list_online_users, look_at_user,
                   user_order, desk_command, list_relays, open_tail, announce_to_all,
                   cut_connection, drain_server, get_log_level, set_log_level>;

struct admin_call {
  admin_command command;
  /// As it is recorded, but for when, from where and with what outcome; nothing: it changes nothing.
  std::optional<operator_action> deed{};
};

} // namespace atrium::net
