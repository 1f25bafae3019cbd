// Names of relay rooms and of what is asked of them.
#include "actors/relay_commands.hpp"

#include <algorithm>

namespace atrium {

namespace {

constexpr std::size_t max_name_bytes = 128;

} // namespace

bool is_relay_name(std::string_view name) noexcept {
  if (name.empty() || name.size() > max_name_bytes || name.starts_with(relay_followers_prefix))
    return false;
  return std::none_of(name.begin(), name.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; });
}

std::string_view event_name(const relay_command& c) noexcept {
  return std::visit([](const auto& command) { return command.event_name; }, c);
}

} // namespace atrium
