// A space as a value: its bounds, who stands where, and whose moves are to be told when.
// Contract §3 ("Spaces").
#pragma once

#include "actors/failure.hpp"
#include "actors/ids.hpp"
#include "actors/room_meta.hpp"
#include "actors/spawn_cells.hpp"
#include "config/settings.hpp"

#include <cstddef>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

namespace atrium {

/// Not thread-safe; one room's. Has no clock and no timers.
class space {
public:
  /// `meta` names bounds and spawn point; what it lacks is the default. `config` must outlive this.
  space(const room_meta& meta, const space_settings& config);

  [[nodiscard]] const room_bounds& bounds() const noexcept { return bounds_; }
  /// Gives the user a place: the one that it has, or the free cell nearest the spawn point.
  room_point enter(const user_id& user);
  /// The user stands at `place`, which is inside; nobody has to be told.
  void put(const user_id& user, room_point place);
  /// The user, who has a place, moved. False: nobody may stand there, and the place stays.
  [[nodiscard]] bool move(const user_id& user, room_point to);
  /// A move of the user that was not told yet may be told now, and to all: its connection was lost.
  void hurry(const user_id& user);
  /// The place is free, and a move of the user that was not told yet never will be.
  void leave(const user_id& user);

  /// Null: the user has no place. Valid until the next change.
  [[nodiscard]] const room_point* find(const user_id& user) const;
  [[nodiscard]] std::size_t size() const noexcept { return stands_.size(); }

  struct told_move {
    user_id user;
    room_point place;
    /// Beyond the radius, too.
    bool for_all = false;
  };
  /// Moves that may be told now: of each user at most `move_hz` a second, the newest only, and beyond
  /// the radius at most `far_hz`; where a user came to rest everybody is told. By user id.
  [[nodiscard]] std::vector<told_move> take_moves(unix_ms now);
  /// When `take_moves` has more; nothing: all was told.
  [[nodiscard]] std::optional<unix_ms> next_move() const;
  /// Cells within which every move is seen; 0: everywhere, the space is not crowded.
  [[nodiscard]] double radius() const noexcept;

private:
  struct stand {
    room_point place;
    /// Those near, or those further away, have not been told of this place.
    bool is_new_near = false;
    bool is_new_far = false;
    /// Not to be told before.
    unix_ms near_from = 0;
    unix_ms far_from = 0;
  };

  [[nodiscard]] static unix_ms due(const stand& s) noexcept;
  void settle(stand& s, room_point place);

  const space_settings& config_;
  room_bounds bounds_;
  spawn_cells cells_;
  std::unordered_map<user_id, stand> stands_;
  /// Those whose place not everybody was told.
  std::set<user_id> moving_;
};

/// Why somebody may not stand where it wants to; an event of its own tells the client.
[[nodiscard]] failure outside_of_space();
/// The spawn point of a space that names none: the corner of its middle cell.
[[nodiscard]] room_point centre_of(double width, double height) noexcept;
/// The size of a space, along one side, that names none.
inline constexpr double usual_space_size = 100;

} // namespace atrium
