// The rooms of one client connection.
//
// Order: while a `join` is under way, what the client says for that room waits here; afterwards it goes
// straight to the room. When a room is gone it says `room_ended`; the answer is `drop_connection`, also
// sent to every room when the client is gone.
// What is entered is left once, whichever way, and the record of the address shows both; a try that
// fails is counted there even if the client is gone by then.
#include "actors/connection_impl.hpp"

#include <caf/actor_cast.hpp>

#include <algorithm>

namespace atrium {

namespace {

/// A client that still speaks to a room that closed is told so; after very many rooms it only hears
/// that it is not in.
constexpr std::size_t max_ended_names = 64;

} // namespace

std::optional<failure> connection::check_entry(const client_command& join) const {
  auto limit = env_.config.limits.rooms_per_connection;
  if (limit != 0 && rooms_.size() + pending_.size() + relay_count() >= limit)
    return over(limit::rooms_per_connection, errc::rate_limited,
                "this connection is in as many rooms as one may be");
  // Whoever shows a secret of its own does not guess.
  if (std::get<join_room>(join.command).is_admitted) return std::nullopt;
  return env_.failures.refusal(address_, join.room, env_.now());
}

void connection::start_join(client_command& c) {
  if (auto f = check_entry(c)) return fail(c.request, std::move(*f));
  pending_.try_emplace(c.room);
  auto words = std::get<join_room>(c.command).words;
  if (words == vocabulary::space) awaited_space_ = c.room;
  bool is_member = words == vocabulary::messenger;
  routed_request request{caller_of(c), std::move(c.command)};
  request.from.address = std::make_shared<const std::string>(address_);
  if (is_member && shards_) return tell_shard(join_as_member{std::move(request)});
  tell(self_->context(), directory_, std::move(request));
}

void connection::end_membership(client_command& c) {
  // A member need not be in the room. Who is none may be guessing which rooms there are.
  if (auto f = env_.failures.refusal(address_, c.room, env_.now()))
    return fail(c.request, std::move(*f));
  routed_request request{caller_of(c), std::move(c.command)};
  request.from.address = std::make_shared<const std::string>(address_);
  tell(self_->context(), directory_, std::move(request));
}

bool connection::speaks_as_member(const room_command& c) const {
  return registered_
         && (std::holds_alternative<post_message>(c) || std::holds_alternative<set_typing>(c));
}

void connection::speak_as_member_of(client_command& c) {
  tell_shard(speak_as_member{{caller_of(c), std::move(c.command)}});
}

/// Without a name the space is meant that is being entered, or was entered last.
const std::string& connection::awaited_name(const client_command& c) const {
  return c.room.empty() ? awaited_space_ : c.room;
}

failure connection::not_in(const std::string& room) const {
  if (room.empty()) return {errc::not_in_room, "enter a space before you move"};
  if (std::find(ended_.begin(), ended_.end(), room) != ended_.end())
    return {errc::room_not_found, "the room is closed"};
  return {errc::not_in_room, "join the room before you speak to it"};
}

void connection::remember_ended(const room_id& id, const std::string& code) {
  ended_.push_back(id.value);
  if (code != id.value) ended_.push_back(code);
  while (ended_.size() > max_ended_names) ended_.erase(ended_.begin());
}

void connection::leave(client_command& c, room_map::iterator r) {
  settle_waiting(r->second, done{});
  forward(c, r->second.room);
  forget(r);
}

void connection::forget(room_map::iterator r) {
  env_.failures.left(address_, r->first, r->second.code);
  rooms_.erase(r);
}

void connection::forward(client_command& c, const room_actor& room) {
  tell(self_->context(), room, room_request{caller_of(c), std::move(c.command)});
}

connection::room_map::iterator connection::find(const std::string& name) {
  if (auto r = rooms_.find(room_id{name}); r != rooms_.end()) return r;
  return std::find_if(rooms_.begin(), rooms_.end(),
                      [&](const auto& r) { return r.second.code == name; });
}

connection::room_map::iterator connection::last_space() {
  auto last = rooms_.end();
  for (auto r = rooms_.begin(); r != rooms_.end(); ++r) {
    auto best = last == rooms_.end() ? 0 : last->second.space_entry;
    if (r->second.space_entry > best) last = r;
  }
  return last;
}

void connection::drop(const room_actor& room) const {
  caller nobody{out_, 0, self_->address(), user_, username_, {}};
  tell(self_->context(), room, room_request{std::move(nobody), drop_connection{}});
}

void connection::on(const room_joined& j) {
  auto room = caf::actor_cast<room_actor>(j.room);
  if (room) {
    auto [r, is_new] = rooms_.try_emplace(j.id);
    env_.failures.entered(address_, j.id, j.code);
    // A second `join` doesn't count twice.
    if (!is_new) env_.failures.left(address_, j.id, r->second.code);
    r->second.code = j.code;
    r->second.room = room;
    r->second.key = j.key;
    r->second.bounds = j.bounds;
    if (is_new && j.is_space) r->second.space_entry = ++space_entries_;
    if (awaited_truth_ && awaited_truth_->room == j.key) ask_truth(room, awaited_truth_->since);
    // The token may have been replaced since it asked.
    if (!opens(j.id)) end_unopened();
    std::erase_if(ended_, [&](const auto& name) { return name == j.id.value || name == j.code; });
  }
  resolve_pending(j.name);
}

void connection::on(const join_refused& r) {
  resolve_pending(r.name);
}

void connection::resolve_pending(const std::string& name) {
  auto found = pending_.find(name);
  if (found == pending_.end()) return;
  auto waiting = std::move(found->second);
  pending_.erase(found);
  if (awaited_space_ == name) awaited_space_.clear();
  // A second `join` among them may begin a new wait: then the rest waits behind it, in order.
  for (auto& c : waiting) dispatch(c);
  if (gone_) leave_rooms();
}

void connection::on(const room_ended& e) {
  auto r = rooms_.find(e.id);
  if (r == rooms_.end()) return;
  settle_waiting(r->second, failure{errc::room_closed, "the room is closed"});
  drop(r->second.room);
  remember_ended(e.id, r->second.code);
  forget(r);
}

void connection::on(const removed_from_room& removed) {
  auto r = rooms_.find(removed.id);
  if (r == rooms_.end()) return;
  settle_waiting(r->second, not_in(removed.id.value));
  forget(r);
}

void connection::on(const lane_drained& l) {
  if (is_members_key(l.room)) {
    if (listens_) tell_shard(member_fell_behind{user_, out_.session, l.room, l.since});
    return;
  }
  if (is_relay_key(l.room)) {
    if (!ask_relay_truth(l.room)) awaited_truth_ = l;
    return;
  }
  auto r = std::find_if(rooms_.begin(), rooms_.end(),
                        [&](const auto& entry) { return entry.second.key == l.room; });
  if (r == rooms_.end()) {
    // Its `room_joined` is on the way, or the room was left: then nothing is awaited for long.
    awaited_truth_ = l;
    return;
  }
  ask_truth(r->second.room, l.since);
}

void connection::ask_truth(const room_actor& room, seq_t since) const {
  caller me{out_, 0, self_->address(), user_, username_, {}};
  tell(self_->context(), room,
       room_request{std::move(me), resync{since == no_seq ? std::nullopt : std::optional{since}}});
}

void connection::on_gone() {
  gone_ = true;
  if (std::exchange(registered_, false)) tell_shard(registered_session_gone{user_, out_.session});
  // Nobody else holds us any more, and a room may be about to take us in.
  stay_ = caf::actor_cast<caf::strong_actor_ptr>(self_);
  leave_rooms();
}

entered_rooms connection::rooms() const {
  entered_rooms out;
  for (const auto& [id, r] : rooms_) out.rooms.push_back(id);
  return out;
}

void connection::leave_rooms() {
  while (!rooms_.empty()) {
    // Where a user stands when it is lost, it is found again.
    auto& r = rooms_.begin()->second;
    if (r.move.waiting) forward(*r.move.waiting, r.room);
    drop(r.room);
    forget(rooms_.begin());
  }
  leave_relays();
  tell_activity();
  if (std::exchange(is_online_, false)) tell_shard(user_disconnected{user_, out_.session});
  // A room that is about to take us in must hear what the client said for it, and that it is gone.
  if (!pending_.empty() || enters_relays()) return;
  stay_ = nullptr;
  self_->quit();
}

} // namespace atrium
