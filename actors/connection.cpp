// One client connection: who the client is, and what it may say now.
//
// Order: commands of a client reach a room in the order in which they were sent.
// Exactly one result per command: answered here, or by whoever the command was passed to.
// What a client said before it was gone is carried out. Never parses, never encodes, never waits.
// With tokens the user is the token's, its `name` is the username whatever events say, and what it
// opens and allows goes with every request. A newer one of the same user takes its place; one that
// does not open a room that the connection is in ends the connection.
// As soon as it knows its user it is a session of it: the user's shard is told, hears now and then what
// the client did, and that it is gone after all rooms have heard it.
#include "actors/connection_impl.hpp"

#include <algorithm>

namespace atrium {

namespace {

/// Contract §2: the token was refused.
constexpr std::uint16_t token_refused = 4401;

} // namespace

connection::connection(pointer self, connection_args args)
    : self_{self}, env_{args.env}, directory_{std::move(args.directory)},
      shards_{std::move(args.shards)}, out_{args.out}, address_{std::move(args.address)},
      rate_{static_cast<double>(env_.config.limits.events_per_second),
            static_cast<double>(env_.config.limits.events_burst), self->clock().now()},
      relay_directory_{std::move(args.relays)} {
  claim_identity(args.claimed);
}

void connection::claim_identity(const identity_claim& claim) {
  if (claim.token) take_token(claim.token);
  if (claim.user && user_.value.empty()) user_.value = *claim.user;
  if (claim.username && username_.empty()) rename(*claim.username);
  go_online();
}

void connection::go_online() {
  if (is_online_ || !shards_ || user_.value.empty()) return;
  is_online_ = true;
  tell_shard(user_connected{user_, username_, out_.session, self_->address(), address_,
                            std::exchange(did_, {})});
}

void connection::rename(const std::string& username) {
  if (username_ == username) return;
  username_ = username;
  if (is_online_) tell_shard(user_renamed{user_, username_});
}

void connection::note_activity(bool is_message) {
  did_.add({1, is_message ? 1U : 0U});
}

void connection::tell_activity() {
  if (!is_online_ || did_.events == 0) return;
  auto did = std::exchange(did_, {});
  if (shards_->ledger_of(user_).note(ledger_place_, user_, did, env_.now()))
    tell_shard(users_active{});
}

void connection::take_token(const shared_claims& token) {
  token_ = token;
  user_ = token->user;
  if (token->username) rename(*token->username);
  bool opens_all = std::all_of(rooms_.begin(), rooms_.end(),
                               [this](const auto& r) { return opens(r.first); });
  if (relays_)
    for (const auto& [name, r] : relays_->rooms) opens_all &= opens(room_id{name});
  // Who registered hears of any room.
  if (!opens_all || (registered_ && token->rooms)) end_unopened();
}

bool connection::opens(const room_id& room) const {
  return !token_ || !token_->rooms || token_->rooms->contains(room.value);
}

void connection::end_unopened() const {
  env_.counts.add(access_fault::closed_room);
  out_.port->post(op::close{out_.session, token_refused,
                            "the token does not open all rooms of this connection"});
}

std::optional<failure> connection::check_claim(const identity_claim& who) {
  if (who.user && !user_.value.empty() && *who.user != user_.value)
    return failure{errc::identity_mismatch,
                   "this connection speaks for another user; open one connection per user"};
  claim_identity(who);
  return std::nullopt;
}

void connection::name_guest() {
  if (user_.value.empty()) user_.value = "guest-" + random_hex(8);
  go_online();
}

std::optional<failure> connection::check_identity(const client_command& c) {
  if (auto f = check_claim(c.who)) return f;
  const auto* join = std::get_if<join_room>(&c.command);
  if (join == nullptr) return std::nullopt;
  if (c.who.username && !(token_ && token_->username)) rename(*c.who.username);
  if (username_.empty() && join->words != vocabulary::messenger)
    return failure{errc::bad_request, "`username` is missing: 1 to 64 characters"};
  // A messenger need not say its name: it is called as its user is known.
  name_guest();
  return std::nullopt;
}

std::optional<failure> connection::check_rate() {
  auto wait = rate_.take(self_->clock().now());
  if (wait.count() == 0) return std::nullopt;
  return over(limit::events_per_second, errc::rate_limited,
              "too many events on this connection; slow down", wait);
}

void connection::on(client_command& c) {
  env_.counts.add(counter::commands);
  if (gone_) return;
  if (!observers_) return take(c);
  auto said = watched(event_name(c.command), c.room);
  take(c);
  tell_observers(std::move(said));
}

void connection::take(client_command& c) {
  if (is_cut_off_) return fail(c.request, cut_off_already());
  // Cursors and moves are coalesced, never refused.
  if (!std::holds_alternative<move_cursor>(c.command)
      && !std::holds_alternative<move_to>(c.command))
    if (auto f = check_rate()) return fail(c.request, std::move(*f));
  note_activity(std::holds_alternative<post_message>(c.command));
  if (auto f = check_identity(c)) return fail(c.request, std::move(*f));
  tell_activity();
  dispatch(c);
}

void connection::on(refused_command& c) {
  env_.counts.add(counter::commands);
  if (gone_) return;
  if (!observers_) return take(c);
  auto said = watched(c.event_name, {});
  take(c);
  tell_observers(std::move(said));
}

void connection::take(refused_command& c) {
  auto too_fast = check_rate();
  fail(c.request, too_fast ? std::move(*too_fast) : std::move(c.why));
}

void connection::on(client_user_command& c) {
  env_.counts.add(counter::commands);
  if (gone_) return;
  if (!observers_) return take(c);
  auto said = watched(event_name(c.command), {});
  take(c);
  tell_observers(std::move(said));
}

void connection::take(client_user_command& c) {
  if (is_cut_off_) return fail(c.request, cut_off_already());
  if (auto f = check_rate()) return fail(c.request, std::move(*f));
  note_activity(false);
  if (auto f = check_claim(c.who)) return fail(c.request, std::move(*f));
  if (!shards_) return fail(c.request, {errc::unknown_event, "nobody knows users here"});
  bool registers = std::holds_alternative<register_me>(c.command);
  if (registers && token_ && token_->rooms)
    return fail(c.request, kept_out(access_fault::closed_room, errc::forbidden,
                                    "this token is for certain rooms only; join them"));
  if (!registers && user_.value.empty())
    return fail(c.request, {errc::bad_request, "`userId` is missing: say whose friends"});
  name_guest();
  tell_activity();
  listens_ = true;
  registered_ |= registers;
  caller from{out_, c.request, self_->address(), user_, username_, {}};
  tell_shard(user_request{std::move(from), std::move(c.command)});
}

void connection::on(const frame_written& w) {
  if (registered_) tell_shard(queue_written{user_, out_.session, w.receipt});
}

void connection::dispatch(client_command& c) {
  if (auto waiting = pending_.find(awaited_name(c)); waiting != pending_.end()) {
    waiting->second.push_back(std::move(c));
    return;
  }
  auto r = c.room.empty() ? last_space() : find(c.room);
  if (r == rooms_.end()) {
    if (std::holds_alternative<join_room>(c.command)) return start_join(c);
    if (const auto* leaving = std::get_if<leave_room>(&c.command);
        leaving != nullptr && leaving->words == vocabulary::messenger && !user_.value.empty())
      return end_membership(c);
    if (speaks_as_member(c.command)) return speak_as_member_of(c);
    return fail(c.request, not_in(c.room));
  }
  if (coalesced_of(c.command, r->second) != nullptr) return forward_soon(c, r->second);
  if (std::holds_alternative<leave_room>(c.command)) return leave(c, r);
  if (const auto* join = std::get_if<join_room>(&c.command);
      join != nullptr && join->words == vocabulary::space)
    r->second.space_entry = ++space_entries_;
  forward(c, r->second.room);
}

void connection::fail(std::uint32_t request, failure f) {
  if (observers_) refused_ = f.code;
  // Nobody asked for what the connection does by itself.
  if (request == 0) return;
  out_.port->post(op::result{out_.session, request, std::move(f)});
}

caller connection::caller_of(const client_command& c) const {
  caller from{out_, c.request, self_->address(), user_, username_, c.room};
  if (token_) {
    from.is_operator = token_->is_operator;
    from.rooms = token_->rooms;
  }
  return from;
}

connection_actor::behavior_type
connection_behavior(connection_actor::stateful_pointer<connection_state> self,
                    connection_args args) {
  self->state.self = std::make_shared<connection>(self, std::move(args));
  auto* me = self->state.self.get();
  return {
      [me](client_command& c) { me->on(c); },
      [me](refused_command& c) { me->on(c); },
      [me](client_user_command& c) { me->on(c); },
      [me](const frame_written& w) { me->on(w); },
      [me](client_gone) { me->on_gone(); },
      [me](const lane_drained& l) { me->on(l); },
      [me](const room_joined& j) { me->on(j); },
      [me](const join_refused& r) { me->on(r); },
      [me](const room_ended& e) { me->on(e); },
      [me](const removed_from_room& r) { me->on(r); },
      [me](coalesced_due) { me->on_coalesced_due(); },
      [me](get_entered_rooms) { return me->rooms(); },
      [me](const cut_off& c) { return me->on(c); },
      [me](const observe_connection& o) { me->on(o); },
      [me](const unobserve_connection& o) { me->on(o); },
      [me](client_relay_command& c) { me->on(c); },
      [me](const relay_joined& j) { me->on(j); },
      [me](relay_pace_due) { me->on_relay_pace_due(); },
  };
}

} // namespace atrium
