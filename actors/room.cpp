// One room: what comes in is handled one at a time, in the order of the mailbox; that order is the
// room's order, the same for everybody.
//
// Never waits for the store: a mutation is told and answered at once and is on its way to the writer.
// When the store is away the room goes on from memory and writes itself whole later.
// It leaves memory only when nobody is in, everything is in the store, and the directory says that no
// request is under way; after `DELETE` or expiry it answers whoever still asks until nobody can.
// Connections are held weakly; each says `drop_connection` as its last word.
#include "actors/room_impl.hpp"
#include "actors/tell.hpp"

#include "log/log.hpp"

#include <caf/actor_cast.hpp>

#include <algorithm>
#include <utility>

namespace atrium {

namespace {

/// Commands that only somebody in the room may give.
bool needs_seat(const room_command& c) {
  return !std::holds_alternative<join_room>(c) && !std::holds_alternative<leave_room>(c);
}

/// Commands that a token for other rooms allows, too: what describes a room, and what connections and
/// shards say by themselves.
bool needs_opening(const room_command& c) {
  return !std::holds_alternative<get_room>(c) && !std::holds_alternative<resync>(c)
         && !std::holds_alternative<resync_member>(c);
}

/// What members may say without being in.
bool is_for_members(const room_command& c) {
  return std::holds_alternative<post_message>(c) || std::holds_alternative<set_typing>(c);
}

/// What only operators may ask, over REST.
bool is_for_operators(const room_command& c) {
  return std::holds_alternative<inspect_room>(c) || std::holds_alternative<kick_user>(c)
         || std::holds_alternative<lock_room>(c) || std::holds_alternative<announce_to_room>(c)
         || std::holds_alternative<watch_room>(c) || std::holds_alternative<unwatch_room>(c);
}

/// CAF's clock holds a room until its last timer has come, even when it has ended.
constexpr unix_ms longest_sleep_ms = 60'000;

replay_window window_of(const room_state& state, const room_settings& config) {
  replay_window out{config.window_count, config.window_bytes, state.seq()};
  // What was before a new epoch was told under numbers that mean nothing now.
  if (!state.epoch_is_new()) out.load(state.chat().messages());
  return out;
}

} // namespace

room::room(pointer self, room_args args)
    : self_{self}, env_{args.env}, directory_{std::move(args.directory)},
      writer_{std::move(args.writer)}, reader_{std::move(args.reader)},
      passwords_{std::move(args.passwords)}, searcher_{std::move(args.searcher)},
      desk_{std::move(args.desk)}, writer_index_{args.writer_index}, key_{args.key},
      membership_{std::move(args.loaded.members), env_.config.limits.members_per_room},
      former_places_{std::move(args.loaded.places)}, state_{std::move(args.loaded), env_.config,
                                                            env_.now()},
      ports_{env_, key_, state_.epoch()}, shards_{*self, state_.meta(), std::move(args.shards)},
      journal_{state_.seq()}, window_{window_of(state_, env_.config.rooms)},
      presence_{env_.config.presence.full_limit}, last_use_{env_.now()} {
  stored_meta_ = std::make_shared<const room_meta>(state_.meta());
  stored_epoch_ = std::make_shared<const std::string>(state_.epoch());
  if (state_.epoch_is_new()) env_.counts.add(counter::rooms_recovered_with_new_epoch);
  if (args.unstored) {
    // A first write shows the room to its writer, which tells it when the store is back.
    send(journal_.touch(last_use_));
    journal_.mark_dirty();
  }
  if (state_.meta().kind == "space") space_.emplace(state_.meta(), env_.config.spaces);
  restore_places(std::exchange(former_places_, {}));
  shards_.introduce(membership_.all());
  arm_idle();
  measured_at_ = env_.now();
  measured_seq_ = state_.seq();
  tell_figures();
  figures_awaited_ = !desk_;
  log::debug("room_started", {{"room", state_.meta().id.value},
                              {"seq", state_.seq()},
                              {"epoch", state_.epoch()},
                              {"new_epoch", state_.epoch_is_new() ? 1 : 0}});
}

void room::on(room_request& r) {
  routed_ += r.via_directory ? 1 : 0;
  last_use_ = env_.now();
  if (is_held(r.from)) return held_[r.from.out.session].push_back(std::move(r));
  serve(r);
}

void room::serve(room_request& r) {
  if (phase_ == phase::serving && expired(last_use_)) close("expired");
  // It hears and is answered as it joined here.
  if (auto m = seats_.find(r.from.out.session);
      m != seats_.end() && !std::holds_alternative<join_room>(r.command))
    r.from.out = m->second.out;
  // Another tab may have renamed the user since this connection joined.
  if (const auto* who = state_.people().find(r.from.out.session);
      who && !std::holds_alternative<join_room>(r.command))
    r.from.username = who->username;
  if (r.from.username.empty()) r.from.username = name_of(r.from.user);
  if (auto f = refusal(r.from, r.command)) return refuse(r, std::move(*f));
  if (is_guarded(r.from, r.command)) return check_password(r);
  handle(r.from, r.command);
}

/// Of somebody who gave no name.
std::string room::name_of(const user_id& user) const {
  const auto* known = state_.people().find(user);
  return known != nullptr ? known->username : user.value;
}

std::optional<failure> room::refusal(const caller& from, const room_command& c) const {
  if (std::holds_alternative<drop_connection>(c)) return std::nullopt;
  if (is_for_operators(c) && (!from.is_operator || from.connection))
    return failure{errc::forbidden, "only operators may ask this"};
  if (std::holds_alternative<unwatch_room>(c)) return std::nullopt;
  if (phase_ == phase::closed) return failure{errc::room_not_found, "the room is closed"};
  if (phase_ == phase::deleting) return failure{errc::room_closed, "the room is being closed"};
  if (phase_ == phase::leaving)
    return failure{errc::shutting_down, "the server is shutting down; come back soon"};
  if (from.rooms && needs_opening(c) && !from.rooms->contains(state_.meta().id.value))
    return kept_out(access_fault::closed_room, errc::forbidden,
                    "the token does not open this room");
  bool is_heard = !from.connection || !needs_seat(c) || seats_.contains(from.out.session)
                  || (is_for_members(c) && membership_.contains(from.user));
  if (!is_heard) return failure{errc::not_in_room, "join the room before you speak to it"};
  if (is_locked_for(from) && is_change(from, c)) return read_only();
  return std::nullopt;
}

void room::handle(const caller& from, room_command& command) {
  std::visit([&](auto& c) { run(from, c); }, command);
}

void room::answer(const caller& from, command_result outcome) const {
  if (from.request != 0) ports_.answer(from.out, from.request, std::move(outcome));
}

void room::fail(const caller& from, errc code, std::string sentence) const {
  answer(from, failure{code, std::move(sentence)});
}

void room::run(const caller& from, get_room&) {
  answer(from, room_view{state_.meta(), state_.people().count()});
}

void room::run(const caller& from, get_board&) {
  answer(from, board_read{state_.whiteboard().view()});
}

void room::run(const caller& from, delete_room& c) {
  // Without tokens nobody knows who asks, and everybody may.
  bool is_known = env_.config.auth.mode == "jwt";
  if (is_known && !from.is_operator && from.user.value != state_.meta().created_by)
    return fail(from, errc::forbidden, "only its creator or an operator may delete a room");
  if (journal_.dirty())
    return fail(from, errc::store_unavailable,
                "the store cannot be reached, so the room cannot be removed; try again");
  phase_ = phase::deleting;
  deleter_ = from;
  // Without a reason rooms only leave memory.
  close_reason_ = c.reason.empty() ? "closed" : std::move(c.reason);
  send(journal_.add(remove_room{}, 0), true);
  journal_.stop();
}

// ---- timers ------------------------------------------------------------------------------------

void room::arm(timer what, unix_ms at) {
  auto& timer = armed_[static_cast<std::size_t>(what)];
  if (timer.at != 0 && timer.at <= at) return;
  timer.at = at;
  auto now = env_.now();
  auto wake = std::min(at, now + longest_sleep_ms);
  if (timer.wake != 0 && timer.wake <= wake) return;
  timer.wake = wake;
  auto delay = std::max<unix_ms>(wake - now, 0);
  self_->delayed_send(self_, std::chrono::milliseconds{delay}, room_timer{what, wake, wake == at});
}

void room::on(const room_timer& t) {
  auto& timer = armed_[static_cast<std::size_t>(t.what)];
  if (timer.wake != t.wake) return;
  auto at = std::exchange(timer.at, 0);
  timer.wake = 0;
  if (phase_ == phase::closed) return;
  if (!t.is_due) return arm(t.what, at);
  switch (t.what) {
  case timer::idle: return on_idle();
  case timer::typing: return on_typing_over();
  case timer::presence: return flush_presence();
  case timer::grace: return on_grace_over();
  case timer::durable: return on_durable_deadline();
  case timer::refresh: return touch();
  case timer::keep_alive:
    // Nobody in, nothing said: the ttl runs.
    return state_.people().count() > 0 ? touch() : void();
  case timer::rewrite: return rewrite();
  case timer::beat: return tell_seq();
  case timer::digest: return tell_digest();
  case timer::moves: return on_moves_due();
  case timer::places: return on_places_due();
  case timer::figures: return on_figures_due();
  case timer::count: break;
  }
}

bool room::expired(unix_ms now) const {
  return state_.people().count() == 0 && now >= state_.expires_at();
}

void room::arm_idle() {
  arm(timer::idle, std::min(last_use_ + env_.config.rooms.idle.count(), state_.expires_at()));
}

void room::on_idle() {
  if (phase_ != phase::serving || state_.people().count() > 0) return;
  auto now = env_.now();
  if (expired(now)) return close("expired");
  bool in_use = !seats_.empty() || !tails_.empty() || busy_.use_count() > 1
                || state_.people().size() > 0 || !journal_.settled()
                || now - last_use_ < env_.config.rooms.idle.count();
  if (in_use) {
    last_use_ = std::max(last_use_, now - env_.config.rooms.idle.count() + 1'000);
    return arm_idle();
  }
  phase_ = phase::asking;
  tell(self_->context(), directory_, may_passivate{state_.meta().id, routed_});
}

// ---- the end of a room -------------------------------------------------------------------------

void room::on(const passivate_now& p) {
  if (phase_ == phase::closed) {
    // Our names are forgotten: nobody new will be sent here.
    directory_ = nullptr;
    return end_if_unneeded();
  }
  if (phase_ != phase::asking) return;
  if (!p.allowed) {
    phase_ = phase::serving;
    return arm_idle();
  }
  leave_memory();
}

void room::on_drain() {
  draining_ = true;
  if (phase_ == phase::closed || phase_ == phase::deleting) return;
  leave_memory();
}

void room::leave_memory() {
  phase_ = phase::leaving;
  forget_search();
  settle_durable();
  if (space_) {
    // Nobody is connected to a room that nobody has: they are ghosts when it is loaded again.
    for (const auto& who : state_.people().participants()) unwritten_places_.insert(who.user);
    write_places();
  }
  hand_back_if_clean();
}

void room::close(const std::string& reason) {
  forget_search();
  log::info("room_closed", {{"room", state_.meta().id.value}, {"reason", reason}});
  phase_ = phase::closed;
  ports_.publish(room_closed_event{state_.meta().id, reason}, audience::all, delivery::reliable);
  ports_.forget();
  tails_.clear();
  shards_.ended(reason);
  for (auto& wait : durable_) fail(wait.from, errc::room_closed, "the room is closed");
  durable_.clear();
  for (auto& [session, m] : seats_)
    if (auto connection = caf::actor_cast<connection_actor>(m.connection))
      tell(self_->context(), connection, room_ended{state_.meta().id});
  tell(self_->context(), directory_, room_removed{state_.meta().id});
  tell(self_->context(), desk_, live_room_gone{key_});
}

void room::end_if_unneeded() {
  if (phase_ == phase::closed && !directory_ && seats_.empty()) self_->quit();
}

room_actor::behavior_type room_behavior(room_actor::stateful_pointer<room_holder> self,
                                        room_args args) {
  self->state.self = std::make_shared<room>(self, std::move(args));
  auto* me = self->state.self.get();
  return {
      [me](persisted p) { me->on(p); },
      [me](write_lost l) { me->on(l); },
      [me](store_returned) { me->on_store_returned(); },
      [me](room_request& r) { me->on(r); },
      [me](room_timer t) { me->on(t); },
      [me](passivate_now p) { me->on(p); },
      [me](drain_room) { me->on_drain(); },
      [me](const members_key& k) { me->on(k); },
      [me](const members_online& o) { me->on(o); },
      [me](const member_offline& o) { me->on(o); },
  };
}

} // namespace atrium
