// The records of users of the memory store, in one actor.
//
// Order: requests are carried out in the order of their arrival, each at once. Who is online, and
// who of a room's members, is nothing that is ever read back, so it is not kept: there is no other
// process that would want to know. It is never away, so everything is wanted once, at the beginning.
#include "store/memory_records.hpp"

#include <caf/all.hpp>

namespace atrium::store {

namespace {

// Not an aggregate: CAF would fill the first member of one with the pointer to the actor.
struct records_state {
  records_state() = default;
  std::shared_ptr<memory_tables> tables;
  std::shared_ptr<memory_people> people;
  bool is_finished = false;

  [[nodiscard]] loaded_user load(const user_id& user);
  [[nodiscard]] user_erased erase(const user_id& user);
};

loaded_user records_state::load(const user_id& user) {
  loaded_user answer{};
  answer.status = is_finished ? store_status::unavailable : store_status::ok;
  if (is_finished) return answer;
  answer.rooms = tables->rooms_of(user);
  answer.queue_length = tables->queue_length(user);
  people->load(user, answer);
  return answer;
}

user_erased records_state::erase(const user_id& user) {
  if (is_finished) return {store_status::unavailable};
  people->erase(user);
  tables->end_memberships(user);
  tables->note_queue(user, 0, 0);
  return {store_status::ok};
}

user_records::behavior_type run_records(user_records::stateful_pointer<records_state> self,
                                        std::shared_ptr<memory_tables> tables,
                                        std::shared_ptr<memory_people> people) {
  auto* state = &self->state;
  state->tables = std::move(tables);
  state->people = std::move(people);
  const auto put = [state](const auto& change) {
    if (!state->is_finished) state->people->put(change);
  };
  return {
      [](const put_online_user&) {},
      [](const drop_online_user&) {},
      [put](const put_activity& p) { put(p); },
      [](const put_connected_member&) {},
      [put](const put_friends& p) { put(p); },
      [state](const load_user& l) { return state->load(l.user); },
      [self](const listen_to_records& l) {
        if (const auto who = caf::actor_cast<records_client>(l.who)) {
          self->send(who, records_wanted{});
        }
      },
      [state](const erase_user& e) { return state->erase(e.user); },
      [put](const put_audit& p) { put(p); },
      [state](const read_audit& r) {
        return state->is_finished ? audit_entries{store_status::unavailable, {}, false}
                                  : state->people->audit(r);
      },
      [state](const finish_records&) {
        state->is_finished = true;
        return records_finished{};
      },
  };
}

} // namespace

user_records spawn_memory_records(caf::actor_system& system, std::shared_ptr<memory_tables> tables,
                                  std::shared_ptr<memory_people> people) {
  return system.spawn(run_records, std::move(tables), std::move(people));
}

} // namespace atrium::store
