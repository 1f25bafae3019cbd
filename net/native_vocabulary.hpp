// The native wire (contract §2): `{"type":"<event>", …fields, "ref":…}` in, events and results as
// whole WebSocket text frames out. Pure functions and a stateless encoder; no JSON tree is built.
//
// To add a command: its decoding in native_decode.cpp (the table `commands`); to add an event: the
// build stops in native_encode.cpp until it is spelled.
#pragma once

#include "actors/failure.hpp"
#include "actors/messages.hpp"
#include "actors/outlet.hpp"
#include "config/settings.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace atrium::net {

/// One event of a client, checked for form.
struct native_command {
  std::string room;
  identity_claim who;
  room_command command;
  /// JSON text of `ref`; empty: the client wants no answer.
  std::string ref;
};

/// Why a text is no event. The connection stays.
struct native_refusal {
  failure why;
  std::string ref;
  /// The name that the client gave, cut to 64 bytes; empty if it gave none.
  std::string event;
  /// The text is no JSON object at all.
  bool is_malformed = false;
};

/// Form: everything that can be said without knowing room and user. Errors: `invalid_json`,
/// `unknown_event`, `bad_request` (the sentence names the field), `payload_too_large` (cursor),
/// `room_not_found` (a name that no room can have).
[[nodiscard]] std::variant<native_command, native_refusal>
read_native_command(std::string_view text, const settings& config);

/// Spells events for every wire that there is.
[[nodiscard]] const encoder& vocabularies();

/// The answer to a command. Null: nothing is to be sent (a success that nobody asked for).
/// `ref` is JSON text or empty; `event` names the command.
[[nodiscard]] frame encode_result(const command_result& outcome, std::string_view ref,
                                  std::string_view event);
[[nodiscard]] frame encode_failure(const failure& why, std::string_view ref,
                                   std::string_view event);
/// `server:shutdown`
[[nodiscard]] frame encode_shutdown(std::chrono::milliseconds retry_after);

} // namespace atrium::net
