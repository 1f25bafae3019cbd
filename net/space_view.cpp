// See space_view.hpp. A session in a crowd costs the moves of a strip two radii wide, and those that
// are told to all.
#include "net/space_view.hpp"

#include <algorithm>

namespace atrium::net {

void visible_moves::begin(const move_batch& batch, wire spelling) {
  radius_ = batch.radius;
  near_.clear();
  for_all_.clear();
  for (const auto& m : batch.movers) {
    const auto& bytes = m.bytes[static_cast<std::size_t>(spelling)];
    if (!bytes) continue;
    if (radius_ == 0 || m.for_all)
      for_all_.push_back({m.key, &bytes});
    else
      near_.push_back({m.place, {m.key, &bytes}});
  }
  std::sort(near_.begin(), near_.end(),
            [](const near_move& a, const near_move& b) { return a.place.x < b.place.x; });
}

std::span<const told_move> visible_moves::from(const viewpoint* where) {
  chosen_ = for_all_;
  if (where == nullptr) {
    for (const auto& m : near_) chosen_.push_back(m.what);
    return chosen_;
  }
  add_near(*where);
  if (where->user)
    std::erase_if(chosen_, [own = *where->user](const told_move& m) { return m.key == own; });
  return chosen_;
}

void visible_moves::add_near(const viewpoint& where) {
  const auto& here = where.place;
  auto first = std::lower_bound(near_.begin(), near_.end(), here.x - radius_,
                                [](const near_move& m, double x) { return m.place.x < x; });
  for (; first != near_.end() && first->place.x <= here.x + radius_; ++first) {
    auto dx = first->place.x - here.x;
    auto dy = first->place.y - here.y;
    if (dx * dx + dy * dy <= radius_ * radius_) chosen_.push_back(first->what);
  }
}

} // namespace atrium::net
