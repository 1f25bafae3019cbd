// What the queues of users are still to be told: drops and messages that Redis has not taken yet,
// because they came just now or because it is away. A value, bounded in bytes; without CAF's
// mailbox or hiredis.
#pragma once

#include "store/queue_entry.hpp"

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>

namespace atrium::store {

/// One user's changes, in the order in which they are to be done: first the drops, then the
/// messages. A drop needs no other place, because a message that waits here and is dropped waits no
/// more.
struct queue_changes {
  /// Ids.
  std::set<std::string> dropped;
  /// By room: from which seq on.
  std::map<room_id, seq_t> dropped_rooms;
  /// Oldest first, at most `queued_messages_count`; shared by all users that they wait for.
  std::deque<std::shared_ptr<const queue_entry>> messages;
  /// They were sent and not confirmed: Redis may have some of them.
  bool may_be_stored = false;
};

class queue_backlog {
public:
  explicit queue_backlog(std::size_t most_bytes) : most_bytes_{most_bytes} {}

  /// Returns for how many of the users there was no place. A user's oldest message gives way to the
  /// newest: the queue would not keep it any longer, either.
  std::size_t push(const queue_message& request);
  /// A drop that finds no place is forgotten, but for what waits here: the user may be shown
  /// something twice then.
  void drop(const drop_queued& request);
  void drop(const drop_queued_room& request);

  /// Nothing: there are none.
  [[nodiscard]] const queue_changes* of(const user_id& user) const;
  /// Up to `count` users with changes.
  [[nodiscard]] std::vector<user_id> users(std::size_t count) const;

  /// They were sent just now.
  void mark_sent(const user_id& user);
  /// Forgets the user's changes: they are done, or never will be. Returns how many messages were
  /// among them.
  std::size_t settle(const user_id& user);

  [[nodiscard]] bool empty() const noexcept { return users_.empty(); }
  /// Roughly what it costs to hold.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  /// Messages, each as often as there are users that it waits for.
  [[nodiscard]] std::size_t message_count() const noexcept { return message_count_; }

private:
  [[nodiscard]] bool is_full() const noexcept { return bytes_ >= most_bytes_; }
  queue_changes& open(const user_id& user);
  template <class Which>
  void erase_messages(queue_changes& changes, Which which);
  template <class Which>
  void erase_waiting(const user_id& user, Which which);
  void let_go(std::shared_ptr<const queue_entry>& message);

  std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::size_t message_count_ = 0;
  std::unordered_map<user_id, queue_changes> users_;
};

} // namespace atrium::store
