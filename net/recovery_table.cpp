// See recovery_table.hpp.
#include "net/recovery_table.hpp"

#include "net/recovery_offset.hpp"

#include <algorithm>

namespace atrium::net {

std::optional<std::vector<room_return>> returns_of(const lost_connection& lost,
                                                   std::string_view offset) {
  std::vector<room_return> out;
  auto at = read_offset(offset);
  auto last = std::find_if(lost.rooms.begin(), lost.rooms.end(),
                           [&](const auto& r) { return at && r.epoch == at->epoch; });
  for (const auto& r : lost.rooms) {
    if (!r.is_joined) continue;
    if (last == lost.rooms.end()) return std::nullopt;
    auto seq = lost.log.seen(r.key, last->key, at->seq);
    if (!seq) return std::nullopt;
    out.push_back({r.id, r.epoch, *seq, r.patch_board});
  }
  return out;
}

void recovery_table::add(const std::string& pid, connected c) {
  std::lock_guard guard{mutex_};
  connected_.insert_or_assign(pid, std::move(c));
}

void recovery_table::add(const std::string& pid, lost_connection&& lost, time_point now) {
  std::lock_guard guard{mutex_};
  connected_.erase(pid);
  auto until = now + config_.recovery_window;
  lost_.insert_or_assign(pid, kept{std::move(lost), until});
  order_.emplace_back(until, pid);
  forget_old(now);
}

void recovery_table::forget_old(time_point now) {
  while (!order_.empty()
         && (order_.front().first <= now || order_.size() > config_.recovery_sessions)) {
    auto found = lost_.find(order_.front().second);
    // It may have been lost once more since.
    if (found != lost_.end() && found->second.until == order_.front().first) lost_.erase(found);
    order_.pop_front();
  }
}

void recovery_table::remove(const std::string& pid) {
  std::lock_guard guard{mutex_};
  connected_.erase(pid);
  lost_.erase(pid);
}

recovery_table::found recovery_table::take(const std::string& pid, time_point now) {
  std::lock_guard guard{mutex_};
  if (auto c = connected_.find(pid); c != connected_.end()) return c->second;
  auto l = lost_.find(pid);
  if (l == lost_.end()) return std::monostate{};
  auto kept = std::move(l->second);
  lost_.erase(l);
  if (kept.until <= now) return std::monostate{};
  return std::move(kept.lost);
}

} // namespace atrium::net
