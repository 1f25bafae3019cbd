// Finds rooms, loads them at the first touch, lets go of idle ones.
//
// Order: requests for one room reach it in the order in which they came here, also across a load or
// while the room is leaving memory. A room leaves only if it has handled every request that was sent to
// it (`may_passivate` carries the count), so no request meets a room that is no more.
// Never waits: requests that have to wait are kept per name; their number is bounded by
// `server.max_in_flight` of each connection. When the store is away, rooms in memory are served as
// ever and all others are `store_unavailable`.
#include "actors/directory_impl.hpp"

#include "actors/room.hpp"
#include "actors/tell.hpp"
#include "log/log.hpp"

#include <caf/actor_cast.hpp>

#include <type_traits>
#include <variant>

namespace atrium {

namespace {

/// Beyond what a store actor's own time limits add up to: only a defect lets it run out.
constexpr std::chrono::seconds store_patience{30};

const failure not_found{errc::room_not_found, "there is no room of that name, or it has expired"};
const failure unavailable{
    errc::store_unavailable,
    "the store cannot be reached, so the room cannot be looked up; try again"};
const failure draining{errc::shutting_down, "the server is shutting down; come back soon"};
const failure unopened = kept_out(access_fault::closed_room, errc::forbidden,
                                  "the token does not open this room");

/// A token for certain rooms opens none of this name. Behind a code may be one that it does open.
bool is_unopened(const routed_request& r) {
  return r.from.rooms && !is_room_code(r.from.room_name)
         && !std::holds_alternative<get_room>(r.command)
         && !r.from.rooms->contains(r.from.room_name);
}

/// The answer to this request may be a new room.
bool may_create(const routed_request& r) {
  return std::holds_alternative<join_room>(r.command)
         && (!r.from.rooms || r.from.rooms->contains(r.from.room_name));
}

} // namespace

directory::directory(pointer self, directory_args args)
    : self_{self}, env_{args.env}, store_{std::move(args.store)},
      passwords_{std::move(args.passwords)}, searcher_{std::move(args.searcher)},
      shards_{std::move(args.shards)}, desk_{std::move(args.desk)} {
  arm(directory_timer::kind::sweep, env_.config.rooms.sweep);
  refill_reserve();
}

const store_reader& directory::next_reader() {
  next_reader_ = (next_reader_ + 1) % store_.readers.size();
  return store_.readers[next_reader_];
}

std::size_t directory::writer_of(const room_id& id) const {
  return std::hash<room_id>{}(id) % store_.writers.size();
}

void directory::answer(const caller& c, command_result outcome) const {
  if (c.request == 0) return;
  c.out.port->post(op::result{c.out.session, c.request, std::move(outcome)});
}

void directory::refuse(const routed_request& r, failure f) const {
  if (r.from.address)
    f = env_.failures.weigh(*r.from.address, r.from.room_name, std::move(f), env_.now());
  // Who speaks without being in learns nothing about which rooms there are: nobody counts that.
  bool is_counted = !r.from.connection || r.from.address;
  if (!is_counted && f.code == errc::room_not_found)
    f = {errc::not_in_room, "join the room before you speak to it"};
  answer(r.from, f);
  if (!std::holds_alternative<join_room>(r.command)) return;
  if (auto connection = caf::actor_cast<connection_actor>(r.from.connection))
    tell(self_->context(), connection, join_refused{r.from.room_name});
}

directory::entry_map::iterator directory::find(const std::string& name) {
  auto e = rooms_.find(room_id{name});
  if (e != rooms_.end()) return e;
  auto code = codes_.find(name);
  return code == codes_.end() ? rooms_.end() : rooms_.find(code->second);
}

void directory::on(routed_request& r) {
  if (draining_) return refuse(r, draining);
  if (!is_room_name(r.from.room_name)) return refuse(r, not_found);
  if (is_unopened(r)) return refuse(r, unopened);
  auto e = find(r.from.room_name);
  if (e != rooms_.end()) return forward(e->second, r);
  // Nobody looks on in a room that is not in memory.
  bool is_void = std::holds_alternative<unwatch_room>(r.command)
                 && !loading_.contains(r.from.room_name);
  if (!is_void) load(r);
}

void directory::forward(entry& e, routed_request& r) {
  if (e.leaving) {
    e.waiting.push_back(std::move(r));
    return;
  }
  ++e.forwarded;
  tell(self_->context(), e.room, room_request{std::move(r.from), std::move(r.command), true});
}

void directory::load(routed_request& r) {
  auto name = r.from.room_name;
  auto [waiting, first] = loading_.try_emplace(name);
  waiting->second.push_back(std::move(r));
  if (!first) return;
  self_->request(next_reader(), store_patience, load_room{name})
      .then([this, name](load_reply& reply) { on_loaded(name, reply); },
            [this, name](const caf::error&) {
              load_reply none{store_status::unavailable, std::nullopt};
              on_loaded(name, none);
            });
}

void directory::on_loaded(const std::string& name, load_reply& reply) {
  auto found = loading_.find(name);
  if (found == loading_.end()) return;
  auto waiting = std::move(found->second);
  loading_.erase(found);
  store_answered_ |= reply.status == store_status::ok;
  bool creatable = reply.status == store_status::ok && env_.config.rooms.create_on_join
                   && may_create(waiting.front());
  if (!reply.room && creatable && !draining_) return create_for_join(std::move(waiting), name);
  if (!reply.room || draining_) {
    const auto& why = draining_                                   ? draining
                      : reply.status == store_status::unavailable ? unavailable
                                                                  : not_found;
    for (auto& r : waiting) refuse(r, why);
    return;
  }
  // It may have been loaded meanwhile by its other name; then what was read just now is old.
  auto e = rooms_.find(reply.room->meta.id);
  if (e == rooms_.end()) {
    env_.counts.add(counter::rooms_loaded);
    e = start(std::move(*reply.room), false);
  }
  for (auto& r : waiting) forward(e->second, r);
}

directory::entry_map::iterator directory::start(loaded_room loaded, bool unstored) {
  auto id = loaded.meta.id;
  auto code = loaded.meta.code;
  bool is_space = loaded.meta.kind == "space";
  bool is_private = loaded.meta.is_private;
  if (code != id.value) codes_[code] = id;
  auto writer = writer_of(id);
  room_args args{env_,
                 directory_actor{self_},
                 store_.writers[writer],
                 next_reader(),
                 passwords_,
                 searcher_,
                 shards_,
                 ++last_key_,
                 std::move(loaded),
                 unstored,
                 desk_,
                 writer};
  auto room = self_->home_system().spawn(room_behavior, std::move(args));
  entry e;
  e.room = room;
  e.code = code;
  e.live = counted{env_.counts.measured.rooms_live};
  note_dirty(e, unstored);
  e.is_space = is_space;
  e.is_private = is_private;
  return rooms_.insert_or_assign(id, std::move(e)).first;
}

void directory::on(const may_passivate& m) {
  auto e = rooms_.find(m.id);
  if (e == rooms_.end()) return;
  bool allowed = e->second.forwarded == m.handled && !e->second.leaving;
  e->second.leaving |= allowed;
  tell(self_->context(), e->second.room, passivate_now{allowed});
}

void directory::on(const room_left& l) {
  auto e = rooms_.find(l.id);
  if (e == rooms_.end()) return;
  auto waiting = std::move(e->second.waiting);
  e->second.waiting.clear();
  e->second.leaving = false;
  if (!l.stays) {
    codes_.erase(e->second.code);
    rooms_.erase(e);
    env_.counts.add(counter::rooms_passivated);
  }
  for (auto& r : waiting) on(r);
  end_if_drained();
}

void directory::on(const room_removed& r) {
  auto e = rooms_.find(r.id);
  if (e == rooms_.end()) return;
  // Whatever was sent to the room before this is answered by it before it gets this.
  tell(self_->context(), e->second.room, passivate_now{true});
  codes_.erase(e->second.code);
  rooms_.erase(e);
  note_removed();
  end_if_drained();
}

void directory::on(const room_status& s) {
  auto e = rooms_.find(s.id);
  if (e == rooms_.end()) return;
  e->second.participants = s.participants;
  note_dirty(e->second, s.dirty);
}

void directory::note_dirty(entry& e, bool is_dirty) const {
  if (e.dirty == is_dirty) return;
  e.dirty = is_dirty;
  e.not_stored = is_dirty ? counted{env_.counts.measured.rooms_dirty} : counted{};
}

caf::typed_response_promise<rooms_drained> directory::on_drain() {
  draining_ = true;
  drained_ = self_->make_response_promise<rooms_drained>();
  auto promise = *drained_;
  log::info("rooms_draining", {{"rooms", rooms_.size()}});
  for (auto& [id, e] : rooms_) tell(self_->context(), e.room, drain_room{});
  tell(self_->context(), next_reader(), reserve_codes{0, std::move(reserve_)});
  end_if_drained();
  return promise;
}

void directory::end_if_drained() {
  if (!drained_ || !rooms_.empty()) return;
  drained_->deliver(rooms_drained{0});
  drained_.reset();
}

directory_actor::behavior_type
directory_behavior(gauged_pointer<directory_actor, directory_state> self, directory_args args) {
  self->gauge_mailbox(args.env.counts.measured.directory_mailbox);
  self->state.self = std::make_shared<directory>(self, std::move(args));
  auto* me = self->state.self.get();
  return {
      [me](routed_request& r) { me->on(r); },       [me](create_request& c) { me->on(c); },
      [me](list_request& l) { me->on(l); },         [me](const health_request& h) { me->on(h); },
      [me](stats_request& s) { me->on(s); },        [me](const may_passivate& m) { me->on(m); },
      [me](const room_left& l) { me->on(l); },      [me](const room_removed& r) { me->on(r); },
      [me](const room_status& s) { me->on(s); },    [me](const directory_timer& t) { me->on(t); },
      [me](drain_rooms) { return me->on_drain(); },
  };
}

} // namespace atrium
