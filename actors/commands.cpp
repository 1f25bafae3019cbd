// The event name of a command: each struct of the catalogue carries its own.
#include "actors/commands.hpp"

namespace atrium {

std::string_view event_name(const room_command& c) noexcept {
  return std::visit([](const auto& command) { return command.event_name; }, c);
}

std::string_view event_name(const user_command& c) noexcept {
  return std::visit([](const auto& command) { return command.event_name; }, c);
}

} // namespace atrium
