// See friend_list.hpp. Bounded by `limits.friends_per_user` for each user that asks.
#include "actors/friend_list.hpp"

#include <utility>

namespace atrium {

std::vector<friend_profile> without_repeats(std::vector<friend_profile> friends) {
  std::vector<friend_profile> out;
  std::unordered_map<user_id, std::size_t> places;
  for (auto& each : friends) {
    auto [at, is_new] = places.try_emplace(each.user, out.size());
    if (is_new)
      out.push_back(std::move(each));
    else
      out[at->second] = std::move(each);
  }
  return out;
}

friend_list::change friend_list::replace(std::vector<friend_profile> friends) {
  change out;
  auto former = std::exchange(entries_, {});
  auto former_places = std::exchange(places_, {});
  is_known_ = true;
  unsettled_ = 0;
  for (auto& who : friends) {
    entry e{std::move(who), std::nullopt};
    auto known = former_places.find(e.who.user);
    if (known == former_places.end()) {
      out.begun.push_back(e.who.user);
    } else {
      e.is_online = former[known->second].is_online;
      former_places.erase(known);
    }
    unsettled_ += e.is_online ? 0 : 1;
    places_.emplace(e.who.user, entries_.size());
    entries_.push_back(std::move(e));
  }
  for (auto& [user, place] : former_places) out.ended.push_back(user);
  return out;
}

friend_list::news friend_list::set(const user_id& user, bool is_online) {
  auto at = places_.find(user);
  if (at == places_.end()) return news::nothing;
  auto former = std::exchange(entries_[at->second].is_online, is_online);
  if (!former) --unsettled_;
  if (!former) return news::learnt;
  if (*former == is_online) return news::nothing;
  return is_online ? news::came : news::went;
}

friend_list::news friend_list::remove(const user_id& user) {
  auto at = places_.find(user);
  if (at == places_.end()) return news::nothing;
  auto place = at->second;
  auto former = entries_[place].is_online;
  if (!former) --unsettled_;
  places_.erase(at);
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(place));
  for (auto i = place; i < entries_.size(); ++i) places_[entries_[i].who.user] = i;
  return former.value_or(false) ? news::went : news::nothing;
}

const friend_profile* friend_list::find(const user_id& user) const {
  auto at = places_.find(user);
  return at == places_.end() ? nullptr : &entries_[at->second].who;
}

std::vector<user_id> friend_list::users() const {
  std::vector<user_id> out;
  out.reserve(entries_.size());
  for (const auto& e : entries_) out.push_back(e.who.user);
  return out;
}

friends_status friend_list::status() const {
  friends_status out;
  out.friends.reserve(entries_.size());
  for (const auto& e : entries_) out.friends.push_back({e.who, e.is_online.value_or(false)});
  return out;
}

void watch_book::remove(const user_id& watched, const user_id& watcher) {
  auto at = by_watched_.find(watched);
  if (at == by_watched_.end()) return;
  at->second.erase(watcher);
  if (at->second.empty()) by_watched_.erase(at);
}

const watch_book::users* watch_book::of(const user_id& watched) const {
  auto at = by_watched_.find(watched);
  return at == by_watched_.end() ? nullptr : &at->second;
}

} // namespace atrium
