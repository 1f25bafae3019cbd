// The mailbox around reader_core: one request after the other, in the order of their arrival, each
// with exactly one reply. A request blocks this actor and nobody else, for at most a few times the
// command timeout.
// A connection that breaks under a request costs it one repetition on a new connection, if
// repeating does no harm; a claim is never repeated. A request that failed answers `unavailable`
// and nothing of what it had found until then, because a part of an answer would be taken for all
// of it.
#include "store/redis_reader.hpp"

#include "store/reader_core.hpp"

#include <caf/all.hpp>

namespace atrium::store {

namespace {

struct reader_state {
  std::unique_ptr<reader_core> core;
};

using reader_pointer = store_reader::stateful_pointer<reader_state>;

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

store_reader::behavior_type run_reader(reader_pointer self, const settings& config,
                                       counters* counts) {
  self->state.core = std::make_unique<reader_core>(config, *counts);
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
      [](const count_rooms&) { return room_totals{away}; },
      [](const clear_presence&) {
        return presence_cleared{away, 0, 0};
      },
      [core](const ping_store&) {
        return serve(*core, store_health{away, {}}, [](auto& c) { return c.ping(); });
      },
      [core](const finish_reads&) {
        core->link().finish();
        return reads_finished{};
      },
  };
}

} // namespace

store_reader open_redis_reader(caf::actor_system& system, const settings& config,
                               counters& counts) {
  return system.spawn<caf::detached>(run_reader, config, &counts);
}

} // namespace atrium::store
