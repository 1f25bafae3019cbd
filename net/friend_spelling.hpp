// The words of messengers about people (contract §3, S4).
#pragma once

#include "actors/events.hpp"
#include "net/event_text.hpp"

namespace atrium::net {

void spell(event_text& t, const user_offline& e);
void spell(event_text& t, const friends_status& e);
void spell(event_text& t, const friend_online& e);
void spell(event_text& t, const friend_offline& e);

} // namespace atrium::net
