// Tables over the catalogue of commands, made when this is compiled.
#include "actors/event_kinds.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace atrium {

namespace {

template <class... Commands>
constexpr auto names_of(std::in_place_type_t<std::variant<Commands...>>) {
  return std::array<std::string_view, sizeof...(Commands)>{Commands::event_name...};
}

constexpr auto room_names = names_of(std::in_place_type<room_command>);
constexpr auto user_names = names_of(std::in_place_type<user_command>);
constexpr auto relay_names = names_of(std::in_place_type<relay_command>);
constexpr std::size_t first_relay = room_command_count + user_command_count;

struct other_name {
  std::string_view event;
  std::string_view means;
};
/// How spaces and messengers call what rooms are asked.
constexpr std::array<other_name, 5> other_names{{
    {"joinRoom", join_room::event_name},
    {"leaveRoom", leave_room::event_name},
    {"message", post_message::event_name},
    {"join-space", join_room::event_name},
    {"leave-space", leave_room::event_name},
}};

template <class Command>
constexpr std::size_t index_of
    = static_cast<std::size_t>(std::find(room_names.begin(), room_names.end(), Command::event_name)
                               - room_names.begin());

event_group group_of_relay(std::string_view name) noexcept {
  if (name == join_relay::event_name) return event_group::entry;
  return name == relay_volatile_broadcast::event_name ? event_group::paced : event_group::change;
}

} // namespace

std::string_view name_of(event_kind k) noexcept {
  if (k.index < room_command_count) return room_names[k.index];
  if (k.index < first_relay) return user_names[k.index - room_command_count];
  if (k.index < other_event.index) return relay_names[k.index - first_relay];
  return "other";
}

event_kind kind_named(std::string_view event) noexcept {
  auto known = std::find_if(other_names.begin(), other_names.end(),
                            [event](const other_name& o) { return o.event == event; });
  if (known != other_names.end()) event = known->means;
  for (std::size_t i = 0; i < other_event.index; ++i)
    if (name_of({i}) == event) return {i};
  return other_event;
}

event_group group_of(event_kind k) noexcept {
  switch (k.index) {
  case index_of<join_room>:
  case index_of<leave_room>: return event_group::entry;
  case index_of<get_history>:
  case index_of<search_messages>:
  case index_of<list_presence>: return event_group::read;
  case index_of<move_cursor>:
  case index_of<move_to>: return event_group::paced;
  default: break;
  }
  if (k.index < room_command_count || k.index == other_event.index) return event_group::change;
  if (k.index >= first_relay) return group_of_relay(relay_names[k.index - first_relay]);
  bool registers = user_names[k.index - room_command_count] == register_me::event_name;
  return registers ? event_group::entry : event_group::read;
}

} // namespace atrium
