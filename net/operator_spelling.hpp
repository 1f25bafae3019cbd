// What operators say to clients, and what those hear who watch a user: private to event_spelling.cpp.
#pragma once

#include "net/event_text.hpp"

namespace atrium::net {

/// `room:locked`
void spell(event_text& t, const room_locked& e);
/// `announce`
void spell(event_text& t, const announced& e);
/// `kicked`
void spell(event_text& t, const user_kicked& e);
/// `connected`, `disconnected` (docs/admin-api.md)
void spell(event_text& t, const watched_connection& e);
/// `command`
void spell(event_text& t, const watched_command& e);

} // namespace atrium::net
