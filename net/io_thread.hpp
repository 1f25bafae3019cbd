// One thread with a single-threaded event loop, and the port through which actors reach its
// sessions.
//
// A turn of the loop: wait for one handler, run what else is ready (a few hundred at most), then
// flush a portion of the sessions that something waits for, what waits longest first, each with one
// gathering write; the next turn waits for nothing as long as others are left. So what is read
// between two portions leaves with what waits already, and nobody waits for more than one round.
// Actors put operations into a lock-free inbox; the loop is woken only when that was empty. Actors
// that sessions speak to run on this thread, after the handlers of the turn and before the flush.
#pragma once

#include "actors/actor_runner.hpp"
#include "actors/tell.hpp"
#include "net/channels.hpp"
#include "net/gate.hpp"
#include "net/inbox.hpp"
#include "net/session.hpp"
#include "net/timer_wheel.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace atrium::net {

class io_thread final : public io_port {
public:
  /// `index` (0..255) makes the session ids of this thread unlike those of the others.
  io_thread(gate& g, unsigned index);
  ~io_thread() override;

  /// After `stop` operations vanish.
  void post(outbound&& what) noexcept override;

  void start();
  /// Tells every session that the server leaves. Thread-safe.
  void drain();
  /// Aborts all sessions, ends the loop, joins. Not from the loop itself.
  void stop();

  // For sessions and the listener; on this thread only, but for `context`.
  [[nodiscard]] boost::asio::io_context& context() noexcept { return context_; }
  [[nodiscard]] gate& shared() noexcept { return gate_; }
  [[nodiscard]] const house& home() const noexcept { return gate_.home; }
  [[nodiscard]] channels& rooms() noexcept { return rooms_; }
  /// Sends to an actor, which runs on this thread in this turn, unless it is busy elsewhere.
  template <class Actor, class Message>
  void tell(const Actor& to, Message&& what) {
    atrium::tell(&actors_, to, std::forward<Message>(what));
  }
  /// Sends to an actor that may take its time over it: it runs elsewhere.
  template <class Actor, class Message>
  void tell_elsewhere(const Actor& to, Message&& what) {
    atrium::tell(nullptr, to, std::forward<Message>(what));
  }
  /// For bytes just received, and for one message: valid until the handler returns.
  [[nodiscard]] std::span<char> read_buffer() noexcept { return read_buffer_; }
  [[nodiscard]] std::string& message_buffer() noexcept { return message_buffer_; }
  /// What a session read of its client; a turn reads only so much.
  void note_read(std::size_t bytes) noexcept { note_read(bytes, bytes); }
  /// The same, if it is to count as more or less of that.
  void note_read(std::size_t bytes, std::size_t charged) noexcept {
    received_bytes_ += bytes;
    read_bytes_ += charged;
  }
  /// When the handler that runs asked first.
  [[nodiscard]] session::time_point now() noexcept {
    if (!std::exchange(is_now_known_, true)) now_ = std::chrono::steady_clock::now();
    return now_;
  }

  /// About when this turn had its first event of a client.
  [[nodiscard]] session::time_point turn_began() noexcept {
    if (!std::exchange(is_turn_known_, true)) turn_began_ = now();
    return turn_began_;
  }

  /// Gives the session its id and keeps it until `remove`.
  session_id add(std::shared_ptr<session> s);
  void remove(const session& s);
  /// Gives the session another id: operations for the old one vanish.
  void renew(session& s);
  /// `flush` is called when it is the session's turn: at the end of this turn if few wait.
  void mark_dirty(session& s);
  /// `on_timer` is called at `at` or up to a tick (250 ms, or a twentieth of a short heartbeat) later,
  /// unless an earlier time is armed already.
  void arm(session& s, session::time_point at);
  /// `on_tick` is called every tick until it returns false.
  void watch(session& s);
  /// Who is in the next `count` slots from `at` on: `visit(session&)`. Returns where to go on; at
  /// `slot_count()` that was all.
  template <class Visit>
  std::size_t visit_slots(std::size_t at, std::size_t count, Visit visit) {
    auto end = std::min(at + count, slots_.size());
    for (; at < end; ++at)
      // It may end in the call.
      if (auto who = slots_[at].who) visit(*who);
    return at;
  }
  [[nodiscard]] std::size_t slot_count() const noexcept { return slots_.size(); }
  /// Null: it has ended, or is another thread's.
  [[nodiscard]] session* find(session_id id) noexcept;
  /// Which thread's the session is, or was.
  [[nodiscard]] static unsigned index_of(session_id id) noexcept;
  /// Runs after the flush of this turn, before others wait long: long work is done in such portions.
  void do_next_turn(std::function<void()> what) { next_turn_.push_back(std::move(what)); }
  /// What a flush sent; added to the counters once per turn.
  void note_sent(std::size_t frames, std::size_t bytes) noexcept {
    sent_frames_ += frames;
    sent_bytes_ += bytes;
  }

