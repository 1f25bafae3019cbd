// What clients of spaces ask (contract §3, S3), out of an event's fields: entering, leaving, moving, and
// the status that everybody may give itself. They call a room's id `spaceId`.
#pragma once

#include "net/command_decode.hpp"

#include <string_view>

namespace atrium::net {

inline constexpr std::string_view space_join_event = "join-space";
inline constexpr std::string_view space_leave_event = "leave-space";
/// The field that names the room of the two, and of `move`.
inline constexpr std::string_view space_field = "spaceId";

// Readers as the table in command_decode.cpp wants them: a problem is left in `f`.
[[nodiscard]] room_command read_space_join(fields& f, const client_event_text&, const settings&);
[[nodiscard]] room_command read_space_leave(fields&, const client_event_text&, const settings&);
/// `x` and `y`. `null`, which is how JSON spells NaN and infinities, and a number beyond a double are
/// places that are not finite.
[[nodiscard]] room_command read_move(fields& f, const client_event_text&, const settings&);
/// `status` is "online", "busy" or "away"; the room judges `text`.
[[nodiscard]] room_command read_status(fields& f, const client_event_text&, const settings&);

} // namespace atrium::net
