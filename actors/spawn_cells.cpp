// Cells are put in the order of their distance only as far as somebody needed one: ring by ring around
// the spawn point. Of those in order the free ones are kept sorted, so that the nearest is at hand
// whoever comes and goes. For n users about n cells are ever looked at.
#include "actors/spawn_cells.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace atrium {

namespace {

constexpr std::uint32_t key_stride = 16'384;

double square(double n) noexcept {
  return n * n;
}

std::int32_t cells_along(double size) noexcept {
  return static_cast<std::int32_t>(std::ceil(size));
}

struct distances {
  double near;
  double far;
};

/// Calls `f` with each of 0 … `count` - 1 that is between near and far from `center`, on either side,
/// and perhaps with some that are a little more or less: roots are rounded.
template <class F>
void each_between(double center, distances reach, std::int32_t count, F f) {
  auto walk = [&](double from, double to) {
    auto n = std::max(0, static_cast<std::int32_t>(from));
    auto last = std::min(count - 1, static_cast<std::int32_t>(to));
    for (; n <= last; ++n) f(n);
  };
  auto left_end = std::floor(center - reach.near) + 1;
  walk(std::floor(center - reach.far) - 1, left_end);
  walk(std::max(left_end + 1, std::floor(center + reach.near) - 1),
       std::ceil(center + reach.far) + 1);
}

} // namespace

spawn_cells::spawn_cells(double width, double height, room_point spawn)
    : columns_{cells_along(width)}, rows_{cells_along(height)}, spawn_{spawn} {
  auto far_x = std::max(spawn.x, columns_ - spawn.x);
  auto far_y = std::max(spawn.y, rows_ - spawn.y);
  ring_count_ = cells_along(std::hypot(far_x, far_y)) + 1;
}

spawn_cells::cell_key spawn_cells::key_of(std::int32_t x, std::int32_t y) noexcept {
  return static_cast<cell_key>(y) * key_stride + static_cast<cell_key>(x);
}

spawn_cells::cell_key spawn_cells::key_of(room_point place) noexcept {
  return key_of(static_cast<std::int32_t>(place.x), static_cast<std::int32_t>(place.y));
}

room_point spawn_cells::nearest_free() {
  while (free_ranks_.empty() && next_ring_ < ring_count_) rank_next_ring();
  auto key = free_ranks_.empty() ? key_of(spawn_) : ranked_[*free_ranks_.begin()];
  return {static_cast<double>(key % key_stride), static_cast<double>(key / key_stride)};
}

void spawn_cells::take(room_point place) {
  auto& c = cells_.try_emplace(key_of(place), cell{0, unranked}).first->second;
  if (c.users++ == 0 && c.rank != unranked) free_ranks_.erase(c.rank);
}

void spawn_cells::give_back(room_point place) {
  auto at = cells_.find(key_of(place));
  if (at == cells_.end() || --at->second.users > 0) return;
  if (at->second.rank == unranked)
    cells_.erase(at);
  else
    free_ranks_.insert(at->second.rank);
}

void spawn_cells::rank_next_ring() {
  std::vector<candidate> ring;
  // Rows that are further inside cross the ring beyond the left and right edge.
  auto edge = std::max(spawn_.x, columns_ - spawn_.x);
  auto near = std::sqrt(std::max(0.0, square(next_ring_) - square(edge)));
  each_between(spawn_.y, {near, next_ring_ + 1.0}, rows_,
               [&](std::int32_t y) { add_row(ring, y); });
  std::sort(ring.begin(), ring.end(), [](const candidate& a, const candidate& b) {
    return std::tie(a.distance, a.y, a.x) < std::tie(b.distance, b.y, b.x);
  });
  for (const auto& c : ring) rank(c);
  ++next_ring_;
}

void spawn_cells::add_row(std::vector<candidate>& ring, std::int32_t y) const {
  auto dy = square(y - spawn_.y);
  auto inner = square(next_ring_);
  auto outer = square(next_ring_ + 1.0);
  if (dy >= outer) return;
  distances reach{std::sqrt(std::max(0.0, inner - dy)), std::sqrt(outer - dy)};
  each_between(spawn_.x, reach, columns_, [&](std::int32_t x) {
    if (auto d = square(x - spawn_.x) + dy; d >= inner && d < outer) ring.push_back({d, x, y});
  });
}

void spawn_cells::rank(const candidate& c) {
  auto key = key_of(c.x, c.y);
  auto rank = static_cast<std::uint32_t>(ranked_.size());
  ranked_.push_back(key);
  auto& known = cells_.try_emplace(key, cell{0, unranked}).first->second;
  known.rank = rank;
  if (known.users == 0) free_ranks_.insert(rank);
}

} // namespace atrium
