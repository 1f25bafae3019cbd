// A user that is online, as a value: its connections, since when, what it did last, and the rooms that
// lost it while it had another connection elsewhere. Contract §3 ("Messenger"), §5 (`ws:clients`).
//
// Small, because every connection of the server costs one of these or a part of it.
#pragma once

#include "actors/ids.hpp"
#include "actors/messages.hpp"

#include <caf/actor_addr.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace atrium {

/// Not thread-safe; one user shard's.
class online_user {
public:
  struct session {
    session_id id;
    caf::actor_addr connection;
    std::string address;
    unix_ms since = 0;
  };
  struct lost_room {
    room_id room;
    caf::actor_addr actor;
  };
  /// Rooms that are remembered to have lost the user: beyond, the oldest is forgotten.
  static constexpr std::size_t max_lost = 64;

  explicit online_user(unix_ms now) : connected_at{now}, last_seen{now} {}

  void connect(session s) { sessions_.push_back(std::move(s)); }
  /// False: no such session.
  bool disconnect(session_id id) {
    return std::erase_if(sessions_, [id](const session& s) { return s.id == id; }) > 0;
  }
  /// Oldest first.
  [[nodiscard]] const std::vector<session>& sessions() const noexcept { return sessions_; }
  /// Of the newest connection. Precondition: there is one.
  [[nodiscard]] const std::string& address() const noexcept { return sessions_.back().address; }

  void note(const client_activity& what, unix_ms at) noexcept {
    last_seen = std::max(last_seen, at);
    did.add(what);
  }

  /// The user was in a room by a connection that is gone. Once for each room.
  void note_lost(lost_room room) {
    std::erase_if(lost_, [&](const lost_room& l) { return l.room == room.room; });
    if (lost_.size() == max_lost) lost_.erase(lost_.begin());
    lost_.push_back(std::move(room));
  }
  [[nodiscard]] const std::vector<lost_room>& lost() const noexcept { return lost_; }

  /// Rooms that the user is a member of no more, while its records are being asked for rooms.
  std::vector<room_id> left_rooms;
  /// Empty: none was given.
  std::string username;
  unix_ms connected_at;
  unix_ms last_seen;
  /// `last_seen` as it was recorded last, and when that was.
  unix_ms recorded_seen = 0;
  unix_ms recorded_at = 0;
  /// Since it was recorded last.
  client_activity did;
  /// It waits to be recorded.
  bool is_due = false;
  /// What it did and does is recorded no more: an operator made it forgotten.
  bool is_forgotten = false;

private:
  std::vector<session> sessions_;
  std::vector<lost_room> lost_;
};

} // namespace atrium
