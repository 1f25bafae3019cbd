// What operators are answered (docs/admin-api.md), as JSON members. Pure.
#pragma once

#include "actors/results.hpp"
#include "net/connection_list.hpp"
#include "json/json.hpp"

#include <unordered_map>

namespace atrium::net {

using connection_views = std::unordered_map<session_id, connection_view>;

void append_members(json::object_writer& w, const live_rooms_page& page);
/// Without what only I/O threads know of the connections.
void append_members(json::object_writer& w, const room_inspection& room);
/// Seats whose connection is not among `views` are gone, and are left out.
void append_members(json::object_writer& w, const room_inspection& room,
                    const connection_views& views);
void append_members(json::object_writer& w, const user_view& user, const connection_views& views);
void append_members(json::object_writer& w, const connections_page& page);
void append_members(json::object_writer& w, const room_watched& room);
void append_members(json::object_writer& w, const user_cut_off& user);
void append_members(json::object_writer& w, const user_forgotten& user);
void append_members(json::object_writer& w, const user_watched& user);
void append_members(json::object_writer& w, const writers_view& all);
void append_members(json::object_writer& w, const store_info_view& info);
void append_members(json::object_writer& w, const clean_portion& portion);
void append_members(json::object_writer& w, const audit_page& page);
void append_members(json::object_writer& w, const relays_page& page);

} // namespace atrium::net
