// Places in a space, and what its users show of themselves.
//
// Order: whoever enters is sent who else is there and its result before it is subscribed, all posted in
// a row; the others hear of it afterwards. Somebody who comes, goes or shows another status is told at
// once; moves are gathered and may be told later, never after their user has left.
// The store and clients that know no spaces hear of places at most once a second. Never waits for
// either.
#include "actors/room_impl.hpp"
#include "actors/tell.hpp"

#include "json/json.hpp"

#include <caf/actor_cast.hpp>

namespace atrium {

namespace {

constexpr unix_ms places_pause_ms = 1'000;
/// So often the store hears that those who stand still are there: a crash makes ghosts of them.
constexpr unix_ms places_refresh_ms = 60'000;
constexpr std::size_t max_status_characters = 80;

bool has_control_character(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto byte = static_cast<unsigned char>(text[i]);
    // U+0080 to U+009F are two bytes.
    bool is_wide = byte == 0xC2 && i + 1 < text.size()
                   && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (byte < 0x20 || byte == 0x7F || is_wide) return true;
  }
  return false;
}

} // namespace

void room::run(const caller& from, set_status& c) {
  auto text = trim(c.text);
  if (json::count_characters(text) > max_status_characters || has_control_character(text))
    return fail(from, errc::bad_request,
                "`text` has at most 80 characters and no control characters");
  if (state_.people().set_status(from.user, c.status, std::string{text})) {
    const auto* who = state_.people().find(from.user);
    presence_.note_changed(*who);
    tell_presence();
    tell_space_changed(*who);
  }
  answer(from, done{});
}

// ---- coming and going --------------------------------------------------------------------------

void room::admit_to_space(const caller& from, const join_room&) {
  auto out = from.out;
  out.spelling = in_words(out.spelling, vocabulary::space);
  auto [at, is_new] = seats_.try_emplace(out.session);
  if (!is_new) ports_.unsubscribe(at->second.out, at->second.patch_board);
  at->second = {out, from.connection, false};
  send_space(out, from.user, false);
  auto place = *space_->find(from.user);
  answer(from, space_joined_result{state_.meta().id, key_, from.user, state_.epoch(), state_.seq(),
                                   place});
  ports_.subscribe(out, false, state_.seq());
  ports_.view(out, place);
  if (membership_.contains(from.user)) shards_.entered(from.user, out.session, std::nullopt);
  tell_joined(from, true);
}

void room::send_space(const outlet& out, const user_id& user, bool is_resync) {
  space_entered e{state_.meta().id, *space_->find(user), state_.people().participants(), is_resync};
  std::erase_if(e.users, [&](const participant& p) { return p.user == user; });
  ports_.send(out, e, delivery::snapshot);
}

void room::place(const user_id& user) {
  if (!space_) return;
  state_.people().put(user, space_->enter(user));
  note_place(user);
  arm_grace();
}

void room::tell_space_arrival(const caller& from, arrival how) {
  if (!space_) return;
  const auto& who = *state_.people().find(from.user);
  if (how != arrival::joined && how != arrival::returned) {
    note_place(who.user);
    return how == arrival::renamed ? tell_space_changed(who) : void();
  }
  ports_.publish(space_user_joined{state_.meta().id, who.user, who.username, *who.place,
                                   how == arrival::returned},
                 audience::all, delivery::reliable, from.out.session);
  // Who comes is taken to be online.
  if (who.status != "online" || !who.text.empty()) tell_space_changed(who);
}

void room::tell_space_departure(const user_id& user, departure how) {
  if (!space_) return;
  note_place(user);
  if (how == departure::connection_closed) return;
  if (how == departure::away) {
    // A ghost does not move.
    space_->hurry(user);
    on_moves_due();
    return ports_.publish(space_user_away{state_.meta().id, user}, audience::all,
                          delivery::reliable);
  }
  space_->leave(user);
  // Who reads slowly is not told of its last move when it has left.
  ports_.publish(space_user_left{state_.meta().id, user}, audience::all, delivery::reliable, 0,
                 volatile_key(user, volatile_kind::move));
}

void room::tell_space_changed(const participant& who) {
  if (!space_) return;
  ports_.publish(space_users_changed{state_.meta().id, {who}, state_.people().count()},
                 audience::all, delivery::reliable);
}

