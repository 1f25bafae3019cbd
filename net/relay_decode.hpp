// Excalidraw's room protocol, read: events of Socket.IO with arguments by position, where Atrium's own
// have one object. Pure functions; what members send each other is not looked into.
#pragma once

#include "actors/relay_commands.hpp"
#include "config/settings.hpp"
#include "net/socketio_codec.hpp"
#include "net/socketio_vocabulary.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace atrium::net {

struct socketio_relay_command {
  relay_command command;
  /// Digits of the ack's id; empty: the client wants no answer.
  std::string ref;
};

/// `p` is an event with a payload; nothing: its name is none of this protocol's. Errors: `bad_request`
/// (the sentence names the argument), `payload_too_large`.
[[nodiscard]] std::optional<std::variant<socketio_relay_command, socketio_refusal>>
read_relay_command(const socketio::packet& p, const settings& config);

} // namespace atrium::net
