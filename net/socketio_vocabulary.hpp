// Atrium's events over Socket.IO (contract §2): `emit("<event>", {…fields}, ack?)` in, results as acks
// or `error` events out. Pure functions; no JSON tree is built.
#pragma once

#include "actors/failure.hpp"
#include "actors/outlet.hpp"
#include "net/command_decode.hpp"
#include "net/socketio_codec.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace atrium::net {

struct socketio_command : client_event {
  /// Digits of the ack's id; empty: the client wants no answer.
  std::string ref;
};

/// Why an event is no command. The connection stays.
struct socketio_refusal {
  failure why;
  std::string ref;
  /// The name that the client gave, cut to 64 bytes.
  std::string event;
};

/// `p` is an event with a payload. Errors: those of `read_command`; `payload_too_large` if bytes in it
/// would become more than `limits.payload_bytes` of text.
[[nodiscard]] std::variant<socketio_command, socketio_refusal>
read_socketio_command(const socketio::packet& p, const settings& config);

/// The answer to a command. Null: nothing is to be sent (a success that nobody asked for, or a failure
/// that was told).
[[nodiscard]] frame encode_socketio_result(const command_result& outcome, std::string_view ref,
                                           std::string_view event);

} // namespace atrium::net
