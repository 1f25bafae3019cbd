// What clients ask, out of an event's name and its object of fields (contract §3), for all wires.
//
// To add a command: its reader in command_decode.cpp and a line in the table `commands` there.
#pragma once

#include "actors/messages.hpp"
#include "config/settings.hpp"
#include "net/fields.hpp"
#include "json/json.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace atrium::net {

/// An event as it came.
struct client_event_text {
  std::string_view event;
  json::slice object;
  /// What the wire calls a message's type, where `type` may be taken.
  std::string_view message_type_field;
};

/// One event of a client, checked for form.
struct client_event {
  std::string room;
  identity_claim who;
  room_command command;
  /// What the client calls it; static text.
  std::string_view event = event_name(command);
  /// A token that the event brought, not yet verified; a good one takes the place of the
  /// connection's.
  std::optional<std::string> token{};
  /// An event about the user itself: there is no room, and `command` is a bare `join_room`, which is
  /// what it weighs.
  std::optional<user_command> of_user{};
};

/// Form: everything that can be said without knowing room and user. `f` are the fields of
/// `text.object`; nothing is returned when it has a problem. Errors: `unknown_event`, `bad_request`
/// (the sentence names the field), `payload_too_large` (cursor), `room_not_found` (a name that no
/// room can have).
[[nodiscard]] std::optional<client_event> read_command(fields& f, const client_event_text& text,
                                                       const settings& config);

/// An event's name, cut to what an answer repeats; empty if that is no UTF-8.
[[nodiscard]] std::string shown_event_name(std::string_view name);

} // namespace atrium::net
