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
  forget(pid);
  auto place = order_.insert(order_.end(), pid);
  lost_.emplace(pid, kept{std::move(lost), now + config_.recovery_window, place});
  forget_old(now);
}

void recovery_table::forget(const std::string& pid) {
  auto found = lost_.find(pid);
  if (found == lost_.end()) return;
  order_.erase(found->second.place);
  lost_.erase(found);
}

void recovery_table::forget_old(time_point now) {
  while (!order_.empty()) {
    auto oldest = lost_.find(order_.front());
    if (oldest->second.until > now && lost_.size() <= config_.recovery_sessions) break;
    lost_.erase(oldest);
    order_.pop_front();
  }
}

void recovery_table::remove(const std::string& pid) {
  std::lock_guard guard{mutex_};
  connected_.erase(pid);
  forget(pid);
}

recovery_table::found recovery_table::take(const std::string& pid, time_point now) {
  std::lock_guard guard{mutex_};
  if (auto c = connected_.find(pid); c != connected_.end()) return c->second;
  auto l = lost_.find(pid);
  if (l == lost_.end()) return std::monostate{};
  auto kept = std::move(l->second);
  order_.erase(kept.place);
  lost_.erase(l);
  if (kept.until <= now) return std::monostate{};
  return std::move(kept.lost);
}

} // namespace atrium::net
