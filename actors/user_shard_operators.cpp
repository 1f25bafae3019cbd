// What operators do to users and see of them: docs/admin-api.md. Forgetting one is in
// user_shard_forgetting.cpp.
//
// Order: who begins to watch a user is told its connections of now before anything else, each
// connection before what is said over it, and that it is gone after all of that.
// An operator's session is known by its outlet only. One that is gone and did not say so is told in
// vain; nobody is kept alive by it.
#include "actors/user_shard_impl.hpp"

#include <algorithm>

namespace atrium {

namespace {

constexpr std::string_view no_reason = "disconnected by an operator";

} // namespace

void user_shard::on(operator_user_request& r) {
  std::visit([&](const auto& c) { run(r.from, r.user, c); }, r.command);
}

std::vector<connection_actor> user_shard::connections_of(const user_id& user) {
  std::vector<connection_actor> out;
  auto* u = find_online(user);
  if (u == nullptr) return out;
  for (const auto& s : u->online->sessions())
    if (auto connection = caf::actor_cast<connection_actor>(s.connection))
      out.push_back(std::move(connection));
  return out;
}

void user_shard::run(const caller& from, const user_id& user, const disconnect_user& c) {
  auto connections = connections_of(user);
  cut_off end{c.reason.empty() ? std::string{no_reason} : c.reason};
  for (const auto& connection : connections) tell(self_->context(), connection, end);
  answer(from, user_cut_off{connections.size()});
}

// ---- watching ------------------------------------------------------------------------------------

void user_shard::run(const caller& from, const user_id& user, const watch_user&) {
  auto& all = observers_[user];
  auto is_same = [&](const outlet& o) { return o.session == from.out.session; };
  bool is_new = std::none_of(all.begin(), all.end(), is_same);
  if (is_new && all.size() >= env_.config.admin.tails_per_user)
    return answer(from, failure{errc::rate_limited, "as many operators watch this user as may"});
  answer(from, user_watched{user});
  if (!is_new) return;
  all.push_back(from.out);
  auto* u = find_online(user);
  if (u == nullptr) return;
  for (const auto& s : u->online->sessions()) show_connection(from.out, user, s);
}

void user_shard::run(const caller& from, const user_id& user, const unwatch_user&) {
  auto all = observers_.find(user);
  if (all == observers_.end()) return;
  auto session = from.out.session;
  if (std::erase_if(all->second, [&](const outlet& o) { return o.session == session; }) == 0)
    return;
  if (all->second.empty()) observers_.erase(all);
  for (const auto& connection : connections_of(user))
    tell(self_->context(), connection, unobserve_connection{session});
}

void user_shard::show_connection(const outlet& observer, const user_id& user,
                                 const online_user::session& s) const {
  watched_connection shown{user, s.id, true, s.since};
  auto bytes = env_.spelling.encode(shown, observer.spelling, {});
  observer.port->post(op::event{observer.session, 0, std::move(bytes), delivery::reliable});
  if (auto connection = caf::actor_cast<connection_actor>(s.connection))
    tell(self_->context(), connection, observe_connection{observer});
}

void user_shard::observe_new(const user_id& user, const online_user::session& s) const {
  auto all = observers_.find(user);
  if (all == observers_.end()) return;
  for (const auto& observer : all->second) show_connection(observer, user, s);
}

void user_shard::tell_gone(const user_id& user, session_id session) const {
  auto all = observers_.find(user);
  if (all == observers_.end()) return;
  watched_connection gone{user, session, false, env_.now()};
  for (const auto& observer : all->second) {
    auto bytes = env_.spelling.encode(gone, observer.spelling, {});
    observer.port->post(op::event{observer.session, 0, std::move(bytes), delivery::reliable});
  }
}

} // namespace atrium
