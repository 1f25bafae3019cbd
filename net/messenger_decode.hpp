// What a messenger's clients ask (contract §3, S4), out of an event's fields. Their words for entering,
// leaving and speaking; what they share with everybody else (`typing`) takes both spellings.
#pragma once

#include "net/command_decode.hpp"

#include <optional>
#include <string_view>

namespace atrium::net {

inline constexpr std::string_view messenger_join_event = "joinRoom";
inline constexpr std::string_view messenger_leave_event = "leaveRoom";
inline constexpr std::string_view messenger_post_event = "message";

// Readers as the table in command_decode.cpp wants them: a problem is left in `f`.
[[nodiscard]] room_command read_messenger_join(fields& f, const client_event_text&,
                                               const settings&);
[[nodiscard]] room_command read_messenger_leave(fields&, const client_event_text&, const settings&);
/// `content` is the text.
[[nodiscard]] room_command read_messenger_post(fields& f, const client_event_text&,
                                               const settings&);
/// `isTyping`, a boolean; without it `content`, whatever JavaScript takes for true.
[[nodiscard]] room_command read_typing(fields& f, const client_event_text& text, const settings&);

/// An event that is about the user itself.
struct user_event {
  std::string_view name;
  /// Nothing when `f` has a problem.
  std::optional<client_event> (*read)(fields& f, const settings& config);
};
/// Null: there is none of this name.
[[nodiscard]] const user_event* find_user_event(std::string_view name) noexcept;

} // namespace atrium::net
