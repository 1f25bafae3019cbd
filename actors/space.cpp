// Where users of a space stand.
//
// A user's moves are told in their order; of those that came between two tellings only the last. Whoever
// is far away in a crowded space is told less often, but always where a user came to rest. Two users may
// stand on one cell if they walk there; nobody is put on a taken cell while another is free.
#include "actors/space.hpp"

#include <algorithm>
#include <cmath>

namespace atrium {

namespace {

/// The shortest time between two of `hz` a second; rounded up, so that no second has more.
unix_ms pause_of(unsigned hz) noexcept {
  return (1'000 + hz - 1) / std::max(hz, 1u);
}

/// -0 is spelled like 0.
room_point plain(room_point p) noexcept {
  return {p.x + 0.0, p.y + 0.0};
}

} // namespace

room_point centre_of(double width, double height) noexcept {
  return {std::floor(width / 2), std::floor(height / 2)};
}

space::space(const room_meta& meta, const space_settings& config)
    : config_{config}, bounds_{meta.width.value_or(usual_space_size),
                               meta.height.value_or(usual_space_size)},
      cells_{bounds_.width, bounds_.height,
             meta.spawn.value_or(centre_of(bounds_.width, bounds_.height))} {}

failure outside_of_space() {
  failure outside{errc::bad_request, "the place is outside of the space"};
  outside.is_told = true;
  return outside;
}

room_point space::enter(const user_id& user) {
  if (const auto* place = find(user)) return *place;
  auto place = cells_.nearest_free();
  put(user, place);
  return place;
}

void space::put(const user_id& user, room_point place) {
  auto [at, is_new] = stands_.try_emplace(user);
  if (!is_new) cells_.give_back(at->second.place);
  settle(at->second, place);
}

void space::settle(stand& s, room_point place) {
  s.place = plain(place);
  cells_.take(s.place);
}

bool space::move(const user_id& user, room_point to) {
  auto at = stands_.find(user);
  if (at == stands_.end() || !bounds_.contains(to)) return false;
  auto& s = at->second;
  if (s.place.x == to.x && s.place.y == to.y) return true;
  cells_.give_back(s.place);
  settle(s, to);
  s.is_new_near = s.is_new_far = true;
  moving_.insert(user);
  return true;
}

void space::leave(const user_id& user) {
  auto at = stands_.find(user);
  if (at == stands_.end()) return;
  cells_.give_back(at->second.place);
  stands_.erase(at);
  moving_.erase(user);
}

const room_point* space::find(const user_id& user) const {
  auto at = stands_.find(user);
  return at == stands_.end() ? nullptr : &at->second.place;
}

double space::radius() const noexcept {
  return stands_.size() > config_.crowd ? config_.radius : 0;
}

unix_ms space::due(const stand& s) noexcept {
  return s.is_new_near ? s.near_from : std::max(s.near_from, s.far_from);
}

void space::hurry(const user_id& user) {
  auto& s = stands_.at(user);
  s.near_from = 0;
  s.far_from = 0;
}

std::vector<space::told_move> space::take_moves(unix_ms now) {
  std::vector<told_move> out;
  const auto pause = pause_of(config_.move_hz);
  const bool is_crowded = radius() > 0;
  for (auto user = moving_.begin(); user != moving_.end();) {
    auto& s = stands_.at(*user);
    if (due(s) > now) {
      ++user;
      continue;
    }
    const bool for_all = !is_crowded || s.far_from <= now;
    out.push_back({*user, s.place, for_all});
    s.is_new_near = false;
    // One that waited for the others of its batch is not late the next time.
    s.near_from = std::max(s.near_from + pause, now + pause - config_.gather.count());
    if (for_all) {
      s.is_new_far = false;
      s.far_from = now + pause_of(config_.far_hz);
    }
    user = s.is_new_far ? std::next(user) : moving_.erase(user);
  }
  return out;
}

std::optional<unix_ms> space::next_move() const {
  std::optional<unix_ms> next;
  for (const auto& user : moving_) {
    auto at = due(stands_.at(user));
    next = std::min(next.value_or(at), at);
  }
  return next;
}

} // namespace atrium
