// A session with an output queue: what results, events and broadcasts become on their way to a
// client that may read slowly (contract §6). Transports take frames out of it; what a client says is
// a derived class's business.
#pragma once

#include "net/io_thread.hpp"
#include "net/lanes.hpp"
#include "net/traffic_meter.hpp"

#include <string_view>

namespace atrium::net {

class queued_session : public session {
public:
  explicit queued_session(io_thread& thread);

  void deliver(const op::event& e) override;
  bool deliver_batch(room_key room, const merged_frames& broadcasts) override;
  void offer_latest(room_key room, const frame& bytes, std::uint64_t key) override;
  void offer_passing(room_key room, const frame& bytes, std::uint64_t key) override;
  /// As one entry of the queue while the client keeps up.
  void offer_moves(room_key room, std::span<const told_move> moves) override;
  void forget_latest(room_key room, std::uint64_t key) override { lanes_.forget_key(key, room); }
  void resume(room_key room) override;
  bool on_tick(time_point now) override;
  void prefetch_delivery() const noexcept override {
    session::prefetch_delivery();
    lanes_.prefetch_put();
  }

protected:
  // What a derived class says about itself.
  /// Nothing more is queued: the session is closing or has ended.
  [[nodiscard]] virtual bool is_sealed() const noexcept = 0;
  /// The client takes no bytes for now.
  [[nodiscard]] virtual bool is_blocked() const noexcept = 0;
  /// What is queued now leaves with the next write, as far as anybody knows.
  [[nodiscard]] virtual bool keeps_up() const noexcept {
    return !is_blocked() && lanes_.is_short();
  }
  /// Asks for the truth about a room whose events were thrown away.
  /// It has everything up to `since`; `no_seq`: nobody knows.
  virtual void ask_truth(room_key room, seq_t since) = 0;
  /// The client takes nothing at all: end it with 1013.
  virtual void on_stalled() = 0;
  /// Events were thrown away.
  virtual void on_fallen_behind() {}
  /// The client's socket has taken the whole frame with this receipt.
  virtual void tell_written(std::uint64_t) {}

  /// Where all that is queued in order passes; not called when sealed.
  virtual void enqueue(const merged_frames& frames, entry_kind kind, lane_origin from = {});
  /// Queues behind everything that was said before, broadcasts that wait too.
  void put(frame bytes, entry_kind kind);
  /// Events, which may be too much for a slow reader.
  void put_events(const merged_frames& events, lane_origin from);
  /// Passes on what the queue has of receipts; a transport calls it after `consume`.
  void tell_receipts();
  /// The client has taken everything: it gets the truth about what it missed, one room at a time.
  void ask_for_missed_truth();

  [[nodiscard]] const settings& config() const noexcept { return thread_.home().config; }
  [[nodiscard]] counters& counts() const noexcept { return thread_.home().counts; }
  /// One more connection that came by `t`.
  [[nodiscard]] counted counted_as(transport t) const noexcept {
    return counted{counts().measured.connections[static_cast<std::size_t>(t)]};
  }

  /// An event of the client came, of so many bytes.
  void note_received(std::size_t bytes) noexcept { traffic_.received(bytes); }
  /// What is the same for all that wait in a queue.
  [[nodiscard]] connection_view describe_queue();

  io_thread& thread_;
  lanes lanes_;

private:
  void put_moves(room_key room, std::span<const told_move> moves);
  void fall_behind(limit reason);
  /// They did not reach a client that fell behind.
  void count_dropped(std::size_t events) noexcept;
  [[nodiscard]] bool is_muted(room_key room) const noexcept;

  /// Of a room whose events were thrown away, the truth is under way.
  bool is_truth_asked_ = false;
  traffic_meter traffic_;
  std::uint64_t dropped_ = 0;
  std::uint64_t resyncs_ = 0;
};

/// A random time up to `max`.
[[nodiscard]] std::chrono::milliseconds draw(std::chrono::milliseconds max);

} // namespace atrium::net
