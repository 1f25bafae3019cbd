// Bytes inside of JSON. On the native wire, in rooms and in the store bytes are
// `{"$binary":"<base64>"}`; a Socket.IO client sends and gets them as attachments (protocols.md
// §4.4). Pure.
#pragma once

#include "actors/outlet.hpp"
#include "net/socketio_codec.hpp"
#include "net/websocket_frame.hpp"
#include "json/json.hpp"

#include <cstddef>
#include <string>

namespace atrium::net {

/// `f` holds an event or ack of Socket.IO's main namespace, from the Engine.IO type on (`42[…`).
/// Bytes in it become attachments: one frame each behind that of the packet, which go together.
/// With more than 10, or with something in it that a client would take for an attachment, they stay
/// as they are. The builder is spent.
[[nodiscard]] frame finish_packet(text_frame& f);

/// Appends `value`, a part of `p`'s payload, with the attachments in it as `$binary`. False: that
/// would be more than `max_bytes`.
[[nodiscard]] bool append_with_bytes(std::string& out, const socketio::packet& p, json::slice value,
                                     std::size_t max_bytes);

} // namespace atrium::net
