// What a Redis queue does, without its mailbox: it takes changes, sends those that wait in `turn`,
// and reads a user's queue. Blocks for a few round trips, bounded by the timeouts of the
// connection. One thread.
#pragma once

#include "store/queue_commands.hpp"
#include "store/redis_link.hpp"

namespace atrium::store {

class queue_core {
public:
  using clock = std::chrono::steady_clock;

  /// Does not connect. `counts` must outlive it.
  queue_core(const settings& config, counters& counts);

  /// Never blocks; they leave with the next turn.
  void take(const queue_message& request);
  void take(const drop_queued& request);
  void take(const drop_queued_room& request);

  /// Sends a portion of what waits. Returns after how long it wants to be called again; zero: at
  /// once, `milliseconds::max()`: not before something is taken.
  [[nodiscard]] milliseconds turn();

  /// After everything that was taken for this user.
  [[nodiscard]] queued_messages read(const user_id& user);

  /// Sends what waits until `deadline`, then closes for good; what is left, and comes later, is
  /// counted.
  void finish(clock::time_point deadline);

private:
  /// What becomes of an entry.
  struct verdict {
    /// To be delivered so.
    std::optional<stored_message> message;
    bool leaves = false;
  };

  void lose(std::size_t count);
  [[nodiscard]] bool send(const std::vector<user_id>& users);
  [[nodiscard]] bool settle(const user_id& user, std::span<const redis_reply> replies);
  [[nodiscard]] milliseconds pause(std::size_t attempt) const;
  [[nodiscard]] queued_messages look_up(const user_id& user);
  [[nodiscard]] verdict judge(const queue_entry& entry, const reply_view& room,
                              std::string_view archived) const;
  void remove(const std::string& key, const std::vector<std::string>& texts);

  redis_settings config_;
  counters& counts_;
  key_space keys_;
  redis_link link_;
  queue_backlog backlog_;
  bool is_finished_ = false;
  /// Times in a row that something was sent and not done.
  std::size_t refusals_ = 0;
  clock::time_point send_at_{};
};

} // namespace atrium::store
