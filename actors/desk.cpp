// See desk.hpp.
#include "actors/desk_impl.hpp"

namespace atrium {

void desk::on(live_room_changed&) {}

void desk::on(const live_room_gone&) {}

void desk::on(const desk_walk&) {}

void desk::on(desk_request& r) {
  std::visit([&](auto& c) { run(r.from, c); }, r.command);
}

void desk::run(const caller& from, list_live_rooms&) {
  answer(from, failure{errc::unknown_event, "not yet"});
}

void desk::answer(const caller& to, command_result outcome) const {
  to.out.port->post(op::result{to.out.session, to.request, std::move(outcome)});
}

desk_actor::behavior_type desk_behavior(desk_actor::stateful_pointer<desk_state> self,
                                        desk_args args) {
  self->state.self = std::make_shared<desk>(self, std::move(args));
  auto* me = self->state.self.get();
  return {
      [me](live_room_changed& c) { me->on(c); }, [me](const live_room_gone& g) { me->on(g); },
      [me](desk_request& r) { me->on(r); },      [me](operator_acted& a) { me->on(a); },
      [me](const desk_walk& w) { me->on(w); },
  };
}

} // namespace atrium
