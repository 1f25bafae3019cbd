// Who belongs to a room: members by `joinRoom` or set over REST, and what the user shards are told
// about them.
//
// Order: shards hear of members, their coming and going, and messages as they happened here. A
// session that joins with history stops hearing the room from its shard before the history is sent.
// One that comes by `joinRoom` gets no history and goes on hearing what was said before from its
// shard, perhaps after the first words since.
// A `joinRoom` right after the room was loaded is answered when the shards have said which members are
// online; what the same session says meanwhile waits behind it. Nothing else waits for a shard.
// Membership is stored like any other change and takes no seq.
#include "actors/room_impl.hpp"
#include "actors/tell.hpp"

#include <caf/actor_cast.hpp>

#include <unordered_set>
#include <utility>

namespace atrium {

void room::run(const caller& from, get_members&) {
  answer(from, members_view{membership_.all()});
}

void room::run(const caller& from, set_members& c) {
  auto change = membership_.replace(std::move(c.users));
  if (!change)
    return answer(from,
                  over(limit::members_per_room, errc::room_full,
                       "a room has at most " + std::to_string(env_.config.limits.members_per_room)
                           + " members"));
  change_membership(std::move(*change));
  answer(from, members_view{membership_.all()});
}

void room::change_membership(change_members c, std::shared_ptr<const event> farewell) {
  if (c.added.empty() && c.removed.empty()) return;
  shards_.change(c, farewell);
  tell_inside(c.added);
  state_.touch(last_use_);
  send(journal_.add(std::move(c), 0));
  touch();
  note_figures();
}

/// Users may be in the room before they become members.
void room::tell_inside(const std::vector<user_id>& users) {
  std::unordered_set<user_id> inside;
  for (const auto& user : users)
    if (const auto* who = state_.people().find(user); who != nullptr && who->connections > 0)
      inside.insert(user);
  if (inside.empty()) return;
  for (const auto& [session, m] : seats_)
    if (const auto* who = state_.people().find(session);
        who != nullptr && inside.contains(who->user))
      shards_.entered(who->user, session, std::nullopt);
}

bool room::end_membership(const user_id& user) {
  if (!membership_.remove(user)) return false;
  change_membership({{}, {user}});
  return true;
}

void room::admit_member(const caller& from, const join_room& c) {
  auto out = from.out;
  out.spelling = in_words(out.spelling, vocabulary::messenger);
  auto [at, is_new] = seats_.try_emplace(out.session);
  if (!is_new) ports_.unsubscribe(at->second.out, at->second.patch_board);
  at->second = {out, from.connection, false};
  if (membership_.add(from.user))
    change_membership({{from.user}, {}});
  else
    shards_.entered(from.user, out.session, std::nullopt);
  ports_.send(out, messenger_joined{state_.meta().id, connected_users()}, delivery::snapshot);
  answer(from, joined(from, c, false));
  ports_.subscribe(out, false, state_.seq());
  tell_joined(from, false);
}

std::vector<user_id> room::connected_users() const {
  std::vector<user_id> out;
  auto rest = shards_.online();
  for (auto& p : state_.people().participants()) {
    if (p.connections == 0) continue;
    rest.erase(p.user);
    out.push_back(std::move(p.user));
  }
  for (const auto& user : rest)
    if (membership_.contains(user)) out.push_back(user);
  return out;
}

void room::defer_join(const caller& from, join_room& c) {
  hold(from);
  deferred_joins_.push_back({from, std::move(c)});
}

void room::on(const members_online& o) {
  shards_.on(o);
  if (!shards_.is_introduced()) return;
  for (auto& r : std::exchange(deferred_joins_, {})) {
    auto f = refusal(r.from, r.command);
    if (f)
      refuse(r, std::move(*f));
    else
      handle(r.from, r.command);
    release(r.from);
  }
}

void room::on(const member_offline& o) {
  shards_.on(o);
  const auto* who = state_.people().find(o.user);
  bool is_inside = who != nullptr && who->connections > 0;
  if (phase_ == phase::closed || is_inside) return;
  if (who == nullptr && !membership_.contains(o.user)) return;
  // A member may have typed without being in.
  auto name = who != nullptr ? who->username : o.user.value;
  if (state_.type(o.user, name, false, env_.now()))
    tell_typing({state_.meta().id, o.user, name, false}, 0);
  tell_offline(o.user);
}

void room::note_lost(const user_id& user) {
  if (!membership_.contains(user)) return shards_.lost(user);
  // Who was gone already when the room took it in: its shard will not say so again.
  if (!shards_.online().contains(user)) tell_offline(user);
}

void room::tell_offline(const user_id& user) {
  user_offline gone{state_.meta().id, user};
  ports_.publish(gone, audience::all, delivery::reliable);
  shards_.publish(gone, delivery::reliable);
}

void room::send_left(outlet out) const {
  out.spelling = in_words(out.spelling, vocabulary::messenger);
  ports_.send(out, messenger_left{state_.meta().id}, delivery::snapshot);
}

void room::note_entering(const caller& from) const {
  if (!membership_.contains(from.user)) return;
  if (auto key = shards_.key_of(from.user))
    from.out.port->post(op::unsubscribe{from.out.session, key});
}

void room::note_entered(const caller& from, const join_room& c, bool recovered) const {
  if (membership_.contains(from.user))
    shards_.entered(from.user, from.out.session, shown_from(c, recovered));
}

void room::note_left(const user_id& user, session_id session) const {
  if (membership_.contains(user)) shards_.left(user, session);
}

std::optional<seq_t> room::shown_from(const join_room& c, bool recovered) const {
  if (recovered) return c.since->seq + 1;
  const auto& log = state_.chat().messages();
  auto shown = std::min(env_.config.chat.join_history, log.size());
  if (shown >= state_.chat().total()) return 0;
  if (shown == 0) return std::nullopt;
  return log[log.size() - shown].seq;
}

void room::run(const caller& from, resync_member& c) {
  if (!membership_.contains(from.user)) return;
  const auto& log = state_.chat();
  std::vector<frame> events;
  auto missed = c.since ? log.read(log.messages().size(), std::nullopt, c.since) : std::nullopt;
  if (missed) {
    for (auto& m : missed->messages)
      events.push_back(ports_.encode(chat_posted{std::move(m), no_seq}, from.out.spelling, true));
  } else {
    chat_history_sent newest{state_.meta().id, log.newest(env_.config.chat.join_history), true};
    events.push_back(ports_.encode(newest, from.out.spelling));
  }
  shards_.truth(from.user, from.out.session, std::move(events));
}

} // namespace atrium
