// Who of a space's clients is told of which moves (contract §3): those around the place from which it
// sees, those that are told to everybody, never its own user's. A value; knows no session's socket.
//
// What a client is told is a choice out of a batch that the room made for all, in frames that the room
// encoded once. Nothing is allocated per client or move, once the lists have grown to a batch's size.
#pragma once

#include "actors/outlet.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace atrium::net {

/// From where a session sees a space.
struct viewpoint {
  room_point place;
  /// `mover::key` of its own user; nothing while that has not moved.
  std::optional<std::uint64_t> user;
};

/// A move that a session is told.
struct told_move {
  /// `mover::key`
  std::uint64_t key;
  const frame* bytes;
};

/// One batch in one wire, made ready for the question who is told what.
class visible_moves {
public:
  /// `batch` must outlive what is asked until the next `begin`.
  void begin(const move_batch& batch, wire spelling);
  [[nodiscard]] bool empty() const noexcept { return near_.empty() && for_all_.empty(); }
  /// What a session is told that sees from there; null: it has no place, and is told everything. Valid
  /// until the next call.
  [[nodiscard]] std::span<const told_move> from(const viewpoint* where);

private:
  struct near_move {
    room_point place;
    told_move what;
  };
  void add_near(const viewpoint& where);

  double radius_ = 0;
  /// By x.
  std::vector<near_move> near_;
  std::vector<told_move> for_all_;
  std::vector<told_move> chosen_;
};

} // namespace atrium::net
