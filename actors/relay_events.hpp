// What relay rooms say to their members: the events of Excalidraw's room protocol. They are in no
// room's sequence and never kept; only clients of Socket.IO hear them. net/ spells them, with their
// arguments by position.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace atrium {

/// The public name of a Socket.IO connection: the `sid` of the answer to its CONNECT.
struct socket_id {
  std::string value;
  auto operator<=>(const socket_id&) const = default;
};

/// What one member sends to the others. Opaque: nobody here looks into it.
struct relay_payload {
  /// `data` and `iv`: compact JSON values joined by a comma. Bytes are placeholders of Socket.IO, which
  /// name attachments.
  std::string arguments;
  /// Null: there are none.
  std::shared_ptr<const std::vector<std::string>> attachments{};
  /// The last argument is a JSON string.
  bool ends_in_text = false;

  [[nodiscard]] std::size_t bytes() const noexcept {
    std::size_t sum = arguments.size();
    if (attachments)
      for (const auto& a : *attachments) sum += a.size();
    return sum;
  }
};
using shared_relay_payload = std::shared_ptr<const relay_payload>;

/// `first-in-room`: to a joiner that is alone.
struct first_in_relay {};
/// `new-user`: to the others. Who hears it sends what it has.
struct relay_joined_by {
  socket_id socket;
};
/// `room-user-change`: everybody in the room, in the order in which they came.
struct relay_members_told {
  std::vector<socket_id> sockets;
};
/// `client-broadcast`: the others, or who follows the sender.
struct relay_message_told {
  shared_relay_payload payload;
};
/// `user-follow-room-change`: to a member, who follows it now.
struct relay_followers_told {
  std::vector<socket_id> sockets;
};
/// `broadcast-unfollow`: to a member, its last follower is gone.
struct relay_unfollowed {};

using relay_event = std::variant<first_in_relay, relay_joined_by, relay_members_told,
                                 relay_message_told, relay_followers_told, relay_unfollowed>;

} // namespace atrium

template <>
struct std::hash<atrium::socket_id> {
  std::size_t operator()(const atrium::socket_id& id) const noexcept {
    return std::hash<std::string>{}(id.value);
  }
};
