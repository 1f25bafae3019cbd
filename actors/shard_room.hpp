// The members of one room that a user shard owns, as a value: which of their sessions are in the
// room, and who is away. Contract §1 ("member").
#pragma once

#include "actors/ids.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace atrium {

/// Not thread-safe; one user shard's.
class shard_room {
public:
  /// One list of users for each queue; null where there is none.
  using absent_lists = std::vector<std::shared_ptr<const std::vector<user_id>>>;

  /// False: is one already.
  bool add(const user_id& user);
  /// False: was none.
  bool remove(const user_id& user);
  [[nodiscard]] bool contains(const user_id& user) const { return members_.contains(user); }
  [[nodiscard]] std::size_t size() const noexcept { return members_.size(); }
  [[nodiscard]] std::vector<user_id> members() const;

  /// A session of a member is in the room. False: no member, or known already.
  bool enter(const user_id& user, session_id session);
  /// False: it was not in.
  bool leave(const user_id& user, session_id session);
  [[nodiscard]] bool is_inside(const user_id& user, session_id session) const;
  [[nodiscard]] bool is_anyone_inside(const user_id& user) const;

  /// Whether a user hears rooms from outside has changed.
  void forget_absent() noexcept { absent_.reset(); }
  /// Members without a session in here for whom `is_live(user)` is false, by the queue that owns
  /// them (`std::hash`, modulo `queue_count`). Made anew only after something changed.
  template <class Predicate>
  [[nodiscard]] const absent_lists& absent(std::size_t queue_count, Predicate is_live) {
    if (absent_) return *absent_;
    std::vector<std::vector<user_id>> lists(queue_count);
    for (const auto& [user, sessions] : members_)
      if (sessions.empty() && !is_live(user))
        lists[std::hash<user_id>{}(user) % queue_count].push_back(user);
    absent_.emplace(queue_count);
    for (std::size_t i = 0; i < queue_count; ++i)
      if (!lists[i].empty())
        (*absent_)[i] = std::make_shared<const std::vector<user_id>>(std::move(lists[i]));
    return *absent_;
  }

private:
  /// With their sessions that are in the room.
  std::unordered_map<user_id, std::vector<session_id>> members_;
  std::optional<absent_lists> absent_;
};

} // namespace atrium
