// What operators do to one client connection, and see of it.
//
// Order: a connection that is cut off leaves its rooms after everything that its client said before, and
// answers after that. Joins under way are left as soon as they are decided.
// Observers are told of a command when it was passed on or refused, not when it is answered. Whom
// nobody observes, that costs a look at a null pointer.
#include "actors/connection_impl.hpp"

namespace atrium {

namespace {

/// Contract §2: kicked by an operator.
constexpr std::uint16_t kicked_by_operator = 4403;

} // namespace

entered_rooms connection::on(const cut_off& c) {
  auto left = rooms();
  is_cut_off_ = true;
  if (c.leaves_rooms) leave_for_good();
  leave_relays();
  if (!gone_) out_.port->post(op::close{out_.session, kicked_by_operator, c.reason});
  return left;
}

void connection::leave_for_good() {
  const leave_room leaving{vocabulary::messenger};
  while (!rooms_.empty()) {
    auto r = rooms_.begin();
    client_command command{0, r->first.value, {}, leaving};
    leave(command, r);
  }
  for (auto& [name, waiting] : pending_) waiting.push_back({0, name, {}, leaving});
}

failure connection::cut_off_already() {
  return {errc::forbidden, "an operator has ended this connection"};
}

void connection::on(const observe_connection& o) {
  if (!observers_) observers_ = std::make_unique<std::vector<outlet>>();
  observers_->push_back(o.observer);
}

void connection::on(const unobserve_connection& o) {
  if (!observers_) return;
  std::erase_if(*observers_, [&](const outlet& each) { return each.session == o.observer; });
  if (observers_->empty()) observers_.reset();
}

watched_command connection::watched(std::string_view name, std::string room) {
  refused_.reset();
  return {user_, out_.session, std::string{name}, std::move(room), env_.now(), std::nullopt};
}

void connection::tell_observers(watched_command said) const {
  said.refused = refused_;
  for (const auto& observer : *observers_) {
    auto bytes = env_.spelling.encode(said, observer.spelling, {});
    observer.port->post(op::event{observer.session, 0, std::move(bytes), delivery::reliable});
  }
}

} // namespace atrium
