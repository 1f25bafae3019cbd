// The output queue of one WebSocket connection as a value: what is sent next, what a slow reader's
// connection may hold, and what is thrown away when it holds too much. Knows no socket.
//
//   control   pings, pongs, close: before everything else, at the next frame boundary
//   reliable  results, events, snapshots in the order in which they came
//   latest    newest per key; joins the reliable lane only while that is short
//
// Contract §6 (`lane_bytes`, `lane_ms`, `stalled_ms`). Not thread-safe.
#pragma once

#include "actors/ids.hpp"
#include "actors/outlet.hpp"
#include "net/frame_batch.hpp"
#include "net/prefetch.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

struct iovec;

namespace atrium::net {

using lane_clock = std::chrono::steady_clock;

/// Where an event comes from, so that it is known what is missing when it is thrown away.
struct lane_origin {
  room_key room = 0;
  /// What the client had of the room before.
  seq_t since = no_seq;
};

enum class entry_kind : std::uint8_t { result, event, snapshot, latest };

/// 0 switches a limit off.
struct lane_limits {
  std::size_t event_bytes = 0;
  std::chrono::milliseconds event_age{0};
  std::chrono::milliseconds stalled{0};
};

class lanes {
public:
  explicit lanes(lane_limits limits) noexcept : limits_{limits} {}

  /// Jumps the queue at the next frame boundary.
  void put_control(frame bytes, lane_clock::time_point now);
  /// As `put_control`, but of many unsent pongs only the newest ones stay (RFC 6455 §5.5.3).
  void put_pong(frame bytes, lane_clock::time_point now);
  /// Whole frames, which stay or go together.
  void put(merged_frames frames, entry_kind kind, lane_clock::time_point now,
           lane_origin from = {});
  /// `put` is going to be called.
  void prefetch_put() const noexcept { prefetch(data_.data() + data_.size(), sizeof(entry)); }
  /// Replaces what waits of the room under `key`. False: so much waits already that it is dropped.
  bool put_latest(std::uint64_t key, frame bytes, room_key room);
  /// What waits of the room under `key` is out of date.
  void forget_key(std::uint64_t key, room_key room);
  /// The room is left: nothing volatile of it is sent any more.
  void forget_latest(room_key room);
  /// Moves what waits as latest to the end of the reliable lane, unless that has much to send as it is:
  /// call when the socket takes bytes, and again when it took some.
  void append_latest(lane_clock::time_point now);

  /// Fills `out` with what is to be sent next, in order; the number of entries used.
  [[nodiscard]] std::size_t gather(iovec* out, std::size_t max_count) const noexcept;
  /// The socket took `bytes` of what `gather` showed. Returns how many frames are out whole by
  /// that.
  std::size_t consume(std::size_t bytes, lane_clock::time_point now);

  /// More bytes of events wait than allowed, beside the one that is being sent.
  [[nodiscard]] bool is_over_budget() const noexcept;
  /// The oldest event waits longer than allowed. Its age counts from the completion of the last
  /// snapshot: while one is ahead of it, it doesn't age.
  [[nodiscard]] bool is_overdue(lane_clock::time_point now) const noexcept;
  /// Nothing at all was taken for too long.
  [[nodiscard]] bool is_stalled(lane_clock::time_point now) const noexcept;

  /// Of frames that were put with a receipt: those that are out whole, in order, since the last call.
  /// What was thrown away is never among them.
  [[nodiscard]] std::vector<std::uint64_t> take_receipts();
  [[nodiscard]] bool has_receipts() const noexcept { return receipts_ && !receipts_->due.empty(); }
  /// Nobody asks for the receipts of what was put so far any more.
  void forget_receipts() noexcept;

  struct dropped_events {
    /// Frames that went.
    std::size_t count = 0;
    /// Of each room with events among them the first.
    std::vector<lane_origin> first;
  };
  /// Throws all events away but an entry that is partly sent; results and snapshots stay.
  dropped_events drop_events();
  /// Throws everything away but a frame that is partly sent.
  void drop_all();

  /// Nothing is to be sent but, perhaps, what waits as latest.
  [[nodiscard]] bool empty() const noexcept { return bytes_ == 0; }
  [[nodiscard]] bool has_latest() const noexcept { return latest_ && !latest_->empty(); }
  /// Unsent bytes of control and reliable lane together.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  /// What is volatile may join the reliable lane: it would not stand behind much.
  [[nodiscard]] bool is_short() const noexcept { return bytes_ < max_short_bytes; }
  [[nodiscard]] std::size_t event_bytes() const noexcept { return event_bytes_; }
  /// Frames of control and reliable lane that are not out whole. Walks over them.
  [[nodiscard]] std::size_t frame_count() const noexcept;
  [[nodiscard]] std::size_t latest_count() const noexcept { return latest_ ? latest_->size() : 0; }
  /// What was taken out since the beginning.
  [[nodiscard]] std::uint64_t sent_frames() const noexcept { return sent_frames_; }
  [[nodiscard]] std::uint64_t sent_bytes() const noexcept { return sent_bytes_; }

private:
  struct entry {
    frame bytes;
    lane_clock::time_point since;
    std::uint32_t count;
    entry_kind kind;
    bool has_receipt;
    lane_origin from;
  };
  struct receipts {
    /// One for each entry that has one, in their order.
    std::vector<std::uint64_t> waiting;
    std::vector<std::uint64_t> due;
  };
  struct waiting {
    frame bytes;
    room_key room;
  };
  enum class part : std::uint8_t { none, control, data };
  static constexpr std::size_t max_short_bytes = 65'536;

  void note_added(std::size_t bytes, lane_clock::time_point now) noexcept;
  /// The socket took everything: what most writes end with.
  std::size_t consume_all(lane_clock::time_point now);
  void pop_control();
  /// Returns how many frames that were.
  std::size_t pop_data(lane_clock::time_point now);
  void note_receipt();
  /// Before those entries go that `goes` says true of.
  template <class Goes>
  void drop_receipts(Goes goes);
  void shrink();
  /// The first entry that no byte was sent of.
  [[nodiscard]] std::size_t first_whole() const noexcept {
    return head_ + (partial_ == part::data ? 1 : 0);
  }

  lane_limits limits_;
  std::vector<frame> control_;
  /// Entries before `head_` are spent.
  std::vector<entry> data_;
  std::unique_ptr<std::unordered_map<std::uint64_t, waiting>> latest_;
  std::size_t latest_bytes_ = 0;
  /// Null while there are none.
  std::unique_ptr<receipts> receipts_;
  std::size_t head_ = 0;
  /// Bytes already sent of the frame that `partial_` names the lane of.
  std::size_t offset_ = 0;
  std::size_t bytes_ = 0;
  std::size_t event_bytes_ = 0;
  std::uint64_t sent_frames_ = 0;
  std::uint64_t sent_bytes_ = 0;
  lane_clock::time_point last_taken_{};
  lane_clock::time_point snapshot_done_{};
  part partial_ = part::none;
};

} // namespace atrium::net
