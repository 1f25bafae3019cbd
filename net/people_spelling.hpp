// What REST says of users and of the server's figures, as JSON members. Pure.
#pragma once

#include "actors/results.hpp"
#include "json/json.hpp"

namespace atrium::net {

void append_members(json::object_writer& w, const online_users_page& page);
void append_members(json::object_writer& w, const user_view& user);
void append_members(json::object_writer& w, const friends_view& list);
void append_members(json::object_writer& w, const server_stats& stats);

/// `"id":…` and what else the profile says.
void append_profile(json::object_writer& w, const friend_profile& p);

} // namespace atrium::net
