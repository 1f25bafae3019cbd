// What the memory store knows of people: whom users list as friends, when they did something last,
// what operators did. Thread-safe; the clock is the caller's.
#pragma once

#include "actors/store_port.hpp"

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <unordered_map>

namespace atrium::store {

using unix_clock = std::function<unix_ms()>;

class memory_people {
public:
  explicit memory_people(unix_clock now) : now_{std::move(now)} {}

  void put(const put_friends& request);
  void put(const put_activity& request);
  void put(const put_audit& request);
  /// Friends and last activity; a list of friends lives on because it was read.
  void load(const user_id& user, loaded_user& answer);
  void erase(const user_id& user);
  [[nodiscard]] audit_entries audit(const read_audit& request);

  /// Adds what there is of users to `answer`, and unless it is dry removes it. Not what operators
  /// did.
  void clean(bool is_dry_run, keys_cleaned& answer);
  void describe(store_info& answer);

private:
  struct held_friends {
    std::map<user_id, friend_profile> profiles;
    unix_ms expires_at = 0;
  };
  struct held_activity {
    unix_ms last = 0;
    unix_ms expires_at = 0;
  };

  void drop_friends(const user_id& user);
  void sweep();

  std::mutex lock_;
  unix_clock now_;
  std::unordered_map<user_id, held_friends> friends_;
  /// Who lists a user.
  std::unordered_map<user_id, std::set<user_id>> friend_of_;
  std::unordered_map<user_id, held_activity> activity_;
  /// Newest first.
  std::deque<operator_action> audit_;
  std::size_t writes_ = 0;
};

} // namespace atrium::store
