// Who belongs to a room, as a value: the users that get its messages also when they are away. At most
// `limits.members_per_room` of them. Contract §1 ("member").
#pragma once

#include "actors/ids.hpp"
#include "actors/store_port.hpp"

#include <cstddef>
#include <optional>
#include <set>
#include <vector>

namespace atrium {

/// Not thread-safe; one room's.
class membership {
public:
  /// `max_count` 0: any number. Those loaded stay, however many they are.
  membership(std::vector<user_id> loaded, std::size_t max_count);

  [[nodiscard]] bool contains(const user_id& user) const { return users_.contains(user); }
  /// The user is a member, or may become one.
  [[nodiscard]] bool has_place_for(const user_id& user) const;

  /// False: the user was a member already, or there is no place.
  bool add(const user_id& user);
  /// False: the user was no member.
  bool remove(const user_id& user);
  /// From now on exactly `users` are members; doubled ones count once. Returns what changed (both
  /// lists may be empty), or nothing if these are too many: then nothing changed.
  [[nodiscard]] std::optional<change_members> replace(std::vector<user_id> users);

  /// By id.
  [[nodiscard]] std::vector<user_id> all() const { return {users_.begin(), users_.end()}; }
  [[nodiscard]] std::size_t size() const noexcept { return users_.size(); }

private:
  std::size_t max_count_;
  std::set<user_id> users_;
};

} // namespace atrium
