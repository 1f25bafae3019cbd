// The words of spaces (contract §3, S3). They call a room's id `spaceId`.
#pragma once

#include "actors/events.hpp"
#include "net/event_text.hpp"

namespace atrium::net {

void spell(event_text& t, const space_entered& e);
void spell(event_text& t, const space_user_joined& e);
void spell(event_text& t, const space_user_moved& e);
void spell(event_text& t, const movement_rejected& e);
void spell(event_text& t, const space_user_away& e);
void spell(event_text& t, const space_user_left& e);
void spell(event_text& t, const space_users_changed& e);

/// `"x":…,"y":…`
void append_point(json::object_writer& w, const room_point& point);

} // namespace atrium::net
