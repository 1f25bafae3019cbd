// Coming and going, cursors and typing.
//
// A joiner gets history and board, or all that it missed since it was here, and the result before it
// is subscribed, all posted in a row, so its live events begin exactly where that ends. Presence is
// told after the result.
#include "actors/room_impl.hpp"
#include "actors/tell.hpp"

#include "log/log.hpp"

#include <caf/actor_cast.hpp>

namespace atrium {

void room::run(const caller& from, join_room& c) {
  if (c.words == vocabulary::messenger && !shards_.is_introduced()) return defer_join(from, c);
  if (c.words == vocabulary::messenger && !membership_.has_place_for(from.user))
    return refuse_join(from, over(limit::members_per_room, errc::room_full,
                                  "the room has as many members as it may have"));
  if (c.words == vocabulary::space && !space_)
    return refuse_join(from, {errc::bad_request, "the room is no space; use `join`"});
  // Others of its address may have guessed since it asked: right or wrong, it learns nothing.
  if (from.address && !c.is_admitted)
    if (auto f = env_.failures.refusal(*from.address, from.room_name, last_use_))
      return refuse_join(from, std::move(*f));
  const auto* known = state_.people().find(from.user);
  auto former = known ? known->username : std::string{};
  auto how = state_.people().join(from.out.session, from.user, from.username, last_use_);
  if (how == arrival::room_full) return refuse_join(from, full());
  if (how == arrival::joined || how == arrival::returned) place(from.user);
  switch (c.words) {
  case vocabulary::base: admit(from, c); break;
  case vocabulary::messenger: admit_member(from, c); break;
  case vocabulary::space: admit_to_space(from, c); break;
  }
  note_arrival(from, how, former);
  touch();
  note_figures();
  report_status();
}

// A room's own number of participants is no limit of the server's, unless it asked for more than that.
failure room::full() const {
  auto most = env_.config.limits.members_per_room;
  bool is_own = most == 0 || state_.meta().max_participants < most;
  return over(is_own ? limit::none : limit::members_per_room, errc::room_full, "the room is full");
}

void room::refuse_join(const caller& from, failure f) const {
  if (from.address)
    f = env_.failures.weigh(*from.address, from.room_name, std::move(f), env_.now());
  answer(from, std::move(f));
  // A second `join` of somebody who is in began no wait.
  if (seats_.contains(from.out.session)) return;
  if (auto connection = caf::actor_cast<connection_actor>(from.connection))
    tell(self_->context(), connection, join_refused{from.room_name});
}

void room::admit(const caller& from, const join_room& c) {
  auto [at, is_new] = seats_.try_emplace(from.out.session);
  if (!is_new) ports_.unsubscribe(at->second.out, at->second.patch_board);
  at->second = {from.out, from.connection, c.patch_board};
  note_entering(from);
  bool recovered = c.since && c.since->epoch == state_.epoch()
                   && send_missed(from.out, *c.since, c.patch_board, false);
  if (c.since) env_.counts.add(recovered ? recovery::room_served : recovery::room_refused);
  if (!recovered) send_history_and_board(from.out, false);
  presence_.note_shown();
  answer(from, joined(from, c, recovered));
  if (c.sends_roster) send_roster(from.out, false);
  ports_.subscribe(from.out, c.patch_board, state_.seq());
  note_entered(from, c, recovered);
  tell_joined(from, false);
}

void room::tell_joined(const caller& from, bool is_space) const {
  auto connection = caf::actor_cast<connection_actor>(from.connection);
  if (!connection) return;
  const auto& meta = state_.meta();
  tell(self_->context(), connection,
       room_joined{from.room_name, meta.id, meta.code, self_->address(), key_, is_space,
                   space_ ? space_->bounds() : room_bounds{}});
}

joined_result room::joined(const caller& from, const join_room& c, bool recovered) const {
  joined_result out;
  out.room = state_.meta();
  out.key = key_;
  out.user = from.user;
  out.epoch = state_.epoch();
  out.seq = state_.seq();
  out.recovered = recovered;
  out.patch_board = c.patch_board;
  if (c.lists_participants) {
    auto page = state_.people().page(std::nullopt, env_.config.presence.page);
    if (auto* first = std::get_if<presence_page>(&page))
      out.participants = std::move(first->participants);
  }
  out.count = state_.people().count();
  return out;
}

bool room::send_missed(const outlet& out, const join_room::since_point& since, bool patches,
                       bool is_resync) {
  auto missed = window_.missed(state_.meta().id, since, patches);
  if (!missed) return false;
  for (const auto& e : *missed) ports_.send(out, e, delivery::snapshot, is_resync);
  return true;
}

void room::send_roster(const outlet& out, bool is_resync) {
  presence_.note_shown();
  presence_updated roster{state_.meta().id, state_.people().participants(), state_.people().count(),
                          is_resync};
  ports_.send(out, roster, delivery::snapshot);
}

void room::send_history_and_board(const outlet& out, bool is_resync) {
  if (!is_resync) {
    ports_.send(out, history_frame(out.spelling), delivery::snapshot, no_seq);
    ports_.send(out, board_frame(out.spelling), delivery::snapshot, state_.seq());
    return;
  }
  const auto& id = state_.meta().id;
  ports_.send(out, chat_history_sent{id, state_.chat().newest(env_.config.chat.join_history), true},
              delivery::snapshot);
  ports_.send(out, board_state_sent{id, state_.whiteboard().view(), state_.seq(), true},
              delivery::snapshot);
}

void room::note_arrival(const caller& from, arrival how, const std::string& former) {
  if (how == arrival::same_connection) return;
  const auto* who = state_.people().find(from.user);
  if (how == arrival::joined)
    presence_.note_joined(*who);
  else
    presence_.note_changed(*who);
  if (how != arrival::another_connection)
    send(journal_.add(put_participant{who->user, who->username, state_.people().count()}, 0));
  tell_presence();
  tell_space_arrival(from, how);
  if (how == arrival::joined) post_system(*who, "joined", who->username + " joined");
  if (how == arrival::renamed) post_system(*who, "renamed", former + " is now " + who->username);
}

void room::note_departure(const participant& who, departure how) {
  if (how == departure::unknown) return;
  if (how == departure::gone)
    presence_.note_left(who);
  else
    presence_.note_changed(*state_.people().find(who.user));
  bool has_gone = how != departure::connection_closed;
  if (has_gone) {
    send(journal_.add(drop_participant{who.user, state_.people().count()}, 0));
    if (state_.type(who.user, who.username, false, last_use_))
      tell_typing({state_.meta().id, who.user, who.username, false}, 0);
  }
  // A cursor that still waits would come behind the news that nobody moves it any more.
  tell_presence(has_gone ? volatile_key(who.user, volatile_kind::cursor) : 0);
  tell_space_departure(who.user, how);
  if (how == departure::away) note_lost(who.user);
  if (how == departure::gone) post_system(who, "left", who.username + " left");
  arm_grace();
  if (state_.people().count() == 0) arm_idle();
}

void room::vacate(session_id session) {
  auto m = seats_.find(session);
  if (m == seats_.end()) return;
  if (phase_ != phase::closed) ports_.unsubscribe(m->second.out, m->second.patch_board);
  seats_.erase(m);
}

void room::fail_leave(const caller& from) const {
  auto guessed = from.address ? env_.failures.refusal(*from.address, from.room_name, last_use_)
                              : std::nullopt;
  answer(from,
         guessed ? std::move(*guessed) : failure{errc::not_in_room, "you are not in this room"});
}

void room::run(const caller& from, leave_room& c) {
  bool was_member = c.words == vocabulary::messenger && end_membership(from.user);
  const auto* found = state_.people().find(from.out.session);
  if (!found && !was_member) return fail_leave(from);
  auto who = found ? *found : participant{};
  auto how = state_.people().leave(from.out.session);
  vacate(from.out.session);
  note_left(who.user, from.out.session);
  if (c.words == vocabulary::messenger) send_left(from.out);
  answer(from, done{});
  // Leaving is activity: the room's ttl runs from now on.
  state_.touch(last_use_);
  note_departure(who, how);
  touch();
  note_figures();
  report_status();
}

void room::run(const caller& from, drop_connection&) {
  vacate(from.out.session);
  if (phase_ == phase::closed) return end_if_unneeded();
  const auto* found = state_.people().find(from.out.session);
  if (!found) return;
  auto who = *found;
  auto how = state_.people().drop(from.out.session, last_use_);
  note_left(who.user, from.out.session);
  state_.touch(last_use_);
  note_departure(who, how);
  touch();
  note_figures();
  report_status();
}

void room::run(const caller& from, resync& c) {
  auto m = seats_.find(from.out.session);
  if (m == seats_.end()) return;
  const auto& out = m->second.out;
  ports_.resume(out, state_.seq());
  join_room::since_point since{state_.epoch(), c.since.value_or(0), {out.session}};
  if (!c.since || !send_missed(out, since, m->second.patch_board, true))
    send_history_and_board(out, true);
  // Messengers hear no presence.
  switch (words_of(out.spelling)) {
  case vocabulary::base: return send_roster(out, true);
  case vocabulary::messenger: return;
  case vocabulary::space: return send_space(out, from.user, true);
  }
}

void room::run(const caller& from, list_presence& c) {
  auto page = state_.people().page(c.cursor, c.limit);
  std::visit([&](auto& p) { answer(from, std::move(p)); }, page);
}

void room::run(const caller& from, move_cursor& c) {
  ports_.publish(cursor_moved{state_.meta().id, from.user, from.username, std::move(c.fields)},
                 audience::all, delivery::latest, from.out.session,
                 volatile_key(from.user, volatile_kind::cursor));
  answer(from, done{});
}

void room::run(const caller& from, set_typing& c) {
  if (state_.type(from.user, from.username, c.is_typing, last_use_))
    tell_typing({state_.meta().id, from.user, from.username, c.is_typing}, from.out.session);
  if (auto next = state_.next_typing_end()) arm(timer::typing, *next);
  answer(from, done{});
}

void room::tell_typing(const typing_changed& t, session_id except) {
  if (!t.is_typing || state_.renew_typing(t.user, env_.now()))
    send(journal_.add(put_typing{t.user, t.is_typing}, 0));
  auto key = volatile_key(t.user, volatile_kind::typing);
  ports_.publish(t, audience::all, delivery::latest, except, key);
  shards_.publish(t, delivery::latest, except, key);
}

void room::on_typing_over() {
  for (const auto& t : state_.end_typing(env_.now())) tell_typing(t, 0);
  if (auto next = state_.next_typing_end()) arm(timer::typing, *next);
}

void room::on_grace_over() {
  auto gone = state_.people().expire(env_.now());
  for (const auto& who : gone) presence_.note_left(who);
  tell_presence();
  for (const auto& who : gone) tell_space_departure(who.user, departure::gone);
  for (const auto& who : gone) post_system(who, "left", who.username + " left");
  refresh_places();
  arm_grace();
  note_figures();
}

void room::tell_presence(std::uint64_t superseded) {
  if (presence_.empty()) return;
  if (presence_.is_batched(state_.people().size()))
    arm(timer::presence, env_.now() + env_.config.presence.delta_interval.count());
  else
    flush_presence(superseded);
}

void room::flush_presence(std::uint64_t superseded) {
  if (auto e = presence_.flush(state_.meta().id, state_.people()))
    ports_.publish(*e, audience::all, delivery::reliable, 0, superseded);
}

void room::report_status() {
  room_status now{state_.meta().id, state_.people().count(), journal_.dirty()};
  if (now.participants == reported_.participants && now.dirty == reported_.dirty) return;
  reported_ = now;
  note_figures();
  tell(self_->context(), directory_, std::move(now));
}

} // namespace atrium
