// Which whole cells of a space are free, by their distance from the spawn point, as a value.
// Contract §3 ("Spawn: the free integer cell nearest the spawn point").
#pragma once

#include "actors/room_meta.hpp"

#include <cstddef>
#include <cstdint>
#include <set>
#include <unordered_map>
#include <vector>

namespace atrium {

/// Not thread-safe; one space's. Costs memory for about as many cells as there are users.
class spawn_cells {
public:
  /// `width` and `height` are 1..10,000; `spawn` lies in [0, width) × [0, height).
  spawn_cells(double width, double height, room_point spawn);

  /// The corner of the free cell nearest the spawn point by Euclid (of several the one with the
  /// smaller y, then the smaller x); of the spawn point's own cell if none is free. Takes nothing.
  [[nodiscard]] room_point nearest_free();
  /// Somebody stands at `place`, which lies inside; a cell holds any number.
  void take(room_point place);
  /// Undoes one `take` of this place.
  void give_back(room_point place);

private:
  using cell_key = std::uint32_t;
  struct cell {
    std::size_t users = 0;
    /// Its place in `ranked_`; `unranked`: it was not looked at yet.
    std::uint32_t rank;
  };
  static constexpr std::uint32_t unranked = 0xffff'ffff;
  struct candidate {
    double distance;
    std::int32_t x;
    std::int32_t y;
  };

  [[nodiscard]] static cell_key key_of(std::int32_t x, std::int32_t y) noexcept;
  [[nodiscard]] static cell_key key_of(room_point place) noexcept;
  void rank_next_ring();
  void add_row(std::vector<candidate>& ring, std::int32_t y) const;
  void rank(const candidate& c);

  std::int32_t columns_;
  std::int32_t rows_;
  room_point spawn_;
  /// Cells are ranked ring by ring: of ring k those whose distance is in [k, k + 1).
  std::int32_t next_ring_ = 0;
  std::int32_t ring_count_;
  std::vector<cell_key> ranked_;
  std::set<std::uint32_t> free_ranks_;
  /// Those that are ranked or stood on.
  std::unordered_map<cell_key, cell> cells_;
};

} // namespace atrium
