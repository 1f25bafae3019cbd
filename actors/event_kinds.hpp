// The events of clients by number, for counting: the commands of the catalogue in its order, and
// `other` for what is none of them. Words of the messenger and of spaces count as what they ask for.
#pragma once

#include "actors/commands.hpp"
#include "actors/counters.hpp"
#include "actors/relay_commands.hpp"

#include <cstddef>
#include <string_view>
#include <variant>

namespace atrium {

inline constexpr std::size_t room_command_count = std::variant_size_v<room_command>;
inline constexpr std::size_t user_command_count = std::variant_size_v<user_command>;
inline constexpr std::size_t relay_command_count = std::variant_size_v<relay_command>;
inline constexpr event_kind other_event{room_command_count + user_command_count
                                        + relay_command_count};
inline constexpr std::size_t event_kind_count = other_event.index + 1;
static_assert(event_kind_count <= max_event_kinds);

[[nodiscard]] inline event_kind kind_of(const room_command& c) noexcept {
  return event_kind{c.index()};
}
[[nodiscard]] inline event_kind kind_of(const user_command& c) noexcept {
  return event_kind{room_command_count + c.index()};
}
[[nodiscard]] inline event_kind kind_of(const relay_command& c) noexcept {
  return event_kind{room_command_count + user_command_count + c.index()};
}
/// By any of its names; `other_event` if nothing is called so.
[[nodiscard]] event_kind kind_named(std::string_view event) noexcept;

/// `chat:message`. Commands that only REST has may share a name.
[[nodiscard]] std::string_view name_of(event_kind k) noexcept;

/// What its answer may wait for. `durable` is for the caller to say.
[[nodiscard]] event_group group_of(event_kind k) noexcept;

} // namespace atrium
