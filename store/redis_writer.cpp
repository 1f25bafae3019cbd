// The mailbox around writer_core. A write is only queued when it arrives; the turn that sends it is
// a message of the writer to itself and so stands behind all writes that were in the mailbox by
// then: batches form by themselves and grow when the store gets slower. Before it sends little that
// nobody waits for it sleeps `redis.gather_ms`: one round trip and one wake-up for many writes.
// At most one turn is in the mailbox at a time, and at most one timer is of interest: a later one
// that was superseded is recognised by its number and ignored.
// While the store is away the turns only try to connect, so the mailbox is always drained.
// Rooms are told by plain messages, and those that are idle handle them here: waking a worker of the
// scheduler for each room that a batch confirmed cost more than the batch. One that is gone is told
// nothing.
#include "store/redis_writer.hpp"

#include "store/writer_core.hpp"

#include "actors/actor_runner.hpp"
#include "actors/tell.hpp"

#include <caf/all.hpp>

#include <thread>

namespace atrium::store {

namespace {

// How long finishing may take; the process as a whole has 10 s to drain (contract §5, "Restart").
constexpr milliseconds finish_time{4'000};

/// Times that rooms which were told something may wake others before the scheduler takes over.
constexpr int max_rounds = 4;

struct writer_state {
  std::unique_ptr<writer_core> core;
  /// Runs the rooms that were told something; null while the last writes go out: those run elsewhere.
  std::unique_ptr<actor_runner> told;
  milliseconds gather{0};
  bool turn_sent = false;
  /// Writes were collected; the next turn sends them.
  bool has_gathered = false;
  std::uint64_t timer = 0;
  writer_core::clock::time_point timer_due = writer_core::clock::time_point::max();
};

using writer_pointer = redis_writer_actor::stateful_pointer<writer_state>;

void turn_at_once(writer_pointer self) {
  if (std::exchange(self->state.turn_sent, true)) return;
  self->send(self, writer_turn{0});
}

void turn_after(writer_pointer self, milliseconds delay) {
  if (delay == milliseconds::max()) return;
  if (delay.count() == 0) return turn_at_once(self);
  auto& state = self->state;
  const auto due = writer_core::clock::now() + delay;
  if (state.timer_due <= due) return;
  state.timer_due = due;
  self->delayed_send(self, delay, writer_turn{++state.timer});
}

void run_told(writer_state& state) {
  if (!state.told) return;
  for (int n = 0; n < max_rounds && state.told->has_ready(); ++n) state.told->run_ready();
  state.told->hand_over();
}

void on_turn(writer_pointer self, const writer_turn& turn) {
  auto& state = self->state;
  if (turn.timer == 0)
    state.turn_sent = false;
  else if (turn.timer == state.timer)
    state.timer_due = writer_core::clock::time_point::max();
  else
    return;
  if (!std::exchange(state.has_gathered, true) && state.core->may_gather()) {
    // Its own thread: while it sleeps, writes pile up in the mailbox without waking anybody.
    std::this_thread::sleep_for(state.gather);
    return turn_at_once(self);
  }
  state.has_gathered = false;
  turn_after(self, state.core->turn());
  run_told(state);
  state.core->note_mailbox(self->mailbox().queue().total_task_size());
}

redis_writer_actor::behavior_type run_writer(writer_pointer self, const settings& config,
                                             counters* counts, std::string process) {
  self->state.told = std::make_unique<actor_runner>(self->system());
  auto notify = [self](const caf::actor_addr& to, room_notice notice) {
    const auto room = caf::actor_cast<store_client>(to);
    std::visit([&](auto& what) { tell(self->state.told.get(), room, what); }, notice);
  };
  self->state.gather = config.redis.gather;
  self->state.core = std::make_unique<writer_core>(config, *counts, std::move(process),
                                                   std::move(notify));
  turn_at_once(self);
  return {
      [self](room_write& write) {
        self->state.core->take(std::move(write));
        turn_at_once(self);
      },
      [self](const finish_writes&) {
        self->state.told.reset();
        return self->state.core->finish(writer_core::clock::now() + finish_time);
      },
      [self](const get_writer_status&) { return self->state.core->status(); },
      [self](const writer_turn& turn) { on_turn(self, turn); },
  };
}

} // namespace

store_writer open_redis_writer(caf::actor_system& system, const settings& config, counters& counts,
                               std::string process) {
  return system.spawn<caf::detached>(run_writer, config, &counts, std::move(process));
}

} // namespace atrium::store
