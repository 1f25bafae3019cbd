// The writer and the reader of the memory store. They keep the promises of the port as the Redis
// ones do, only that nothing is ever away: a write is applied when it is taken and confirmed at
// once. A change to a room that expired is lost and the room is asked to write itself, as with
// Redis. They never block, hold no handle of anybody, and end with their last handle.
#include "store/memory_store.hpp"

#include "store/memory_queue.hpp"
#include "store/memory_records.hpp"

#include <caf/all.hpp>

namespace atrium::store {

namespace {

using shared_tables = std::shared_ptr<memory_tables>;
using shared_people = std::shared_ptr<memory_people>;

// Not an aggregate: CAF would fill the first member of one with the pointer to the actor.
struct writer_state {
  writer_state() = default;
  bool is_finished = false;
};

store_writer::behavior_type run_writer(store_writer::stateful_pointer<writer_state> self,
                                       shared_tables tables, counters* counts) {
  return {
      [self, tables, counts](const room_write& write) {
        if (self->state.is_finished) return;
        const bool is_stored = tables->apply(write);
        if (is_stored) counts->add(counter::store_writes);
        const auto room = caf::actor_cast<store_client>(write.from);
        if (!room) return;
        if (is_stored) return self->send(room, persisted{write.ticket});
        self->send(room, write_lost{write.ticket, true});
        self->send(room, store_returned{});
      },
      [self](const finish_writes&) {
        self->state.is_finished = true;
        return writes_finished{0};
      },
      [](const get_writer_status&) { return writer_status{true, false, 0, 0, 0, 0}; },
  };
}

struct reader_state {
  reader_state() = default;
  bool is_finished = false;
};

keys_cleaned clean(memory_tables& tables, memory_people& people, const clean_keys& request) {
  auto answer = tables.clean(request);
  if (request.cursor.empty()) people.clean(request.is_dry_run, answer);
  if (request.is_dry_run) return answer;
  for (const auto& [pattern, count] : answer.keys) answer.removed += count;
  return answer;
}

store_info describe(memory_tables& tables, memory_people& people) {
  store_info answer{store_status::ok, "memory", {}};
  tables.describe(answer);
  people.describe(answer);
  return answer;
}

store_reader::behavior_type run_reader(store_reader::stateful_pointer<reader_state> self,
                                       shared_tables tables, shared_people people) {
  constexpr auto away = store_status::unavailable;
  const auto closed = [self] { return self->state.is_finished; };
  return {
      [=](const load_room& r) {
        return closed() ? load_reply{away, {}} : tables->load(r);
      },
      [=](const claim_room& r) {
        return closed() ? claim_reply{claim_outcome::unavailable, r.meta} : tables->claim(r);
      },
      [=](const reserve_codes& r) {
        return closed() ? reserved_codes{away, {}} : tables->reserve(r);
      },
      [=](const read_messages& r) {
        return closed() ? message_page{away, {}, false} : tables->page(r);
      },
      [=](const find_messages& r) {
        return closed() ? found_messages{away, {}} : tables->find(r);
      },
      [=](const read_cache& r) {
        return closed() ? cached_text{away, {}} : tables->cached(r);
      },
      [=](const write_cache& r) {
        if (!closed()) tables->cache(r);
      },
      [=](const read_rooms& r) {
        return closed() ? room_page{away, {}, {}} : tables->rooms(r);
      },
      [=](const count_messages& r) {
        return closed() ? message_count{away, 0, {}} : tables->count(r);
      },
      [=](const sweep_rooms& r) {
        return closed() ? swept_rooms{away, r.offset, 0} : tables->sweep(r);
      },
      [=](const count_rooms&) { return closed() ? room_totals{away} : tables->totals(); },
      // What is held here does not outlive its process.
      [=](const clear_presence& r) {
        return closed() ? presence_cleared{away, r.offset, 0}
                        : presence_cleared{store_status::ok, 0, 0};
      },
      [=](const ping_store&) {
        return store_health{closed() ? away : store_status::ok, std::chrono::microseconds{0}};
      },
      [=](const get_store_info&) {
        return closed() ? store_info{away, "memory", {}} : describe(*tables, *people);
      },
      [=](const clean_keys& r) {
        return closed() ? keys_cleaned{away, {}, 0, {}} : clean(*tables, *people, r);
      },
      [self](const finish_reads&) {
        self->state.is_finished = true;
        return reads_finished{};
      },
  };
}

} // namespace

store_actors spawn_memory_store(caf::actor_system& system, const settings& config, counters& counts,
                                unix_clock now) {
  auto people = std::make_shared<memory_people>(now);
  auto tables = std::make_shared<memory_tables>(config, std::move(now));
  store_actors actors;
  actors.writers.push_back(system.spawn(run_writer, tables, &counts));
  actors.readers.push_back(system.spawn(run_reader, tables, people));
  actors.queues.push_back(spawn_memory_queue(system, tables));
  actors.records.push_back(spawn_memory_records(system, tables, people));
  return actors;
}

} // namespace atrium::store
