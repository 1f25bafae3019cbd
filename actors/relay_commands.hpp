// What clients ask of relay rooms: Excalidraw's room protocol, decoded and checked for form by net/.
#pragma once

#include "actors/relay_events.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace atrium {

/// Before the socket id of who is followed, the name of those who follow it.
inline constexpr std::string_view relay_followers_prefix = "follow@";

/// 1..128 bytes without control characters, not beginning with `follow@`.
[[nodiscard]] bool is_relay_name(std::string_view name) noexcept;

/// `join-room`
struct join_relay {
  static constexpr std::string_view event_name = "join-room";
  std::string room;
};
/// A message to a relay room, or to `follow@<own socket id>`: those who follow the sender.
struct relay_message {
  std::string room;
  shared_relay_payload payload;
};
/// `server-broadcast`: reaches every member, in order.
struct relay_broadcast : relay_message {
  static constexpr std::string_view event_name = "server-broadcast";
};
/// `server-volatile-broadcast`: each reaches who keeps up, slow readers get the newest of a sender.
struct relay_volatile_broadcast : relay_message {
  static constexpr std::string_view event_name = "server-volatile-broadcast";
};
/// `user-follow`
struct follow_socket {
  static constexpr std::string_view event_name = "user-follow";
  socket_id followed;
  /// False: `UNFOLLOW`.
  bool is_follow = true;
};

using relay_command
    = std::variant<join_relay, relay_broadcast, relay_volatile_broadcast, follow_socket>;

[[nodiscard]] std::string_view event_name(const relay_command& c) noexcept;

} // namespace atrium
