// Excalidraw's room protocol, spelled: what relay rooms say, as events of Socket.IO with arguments by
// position. Pure.
#pragma once

#include "actors/outlet.hpp"
#include "actors/relay_events.hpp"

namespace atrium::net {

/// A whole frame, with those of the attachments behind it. Null: clients of this wire hear no such thing.
[[nodiscard]] frame encode_relay_event(const relay_event& e, wire w);

/// `init-room`: to each client of Socket.IO when it is connected. `w` is one of Socket.IO.
[[nodiscard]] const frame& init_room_frame(wire w);

} // namespace atrium::net
