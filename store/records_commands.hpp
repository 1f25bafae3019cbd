// From the changed records of users to the commands that write them. Contract §5 (`ws:…`,
// `activity:`). Each command touches one key; all may be repeated without harm, but for counters of
// activity.
#pragma once

#include "store/records_backlog.hpp"
#include "store/redis_commands.hpp"

namespace atrium::store {

/// How long `activity:<userId>` lives after its last change.
inline constexpr std::chrono::seconds activity_ttl{86'400};

/// A value of `ws:clients`.
[[nodiscard]] std::string to_json(const put_online_user& user);

/// `ws:online_users` and `ws:clients`: all users in at most four commands. Precondition: some.
void append_online_commands(command_buffer& out, const key_space& keys,
                            const std::map<user_id, std::optional<put_online_user>>& online);
/// Raises the counters first, so that a reply that is an error says that nothing was raised.
void append_activity_commands(command_buffer& out, const key_space& keys, const user_id& user,
                              const activity_sum& sum);
/// `starts_anew`: whoever stands there is of an earlier life, and goes.
void append_connected_commands(command_buffer& out, const key_space& keys, const room_id& room,
                               const connected_changes& changes, bool starts_anew);
/// Replaces the list at one stroke, after the friends were told in `ws:friend_of:…`, so that a
/// repetition finds in `listed` (the fields of the list as it stands now) who is still to be told.
void append_friends_commands(command_buffer& out, const key_space& keys, const user_id& user,
                             const friends_change& change, const std::vector<std::string>& listed);

} // namespace atrium::store
