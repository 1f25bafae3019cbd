// The mailbox around queue_core. A change is only taken when it arrives; the turn that sends it is
// a message of the actor to itself and so stands behind all changes that were in the mailbox by
// then: what waited together goes out together. At most one turn is in the mailbox at a time, and
// at most one timer is of interest: a later one that was superseded is recognised by its number and
// ignored. While the store is away the turns only try to connect, so the mailbox is always drained,
// and memory is bounded by the core. A read is answered exactly once, after all changes that
// arrived before it. It holds no handle of anybody.
#include "store/redis_queue.hpp"

#include "store/queue_core.hpp"

#include <caf/all.hpp>

namespace atrium::store {

namespace {

// How long finishing may take; the process as a whole has 10 s to drain (contract §5, "Restart").
constexpr milliseconds finish_time{1'000};

struct queue_state {
  std::unique_ptr<queue_core> core;
  bool turn_sent = false;
  std::uint64_t timer = 0;
  queue_core::clock::time_point timer_due = queue_core::clock::time_point::max();
};

using queue_pointer = redis_queue_actor::stateful_pointer<queue_state>;

void turn_at_once(queue_pointer self) {
  if (std::exchange(self->state.turn_sent, true)) return;
  self->send(self, queue_turn{0});
}

void turn_after(queue_pointer self, milliseconds delay) {
  if (delay == milliseconds::max()) return;
  if (delay.count() == 0) return turn_at_once(self);
  auto& state = self->state;
  const auto due = queue_core::clock::now() + delay;
  if (state.timer_due <= due) return;
  state.timer_due = due;
  self->delayed_send(self, delay, queue_turn{++state.timer});
}

void on_turn(queue_pointer self, const queue_turn& turn) {
  auto& state = self->state;
  if (turn.timer == 0)
    state.turn_sent = false;
  else if (turn.timer == state.timer)
    state.timer_due = queue_core::clock::time_point::max();
  else
    return;
  turn_after(self, state.core->turn());
}

redis_queue_actor::behavior_type run_queue(queue_pointer self, const settings& config,
                                           counters* counts) {
  self->state.core = std::make_unique<queue_core>(config, *counts);
  const auto take = [self](const auto& change) {
    self->state.core->take(change);
    turn_at_once(self);
  };
  return {
      [take](const queue_message& m) { take(m); },
      [self](const read_queue& r) { return self->state.core->read(r.user); },
      [take](const drop_queued& d) { take(d); },
      [take](const drop_queued_room& d) { take(d); },
      [self](const finish_queues&) {
        self->state.core->finish(queue_core::clock::now() + finish_time);
        return queues_finished{};
      },
      [self](const queue_turn& turn) { on_turn(self, turn); },
  };
}

} // namespace

message_queue open_redis_queue(caf::actor_system& system, const settings& config,
                               counters& counts) {
  return system.spawn<caf::detached>(run_queue, config, &counts);
}

} // namespace atrium::store