  /// Events put into a session's queue; added to the counters once per turn.
  void note_delivered(std::size_t events) noexcept { delivered_ += events; }
  /// An event was answered that a session had at `since`: how long that took is known when what waits
  /// at the end of this turn is written.
  void note_answer(event_group group, session::time_point since) {
    if (group != event_group::paced) answered_.push_back({group, since});
  }
  /// So much waits for a client that takes nothing now. To be said every tick.
  void note_waiting(std::size_t bytes) noexcept { waiting_bytes_ += bytes; }

private:
  struct answered_event {
    event_group group;
    session::time_point since;
  };
  /// What waited to be written at the end of a turn, and how much is known when that is done.
  struct turn_end {
    std::uint64_t sessions;
    std::uint64_t rooms;
    std::size_t answers;
    std::size_t stamps;
  };
  struct slot {
    std::uint32_t generation = 1;
    std::shared_ptr<session> who;
  };

  void run();
  template <class Run>
  bool run_handler(Run run) noexcept;
  /// Runs what is ready, as far as the turn may; false if there was nothing.
  bool poll();
  void finish_turn();
  void run_actors();
  void wake() noexcept;
  bool flush_some();
  std::size_t flush_marked(std::size_t budget);
  void flush_rooms(std::size_t budget);
  bool flush_first(std::deque<session_id>& ids);
  void note_turn_end();
  [[nodiscard]] bool is_written(const turn_end& turn) const noexcept;
  void measure();
  void measure_written();
  void take_inbox();
  void tick();

  void on(op::result& o);
  void on(op::event& o);
  void on(op::subscribe& o);
  void on(op::unsubscribe& o);
  void on(op::resume& o);
  void on(op::publish& o);
  void on(op::moves& o);
  void on(op::view& o);
  void on(op::forget& o);
  void on(op::stamp& o);
  void on(op::close& o);

  gate& gate_;
  const unsigned index_;
  boost::asio::io_context context_;
  boost::asio::steady_timer ticker_;
  inbox<outbound> inbox_;
  actor_runner actors_;
  /// Others that actors of this round spoke to.
  std::vector<io_thread*> to_wake_;
  std::atomic<bool> stopped_{false};
  session::time_point now_{};
  bool is_now_known_ = false;
  session::time_point turn_began_{};
  bool is_turn_known_ = false;
  channels rooms_;
  timer_wheel wheel_;
  int handlers_left_ = 0;
  std::size_t read_bytes_ = 0;
  std::vector<char> read_buffer_;
  std::string message_buffer_;
  std::vector<slot> slots_;
  std::vector<std::uint32_t> free_slots_;
  /// Sessions to flush, as they were marked.
  std::deque<session_id> dirty_;
  /// How many were flushed of those.
  std::uint64_t flushed_ = 0;
  /// To flush as well: whom the room was delivered to whose turn it is, and its number.
  std::deque<session_id> told_;
  std::uint64_t told_wait_ = 0;
  /// Something waits to be written.
  bool has_rest_ = false;
  std::vector<session_id> watched_;
  /// Sessions removed in this turn.
  std::vector<std::shared_ptr<session>> ended_;
  std::vector<std::function<void()>> next_turn_;
  std::size_t sent_frames_ = 0;
  std::size_t sent_bytes_ = 0;
  std::size_t received_bytes_ = 0;
  std::size_t delivered_ = 0;
  std::size_t waiting_bytes_ = 0;
  /// The most operations of actors that were taken at once since the last tick.
  std::size_t most_taken_ = 0;
  /// Answers and timed broadcasts that are not all written.
  std::deque<answered_event> answered_;
  std::deque<std::shared_ptr<const fan_out_watch>> stamps_;
  /// How many of them are of turns that ended, and those turns.
  std::size_t ended_answers_ = 0;
  std::size_t ended_stamps_ = 0;
  std::deque<turn_end> turn_ends_;
  std::thread thread_;
};

} // namespace atrium::net
