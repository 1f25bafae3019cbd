// What the server says by itself (actors/events.hpp), spelled for every wire that there is.
//
// To add an event: the build stops in event_spelling.cpp until it is spelled.
#pragma once

#include "actors/outlet.hpp"

#include <chrono>

namespace atrium::net {

/// Spells events as whole WebSocket frames. Those of Socket.IO serve long-polling, too, which takes
/// the packets out of their frames; an event with attachments is several frames in a row.
[[nodiscard]] const encoder& vocabularies();

/// `server:shutdown`
[[nodiscard]] frame encode_shutdown(std::chrono::milliseconds retry_after, wire w);

} // namespace atrium::net
