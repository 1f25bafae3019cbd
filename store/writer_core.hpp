// What a Redis writer does, without its mailbox: it takes writes, and in `turn` does what is due,
// which is: connect, verify, send one batch, go on with removals and trims, ask lost rooms back.
// The actor around it (redis_writer.cpp) only calls `take` and `turn`. Blocks for as long as one
// batch takes, bounded by the timeouts of the connection. One thread.
#pragma once

#include "actors/counters.hpp"
#include "store/redis_connection.hpp"
#include "store/room_commands.hpp"

#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <unordered_map>

namespace atrium::store {

/// What a room is told. It may be gone by then.
using room_notice = std::variant<persisted, write_lost, store_returned>;
using notify_room = std::function<void(const caf::actor_addr&, room_notice)>;

class writer_core {
public:
  using clock = std::chrono::steady_clock;

  /// `process` is what marks rooms as loaded by this process. `counts` must outlive it.
  writer_core(const settings& config, counters& counts, std::string process, notify_room notify);

  /// Queues a write, or drops it if its room is lost. Never blocks.
  void take(room_write write);

  /// Does what is due now. Returns after how long it wants to be called again; zero: at once.
  [[nodiscard]] milliseconds turn();

  /// Little is queued and nobody waits for it: the next turn may come a moment later.
  [[nodiscard]] bool may_gather() const;

  /// Sends what is queued until `deadline`, then closes for good; later writes are dropped.
  [[nodiscard]] writes_finished finish(clock::time_point deadline);

  [[nodiscard]] writer_status status() const;

  /// For /metrics: how many writes wait to be taken.
  void note_mailbox(std::size_t waiting) noexcept { set(gauges_.mailbox, waiting); }

private:
  /// When the oldest unconfirmed write of each room came.
  using waiting_times = std::multiset<clock::time_point>;
  struct tracked_room {
    caf::actor_addr from;
    /// Nothing: all that the room wrote is confirmed.
    std::optional<waiting_times::iterator> waits;
    std::deque<room_segment> queue;
    write_ticket last_ticket = 0;
    /// What the store is known to hold, compared after each reconnect.
    bool is_confirmed = false;
    seq_t seq = 0;
    std::string epoch;
    std::optional<std::size_t> participant_count;
    /// Hot list and archive are there and have a TTL.
    bool has_ttl = false;
    /// Writes are dropped until a rewrite comes.
    bool is_lost = false;
    /// It was told that the store is back.
    bool is_asked = false;
    bool is_ready = false;
    /// When the oldest write in `queue` came, or became so.
    clock::time_point waiting_since{};
    /// Its removal is under way; what comes from a next incarnation waits for the end of it.
    bool is_removing = false;
    caf::actor_addr removed_by;
    /// Whose `typing` key may be there: those end with the room.
    std::set<user_id> typing;
    bool has_dropped = false;
  };
  /// One room's part of a batch.
  struct batch_item {
    std::string id;
    caf::actor_addr from;
    clock::time_point waiting_since{};
    std::vector<room_segment> segments;
    std::size_t first_reply = 0;
    std::size_t replies = 0;
    // What the replies said.
    bool is_answered = false;
    bool vanished = false;
    reply_class worst = reply_class::ok;
    std::string error;
    std::size_t archived = 0;
  };
  struct removal {
    std::string id;
    std::string code;
    caf::actor_addr from;
    write_ticket ticket;
    std::set<user_id> typing;
  };
  struct trim {
    std::string id;
    std::size_t excess;
  };

  // writer_core.cpp
  void make_ready(const std::string& id, tracked_room& room);
  void lose(const std::string& id, tracked_room& room);
  void drop(const std::string& id, tracked_room& room);
  void forgive(tracked_room& room);
  static void note_typing(tracked_room& room, const room_segment& segment);
  void forget(const std::string& id);
  void tell_dropped();
  void set_gauges();
  [[nodiscard]] milliseconds next_turn() const;

  // writer_lag.cpp
  /// A write of the room came just now.
  void note_waiting(tracked_room& room);
  /// Everything of the room is confirmed, or given up, but what is queued.
  void note_settled(tracked_room& room);
  [[nodiscard]] milliseconds lag() const;

  // writer_batch.cpp
  void send_batch();
  void gather(std::vector<batch_item>& items, command_plan& plan);
  void take_segments(batch_item& item, tracked_room& room, command_plan& plan);
  void receive(std::vector<batch_item>& items, const command_plan& plan);
  void settle(batch_item& item);
  void confirm(batch_item& item, tracked_room& room);
  void refuse(const batch_item& item);

  // writer_cleaning.cpp
  void continue_removal();
  void finish_removal(const removal& job, reply_class outcome, std::string_view error);
  void continue_trim();

  // writer_recovery.cpp
  void connect();
  void on_broken();
  void open_breaker();
  void verify_rooms();
  [[nodiscard]] bool verify_portion(const std::vector<std::string>& ids);
  void ask_lost_rooms();
  [[nodiscard]] milliseconds pause(std::size_t attempt) const;

  redis_settings config_;
  room_layout layout_;
  counters& counts_;
  writer_gauges& gauges_;
  notify_room notify_;
  redis_connection connection_;

  std::unordered_map<std::string, tracked_room> rooms_;
  std::deque<std::string> ready_;
  std::deque<removal> removals_;
  std::deque<trim> trims_;
  std::vector<std::string> dropped_;
  /// Lost rooms that were not asked yet.
  std::deque<std::string> unasked_;
  waiting_times waiting_;
  std::size_t queued_bytes_ = 0;
  std::size_t lost_rooms_ = 0;
  /// When a write came last that somebody waits for.
  clock::time_point awaited_at_{};

  bool is_finished_ = false;
  bool was_connected_ = false;
  bool breaker_open_ = false;
  std::size_t reconnects_ = 0;
  std::size_t batches_ = 0;
  /// Confirmed ones.
  std::size_t writes_ = 0;
  /// What went wrong last; empty: nothing did.
  std::string last_error_;
  /// Failed attempts to connect since the connection was lost.
  std::size_t attempts_ = 0;
  clock::time_point connect_at_{};
  /// Batches refused in a row by a store that answers.
  std::size_t refusals_ = 0;
  /// Rooms asked that have not rewritten themselves yet.
  std::size_t outstanding_ = 0;
  clock::time_point ask_at_{};
};

} // namespace atrium::store
