// The queues of the memory store: maps with times of expiry, in one actor.
//
// Order: requests are carried out in the order of their arrival, each at once. A queue that expired
// is empty for everybody; its memory goes when it is touched, or with one of the next messages.
// It never blocks, is never away, and keeps nothing beyond the process.
#include "store/memory_queue.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <deque>

namespace atrium::store {

namespace {

// After so many messages queues that nobody touched are looked through for those that expired.
constexpr std::size_t sweep_interval = 1'000;

struct held_queue {
  std::deque<std::shared_ptr<const queue_entry>> entries;
  unix_ms expires_at = 0;
};

// Not an aggregate: CAF would fill the first member of one with the pointer to the actor.
struct queue_state {
  queue_state() = default;
  std::shared_ptr<memory_tables> tables;
  std::unordered_map<user_id, held_queue> queues;
  std::size_t pushed = 0;
  bool is_finished = false;

  void push(const queue_message& request);
  [[nodiscard]] queued_messages read(const user_id& user);
  template <class Which>
  void erase(const user_id& user, Which which);
  void sweep();
  /// The tables were told that nothing is queued for the user, or that nothing is for anybody.
  [[nodiscard]] bool is_erased(const user_id& user) const {
    return tables->queue_length(user) == 0;
  }
};

void queue_state::push(const queue_message& request) {
  if (++pushed % sweep_interval == 0) sweep();
  const auto now = tables->now();
  const auto entry = std::make_shared<const queue_entry>(make_queue_entry(request.message));
  for (const auto& user : *request.users) {
    auto& queue = queues[user];
    if (queue.expires_at <= now || is_erased(user)) queue.entries.clear();
    queue.expires_at = now + milliseconds{queue_ttl}.count();
    queue.entries.push_back(entry);
    if (queue.entries.size() > queued_messages_count) queue.entries.pop_front();
    tables->note_queue(user, queue.entries.size(), queue.expires_at);
  }
}

queued_messages queue_state::read(const user_id& user) {
  queued_messages answer{store_status::ok, {}};
  erase(user, [&](const queue_entry& entry) {
    auto message = tables->requeued(entry);
    if (message) answer.messages.push_back(std::move(*message));
    return !message;
  });
  return answer;
}

// Asks about each entry once, oldest first.
template <class Which>
void queue_state::erase(const user_id& user, Which which) {
  const auto at = queues.find(user);
  if (at == queues.end()) return;
  auto& queue = at->second;
  if (queue.expires_at <= tables->now() || is_erased(user)) queue.entries.clear();
  std::erase_if(queue.entries, [&](const auto& entry) { return which(*entry); });
  tables->note_queue(user, queue.entries.size(), queue.expires_at);
  if (queue.entries.empty()) queues.erase(at);
}

void queue_state::sweep() {
  std::erase_if(queues, [this, now = tables->now()](const auto& held) {
    if (held.second.expires_at > now && !is_erased(held.first)) return false;
    tables->note_queue(held.first, 0, 0);
    return true;
  });
}

message_queue::behavior_type run_queue(message_queue::stateful_pointer<queue_state> self,
                                       std::shared_ptr<memory_tables> tables) {
  auto* state = &self->state;
  state->tables = std::move(tables);
  return {
      [state](const queue_message& m) {
        if (!state->is_finished) state->push(m);
      },
      [state](const read_queue& r) {
        return state->is_finished ? queued_messages{store_status::unavailable, {}}
                                  : state->read(r.user);
      },
      [state](const drop_queued& d) {
        state->erase(d.user, [&](const queue_entry& entry) {
          return std::find(d.ids.begin(), d.ids.end(), entry.message.id) != d.ids.end();
        });
      },
      [state](const drop_queued_room& d) {
        state->erase(d.user, [&](const queue_entry& entry) {
          return entry.room == d.room && entry.message.seq >= d.from;
        });
      },
      [state](const finish_queues&) {
        state->is_finished = true;
        return queues_finished{};
      },
  };
}

} // namespace

message_queue spawn_memory_queue(caf::actor_system& system, std::shared_ptr<memory_tables> tables) {
  return system.spawn(run_queue, std::move(tables));
}

} // namespace atrium::store
