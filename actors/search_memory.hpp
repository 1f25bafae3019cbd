// The folded archives of rooms as a value: blocks by room and seq, all rooms together within a
// budget. There may be gaps between a room's blocks; whoever searches reads what is missing and
// gives it here.
#pragma once

#include "actors/archive_block.hpp"
#include "actors/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <unordered_map>

namespace atrium {

class search_memory {
public:
  explicit search_memory(std::size_t max_bytes) : max_bytes_{max_bytes} {}

  /// The block that covers the place right below `below`; null if that has to be read. It is valid
  /// until the next call that is not const. The room counts as used.
  [[nodiscard]] const archive_block* find(room_key room, seq_t below);
  /// Up to where a block reaches that lies below `below`; 0: there is none. Of the seqs from there up to
  /// `below` nothing is known.
  [[nodiscard]] seq_t gap_below(room_key room, seq_t below) const;
  /// Is anything of the room here?
  [[nodiscard]] bool knows(room_key room) const { return rooms_.contains(room); }

  /// Takes a block of which no seq is covered yet. When the budget is exceeded, the room goes that was
  /// not used for longest; if there is no other, the room's oldest block. What is older than that finds
  /// no place itself.
  void keep(room_key room, std::uint64_t older_changes, archive_block block);
  /// Forgets the room if what is here was read at another count of changes.
  void expect(room_key room, std::uint64_t older_changes);
  void forget(room_key room);

  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::size_t room_count() const noexcept { return rooms_.size(); }

private:
  struct archive {
    std::uint64_t older_changes;
    /// By `to`.
    std::map<seq_t, archive_block> blocks;
    std::list<room_key>::iterator use;
  };

  [[nodiscard]] bool make_place(room_key room, const archive_block& block);
  void insert(archive& into, archive_block block);

  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::unordered_map<room_key, archive> rooms_;
  /// The room used last comes first.
  std::list<room_key> uses_;
};

} // namespace atrium
