// Which sessions of one I/O thread get which room's broadcasts. What a room published during a loop
// turn is merged and reaches each subscriber's queue once, at the end of the turn; a subscriber that
// is told something else in between (`catch_up`) gets its broadcasts before that. So a broadcast
// costs a copy of its bytes, and a turn costs a queue slot per subscriber. Not thread-safe; sessions
// leave before they end.
#pragma once

#include "actors/outlet.hpp"
#include "net/frame_batch.hpp"
#include "net/session.hpp"

#include <array>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace atrium::net {

/// The subscribers of one room that get the same bytes.
struct channel_group {
  struct member {
    session* who;
    frame_batch::position heard;
  };

  room_key room = 0;
  wire spelling = wire::native;
  std::vector<member> members;
  frame_batch pending;
  /// The last broadcast that passed a muted session by.
  frame unheard;
  bool is_dirty = false;
};

class channels {
public:
  /// Again for the same room: changes wire and audience, and un-mutes.
  void subscribe(session& who, room_key room, wire spelling, audience board, seq_t seq = no_seq);
  /// What was published before still reaches the session.
  void unsubscribe(session& who, room_key room);
  /// What was published in this turn doesn't reach the session any more.
  void leave_all(session& who);
  /// `except` may be null. What is reliable and has a key replaces what is volatile under it.
  void publish(const op::publish& p, session* except);
  /// From now on the session, if it is subscribed, sees the space from there. `user`: the key of its
  /// own user's moves, which it is not told; nothing: as before.
  static void see_from(session& who, room_key room, room_point place,
                       std::optional<std::uint64_t> user = {});
  /// Each subscriber in the words of spaces is told what it sees of the moves, behind what was
  /// published before.
  void publish(const op::moves& m);
  /// What was published in this turn reaches the session's queue now, ahead of what is queued next.
  void catch_up(session& who);
  /// The turn is over: what was published in it reaches all queues.
  void deliver_pending();
  /// Ends all subscriptions. Who fell behind in the room gets at least its last word
  /// (`room:closed`).
  void forget(room_key room);

  [[nodiscard]] std::size_t count() const noexcept { return by_room_.size(); }

private:
  static constexpr std::size_t group_count = wire_count * 2;
  struct channel {
    std::array<std::unique_ptr<channel_group>, group_count> groups;
  };

  [[nodiscard]] channel_group& open_group(room_key room, std::size_t index);
  void close_group_if_empty(channel_group& g);
  static void join(session& who, channel_group& g);
  void remove(const subscription& s);
  void add(channel_group& g, const frame& bytes, seq_t seq, session* except);
  static void deliver(channel_group& g);
  static void catch_up(channel_group& g, channel_group::member& m);

  std::unordered_map<room_key, channel> by_room_;
  visible_moves moves_;
  /// Groups with something pending, perhaps.
  std::vector<channel_group*> dirty_;
};

} // namespace atrium::net
