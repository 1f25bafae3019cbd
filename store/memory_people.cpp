// Order: requests are carried out one after the other under one lock, each whole. What expired is
// nothing for anybody; its memory goes when it is touched, or with one of the next writes.
// It never blocks for long, and nothing in it outlives the process.
#include "store/memory_people.hpp"

#include "config/settings.hpp"
#include "store/audit_entry.hpp"
#include "store/friend_entry.hpp"
#include "store/records_commands.hpp"

#include <algorithm>

namespace atrium::store {

namespace {

// After so many writes records that nobody touched are looked through for those that expired.
constexpr std::size_t sweep_interval = 1'000;

} // namespace

void memory_people::drop_friends(const user_id& user) {
  const auto at = friends_.find(user);
  if (at == friends_.end()) return;
  for (const auto& [listed, profile] : at->second.profiles) {
    const auto listers = friend_of_.find(listed);
    if (listers == friend_of_.end()) continue;
    listers->second.erase(user);
    if (listers->second.empty()) friend_of_.erase(listers);
  }
  friends_.erase(at);
}

void memory_people::put(const put_friends& request) {
  const std::scoped_lock guard{lock_};
  sweep();
  drop_friends(request.user);
  if (request.friends.empty()) return;
  auto& held = friends_[request.user];
  held.expires_at = now_() + milliseconds{friends_ttl}.count();
  for (const auto& profile : request.friends) {
    held.profiles.insert_or_assign(profile.user, profile);
    friend_of_[profile.user].insert(request.user);
  }
}

void memory_people::put(const put_activity& request) {
  const std::scoped_lock guard{lock_};
  sweep();
  auto& held = activity_[request.user];
  held.last = std::max(held.last, request.when);
  held.expires_at = now_() + milliseconds{activity_ttl}.count();
}

void memory_people::put(const put_audit& request) {
  const std::scoped_lock guard{lock_};
  audit_.push_front(request.what);
  if (audit_.size() > audit_count) audit_.pop_back();
}

void memory_people::load(const user_id& user, loaded_user& answer) {
  const std::scoped_lock guard{lock_};
  const auto now = now_();
  const auto did = activity_.find(user);
  if (did != activity_.end() && did->second.expires_at > now)
    answer.last_activity = did->second.last;
  const auto held = friends_.find(user);
  if (held == friends_.end()) return;
  if (held->second.expires_at <= now) return drop_friends(user);
  held->second.expires_at = now + milliseconds{friends_ttl}.count();
  for (const auto& [id, profile] : held->second.profiles) answer.friends.push_back(profile);
}

void memory_people::erase(const user_id& user) {
  const std::scoped_lock guard{lock_};
  drop_friends(user);
  activity_.erase(user);
  const auto listers = friend_of_.find(user);
  if (listers == friend_of_.end()) return;
  for (const auto& lister : listers->second) {
    const auto at = friends_.find(lister);
    if (at == friends_.end()) continue;
    at->second.profiles.erase(user);
    if (at->second.profiles.empty()) friends_.erase(at);
  }
  friend_of_.erase(listers);
}

audit_entries memory_people::audit(const read_audit& request) {
  const std::scoped_lock guard{lock_};
  audit_entries answer{store_status::ok, {}, false};
  const auto from = std::min(request.offset, audit_.size());
  const auto end = from + std::min(request.limit, audit_.size() - from);
  answer.entries.assign(audit_.begin() + static_cast<std::ptrdiff_t>(from),
                        audit_.begin() + static_cast<std::ptrdiff_t>(end));
  answer.has_more = end < audit_.size();
  return answer;
}

void memory_people::clean(bool is_dry_run, keys_cleaned& answer) {
  const std::scoped_lock guard{lock_};
  if (!friends_.empty()) answer.keys["ws:friends:*"] += friends_.size();
  if (!friend_of_.empty()) answer.keys["ws:friend_of:*"] += friend_of_.size();
  if (!activity_.empty()) answer.keys["activity:*"] += activity_.size();
  if (is_dry_run) return;
  friends_.clear();
  friend_of_.clear();
  activity_.clear();
}

void memory_people::describe(store_info& answer) {
  const std::scoped_lock guard{lock_};
  answer.lines.emplace_back("friends", std::to_string(friends_.size()));
  answer.lines.emplace_back("activity", std::to_string(activity_.size()));
  answer.lines.emplace_back("audit", std::to_string(audit_.size()));
}

void memory_people::sweep() {
  if (++writes_ % sweep_interval != 0) return;
  const auto now = now_();
  std::erase_if(activity_, [now](const auto& held) { return held.second.expires_at <= now; });
  std::vector<user_id> over;
  for (const auto& [user, held] : friends_)
    if (held.expires_at <= now) over.push_back(user);
  for (const auto& user : over) drop_friends(user);
}

} // namespace atrium::store
