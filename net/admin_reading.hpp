// Readers of operators' requests, one per endpoint: private to admin_routes.cpp (which request is whose,
// and who may ask) and admin_reading.cpp. Each makes a call of a request whose path and method fit, or
// refuses it.
#pragma once

#include "net/rest_reading.hpp"

namespace atrium::net {

// Looking.
[[nodiscard]] rest_call read_overview(rest_reading& r);
[[nodiscard]] rest_call read_live_rooms(rest_reading& r);
[[nodiscard]] rest_call read_relays(rest_reading& r);
[[nodiscard]] rest_call read_inspection(rest_reading& r);
[[nodiscard]] rest_call read_connections(rest_reading& r);
[[nodiscard]] rest_call read_users(rest_reading& r);
[[nodiscard]] rest_call read_admin_user(rest_reading& r);
[[nodiscard]] rest_call read_writers(rest_reading& r);
[[nodiscard]] rest_call read_store_info(rest_reading& r);
[[nodiscard]] rest_call read_audit(rest_reading& r);
/// Of the room or the user that the path names.
[[nodiscard]] rest_call read_tail(rest_reading& r);
[[nodiscard]] rest_call read_log_level(rest_reading& r);

// Acting.
[[nodiscard]] rest_call read_kick(rest_reading& r);
[[nodiscard]] rest_call read_close(rest_reading& r);
[[nodiscard]] rest_call read_lock(rest_reading& r);
[[nodiscard]] rest_call read_room_announcement(rest_reading& r);
[[nodiscard]] rest_call read_announcement(rest_reading& r);
[[nodiscard]] rest_call read_redaction(rest_reading& r);
[[nodiscard]] rest_call read_user_disconnect(rest_reading& r);
[[nodiscard]] rest_call read_connection_disconnect(rest_reading& r);
[[nodiscard]] rest_call read_forget(rest_reading& r);
[[nodiscard]] rest_call read_drain(rest_reading& r);
[[nodiscard]] rest_call read_new_log_level(rest_reading& r);
[[nodiscard]] rest_call read_cleanup(rest_reading& r);

} // namespace atrium::net
