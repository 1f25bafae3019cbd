// What the records of users are still to be told: the newest of each that Redis has not taken yet,
// because it came just now or because Redis is away. A value, bounded in bytes; without CAF's
// mailbox or hiredis.
#pragma once

#include "actors/user_port.hpp"

#include <map>
#include <set>

namespace atrium::store {

struct activity_sum {
  unix_ms when = 0;
  std::uint64_t events = 0;
  std::uint64_t messages = 0;
};

/// Of one room.
struct connected_changes {
  std::chrono::seconds ttl{0};
  /// By user: whether it is connected now.
  std::map<user_id, bool> users;
};

struct friends_change {
  std::vector<friend_profile> friends;
  /// Who may know the user as one that lists them from an attempt that was not confirmed.
  std::set<user_id> formerly;
};

struct record_changes {
  /// By user: nothing if it is online no more.
  std::map<user_id, std::optional<put_online_user>> online;
  std::map<user_id, activity_sum> activity;
  std::map<room_id, connected_changes> connected;
  std::map<user_id, friends_change> friends;

  [[nodiscard]] bool empty() const noexcept {
    return online.empty() && activity.empty() && connected.empty() && friends.empty();
  }
};

class records_backlog {
public:
  explicit records_backlog(std::size_t most_bytes) : most_bytes_{most_bytes} {}

  /// Each supersedes what waits of the same kind for the same user; activity is added up. False:
  /// there was no place for it, and it is forgotten.
  [[nodiscard]] bool put(const put_online_user& request);
  [[nodiscard]] bool put(const drop_online_user& request);
  [[nodiscard]] bool put(const put_activity& request);
  [[nodiscard]] bool put(const put_connected_member& request);
  [[nodiscard]] bool put(const put_friends& request);

  /// Takes out a portion, to be sent: roughly up to so many bytes, at least one entry if there is
  /// one.
  [[nodiscard]] record_changes take(std::size_t bytes);
  /// What was taken and is not (known to be) done, before anything else was put.
  void put_back(record_changes changes);

  /// Forgets what waits of the user's friends and activity, and that others list it. Returns whom it
  /// may be known to list.
  std::set<user_id> erase(const user_id& user);

  /// What waits of a user; nothing: there is none.
  [[nodiscard]] const std::vector<friend_profile>* friends_of(const user_id& user) const;
  /// 0: none.
  [[nodiscard]] unix_ms activity_of(const user_id& user) const;

  [[nodiscard]] bool empty() const noexcept { return waiting_.empty(); }
  /// Roughly what it costs to hold.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

private:
  [[nodiscard]] bool is_full() const noexcept { return bytes_ >= most_bytes_; }
  template <class Key, class Value>
  [[nodiscard]] bool replace(std::map<Key, Value>& in, const Key& key, Value now);

  std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  record_changes waiting_;
};

} // namespace atrium::store
