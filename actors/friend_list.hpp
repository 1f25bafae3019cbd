// Whom a user lists as friends, and who of them is online, as far as that is known; and who watches
// whom. Values. Contract §3 (`setFriends`, `getOnlineStatus`).
//
//   replaced ──> each friend's status is asked for ──> learnt: settled ──> comes and goes
#pragma once

#include "actors/events.hpp"
#include "actors/ids.hpp"
#include "actors/user_port.hpp"

#include <cstddef>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace atrium {

/// Of several profiles with one id the last, in the place of the first.
[[nodiscard]] std::vector<friend_profile> without_repeats(std::vector<friend_profile> friends);

/// The friends of one user. Not thread-safe; one user shard's.
class friend_list {
public:
  enum class news {
    /// No friend, or nothing changed.
    nothing,
    /// The status was not known before.
    learnt,
    came,
    went,
  };
  struct change {
    /// Their status is not known yet.
    std::vector<user_id> begun;
    std::vector<user_id> ended;
  };

  /// From now on exactly these, each once; what is known of those who stay is kept.
  change replace(std::vector<friend_profile> friends);
  news set(const user_id& user, bool is_online);
  /// `went`: it was online. `nothing`: it was offline, or its status was not known, or it is no friend.
  news remove(const user_id& user);

  /// It was given, by `replace`.
  [[nodiscard]] bool is_known() const noexcept { return is_known_; }
  /// It is known, and the status of everybody in it.
  [[nodiscard]] bool is_settled() const noexcept { return is_known_ && unsettled_ == 0; }
  /// Null: no friend. Valid until the next `replace`.
  [[nodiscard]] const friend_profile* find(const user_id& user) const;
  [[nodiscard]] std::vector<user_id> users() const;
  /// In the order of the list. Precondition: it is settled.
  [[nodiscard]] friends_status status() const;

private:
  struct entry {
    friend_profile who;
    std::optional<bool> is_online;
  };

  std::vector<entry> entries_;
  std::unordered_map<user_id, std::size_t> places_;
  std::size_t unsettled_ = 0;
  bool is_known_ = false;
};

/// Who watches whom. Not thread-safe; one user shard's, which owns those that are watched.
class watch_book {
public:
  using users = std::unordered_set<user_id>;

  void add(const user_id& watched, const user_id& watcher) { by_watched_[watched].insert(watcher); }
  void remove(const user_id& watched, const user_id& watcher);
  /// Null: nobody watches the user.
  [[nodiscard]] const users* of(const user_id& watched) const;

private:
  std::unordered_map<user_id, users> by_watched_;
};

} // namespace atrium
