// See relay_directory.hpp.
//
// Order: those who want into a room reach it in the order in which they came here. A room ends only if it
// has handled everybody who was sent to it (`relay_may_end` carries the count), so nobody is sent to a
// room that is no more: who comes later is sent to a new one of that name.
// Their number is bounded; beyond it new ones are refused, those that there are go on.
#include "actors/relay_directory.hpp"

#include "actors/gauges.hpp"
#include "actors/messages.hpp"
#include "actors/relay_room.hpp"
#include "actors/tell.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace atrium {

namespace {

const failure crowded = over(limit::relay_rooms, errc::rate_limited,
                             "as many rooms are open as may be; try again later");

} // namespace

class relay_directory {
public:
  using pointer = relay_directory_actor::stateful_pointer<relay_directory_state>;

  relay_directory(pointer self, const environment& env) : self_{self}, env_{env} {}

  void on(relay_entry& e);
  void on(const relay_may_end& m);
  void on(relay_figures_changed& f);
  void on(const relays_request& r) const;

private:
  struct entry {
    relay_room_actor room;
    std::uint64_t forwarded = 0;
    relay_figures figures;
    counted live;
  };
  using entry_map = std::map<std::string, entry, std::less<>>;

  [[nodiscard]] entry_map::iterator open(const std::string& name);

  pointer self_;
  const environment& env_;
  /// By name, as operators look through them.
  entry_map rooms_;
  std::size_t members_ = 0;
  room_key last_key_ = 0;
};

relay_directory::entry_map::iterator relay_directory::open(const std::string& name) {
  relay_room_args args{env_, relay_directory_actor{self_}, name, relay_key_bit | ++last_key_};
  entry e;
  e.room = self_->home_system().spawn(relay_room_behavior, std::move(args));
  e.figures.id = name;
  e.figures.since = env_.now();
  e.live = counted{env_.counts.measured.relay_rooms};
  return rooms_.emplace(name, std::move(e)).first;
}

void relay_directory::on(relay_entry& e) {
  auto room = rooms_.find(e.name);
  auto most = env_.config.limits.relay_rooms;
  if (room == rooms_.end() && most != 0 && rooms_.size() >= most) {
    e.from.out.port->post(op::result{e.from.out.session, e.from.request, crowded});
    return tell(self_->context(), caf::actor_cast<connection_actor>(e.from.connection),
                relay_joined{std::move(e.name)});
  }
  if (room == rooms_.end()) room = open(e.name);
  ++room->second.forwarded;
  tell(self_->context(), room->second.room, relay_request{std::move(e.from), enter_relay{}, true});
}

void relay_directory::on(const relay_may_end& m) {
  auto room = rooms_.find(m.name);
  if (room == rooms_.end() || room->second.forwarded != m.handled) return;
  tell(self_->context(), room->second.room, end_relay{});
  members_ -= room->second.figures.members;
  rooms_.erase(room);
}

void relay_directory::on(relay_figures_changed& f) {
  auto room = rooms_.find(f.now.id);
  if (room == rooms_.end()) return;
  members_ += f.now.members - room->second.figures.members;
  room->second.figures = std::move(f.now);
}

void relay_directory::on(const relays_request& r) const {
  relays_page page;
  page.total = rooms_.size();
  page.members = members_;
  auto room = r.command.cursor ? rooms_.upper_bound(*r.command.cursor) : rooms_.begin();
  for (; room != rooms_.end() && page.relays.size() < r.command.limit; ++room)
    page.relays.push_back(room->second.figures);
  if (room != rooms_.end() && !page.relays.empty()) page.cursor = page.relays.back().id;
  r.from.out.port->post(op::result{r.from.out.session, r.from.request, std::move(page)});
}

relay_directory_actor::behavior_type
relay_directory_behavior(relay_directory_actor::stateful_pointer<relay_directory_state> self,
                         const environment* env) {
  self->state.self = std::make_shared<relay_directory>(self, *env);
  auto* me = self->state.self.get();
  return {
      [me](relay_entry& e) { me->on(e); },
      [me](const relay_may_end& m) { me->on(m); },
      [me](relay_figures_changed& f) { me->on(f); },
      [me](const relays_request& r) { me->on(r); },
  };
}

} // namespace atrium
