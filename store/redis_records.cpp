// The mailbox around records_core. A change is only taken when it arrives; it leaves with a turn a
// moment later, so that what came together goes out together. At most one turn is in the mailbox at
// a time, and at most one timer is of interest: a later one that was superseded is recognised by
// its number and ignored. While the store is away the turns only try to connect, so the mailbox is
// always drained, and memory is bounded by the core. A load is answered exactly once, at once, with
// all changes that arrived before it.
// Who listens is held weakly, and forgotten when it is found gone.
#include "store/redis_records.hpp"

#include "store/records_core.hpp"

#include <caf/all.hpp>

namespace atrium::store {

namespace {

// How long finishing may take; the process as a whole has 10 s to drain (contract §5, "Restart").
constexpr milliseconds finish_time{1'000};

struct records_state {
  std::unique_ptr<records_core> core;
  std::vector<caf::actor_addr> listeners;
  bool turn_sent = false;
  std::uint64_t timer = 0;
  records_core::clock::time_point timer_due = records_core::clock::time_point::max();
};

using records_pointer = redis_records_actor::stateful_pointer<records_state>;

bool tell(records_pointer self, const caf::actor_addr& who) {
  const auto listener = caf::actor_cast<records_client>(who);
  if (listener) self->send(listener, records_wanted{});
  return static_cast<bool>(listener);
}

void turn_at_once(records_pointer self) {
  if (std::exchange(self->state.turn_sent, true)) return;
  self->send(self, records_turn{0});
}

void turn_after(records_pointer self, milliseconds delay) {
  if (delay == milliseconds::max()) return;
  if (delay.count() == 0) return turn_at_once(self);
  auto& state = self->state;
  const auto due = records_core::clock::now() + delay;
  if (state.timer_due <= due) return;
  state.timer_due = due;
  self->delayed_send(self, delay, records_turn{++state.timer});
}

void on_turn(records_pointer self, const records_turn& turn) {
  auto& state = self->state;
  if (turn.timer == 0)
    state.turn_sent = false;
  else if (turn.timer == state.timer)
    state.timer_due = records_core::clock::time_point::max();
  else
    return;
  turn_after(self, state.core->turn());
}

redis_records_actor::behavior_type run_records(records_pointer self, const settings& config,
                                               counters* counts) {
  auto& state = self->state;
  state.core = std::make_unique<records_core>(config, *counts, [self] {
    std::erase_if(self->state.listeners, [self](const auto& who) { return !tell(self, who); });
  });
  turn_at_once(self);
  const auto take = [self](const auto& change) {
    self->state.core->take(change);
    turn_after(self, self->state.core->rest());
  };
  return {
      [take](const put_online_user& p) { take(p); },
      [take](const drop_online_user& d) { take(d); },
      [take](const put_activity& p) { take(p); },
      [take](const put_connected_member& p) { take(p); },
      [take](const put_friends& p) { take(p); },
      [self](const load_user& l) { return self->state.core->load(l.user); },
      [self](const listen_to_records& l) {
        self->state.listeners.push_back(l.who);
        if (self->state.core->is_ready()) tell(self, l.who);
      },
      [self](const erase_user& e) { return self->state.core->erase(e.user); },
      [take](const put_audit& p) { take(p); },
      [self](const read_audit& r) { return self->state.core->audit(r); },
      [self](const finish_records&) {
        self->state.core->finish(records_core::clock::now() + finish_time);
        return records_finished{};
      },
      [self](const records_turn& turn) { on_turn(self, turn); },
  };
}

} // namespace

user_records open_redis_records(caf::actor_system& system, const settings& config,
                                counters& counts) {
  return system.spawn<caf::detached>(run_records, config, &counts);
}

} // namespace atrium::store
