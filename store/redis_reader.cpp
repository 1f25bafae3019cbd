// The mailbox around reader_core: one request after the other, in the order of their arrival, each
// with exactly one reply. A request blocks this actor and nobody else, for at most a few times the
// command timeout.
// A connection that breaks under a request costs it one repetition on a new connection, if
// repeating does no harm; a claim is never repeated. A request that failed answers `unavailable`
// and nothing of what it had found until then, because a part of an answer would be taken for all
// of it.
// Counting rooms takes as many turns as there are portions, each a message of the actor to itself
// behind the requests that came meanwhile. One count is under way at a time; who asks meanwhile
// gets its result.
#include "store/redis_reader.hpp"

#include "store/reader_core.hpp"

#include <caf/all.hpp>

namespace atrium::store {

namespace {

struct reader_state {
  std::unique_ptr<reader_core> core;
  /// The count under way, and who asked for it; nobody: there is none.
  room_walk walk;
  room_totals totals{store_status::ok};
  std::vector<caf::typed_response_promise<room_totals>> askers;
};

using reader_pointer = redis_reader_actor::stateful_pointer<reader_state>;

// `unavailable` is what is answered while the store is away.
template <class Reply, class Serve>
Reply serve(reader_core& core, Reply unavailable, Serve&& ask) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (!core.link().begin()) return unavailable;
    auto reply = ask(core);
    if (!core.link().failed()) return reply;
    if (!core.link().broke_in_use()) return unavailable;
  }
  return unavailable;
}

claim_reply serve_claim(reader_core& core, const claim_room& request) {
  claim_reply unavailable{claim_outcome::unavailable, request.meta};
  return core.link().begin() ? core.claim(request) : unavailable;
}

caf::typed_response_promise<room_totals> count_all(reader_pointer self) {
  auto& state = self->state;
  auto promise = self->make_response_promise<room_totals>();
  state.askers.push_back(promise);
  if (state.askers.size() == 1) self->send(self, count_turn{});
  return promise;
}

void on_count_turn(reader_pointer self) {
  auto& state = self->state;
  const auto totals = serve(*state.core, room_totals{store_status::unavailable},
                            [&](reader_core& core) {
                              core.count_portion(state.walk, state.totals);
                              return state.totals;
                            });
  if (totals.status == store_status::ok && !state.walk.is_over()) {
    return self->send(self, count_turn{});
  }
  for (auto& asker : std::exchange(state.askers, {})) asker.deliver(totals);
  state.walk = {};
  state.totals = {store_status::ok};
}

redis_reader_actor::behavior_type run_reader(reader_pointer self, const settings& config,
                                             counters* counts, std::string process) {
  self->state.core = std::make_unique<reader_core>(config, *counts, std::move(process));
  auto* core = self->state.core.get();
  constexpr auto away = store_status::unavailable;
  return {
      [core](const load_room& r) {
        return serve(*core, load_reply{away, {}}, [&](auto& c) { return c.load(r); });
      },
      [core](const claim_room& r) { return serve_claim(*core, r); },
      [core](const reserve_codes& r) {
        return serve(*core, reserved_codes{away, {}}, [&](auto& c) { return c.reserve(r); });
      },
      [core](const read_messages& r) {
        return serve(*core, message_page{away, {}, false}, [&](auto& c) { return c.page(r); });
      },
      [core](const find_messages& r) {
        return serve(*core, found_messages{away, {}}, [&](auto& c) { return c.find(r); });
      },
      [core](const read_cache& r) {
        return serve(*core, cached_text{away, {}}, [&](auto& c) { return c.cached(r); });
      },
      // A cache may miss what it was told while the store was away.
      [core](const write_cache& r) {
        if (core->link().begin()) core->cache(r);
      },
      [core](const read_rooms& r) {
        return serve(*core, room_page{away, {}, {}}, [&](auto& c) { return c.rooms(r); });
      },
      [core](const count_messages& r) {
        return serve(*core, message_count{away, 0, {}}, [&](auto& c) { return c.count(r); });
      },
      [core](const sweep_rooms& r) {
        return serve(*core, swept_rooms{away, r.offset, 0}, [&](auto& c) { return c.sweep(r); });
      },
      [self](const count_rooms&) { return count_all(self); },
      [core](const clear_presence& r) {
        return serve(*core, presence_cleared{away, r.offset, 0},
                     [&](auto& c) { return c.clear(r); });
      },
      [core](const ping_store&) {
        return serve(*core, store_health{away, {}}, [](auto& c) { return c.ping(); });
      },
      [core](const get_store_info&) {
        return serve(*core, store_info{away, "redis", {}}, [](auto& c) { return c.info(); });
      },
      [core](const clean_keys& r) {
        return serve(*core, keys_cleaned{away, {}, 0, {}}, [&](auto& c) { return c.clean(r); });
      },
      [core](const finish_reads&) {
        core->link().finish();
        return reads_finished{};
      },
      [self](const count_turn&) { on_count_turn(self); },
  };
}

} // namespace

store_reader open_redis_reader(caf::actor_system& system, const settings& config, counters& counts,
                               std::string process) {
  return system.spawn<caf::detached>(run_reader, config, &counts, std::move(process));
}

} // namespace atrium::store
