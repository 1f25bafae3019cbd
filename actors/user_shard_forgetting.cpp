// Forgetting a user: docs/admin-api.md, `DELETE /api/admin/users/:user`.
//
//   what is known is read ──> its connections are cut off and leave ──> memberships end
//                                      ──> the records erase it ──> its listers forget it ──> answered
//
// Order: a connection answers after everything that it said, so what it set off is here or with a room
// before memberships end. Records are asked last, so nothing that was told before brings anything back;
// and who lists the user is told only when the store has forgotten it, so that lists in memory never
// say less than it does.
// Never waits: a connection that does not answer is passed over; while the store is away nothing is begun.
#include "actors/user_shard_impl.hpp"

#include <algorithm>
#include <map>

namespace atrium {

namespace {

/// Beyond what a store actor's own time limits add up to: only a defect lets it run out.
constexpr std::chrono::seconds store_patience{30};
constexpr std::chrono::seconds connection_patience{2};

const failure no_store{errc::store_unavailable,
                       "the store cannot be reached; nothing was done, try again"};
const failure half_done{
    errc::store_unavailable,
    "the store went away; the user is disconnected and its memberships end, but "
    "what is kept of it may be there yet: try again"};

/// Rooms tell a leaver so; of this one nobody is left to be told.
class nowhere : public io_port {
public:
  void post(outbound&&) noexcept override {}
};

/// The user itself, with the rights of the operator: no room asks a password of it.
caller in_place_of(const user_id& user) {
  static nowhere unheard;
  caller it;
  it.out.port = &unheard;
  it.user = user;
  it.is_operator = true;
  return it;
}

} // namespace

void user_shard::run(const caller& from, const user_id& user, const forget_user&) {
  auto f = std::make_shared<farewell>(farewell{from, user, {}, 0});
  auto records = records_of(user);
  if (!records) return part_from(f);
  self_->request(records, store_patience, load_user{user})
      .then(
          [this, f](const loaded_user& known) {
            if (known.status == store_status::unavailable) return answer(f->from, no_store);
            for (const auto& m : known.rooms) f->rooms.insert(m.room);
            part_from(f);
          },
          [this, f](const caf::error&) { answer(f->from, no_store); });
}

void user_shard::part_from(const shared_farewell& f) {
  auto connections = connections_of(f->user);
  f->awaited = connections.size();
  if (auto* u = find_online(f->user)) {
    u->online->is_forgotten = true;
    u->online->did = {};
  }
  for (const auto& connection : connections)
    self_->request(connection, connection_patience, cut_off{"disconnected by an operator", true})
        .then(
            [this, f](const entered_rooms& e) {
              f->rooms.insert(e.rooms.begin(), e.rooms.end());
              on_parted(f);
            },
            [this, f](const caf::error&) { on_parted(f); });
  if (connections.empty()) erase(f);
}

void user_shard::on_parted(const shared_farewell& f) {
  if (--f->awaited == 0) erase(f);
}

void user_shard::end_memberships(farewell& f) {
  auto* u = find_user(f.user);
  if (u != nullptr)
    for (const auto* room : u->rooms) f.rooms.insert(room->id);
  for (const auto& room : f.rooms) end_membership(f.user, room);
  u = find_online(f.user);
  if (u == nullptr) return;
  for (const auto& lost : u->online->lost()) {
    f.rooms.insert(lost.room);
    tell_room(lost.actor, room_request{in_place_of(f.user), kick_user{f.user, {}}});
  }
  if (u->friends) replace_friends(f.user, *u->friends, {});
}

void user_shard::end_membership(const user_id& user, const room_id& id) {
  auto from = in_place_of(user);
  from.room_name = id.value;
  tell(self_->context(), caf::actor_cast<directory_actor>(directory_),
       routed_request{std::move(from), leave_room{vocabulary::messenger}});
  note_left(user, id);
  empty_queue_of(user, id);
  auto* room = find(id);
  // One in memory says so itself; one that is loaded without members says nothing.
  if (room == nullptr || room->is_loaded) return;
  remove_member(*room, user);
  close_if_empty(*room);
}

void user_shard::erase(const shared_farewell& f) {
  end_memberships(*f);
  auto records = records_of(f->user);
  if (!records) return answer(f->from, user_forgotten{f->rooms.size()});
  self_->request(records, store_patience, erase_user{f->user})
      .then(
          [this, f](const user_erased& e) {
            if (e.status == store_status::unavailable) return answer(f->from, half_done);
            tell_listers(f->user);
            answer(f->from, user_forgotten{f->rooms.size()});
          },
          [this, f](const caf::error&) { answer(f->from, half_done); });
}

// ---- listers -------------------------------------------------------------------------------------

void user_shard::tell_listers(const user_id& user) const {
  const auto* all = watchers_.of(user);
  if (all == nullptr) return;
  std::map<std::size_t, std::vector<user_id>> parts;
  for (const auto& lister : *all) parts[shard_of(lister)].push_back(lister);
  for (auto& [shard, listers] : parts)
    tell_shard(shard, friend_forgotten{user, std::move(listers)});
}

void user_shard::on(const friend_forgotten& f) {
  for (const auto& lister : f.listers) {
    auto* u = find_online(lister);
    if (u == nullptr || !u->friends) continue;
    auto& circle = *u->friends;
    if (circle.list.remove(f.user) == friend_list::news::went)
      circle.ports.publish(friend_offline{f.user}, audience::all, delivery::reliable);
    watch(lister, {f.user}, false);
    settle_friends(circle);
  }
}

} // namespace atrium
