// The list of live rooms.
//
// A look through it takes a portion at a time; between two portions the desk handles whatever came
// meanwhile, so neither what rooms say nor another operator's question waits for a long list. Several
// looks take turns. Their number is bounded; beyond it nobody waits, the question is refused.
// What rooms say is kept as it is and answered nothing. Asks no room anything.
#include "actors/desk_impl.hpp"
#include "actors/tell.hpp"

#include <chrono>
#include <utility>

namespace atrium {

namespace {

const failure crowded{errc::rate_limited, "too many lists are being looked through; try again",
                      std::chrono::milliseconds{1'000}};

} // namespace

void desk::on(live_room_changed& c) {
  rooms_.put(c.key, std::move(c.now));
}

void desk::on(const live_room_gone& g) {
  rooms_.remove(g.key);
}

void desk::on(desk_request& r) {
  std::visit([&](auto& c) { run(r.from, c); }, r.command);
}

void desk::run(const caller& from, list_live_rooms& c) {
  if (walks_.size() >= env_.config.admin.questions) return answer(from, crowded);
  auto begun = live_rooms_question::begin(std::move(c), rooms_, env_.now());
  if (auto* f = std::get_if<failure>(&begun)) return answer(from, std::move(*f));
  auto number = ++last_walk_;
  auto& question = std::get<live_rooms_question>(begun);
  go_on(number, walks_.emplace(number, room_walk{from, std::move(question)}).first->second);
}

void desk::on(const desk_walk& w) {
  if (auto at = walks_.find(w.number); at != walks_.end()) go_on(w.number, at->second);
}

void desk::go_on(std::uint64_t number, room_walk& w) {
  if (!w.question.look_on(rooms_))
    return tell(self_->context(), desk_actor{self_}, desk_walk{number});
  answer(w.from, w.question.take(rooms_, env_.now()));
  walks_.erase(number);
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
