// Friends: who of those that a user lists is online.
//
// Order: a lister's shard asks the shards of its friends once, and those tell of every change from then
// on, each in its own order; so what is answered and what is told fit together, and an answer needs
// nobody. A question waits until every friend's status is known.
// Sessions hear of friends once they registered, asked for them or listed them. They hear who comes and
// goes from then on; how the others stand they ask. One that reads too slowly is sent the whole list anew.
#include "actors/user_shard_impl.hpp"

#include <algorithm>
#include <map>

namespace atrium {

namespace {

/// The messenger's wires carry no positions.
const std::string no_epoch;

const failure no_store{errc::store_unavailable,
                       "the store cannot be reached, so friends are not known; try again"};

} // namespace

user_shard::friend_circle::friend_circle(const environment& env, room_key under)
    : key{under}, ports{env, key, no_epoch} {}

// ---- questions -----------------------------------------------------------------------------------

void user_shard::run(const caller& from, get_online_status&) {
  auto* u = find_online(from.user);
  if (u == nullptr) return answer(from, failure{errc::internal, "this user has no connection"});
  auto& f = listen_to_friends(*u, from.out);
  f.questions.push_back({from.out, from.request});
  settle_friends(f);
  look_up(from.user, *u);
}

void user_shard::run(const caller& from, set_friends& c) {
  auto friends = without_repeats(std::move(c.friends));
  record(from.user, put_friends{from.user, friends});
  auto* u = find_online(from.user);
  answer(from, from.connection ? command_result{done{}} : friends_view{friends});
  if (u == nullptr) return;
  if (from.connection) listen_to_friends(*u, from.out);
  if (!u->friends) return;
  auto& f = *u->friends;
  f.listed_at = env_.now();
  replace_friends(from.user, f, std::move(friends));
  look_up(from.user, *u);
}

user_shard::friend_circle& user_shard::listen_to_friends(user_entry& u, const outlet& out) {
  if (!u.friends) u.friends = std::make_unique<friend_circle>(env_, next_key());
  auto& f = *u.friends;
  bool is_new = std::none_of(f.listeners.begin(), f.listeners.end(),
                             [&](const auto& l) { return l.out.session == out.session; });
  if (!is_new) return f;
  auto in_its_words = out;
  in_its_words.spelling = in_words(out.spelling, vocabulary::messenger);
  f.listeners.push_back({in_its_words, env_.now()});
  f.ports.subscribe(in_its_words, false, no_seq);
  return f;
}

void user_shard::stop_listening(user_entry& u, session_id session) {
  if (!u.friends) return;
  auto& f = *u.friends;
  std::erase_if(f.questions, [&](const auto& q) { return q.out.session == session; });
  std::erase_if(f.listeners, [&](const auto& l) {
    if (l.out.session != session) return false;
    f.ports.unsubscribe(l.out, false);
    return true;
  });
}

void user_shard::settle_friends(friend_circle& f) {
  if (!f.list.is_settled()) return;
  for (const auto& q : std::exchange(f.questions, {})) {
    send_status(f, q.out);
    if (q.request != 0) q.out.port->post(op::result{q.out.session, q.request, done{}});
  }
}

void user_shard::send_status(const friend_circle& f, const outlet& out) const {
  auto in_its_words = out;
  in_its_words.spelling = in_words(out.spelling, vocabulary::messenger);
  f.ports.send(in_its_words, f.list.status(), delivery::snapshot);
}

void user_shard::fail_questions(friend_circle& f) {
  for (const auto& q : std::exchange(f.questions, {}))
    if (q.request != 0) q.out.port->post(op::result{q.out.session, q.request, no_store});
}

void user_shard::renew_friends(friend_circle& f, session_id session) {
  for (const auto& l : f.listeners) {
    if (l.out.session != session) continue;
    f.ports.resume(l.out, no_seq);
    f.questions.push_back({l.out, 0});
  }
  settle_friends(f);
}

// ---- the lister's side ---------------------------------------------------------------------------

void user_shard::replace_friends(const user_id& user, friend_circle& f,
                                 std::vector<friend_profile> friends) {
  auto change = f.list.replace(std::move(friends));
  watch(user, std::move(change.ended), false);
  watch(user, std::move(change.begun), true);
  settle_friends(f);
}

void user_shard::watch(const user_id& user, std::vector<user_id> friends, bool begins) {
  std::map<std::size_t, std::vector<user_id>> parts;
  for (auto& who : friends) parts[shard_of(who)].push_back(std::move(who));
  for (auto& [shard, users] : parts) tell_shard(shard, watch_users{user, begins, std::move(users)});
}

void user_shard::on(const users_watched& w) {
  auto* u = find_online(w.watcher);
  if (u == nullptr || !u->friends) return;
  for (const auto& who : w.users) note_friend(*u->friends, who);
  settle_friends(*u->friends);
}

void user_shard::on(const watched_user_changed& w) {
  for (const auto& watcher : w.watchers)
    if (auto* u = find_online(watcher); u != nullptr && u->friends) note_friend(*u->friends, w.who);
}

void user_shard::note_friend(friend_circle& f, const online_status& who) {
  switch (f.list.set(who.user, who.is_online)) {
  case friend_list::news::nothing: return;
  case friend_list::news::came:
    return f.ports.publish(friend_online{*f.list.find(who.user)}, audience::all,
                           delivery::reliable);
  case friend_list::news::went:
    return f.ports.publish(friend_offline{who.user}, audience::all, delivery::reliable);
  case friend_list::news::learnt: break;
  }
  // It came while nobody could know whose friend it is. Who was online when it was listed did not come.
  for (const auto& l : f.listeners)
    if (who.is_online && who.since > std::max(l.since, f.listed_at))
      f.ports.send(l.out, friend_online{*f.list.find(who.user)}, delivery::reliable);
}

// ---- the friends' side ---------------------------------------------------------------------------

void user_shard::on(const watch_users& w) {
  users_watched answer{w.watcher, {}};
  for (const auto& user : w.users) {
    if (!w.begins) {
      watchers_.remove(user, w.watcher);
      continue;
    }
    watchers_.add(user, w.watcher);
    const auto* u = find_online(user);
    answer.users.push_back({user, u != nullptr, u != nullptr ? u->online->connected_at : 0});
  }
  if (w.begins) tell_shard(shard_of(w.watcher), std::move(answer));
}

void user_shard::tell_watchers(const user_id& user, bool is_online, unix_ms since) {
  const auto* all = watchers_.of(user);
  if (all == nullptr) return;
  std::map<std::size_t, std::vector<user_id>> parts;
  for (const auto& watcher : *all) parts[shard_of(watcher)].push_back(watcher);
  for (auto& [shard, who] : parts)
    tell_shard(shard, watched_user_changed{std::move(who), {user, is_online, since}});
}

} // namespace atrium
