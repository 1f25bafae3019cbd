// Why somebody was refused, beyond the code that the client is told: which limit was hit (contract §6,
// one per row), and what was wrong with who it says it is. For counting; bounded lists.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace atrium {

/// The settings of section `[limits]` that refuse, close or throw away.
enum class limit : std::uint8_t {
  none,
  payload_bytes,
  inbound_bytes,
  header_bytes,
  handshake_ms,
  json_depth,
  message_chars,
  cursor_bytes,
  board_elements,
  board_bytes,
  friends_per_user,
  rooms_per_connection,
  rooms_per_user,
  relay_rooms,
  relay_volatile_per_second,
  connections,
  connections_per_ip,
  events_per_second,
  requests_per_second,
  rooms_created_per_minute,
  join_failures_per_minute,
  lane_bytes,
  lane_ms,
  stalled_ms,
  members_per_room,
  allowed_origins,
};
inline constexpr std::size_t limit_count = static_cast<std::size_t>(limit::allowed_origins) + 1;

/// Its name in the settings: `board_bytes`.
[[nodiscard]] std::string_view to_string(limit l) noexcept;

/// What was wrong with who somebody says it is, or with what it wanted to enter.
enum class access_fault : std::uint8_t {
  none,
  /// No token, where one is needed.
  missing,
  /// No token at all, or claims that cannot be read.
  malformed,
  /// Of a key that is not known here, or for another algorithm.
  key,
  signature,
  expired,
  not_yet_valid,
  issuer,
  audience,
  /// An event or address names another user than the token or the connection does.
  other_user,
  /// The token does not open this room.
  closed_room,
  /// Only operators may do that.
  no_operator,
  /// A wrong password of a room, or none.
  password,
};
inline constexpr std::size_t access_fault_count = static_cast<std::size_t>(access_fault::password)
                                                  + 1;

[[nodiscard]] std::string_view to_string(access_fault f) noexcept;

} // namespace atrium