void room::arm_grace() {
  auto next = state_.people().next_deadline();
  if (!space_) return next ? arm(timer::grace, *next) : void();
  if (next == 0) return arm(timer::grace, env_.now());
  auto sweep = env_.config.spaces.sweep.count();
  if (state_.people().size() > 0) arm(timer::grace, (env_.now() / sweep + 1) * sweep);
}

// ---- moves -------------------------------------------------------------------------------------

void room::run(const caller& from, move_to& c) {
  if (!space_) return fail(from, errc::bad_request, "the room is no space: nobody moves in it");
  if (!space_->move(from.user, {c.x, c.y})) {
    ports_.send(from.out, movement_rejected{state_.meta().id, *space_->find(from.user)},
                delivery::reliable);
    return answer(from, outside_of_space());
  }
  const auto& to = *space_->find(from.user);
  const auto& shown = *state_.people().find(from.user)->place;
  if (shown.x != to.x || shown.y != to.y) {
    state_.people().put(from.user, to);
    moved_.insert(from.user);
    arm(timer::moves, env_.now() + env_.config.spaces.gather.count());
    note_place(from.user);
  }
  answer(from, done{});
}

void room::on_moves_due() {
  auto now = env_.now();
  auto told = space_->take_moves(now);
  if (!told.empty() && ports_.is_heard_in(vocabulary::space)) {
    auto batch = std::make_shared<move_batch>();
    batch->radius = space_->radius();
    batch->movers.reserve(told.size());
    for (const auto& m : told) {
      const auto& mine = state_.people().sessions_of(m.user);
      batch->movers.push_back(
          {volatile_key(m.user, volatile_kind::move),
           m.place,
           m.for_all,
           ports_.encode_heard(space_user_moved{state_.meta().id, m.user, m.place}),
           {mine.begin(), mine.end()}});
    }
    ports_.post(std::move(batch));
  }
  if (auto next = space_->next_move())
    arm(timer::moves, std::max(*next, now + env_.config.spaces.gather.count()));
}

// ---- places in the store, and for those who know no spaces ---------------------------------------

void room::note_place(const user_id& user) {
  unwritten_places_.insert(user);
  auto due = places_written_at_ + places_pause_ms;
  if (due > env_.now()) return arm(timer::places, due);
  on_places_due();
}

void room::on_places_due() {
  write_places();
  auto moved = std::exchange(moved_, {});
  if (moved.empty() || !ports_.is_heard_in(vocabulary::base)) return;
  for (const auto& user : moved)
    if (const auto* who = state_.people().find(user)) presence_.note_changed(*who);
  tell_presence();
}

void room::write_places() {
  places_written_at_ = env_.now();
  put_places out;
  for (const auto& user : std::exchange(unwritten_places_, {})) {
    if (const auto* who = state_.people().find(user))
      out.placed.push_back(placed(*who));
    else
      out.gone.push_back(user);
  }
  if (!out.placed.empty() || !out.gone.empty()) send(journal_.add(std::move(out), 0));
}

placed_user room::placed(const participant& who) const {
  placed_user out{who.user, who.username, *who.place, {}, env_.now()};
  if (who.connections == 0)
    out.last_updated = state_.people().away_since(who.user);
  else if (phase_ != phase::leaving)
    out.connection = std::to_string(state_.people().newest_session(who.user));
  return out;
}

std::vector<placed_user> room::places() const {
  std::vector<placed_user> out;
  if (space_)
    for (const auto& who : state_.people().participants()) out.push_back(placed(who));
  return out;
}

void room::refresh_places() {
  if (!space_ || env_.now() - places_refreshed_at_ < places_refresh_ms) return;
  places_refreshed_at_ = env_.now();
  for (const auto& who : state_.people().participants())
    if (who.connections > 0) note_place(who.user);
}

void room::restore_places(const std::vector<placed_user>& former) {
  if (!space_) return;
  auto now = env_.now();
  places_refreshed_at_ = now;
  for (const auto& p : former) {
    auto since = std::min(p.last_updated, now);
    bool is_over = now - since >= env_.config.spaces.grace.count()
                   || !space_->bounds().contains(p.place);
    if (is_over || !p.connection.empty()) unwritten_places_.insert(p.user);
    if (is_over || space_->find(p.user)) continue;
    state_.people().restore(p.user, p.username, since);
    space_->put(p.user, p.place);
    state_.people().put(p.user, p.place);
  }
  if (!unwritten_places_.empty()) write_places();
  arm_grace();
}

} // namespace atrium
