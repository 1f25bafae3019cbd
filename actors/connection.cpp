// One client connection.
//
// Order: commands of a client reach a room in the order in which they were sent. While a `join` is
// under way, what the client says for that room waits here; afterwards it goes straight to the room.
// Exactly one result per command: answered here, or by whoever the command was passed to.
// What a client said before it was gone is carried out. Never parses, never encodes, never waits. When
// a room is gone it says `room_ended`; the answer is `drop_connection`, also sent to every room when
// the client is gone.
// With tokens the user is the token's, its `name` is the username whatever events say, and what it
// opens and allows goes with every request. A newer one of the same user takes its place; one that
// does not open a room that the connection is in ends the connection.
// As soon as it knows its user it is a session of it: the user's shard is told, hears now and then what
// the client did, and that it is gone after all rooms have heard it.
// What is entered is left once, whichever way, and the record of the address shows both; a try that
// fails is counted there even if the client is gone by then.
#include "actors/connection.hpp"

#include "actors/activity_meter.hpp"
#include "actors/tell.hpp"
#include "actors/token_bucket.hpp"
#include "log/log.hpp"

#include <caf/actor_cast.hpp>

#include <deque>
#include <map>
#include <type_traits>
#include <unordered_map>

namespace atrium {

namespace {

/// A client that still speaks to a room that closed is told so; after very many rooms it only hears
/// that it is not in.
constexpr std::size_t max_ended_names = 64;

/// Contract §2: the token was refused.
constexpr std::uint16_t token_refused = 4401;

} // namespace

class connection {
public:
  using pointer = connection_actor::stateful_pointer<connection_state>;

  connection(pointer self, connection_args args)
      : self_{self}, env_{args.env}, directory_{std::move(args.directory)},
        shards_{std::move(args.shards)}, out_{args.out}, address_{std::move(args.address)},
        rate_{static_cast<double>(env_.config.limits.events_per_second),
              static_cast<double>(env_.config.limits.events_burst), self->clock().now()} {
    claim_identity(args.claimed);
  }

  void on(client_command& c);
  void on(refused_command& c);
  void on(client_user_command& c);
  void on(const frame_written& w);
  void on_gone();
  void on(const lane_drained& l);
  void on(const room_joined& j);
  void on(const join_refused& r);
  void on(const room_ended& e);
  void on_coalesced_due();
  void on_activity_due();
  [[nodiscard]] entered_rooms rooms() const;

private:
  using time_point = caf::actor_clock::time_point;

  /// A kind of command of which only the newest counts: it is passed on at intervals.
  struct coalesced {
    std::optional<time_point> last;
    std::optional<client_command> waiting;
  };
  struct joined_room {
    std::string code;
    room_actor room;
    room_key key;
    coalesced cursor;
    coalesced move;
    /// Of spaces the one entered last has the highest; 0: it was not entered as one.
    std::uint64_t space_entry = 0;
  };
  using room_map = std::unordered_map<room_id, joined_room>;

  void claim_identity(const identity_claim& claim);
  void take_token(const shared_claims& token);
  [[nodiscard]] bool opens(const room_id& room) const;
  void end_unopened() const;
  void go_online();
  void rename(const std::string& username);
  void tell_activity();
  [[nodiscard]] bool speaks_as_member(const room_command& c) const;
  void speak_as_member_of(client_command& c);
  [[nodiscard]] std::optional<failure> check_claim(const identity_claim& who);
  [[nodiscard]] std::optional<failure> check_identity(const client_command& c);
  void name_guest();
  [[nodiscard]] std::optional<failure> check_rate();
  [[nodiscard]] std::optional<failure> check_entry(const client_command& join) const;
  void dispatch(client_command& c);
  void start_join(client_command& c);
  [[nodiscard]] const std::string& awaited_name(const client_command& c) const;
  [[nodiscard]] static coalesced* coalesced_of(const room_command& c, joined_room& r);
  [[nodiscard]] std::chrono::milliseconds pause_of(const room_command& c) const;
  void forward_soon(client_command& c, joined_room& r);
  void forward_if_due(joined_room& r, coalesced& one);
  void arm_coalesced(time_point at);
  /// What waits will not be passed on.
  void settle_waiting(joined_room& r, const command_result& outcome);
  void leave(client_command& c, room_map::iterator r);
  void end_membership(client_command& c);
  void forget(room_map::iterator r);
  void forward(client_command& c, const room_actor& room);
  void fail(std::uint32_t request, failure f) const;
  [[nodiscard]] failure not_in(const std::string& room) const;
  void remember_ended(const room_id& id, const std::string& code);
  void resolve_pending(const std::string& name);
  /// The client is gone.
  void leave_rooms();
  [[nodiscard]] caller caller_of(const client_command& c) const;
  [[nodiscard]] room_map::iterator find(const std::string& name);
  [[nodiscard]] room_map::iterator last_space();
  void drop(const room_actor& room) const;
  template <class What>
  void tell_shard(What&& what) const;
  void ask_truth(const room_actor& room, seq_t since) const;

