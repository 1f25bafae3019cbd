// The records of users of the memory store: maps with times of expiry, in one actor.
//
// Order: requests are carried out in the order of their arrival, each at once. Who is online, and
// who of a room's members, is nothing that is ever read back, so it is not kept: there is no other
// process that would want to know. What expired is nothing for anybody; its memory goes when it is
// touched, or with one of the next writes. It is never away, so everything is wanted once, at the
// beginning.
#include "store/memory_records.hpp"

#include "store/friend_entry.hpp"
#include "store/records_commands.hpp"

#include <caf/all.hpp>

namespace atrium::store {

namespace {

// After so many writes records that nobody touched are looked through for those that expired.
constexpr std::size_t sweep_interval = 1'000;

struct held_friends {
  std::map<user_id, friend_profile> profiles;
  unix_ms expires_at = 0;
};
struct held_activity {
  unix_ms last = 0;
  unix_ms expires_at = 0;
};

// Not an aggregate: CAF would fill the first member of one with the pointer to the actor.
struct records_state {
  records_state() = default;
  std::shared_ptr<memory_tables> tables;
  std::unordered_map<user_id, held_friends> friends;
  std::unordered_map<user_id, held_activity> activity;
  std::size_t writes = 0;
  bool is_finished = false;

  void put(const put_friends& request);
  void put(const put_activity& request);
  [[nodiscard]] loaded_user load(const user_id& user);
  void sweep();
};

template <class Held>
typename Held::mapped_type* find_held(Held& in, const user_id& user, unix_ms now) {
  const auto at = in.find(user);
  if (at == in.end()) return nullptr;
  if (at->second.expires_at > now) return &at->second;
  in.erase(at);
  return nullptr;
}

void records_state::put(const put_friends& request) {
  sweep();
  held_friends held;
  held.expires_at = tables->now() + milliseconds{friends_ttl}.count();
  for (const auto& profile : request.friends) held.profiles.insert_or_assign(profile.user, profile);
  if (held.profiles.empty())
    friends.erase(request.user);
  else
    friends.insert_or_assign(request.user, std::move(held));
}

void records_state::put(const put_activity& request) {
  sweep();
  auto& held = activity[request.user];
  held.last = std::max(held.last, request.when);
  held.expires_at = tables->now() + milliseconds{activity_ttl}.count();
}

loaded_user records_state::load(const user_id& user) {
  const auto now = tables->now();
  loaded_user answer{};
  answer.rooms = tables->rooms_of(user);
  answer.queue_length = tables->queue_length(user);
  if (const auto* held = find_held(activity, user, now)) answer.last_activity = held->last;
  if (auto* held = find_held(friends, user, now)) {
    held->expires_at = now + milliseconds{friends_ttl}.count();
    for (const auto& [id, profile] : held->profiles) answer.friends.push_back(profile);
  }
  return answer;
}

void records_state::sweep() {
  if (++writes % sweep_interval != 0) return;
  const auto is_over = [now = tables->now()](const auto& held) {
    return held.second.expires_at <= now;
  };
  std::erase_if(friends, is_over);
  std::erase_if(activity, is_over);
}

user_records::behavior_type run_records(user_records::stateful_pointer<records_state> self,
                                        std::shared_ptr<memory_tables> tables) {
  auto* state = &self->state;
  state->tables = std::move(tables);
  const auto put = [state](const auto& change) {
    if (!state->is_finished) state->put(change);
  };
  return {
      [](const put_online_user&) {},
      [](const drop_online_user&) {},
      [put](const put_activity& p) { put(p); },
      [](const put_connected_member&) {},
      [put](const put_friends& p) { put(p); },
      [state](const load_user& l) {
        if (!state->is_finished) return state->load(l.user);
        loaded_user unavailable{};
        unavailable.status = store_status::unavailable;
        return unavailable;
      },
      [self](const listen_to_records& l) {
        if (const auto who = caf::actor_cast<records_client>(l.who)) {
          self->send(who, records_wanted{});
        }
      },
      [](const erase_user&) { return user_erased{store_status::unavailable}; },
      [](const put_audit&) {},
      [](const read_audit&) {
        return audit_entries{store_status::unavailable, {}, false};
      },
      [state](const finish_records&) {
        state->is_finished = true;
        return records_finished{};
      },
  };
}

} // namespace

user_records spawn_memory_records(caf::actor_system& system,
                                  std::shared_ptr<memory_tables> tables) {
  return system.spawn(run_records, std::move(tables));
}

} // namespace atrium::store
