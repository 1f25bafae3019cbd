// See relay_state.hpp. Follower and followed know each other, so leaving costs what the leaver is part
// of, however large the room.
#include "actors/relay_state.hpp"

#include <algorithm>
#include <utility>

namespace atrium {

namespace {

bool has(const std::vector<socket_id>& all, const socket_id& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

} // namespace

relay_state::member* relay_state::find(const socket_id& who) {
  auto place = places_.find(who);
  return place == places_.end() ? nullptr : &members_.at(place->second);
}

const relay_state::member* relay_state::find(const socket_id& who) const {
  auto place = places_.find(who);
  return place == places_.end() ? nullptr : &members_.at(place->second);
}

bool relay_state::join(const socket_id& who) {
  auto [place, is_new] = places_.try_emplace(who, last_place_ + 1);
  if (is_new) members_.emplace(++last_place_, member{who, {}, {}});
  return is_new;
}

std::vector<socket_id> relay_state::leave(const socket_id& who) {
  auto place = places_.find(who);
  if (place == places_.end()) return {};
  auto gone = std::move(members_.at(place->second));
  members_.erase(place->second);
  places_.erase(place);
  for (const auto& one : gone.followed) std::erase(find(one)->followers, who);
  for (const auto& one : gone.followers) std::erase(find(one)->followed, who);
  return std::move(gone.followed);
}

relay_state::follow_outcome relay_state::follow(const socket_id& follower,
                                                const socket_id& followed) {
  auto* from = find(follower);
  auto* to = find(followed);
  if (from == nullptr || to == nullptr || from == to) return follow_outcome::not_in_room;
  if (has(from->followed, followed)) return follow_outcome::unchanged;
  if (from->followed.size() >= max_followed) return follow_outcome::too_many;
  from->followed.push_back(followed);
  to->followers.push_back(follower);
  return follow_outcome::done;
}

relay_state::follow_outcome relay_state::unfollow(const socket_id& follower,
                                                  const socket_id& followed) {
  auto* from = find(follower);
  auto* to = find(followed);
  if (from == nullptr || to == nullptr) return follow_outcome::not_in_room;
  if (std::erase(from->followed, followed) == 0) return follow_outcome::unchanged;
  std::erase(to->followers, follower);
  return follow_outcome::done;
}

std::vector<socket_id> relay_state::members() const {
  std::vector<socket_id> out;
  out.reserve(members_.size());
  for (const auto& [place, m] : members_) out.push_back(m.socket);
  return out;
}

const std::vector<socket_id>& relay_state::followers(const socket_id& of) const {
  static const std::vector<socket_id> nobody;
  const auto* m = find(of);
  return m == nullptr ? nobody : m->followers;
}

} // namespace atrium
