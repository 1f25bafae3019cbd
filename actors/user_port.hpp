// The port from user shards to what survives of users: who is online, where and since when, what they
// did last, whom they list as friends, and which rooms they are members of (contract §5, `ws:…` and
// `activity:`). store/ implements it twice, over Redis and in memory, under one contract suite.
//
// A user's requests always go to the same actor, which carries them out in their order; what is
// written is coalesced per user, newest wins, and there within 100 ms (activity: 1 s). Nobody waits
// for a write. While the store is away the newest state of each user is kept, up to
// `redis.queue_bytes` together; whenever the store may not have all of it (it was away, it came back
// empty, the process just started) `ws:online_users`, `ws:clients` and `ws:joined_room_participants`
// of all rooms are emptied, and those that `listen_to_records` asked for everything again.
#pragma once

#include "actors/ids.hpp"
#include "actors/operator_action.hpp"

#include <caf/actor_addr.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace atrium {

enum class store_status : int;

/// Somebody that a user lists, as the user describes them. Contract §3 (`setFriends`).
struct friend_profile {
  user_id user;
  std::optional<std::string> username;
  std::optional<std::string> name;
  std::optional<std::string> profile_image;
};

// ---- writes ----------------------------------------------------------------------------------

/// The user is online: `ws:online_users`, and `ws:clients` as JSON `{"connectedAt":…,"lastSeen":…,
/// "ipAddress":…,"username":…,"connections":…}`.
struct put_online_user {
  user_id user;
  std::string username;
  /// Of the newest connection; empty: unknown.
  std::string address;
  unix_ms connected_at = 0;
  unix_ms last_seen = 0;
  std::size_t connections = 0;
};
/// The last connection is gone.
struct drop_online_user {
  user_id user;
};
/// `activity:<userId>`: `lastActivity`, and `events` and `messages` raised by these numbers. 24 h.
struct put_activity {
  user_id user;
  unix_ms when = 0;
  std::uint64_t events = 0;
  std::uint64_t messages = 0;
};
/// A member of a room is online now, or is not: `ws:joined_room_participants:<id>`.
struct put_connected_member {
  room_id room;
  /// Of the room.
  std::chrono::seconds ttl{0};
  user_id user;
  bool is_connected = false;
};
/// From now on the user lists exactly these: `ws:friends:<userId>`, and `ws:friend_of:<friendId>` of
/// all that are or were listed. 90 d, counted from the last of these writes.
struct put_friends {
  user_id user;
  std::vector<friend_profile> friends;
};

// ---- reads -----------------------------------------------------------------------------------

/// What is known of a user, whether online or not.
struct load_user {
  user_id user;
};
struct loaded_user {
  store_status status;
  /// A room that `ws:user_rooms:<userId>` names and that has the user as a member and exists.
  struct member_room {
    room_id room;
    std::string code;
    std::chrono::seconds ttl{0};
  };
  std::vector<member_room> rooms;
  std::vector<friend_profile> friends;
  /// 0: none in the last 24 h.
  unix_ms last_activity = 0;
  /// Messages queued for the user.
  std::size_t queue_length = 0;
};

// ---- to shards -------------------------------------------------------------------------------

/// Everything about the users of this shard that are online is to be written again.
struct records_wanted {};
using records_client = caf::typed_actor<caf::reacts_to<records_wanted>>;

/// From now on `who`, held weakly, is told `records_wanted`; the first time as soon as the store is
/// ready for it.
struct listen_to_records {
  caf::actor_addr who;
};

// ---- operators -------------------------------------------------------------------------------

/// Takes away what is known of a user: its queue, friends, activity, places among other users'
/// friends, memberships (`ws:user_rooms`, `ws:room_participants`); with it what waits to be written of
/// these. Waits for nothing that the user does afterwards.
struct erase_user {
  user_id user;
};
struct user_erased {
  /// `unavailable`: nothing was done, or a part; asked again, it finds the rest.
  store_status status;
};
/// `ws:audit`, the last 10,000, as JSON. What comes while the store is away is kept, up to 1,000.
struct put_audit {
  operator_action what;
};
struct read_audit {
  std::size_t limit;
  /// So many of the newest are passed over.
  std::size_t offset = 0;
};
struct audit_entries {
  store_status status;
  /// Newest first.
  std::vector<operator_action> entries;
  bool has_more = false;
};

/// Write what waits and close the connection.
struct finish_records {};
struct records_finished {};

using user_records
    = caf::typed_actor<caf::reacts_to<put_online_user>, caf::reacts_to<drop_online_user>,
                       caf::reacts_to<put_activity>, caf::reacts_to<put_connected_member>,
                       caf::reacts_to<put_friends>, caf::replies_to<load_user>::with<loaded_user>,
                       caf::reacts_to<listen_to_records>,
                       caf::replies_to<erase_user>::with<user_erased>, caf::reacts_to<put_audit>,
                       caf::replies_to<read_audit>::with<audit_entries>,
                       caf::replies_to<finish_records>::with<records_finished>>;

} // namespace atrium

// Local to this process.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::put_online_user)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::drop_online_user)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::put_activity)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::put_connected_member)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::put_friends)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::load_user)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::loaded_user)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::records_wanted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::listen_to_records)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::erase_user)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::user_erased)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::put_audit)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::read_audit)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::audit_entries)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::finish_records)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::records_finished)
