// Which sessions of one I/O thread get which room's broadcasts. What a room publishes is merged until
// it is the room's turn (`deliver_next`) and reaches each subscriber's queue once; a subscriber that
// is told something else in between, or written to (`catch_up`), gets its broadcasts before that. So
// a broadcast costs a copy of its bytes, and a turn costs a queue slot per subscriber. Not
// thread-safe; sessions leave before they end.
#pragma once

#include "actors/outlet.hpp"
#include "net/frame_batch.hpp"
#include "net/session.hpp"

#include <array>
#include <cstdint>
#include <deque>
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
  /// Its number among all that wait; 0: nothing is pending.
  std::uint64_t wait = 0;
};

class channels {
public:
  /// Again for the same room: changes wire and audience, and un-mutes.
  void subscribe(session& who, room_key room, wire spelling, audience board, seq_t seq = no_seq);
  /// What was published before still reaches the session.
  void unsubscribe(session& who, room_key room);
  /// What is pending doesn't reach the session any more.
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
  /// What is pending for the session reaches its queue now, ahead of what is queued next.
  void catch_up(session& who);
  /// What waits longest reaches the queues of its subscribers. Returns its number; 0: nothing waited.
  std::uint64_t deliver_next();
  /// The same for all.
  void deliver_pending();
  [[nodiscard]] bool has_pending() const noexcept { return !dirty_.empty(); }
  /// What waits is numbered from 1 on. All numbers below have been delivered.
  [[nodiscard]] std::uint64_t first_wait() const noexcept {
    return dirty_.empty() ? last_wait_ + 1 : dirty_.front()->wait;
  }
  /// The last number given.
  [[nodiscard]] std::uint64_t last_wait() const noexcept { return last_wait_; }
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
  /// Groups with something pending, perhaps: what waits longest first.
  std::deque<channel_group*> dirty_;
  std::uint64_t last_wait_ = 0;
};

} // namespace atrium::net
