// The names of things as distinct types, so that a user id can't be passed for a room id.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace atrium {

/// The id of a room (contract §1), already resolved: never a code that stands for another id.
struct room_id {
  std::string value;
  auto operator<=>(const room_id&) const = default;
};

/// 1..64 bytes without control characters.
struct user_id {
  std::string value;
  auto operator<=>(const user_id&) const = default;
};

/// Names one session (socket) of the network side for the life of the process; never used again.
using session_id = std::uint64_t;

/// Names one incarnation of a room in memory; never used again. I/O threads know rooms by it.
using room_key = std::uint64_t;

/// Number of a mutation in a room's order: 1, 2, 3 …; 0 is "none yet". Contract §1.
using seq_t = std::int64_t;
/// Of what has no place in a room's sequence.
inline constexpr seq_t no_seq = -1;

/// Milliseconds since 1970, as in everything that leaves the process.
using unix_ms = std::int64_t;

} // namespace atrium

template <>
struct std::hash<atrium::room_id> {
  std::size_t operator()(const atrium::room_id& id) const noexcept {
    return std::hash<std::string>{}(id.value);
  }
};

template <>
struct std::hash<atrium::user_id> {
  std::size_t operator()(const atrium::user_id& id) const noexcept {
    return std::hash<std::string>{}(id.value);
  }
};
