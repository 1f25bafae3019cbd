// What a room is, apart from what is in it. Contract §4 ("A room is …") and §5 (`room:<id>`).
#pragma once

#include "actors/ids.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace atrium {

struct room_point {
  double x = 0;
  double y = 0;
};

/// Where somebody may stand in a space: [0, width) × [0, height).
struct room_bounds {
  double width = 0;
  double height = 0;

  /// False of what is not finite.
  [[nodiscard]] bool contains(room_point p) const noexcept {
    // No comparison is true of what is not a number.
    return p.x >= 0 && p.x < width && p.y >= 0 && p.y < height;
  }
};

struct room_meta {
  room_id id;
  /// Six digits; equals the id unless the creator named the room.
  std::string code;
  std::string name;
  std::string created_by;
  unix_ms created_at = 0;
  std::size_t max_participants = 50;
  /// "room" or "space"
  std::string kind = "room";
  bool is_private = false;
  bool locked = false;
  /// Empty: no password. Never leaves the server.
  std::string password_hash;
  std::chrono::seconds ttl{86'400};
  unix_ms last_activity = 0;
  /// Spaces only.
  std::optional<double> width;
  std::optional<double> height;
  std::optional<room_point> spawn;
};

/// Six decimal digits: the form of a code, which no own id may have.
[[nodiscard]] bool is_room_code(std::string_view name) noexcept;
/// `[A-Za-z0-9_-]{1,64}`: the form of every id and code.
[[nodiscard]] bool is_room_name(std::string_view name) noexcept;

/// The room as clients see it (contract §4). `participants` counts connected users.
[[nodiscard]] std::string to_json(const room_meta& meta, std::size_t participants);

} // namespace atrium