  pointer self_;
  const environment& env_;
  directory_actor directory_;
  shared_user_shards shards_;
  outlet out_;
  /// Where the client comes from; empty: unknown.
  std::string address_;
  token_bucket rate_;
  user_id user_;
  std::string username_;
  /// Null: nobody asks for one.
  shared_claims token_;
  room_map rooms_;
  /// Names of rooms that closed while we were in, the oldest first.
  std::deque<std::string> ended_;
  /// Joins under way by the name that the client used, and what it said for that room since.
  std::map<std::string, std::deque<client_command>> pending_;
  /// A room that the session wants the truth about before we heard of having joined it.
  std::optional<lane_drained> awaited_truth_;
  activity_meter activity_;
  bool activity_timer_ = false;
  /// The user's shard knows us.
  bool is_online_ = false;
  /// When `coalesced_due` comes; nothing: none is under way.
  std::optional<time_point> coalesced_at_;
  /// The name in the `join-space` under way that began last; empty: there is none.
  std::string awaited_space_;
  std::uint64_t space_entries_ = 0;
  bool registered_ = false;
  /// To what shards say of rooms or friends.
  bool listens_ = false;
  bool gone_ = false;
  caf::strong_actor_ptr stay_;
};

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
                            activity_.take(self_->clock().now())});
}

void connection::rename(const std::string& username) {
  if (username_ == username) return;
  username_ = username;
  if (is_online_) tell_shard(user_renamed{user_, username_});
}

void connection::tell_activity() {
  if (!is_online_ || activity_timer_) return;
  auto now = self_->clock().now();
  auto wait = activity_.wait(now);
  if (!wait) return;
  if (wait->count() == 0) return tell_shard(user_active{user_, activity_.take(now)});
  activity_timer_ = true;
  self_->delayed_send(self_, *wait, activity_due{});
}

void connection::on_activity_due() {
  activity_timer_ = false;
  tell_activity();
}

void connection::take_token(const shared_claims& token) {
  token_ = token;
  user_ = token->user;
  if (token->username) rename(*token->username);
  bool opens_all = std::all_of(rooms_.begin(), rooms_.end(),
                               [this](const auto& r) { return opens(r.first); });
  if (!opens_all) end_unopened();
}

bool connection::opens(const room_id& room) const {
  return !token_ || !token_->rooms || token_->rooms->contains(room.value);
}

void connection::end_unopened() const {
  out_.port->post(op::close{out_.session, token_refused,
                            "the token does not open a room that this connection is in"});
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
  name_guest();
  // A messenger need not say its name.
  if (username_.empty()) rename(user_.value);
  return std::nullopt;
}

std::optional<failure> connection::check_rate() {
  auto wait = rate_.take(self_->clock().now());
  if (wait.count() == 0) return std::nullopt;
  return failure{errc::rate_limited, "too many events on this connection; slow down", wait};
}

void connection::on(client_command& c) {
  env_.counts.add(counter::commands);
  if (gone_) return;
  // Cursors and moves are coalesced, never refused.
  if (!std::holds_alternative<move_cursor>(c.command)
      && !std::holds_alternative<move_to>(c.command))
    if (auto f = check_rate()) return fail(c.request, std::move(*f));
  activity_.note(std::holds_alternative<post_message>(c.command));
  if (auto f = check_identity(c)) return fail(c.request, std::move(*f));
  tell_activity();
  dispatch(c);
}

void connection::on(refused_command& c) {
  env_.counts.add(counter::commands);
  if (gone_) return;
  auto too_fast = check_rate();
  fail(c.request, too_fast ? std::move(*too_fast) : std::move(c.why));
}

