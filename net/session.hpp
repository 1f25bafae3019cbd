// One socket as its I/O thread sees it. Everything here runs on that thread and returns at once.
#pragma once

#include "actors/outlet.hpp"
#include "net/connection_view.hpp"
#include "net/frame_batch.hpp"
#include "net/prefetch.hpp"
#include "net/space_view.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace atrium::net {

struct channel_group;

/// A room whose broadcasts a session gets. Kept by `channels`, but for `muted`.
struct subscription {
  room_key room;
  channel_group* group;
  /// In the group's list of members.
  std::uint32_t place;
  /// The session fell behind; until `resume` the room's broadcasts pass it by.
  bool muted = false;
  /// What the client was sent of the room, or will be; while muted: what it has for sure.
  seq_t seq = no_seq;
  /// From where it sees a space; null: it has no place there.
  std::unique_ptr<viewpoint> view{};
};

class session : public std::enable_shared_from_this<session> {
public:
  using time_point = std::chrono::steady_clock::time_point;

  session() = default;
  session(const session&) = delete;
  session& operator=(const session&) = delete;
  virtual ~session() = default;

  /// The result of request `request`; those that nobody waits for any more are ignored.
  virtual void on_result(std::uint32_t request, command_result&& outcome) = 0;
  /// An event for this session alone, at its place among results and broadcasts.
  virtual void deliver(const op::event& e) = 0;
  /// Broadcasts of `room`. False: they passed by, because the session is muted for `room`.
  virtual bool deliver_batch(room_key room, const merged_frames& broadcasts) = 0;
  /// A volatile event: the newest per key counts.
  virtual void offer_latest(room_key room, const frame& bytes, std::uint64_t key) = 0;
  /// A volatile event of which a session that keeps up hears each one, others the newest per key.
  virtual void offer_passing(room_key room, const frame& bytes, std::uint64_t key) {
    offer_latest(room, bytes, key);
  }
  /// Moves in the space `room`, at most one under a key: volatile, as if each were offered alone.
  virtual void offer_moves(room_key room, std::span<const told_move> moves) {
    for (const auto& m : moves) offer_latest(room, *m.bytes, m.key);
  }
  /// What waits of a volatile event of `room` under `key` is out of date.
  virtual void forget_latest(room_key, std::uint64_t) {}
  /// The broadcasts of `room` count again.
  virtual void resume(room_key room) = 0;
  /// The room is gone, and with it the subscription. Nobody may be subscribed or leave in this call.
  virtual void on_forgotten(room_key) {}
  /// How the client's connection does; nothing: this is no client's, or it is not open yet.
  [[nodiscard]] virtual std::optional<connection_view> describe() { return std::nullopt; }
  /// Something that the server says to every client. False: this is no client's, or it hears nothing
  /// any more.
  virtual bool announce(const frames&) { return false; }
  /// Ends the session after what is queued was written.
  virtual void close(std::uint16_t code, std::string_view reason) = 0;
  /// The server is leaving: say so, finish what is under way, end.
  virtual void drain() = 0;
  /// Ends at once, without a word.
  virtual void abort() = 0;

  /// Once after `io_thread::mark_dirty`, when it is the session's turn.
  virtual void flush() {}

  // Of what is going to be called the memory is asked for, in this order.
  void prefetch_self() const noexcept { prefetch(this, 384); }
  /// For `deliver_batch`.
  virtual void prefetch_delivery() const noexcept {
    prefetch(subscriptions_.data(), sizeof(subscription));
  }
  virtual void prefetch_flush() const noexcept {}
  /// The deadline given to `io_thread::arm` has come (or the wheel's horizon before it).
  virtual void on_timer(time_point now) = 0;
  /// Every tick after `io_thread::watch`, until it returns false.
  virtual bool on_tick(time_point) { return false; }

  [[nodiscard]] session_id id() const noexcept { return id_; }
  /// Null: the session is not subscribed to `room`.
  [[nodiscard]] subscription* subscription_to(room_key room) noexcept {
    auto at = std::find_if(subscriptions_.begin(), subscriptions_.end(),
                           [room](const subscription& s) { return s.room == room; });
    return at == subscriptions_.end() ? nullptr : &*at;
  }

private:
  friend class io_thread;
  friend class channels;

  session_id id_ = 0;
  time_point armed_at_ = time_point::max();
  bool is_dirty_ = false;
  bool is_watched_ = false;

protected:
  /// At most `rooms_per_connection` entries.
  std::vector<subscription> subscriptions_;
};

} // namespace atrium::net
