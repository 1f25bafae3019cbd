// Writes of one room that may go out together: consecutive changes melt into one segment, while a
// rewrite, a hand-back and a removal each are a segment of their own. A value, without CAF's
// mailbox or hiredis, so that what is coalesced can be tested as text.
#pragma once

#include "actors/store_port.hpp"

#include <deque>
#include <map>

namespace atrium::store {

struct room_segment {
  enum class kind { changes, rewrite, hand_back, removal };

  kind what = kind::changes;
  std::shared_ptr<const room_meta> meta;
  std::shared_ptr<const std::string> epoch;
  caf::actor_addr from;
  /// Of the last write in here; confirmed all together.
  write_ticket last_ticket = 0;
  /// When its first write came; noted by the writer.
  std::chrono::steady_clock::time_point taken_at{};
  /// How many writes melted into this.
  std::size_t writes = 0;
  /// Roughly what it costs to hold and to send.
  std::size_t bytes = 0;

  /// Highest seq that was mentioned; 0: none.
  seq_t seq = 0;
  std::vector<stored_message> appended;
  /// By id: the newest text of messages that were stored before this segment.
  std::map<std::string, stored_message> replaced;
  std::optional<board_view> board;
  /// By user: the name to set, or nothing to remove it.
  std::map<user_id, std::optional<std::string>> participants;
  std::optional<std::size_t> participant_count;
  /// By user: whether it is a member now.
  std::map<user_id, bool> members;
  /// Of a space, by user: its place, or nothing to remove it.
  std::map<user_id, std::optional<placed_user>> places;
  /// By user: whether it is typing now.
  std::map<user_id, bool> typing;
  std::optional<bool> is_locked;
  std::optional<unix_ms> last_activity;
  /// Lists that messages are added to get their TTL. False: they have it, and the next refresh is
  /// no more than a second away.
  bool sets_ttl = true;
  /// It had messages when it was sent.
  bool has_messages = false;
  /// Set if and only if `what` is `rewrite`.
  std::optional<rewrite_room> whole;
};

/// A segment grows up to this size; what comes then begins the next one.
inline constexpr std::size_t segment_bytes = 1'000'000;

/// What `change` costs to hold, roughly.
[[nodiscard]] std::size_t cost_of(const room_change& change);

/// Adds a write at the end of a room's queue, melting it into the last segment where that keeps the
/// order. A removal throws away what was queued before it. Returns by how much the bytes held in
/// the queue changed.
std::ptrdiff_t enqueue(std::deque<room_segment>& queue, room_write write);

} // namespace atrium::store