void connection::on(client_user_command& c) {
  env_.counts.add(counter::commands);
  if (gone_) return;
  if (auto f = check_rate()) return fail(c.request, std::move(*f));
  activity_.note(false);
  if (auto f = check_claim(c.who)) return fail(c.request, std::move(*f));
  if (!shards_) return fail(c.request, {errc::unknown_event, "nobody knows users here"});
  bool registers = std::holds_alternative<register_me>(c.command);
  if (registers && token_ && token_->rooms)
    return fail(c.request, {errc::forbidden, "this token is for certain rooms only; join them"});
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

template <class What>
void connection::tell_shard(What&& what) const {
  tell(self_->context(), shards_->of(user_), std::forward<What>(what));
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

std::optional<failure> connection::check_entry(const client_command& join) const {
  auto limit = env_.config.limits.rooms_per_connection;
  if (limit != 0 && rooms_.size() + pending_.size() >= limit)
    return failure{errc::rate_limited, "this connection is in as many rooms as one may be"};
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
  // A member need not be in the room.
  tell(self_->context(), directory_, routed_request{caller_of(c), std::move(c.command)});
}

bool connection::speaks_as_member(const room_command& c) const {
  return registered_
         && (std::holds_alternative<post_message>(c) || std::holds_alternative<set_typing>(c));
}

void connection::speak_as_member_of(client_command& c) {
  auto from = caller_of(c);
  if (from.username.empty()) from.username = user_.value;
  tell_shard(speak_as_member{{std::move(from), std::move(c.command)}});
}

/// Without a name the space is meant that is being entered, or was entered last.
const std::string& connection::awaited_name(const client_command& c) const {
  return c.room.empty() ? awaited_space_ : c.room;
}

connection::coalesced* connection::coalesced_of(const room_command& c, joined_room& r) {
  if (std::holds_alternative<move_cursor>(c)) return &r.cursor;
  if (std::holds_alternative<move_to>(c)) return &r.move;
  return nullptr;
}

std::chrono::milliseconds connection::pause_of(const room_command& c) const {
  // A room tells the newest of what it gets in between.
  auto hz = std::holds_alternative<move_to>(c) ? env_.config.spaces.move_hz * 2
                                               : env_.config.rooms.cursor_hz;
  return std::chrono::milliseconds{1'000 / std::max(hz, 1u)};
}

void connection::forward_soon(client_command& c, joined_room& r) {
  auto now = self_->clock().now();
  auto pause = pause_of(c.command);
  auto& one = *coalesced_of(c.command, r);
  if (!one.waiting && (!one.last || now - *one.last >= pause)) {
    one.last = now;
    return forward(c, r.room);
  }
  // The newest takes the place of the one that waited, which is done by being superseded.
  if (one.waiting) out_.port->post(op::result{out_.session, one.waiting->request, done{}});
  one.waiting = std::move(c);
  arm_coalesced(*one.last + pause);
}

void connection::arm_coalesced(time_point at) {
  if (coalesced_at_ && *coalesced_at_ <= at) return;
  coalesced_at_ = at;
  self_->delayed_send(self_, std::max(at - self_->clock().now(), time_point::duration{0}),
                      coalesced_due{});
}

void connection::on_coalesced_due() {
  coalesced_at_.reset();
  for (auto& [id, r] : rooms_) {
    forward_if_due(r, r.cursor);
    forward_if_due(r, r.move);
  }
}

void connection::forward_if_due(joined_room& r, coalesced& one) {
  if (!one.waiting) return;
  auto now = self_->clock().now();
  auto due = *one.last + pause_of(one.waiting->command);
  if (due > now) return arm_coalesced(due);
  one.last = now;
  forward(*one.waiting, r.room);
  one.waiting.reset();
}

void connection::settle_waiting(joined_room& r, const command_result& outcome) {
  for (auto* one : {&r.cursor, &r.move})
    if (one->waiting) out_.port->post(op::result{out_.session, one->waiting->request, outcome});
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
  while (ended_.size() > max_ended_names) ended_.pop_front();
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

void connection::fail(std::uint32_t request, failure f) const {
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

void connection::on(const lane_drained& l) {
  if (is_members_key(l.room)) {
    if (listens_) tell_shard(member_fell_behind{user_, out_.session, l.room, l.since});
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
  if (std::exchange(is_online_, false))
    tell_shard(user_disconnected{user_, out_.session, activity_.take(self_->clock().now())});
  // A room that is about to take us in must hear what the client said for it, and that it is gone.
  if (!pending_.empty()) return;
  stay_ = nullptr;
  self_->quit();
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
      [me](coalesced_due) { me->on_coalesced_due(); },
      [me](activity_due) { me->on_activity_due(); },
      [me](get_entered_rooms) { return me->rooms(); },
  };
}

} // namespace atrium
