// The server's answers as people read them: pure functions from JSON and a look to text. Each
// answer is the one of docs/admin-api.md or of the REST API that its comment names; what is missing
// shows as `-` or not at all. Whatever users wrote comes out printable.
#pragma once

#include "console/table.hpp"
#include "json/json.hpp"

#include <map>
#include <string>
#include <string_view>

namespace atrium::console {

// Rooms: room_views.cpp

/// `GET /api/admin/rooms`
[[nodiscard]] std::string rooms_view(json::slice answer, const look& l);
/// `GET /api/admin/relays`
[[nodiscard]] std::string relays_view(json::slice answer, const look& l);
/// `GET /api/admin/rooms/:room`
[[nodiscard]] std::string room_view(json::slice answer, const look& l);
/// `GET /api/rooms/:room/participants`
[[nodiscard]] std::string participants_view(json::slice answer, const look& l);
/// `GET /api/rooms/:room/messages`
[[nodiscard]] std::string messages_view(json::slice answer, const look& l);
/// `GET /api/rooms/:room/stats`
[[nodiscard]] std::string room_stats_view(json::slice answer, const look& l);

// People: people_views.cpp

/// `GET /api/admin/connections`
[[nodiscard]] std::string connections_view(json::slice answer, const look& l);
/// `GET /api/admin/users`
[[nodiscard]] std::string users_view(json::slice answer, const look& l);
/// `GET /api/admin/users/:user`
[[nodiscard]] std::string user_view(json::slice answer, const look& l);
/// `GET /api/admin/audit`
[[nodiscard]] std::string audit_view(json::slice answer, const look& l);

// The server: server_views.cpp

/// `GET /api/admin/writers`
[[nodiscard]] std::string writers_view(json::slice answer, const look& l);
/// `GET /api/stats`
[[nodiscard]] std::string stats_view(json::slice answer, const look& l);
/// `GET /health`
[[nodiscard]] std::string health_view(json::slice answer, const look& l);
/// `GET /api/admin/redis`. `section` as in Redis' own INFO (`memory`), or a part of a name; empty:
/// all.
[[nodiscard]] std::string redis_view(json::slice answer, std::string_view section, const look& l);
/// Keys by pattern, of `POST /api/admin/cleanup`.
[[nodiscard]] std::string keys_view(const std::map<std::string, std::int64_t>& keys, const look& l);

// Streams: tail_views.cpp

/// One line of a tail, ended by a newline; empty for those that only say that the stream lives.
[[nodiscard]] std::string tail_view(json::slice line, const look& l);

// Parts that several views share.

/// The table of connections, without what belongs to a list.
[[nodiscard]] std::string connections_table(const std::vector<json::slice>& connections,
                                            const look& l);
/// `12 of 40 rooms; --all shows the rest` below a list that has more; else empty.
[[nodiscard]] std::string rest_of_list(json::slice answer, std::string_view what, const look& l);
/// A message's text, or what stands in its place once it is deleted.
[[nodiscard]] cell message_cell(json::slice message);

} // namespace atrium::console
