// See played_queues.hpp.
#include "support/played_queues.hpp"

#include <algorithm>

namespace atrium::test {

namespace {

queued_messages read_played(played_queues& queues, const user_id& user) {
  queued_messages out{queues.is_away ? store_status::unavailable : store_status::ok, {}};
  if (queues.is_away || queues.answers_as_empty) return out;
  const auto& kept = queues.of[user.value];
  out.messages.assign(kept.begin(), kept.end());
  return out;
}

} // namespace

message_queue::behavior_type played_queue(message_queue::pointer self, played_queues* queues) {
  return {
      [queues](queue_message& q) {
        for (const auto& user : *q.users) {
          auto& kept = queues->of[user.value];
          kept.push_back(q.message);
          if (kept.size() > 100) kept.pop_front();
        }
        queues->rooms[q.message.id] = q.room;
        queues->queued.push_back(std::move(q));
      },
      [self, queues](read_queue& r) {
        ++queues->reads;
        auto promise = self->make_response_promise<queued_messages>();
        if (queues->holds_reads)
          queues->held_reads.emplace_back(r.user, promise);
        else
          promise.deliver(read_played(*queues, r.user));
        return promise;
      },
      [queues](drop_queued& d) {
        if (!queues->holds_reads)
          for (auto& [user, promise] : std::exchange(queues->held_reads, {}))
            promise.deliver(read_played(*queues, user));
        std::erase_if(queues->of[d.user.value], [&](const stored_message& m) {
          return std::find(d.ids.begin(), d.ids.end(), m.id) != d.ids.end();
        });
      },
      [queues](drop_queued_room& d) {
        std::erase_if(queues->of[d.user.value], [&](const stored_message& m) {
          return queues->rooms[m.id] == d.room && m.seq >= d.from;
        });
        queues->dropped_rooms.push_back(std::move(d));
      },
      [](finish_queues) { return queues_finished{}; },
  };
}

} // namespace atrium::test
