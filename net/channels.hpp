// Which sessions of one I/O thread get which room's broadcasts. A broadcast costs a walk over the
// local subscribers and a queue slot for each. Not thread-safe; sessions leave before they end.
#pragma once

#include "actors/outlet.hpp"
#include "net/session.hpp"

#include <unordered_map>
#include <vector>

namespace atrium::net {

class channels {
public:
  /// Again for the same room: changes wire and audience, and un-mutes.
  void subscribe(session& who, room_key room, wire spelling, audience board);
  void unsubscribe(session& who, room_key room);
  void leave_all(session& who);
  void publish(const op::publish& p);
  /// Ends all subscriptions. Who fell behind in the room gets at least its last word
  /// (`room:closed`).
  void forget(room_key room);

  [[nodiscard]] std::size_t count() const noexcept { return by_room_.size(); }

private:
  struct subscriber {
    session* who;
    session_id id;
    wire spelling;
    audience board;
  };
  struct channel {
    std::vector<subscriber> subscribers;
    /// The last reliable broadcast that passed a muted session by.
    frames unheard;
  };

  void remove(session& who, room_key room);

  std::unordered_map<room_key, channel> by_room_;
};

} // namespace atrium::net
