// Who is where: connection i sits in room i mod R, and the first members of each room send.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace atrium::bench {

struct seat {
  std::uint32_t room = 0;
  /// Counts the room's members from 0.
  std::uint32_t place = 0;
};

class population {
public:
  /// `rooms` is at least 1 and at most `connections`.
  population(std::uint32_t connections, std::uint32_t rooms, std::uint32_t senders_per_room)
      : rooms_{rooms}, senders_{senders_per_room} {
    seats_.reserve(connections);
    for (std::uint32_t i = 0; i < connections; ++i) seats_.push_back({i % rooms, i / rooms});
  }

  [[nodiscard]] std::uint32_t connection_count() const noexcept {
    return static_cast<std::uint32_t>(seats_.size());
  }
  [[nodiscard]] std::uint32_t room_count() const noexcept { return rooms_; }
  /// The most that any room has.
  [[nodiscard]] std::uint32_t senders_per_room() const noexcept { return senders_; }
  [[nodiscard]] seat seat_of(std::uint32_t connection) const noexcept { return seats_[connection]; }
  [[nodiscard]] std::uint32_t member_count(std::uint32_t room) const noexcept {
    return (connection_count() - room + rooms_ - 1) / rooms_;
  }
  [[nodiscard]] std::uint32_t largest_room() const noexcept { return member_count(0); }
  [[nodiscard]] bool sends(std::uint32_t connection) const noexcept {
    return seats_[connection].place < senders_;
  }

private:
  std::uint32_t rooms_;
  std::uint32_t senders_;
  std::vector<seat> seats_;
};

} // namespace atrium::bench
