// A relay room as a value: who is in, in the order in which they came, and who follows whom. No actor,
// no socket; what follows from a change for whom is the room's business.
#pragma once

#include "actors/relay_events.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

namespace atrium {

class relay_state {
public:
  /// So many others one member may follow at a time.
  static constexpr std::size_t max_followed = 50;

  enum class follow_outcome : std::uint8_t {
    done,
    /// It was so before.
    unchanged,
    /// Who follows, or who is to be followed, is not in.
    not_in_room,
    /// The follower follows `max_followed` others.
    too_many,
  };

  /// False: it is in already, and keeps its place.
  bool join(const socket_id& who);
  /// It follows nobody and is followed by nobody any more. Returns whom it followed, in that order.
  std::vector<socket_id> leave(const socket_id& who);

  follow_outcome follow(const socket_id& follower, const socket_id& followed);
  follow_outcome unfollow(const socket_id& follower, const socket_id& followed);

  [[nodiscard]] bool contains(const socket_id& who) const { return places_.contains(who); }
  [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }
  [[nodiscard]] bool empty() const noexcept { return places_.empty(); }
  /// In the order in which they came.
  [[nodiscard]] std::vector<socket_id> members() const;
  /// In the order in which they began to follow. Nobody follows who is not in.
  [[nodiscard]] const std::vector<socket_id>& followers(const socket_id& of) const;

private:
  struct member {
    socket_id socket;
    std::vector<socket_id> followers;
    std::vector<socket_id> followed;
  };

  [[nodiscard]] member* find(const socket_id& who);
  [[nodiscard]] const member* find(const socket_id& who) const;

  /// By arrival.
  std::map<std::uint64_t, member> members_;
  std::unordered_map<socket_id, std::uint64_t> places_;
  std::uint64_t last_place_ = 0;
};

} // namespace atrium
