// See membership.hpp.
#include "actors/membership.hpp"

#include <algorithm>
#include <iterator>

namespace atrium {

membership::membership(std::vector<user_id> loaded, std::size_t max_count)
    : max_count_{max_count}, users_{loaded.begin(), loaded.end()} {}

bool membership::has_place_for(const user_id& user) const {
  return max_count_ == 0 || users_.size() < max_count_ || contains(user);
}

bool membership::add(const user_id& user) {
  return has_place_for(user) && users_.insert(user).second;
}

bool membership::remove(const user_id& user) {
  return users_.erase(user) > 0;
}

std::optional<change_members> membership::replace(std::vector<user_id> users) {
  std::set<user_id> wanted{std::make_move_iterator(users.begin()),
                           std::make_move_iterator(users.end())};
  if (max_count_ != 0 && wanted.size() > max_count_) return std::nullopt;
  change_members out;
  std::set_difference(wanted.begin(), wanted.end(), users_.begin(), users_.end(),
                      std::back_inserter(out.added));
  std::set_difference(users_.begin(), users_.end(), wanted.begin(), wanted.end(),
                      std::back_inserter(out.removed));
  users_ = std::move(wanted);
  return out;
}

} // namespace atrium
