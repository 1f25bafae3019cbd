// What members of a relay room ask of it.
//
// Order: what a member sends reaches the others in the order in which it was sent; a slow reader gets of
// what is volatile the newest only, perhaps behind what was sent later. Everybody is told of comings and
// goings in the order in which they happened.
// Never looks into a message, never keeps one, never waits. The room goes when its last member is gone;
// the directory is asked first, so that nobody is sent to a room that is no more.
#include "actors/relay_room_impl.hpp"

#include "actors/messages.hpp"
#include "actors/tell.hpp"

#include <caf/actor_cast.hpp>

#include <string_view>
#include <utility>

namespace atrium {

namespace {

const failure outside{errc::not_in_room, "join the room before you speak to it"};
const failure nobody_there{errc::not_in_room, "the one to follow is in no room with you"};

/// A cursor and what followers are shown do not take each other's place.
std::uint64_t passing_key(session_id who, bool to_followers) noexcept {
  constexpr std::uint64_t others = 0x72656c6179000000, followers = 0x666f6c6c6f770000;
  return who * 0x9e3779b97f4a7c15 ^ (to_followers ? followers : others);
}

} // namespace

relay_room::relay_room(pointer self, relay_room_args args)
    : self_{self}, env_{args.env},
      directory_{std::move(args.directory)}, key_{args.key}, ports_{env_, args.key, epoch_} {
  figures_.id = std::move(args.name);
  figures_.since = env_.now();
  figures_told_ = self_->clock().now() - env_.config.admin.figures;
}

void relay_room::on(relay_request& r) {
  if (r.via_directory) ++handled_;
  std::visit([&](auto& c) { run(r.from, c); }, r.command);
}

void relay_room::answer(const relay_caller& to, command_result outcome) const {
  if (to.request == 0) return;
  to.out.port->post(op::result{to.out.session, to.request, std::move(outcome)});
}

bool relay_room::is_full() const noexcept {
  auto most = env_.config.limits.members_per_room;
  return most != 0 && state_.size() >= most;
}

void relay_room::run(const relay_caller& from, const enter_relay&) {
  auto connection = caf::actor_cast<connection_actor>(from.connection);
  bool is_in = state_.contains(from.socket);
  if (!is_in && (is_full() || !connection)) {
    answer(from, over(limit::members_per_room, errc::room_full, "the room is full"));
    tell(self_->context(), connection, relay_joined{figures_.id});
    return ask_to_end();
  }
  if (!is_in) {
    state_.join(from.socket);
    seats_.emplace(from.socket, seat{from.out, counted{env_.counts.measured.relay_members}});
    ports_.subscribe(from.out, false, no_seq);
  }
  tell(self_->context(), connection, relay_joined{figures_.id, self_->address(), key_});
  if (state_.size() == 1)
    tell_one(from.socket, first_in_relay{});
  else
    tell_others(relay_joined_by{from.socket}, from.out.session);
  // The joiner knows at once, even where a list for all has to wait.
  if (members_pause().count() != 0) tell_one(from.socket, relay_members_told{state_.members()});
  tell_members();
  answer(from, done{});
  note_change();
}

void relay_room::run(const relay_caller& from, relay_post& c) {
  if (!state_.contains(from.socket)) return answer(from, outside);
  pass_on(from, c);
  answer(from, done{});
}

void relay_room::pass_on(const relay_caller& from, const relay_post& what) {
  auto bytes = what.payload->bytes();
  env_.counts.add(what.is_volatile ? counter::relay_volatile_messages : counter::relay_messages);
  env_.counts.add(counter::relay_bytes, bytes);
  ++figures_.messages;
  figures_.volatile_messages += what.is_volatile ? 1 : 0;
  figures_.bytes += bytes;
  note_change();
  const relay_event told = relay_message_told{what.payload};
  auto how = what.is_volatile ? delivery::passing : delivery::reliable;
  if (what.to_followers) return pass_to_followers(from, told);
  auto key = what.is_volatile ? passing_key(from.out.session, false) : 0;
  if (state_.size() > 1)
    ports_.publish(spell(told), audience::all, how, from.out.session, key, no_seq);
}

void relay_room::pass_to_followers(const relay_caller& from, const relay_event& what) {
  const auto& followers = state_.followers(from.socket);
  if (followers.empty()) return;
  auto bytes = spell(what);
  for (const auto& who : followers) {
    const auto& out = seats_.at(who).out;
    out.port->post(op::event{out.session, key_, bytes[static_cast<std::size_t>(out.spelling)],
                             delivery::passing, no_seq, 0, passing_key(from.out.session, true)});
  }
}

void relay_room::run(const relay_caller& from, relay_follow& c) {
  using outcome = relay_state::follow_outcome;
  auto changed = c.is_follow ? state_.follow(from.socket, c.followed)
                             : state_.unfollow(from.socket, c.followed);
  if (changed == outcome::not_in_room && !c.also_in.empty()) {
    auto next = caf::actor_cast<relay_room_actor>(c.also_in.back());
    c.also_in.pop_back();
    if (next) return tell(self_->context(), next, relay_request{from, std::move(c)});
  }
  if (changed == outcome::too_many)
    return answer(from, failure{errc::rate_limited, "you follow as many as one may"});
  // Whom one stops to follow may be gone already.
  if (changed == outcome::not_in_room && c.is_follow) return answer(from, nobody_there);
  if (changed != outcome::not_in_room) tell_followers(c.followed);
  answer(from, done{});
}

void relay_room::run(const relay_caller& from, const leave_relay&) {
  auto s = seats_.find(from.socket);
  if (s == seats_.end()) return;
  ports_.unsubscribe(s->second.out, false);
  seats_.erase(s);
  auto followed = state_.leave(from.socket);
  if (state_.empty()) return ask_to_end();
  tell_members();
  for (const auto& who : followed) {
    if (state_.followers(who).empty())
      tell_one(who, relay_unfollowed{});
    else
      tell_followers(who);
  }
  note_change();
}

void relay_room::ask_to_end() {
  if (state_.empty()) tell(self_->context(), directory_, relay_may_end{figures_.id, handled_});
}

void relay_room::on_end() {
  ports_.forget();
  self_->quit();
}

relay_room_actor::behavior_type
relay_room_behavior(relay_room_actor::stateful_pointer<relay_room_state> self,
                    relay_room_args args) {
  self->state.self = std::make_shared<relay_room>(self, std::move(args));
  auto* me = self->state.self.get();
  return {
      [me](relay_request& r) { me->on(r); },
      [me](const relay_timer& t) { me->on(t); },
      [me](end_relay) { me->on_end(); },
  };
}

} // namespace atrium
