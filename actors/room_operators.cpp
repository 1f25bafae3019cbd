// What only operators ask of a room (docs/admin-api.md). Whether the caller is one is asked before
// (room.cpp). Each is done in one go, in its place among everything else that happens in the room.
//
// Who is removed hears `kicked` and nothing of the room after it; its connections are told, and the
// room stays in memory until they know. The others see it leave.
// A room's lock is stored like any other change and takes no seq. What an operator announces is told
// and kept nowhere. Who looks on hears what a participant hears in the base words with patches of the
// board, and nobody is told; it keeps the room in memory, but not alive.
#include "actors/room_impl.hpp"
#include "actors/tell.hpp"

#include <caf/actor_cast.hpp>

#include <memory>
#include <set>
#include <utility>

namespace atrium {

namespace {

/// Somebody may stop looking by then.
constexpr std::chrono::milliseconds tail_pause{10'000};

} // namespace

// ---- looking -------------------------------------------------------------------------------------

void room::run(const caller& from, inspect_room& c) {
  auto page = state_.people().page(c.cursor, c.limit);
  if (auto* f = std::get_if<failure>(&page)) return answer(from, std::move(*f));
  auto& people = std::get<presence_page>(page);
  room_inspection out;
  out.room = state_.meta();
  out.figures = figures();
  out.epoch = state_.epoch();
  out.seq = state_.seq();
  out.tails = tails_.size();
  out.unconfirmed = journal_.unconfirmed();
  out.writer = writer_index_;
  out.window_count = window_.size();
  out.window_bytes = window_.bytes();
  out.window_first = window_.first();
  out.board_elements = state_.whiteboard().size();
  out.board_bytes = state_.whiteboard().bytes();
  out.board_version = state_.whiteboard().version();
  for (const auto& who : people.participants) out.participants.push_back(seated(who));
  out.cursor = std::move(people.cursor);
  out.now = env_.now();
  answer(from, std::move(out));
}

room_inspection::seated room::seated(const participant& who) const {
  room_inspection::seated out{who, {}};
  for (auto session : state_.people().sessions_of(who.user))
    if (auto m = seats_.find(session); m != seats_.end())
      out.seats.push_back({session, words_of(m->second.out.spelling)});
  return out;
}

void room::run(const caller& from, watch_room&) {
  bool is_new = !tails_.contains(from.out.session);
  if (is_new && tails_.size() >= env_.config.admin.tails_per_room)
    return answer(from, failure{errc::rate_limited, "as many operators as may be look on already",
                                tail_pause});
  answer(from, room_watched{state_.meta().id, key_, state_.epoch(), state_.seq()});
  if (!is_new) return;
  tails_.emplace(from.out.session, from.out);
  ports_.subscribe(from.out, true, state_.seq());
}

void room::run(const caller& from, unwatch_room&) {
  auto tail = tails_.find(from.out.session);
  if (tail == tails_.end()) return;
  ports_.unsubscribe(tail->second, true);
  tails_.erase(tail);
}

// ---- acting --------------------------------------------------------------------------------------

void room::run(const caller& from, kick_user& c) {
  const auto* found = state_.people().find(c.user);
  if (found == nullptr && !membership_.contains(c.user))
    return fail(from, errc::not_in_room, "the user is not in this room");
  user_kicked told{state_.meta().id, std::move(c.reason)};
  // Who is inside is known to its shard until then, and is told from here.
  if (membership_.remove(c.user))
    change_membership({{}, {c.user}}, std::make_shared<const event>(told));
  if (found != nullptr) expel(told, *found);
  answer(from, done{});
}

void room::expel(const user_kicked& told, participant who) {
  for (auto session : std::set<session_id>{state_.people().sessions_of(who.user)}) {
    auto m = seats_.find(session);
    if (m == seats_.end()) continue;
    // Not to be thrown away with what a slow reader misses: nothing would tell it anew.
    ports_.send(m->second.out, told, delivery::snapshot);
    if (auto connection = caf::actor_cast<connection_actor>(m->second.connection))
      tell(self_->context(), connection, removed_from_room{state_.meta().id, busy_});
    vacate(session);
  }
  if (who.connections > 0) state_.touch(last_use_);
  state_.people().remove(who.user);
  note_departure(who, departure::gone);
  touch();
  note_figures();
  report_status();
}

void room::run(const caller& from, lock_room& c) {
  if (state_.meta().locked != c.is_locked) {
    state_.lock(c.is_locked);
    stored_meta_ = std::make_shared<const room_meta>(state_.meta());
    room_locked told{state_.meta().id, c.is_locked};
    ports_.publish(told, audience::all, delivery::reliable);
    shards_.publish(told, delivery::reliable);
    state_.touch(last_use_);
    send(journal_.add(put_lock{c.is_locked}, 0));
    touch();
    note_figures();
  }
  answer(from, room_view{state_.meta(), state_.people().count()});
}

void room::run(const caller& from, announce_to_room& c) {
  announced told{state_.meta().id, std::move(c.message), env_.now()};
  ports_.publish(told, audience::all, delivery::reliable);
  shards_.publish(told, delivery::reliable);
  answer(from, done{});
}

// ---- a room that is read-only --------------------------------------------------------------------

bool room::is_change(const caller& from, const room_command& c) const {
  if (const auto* t = std::get_if<set_typing>(&c)) return t->is_typing;
  if (const auto* m = std::get_if<post_message>(&c))
    // Who asks again about what was posted before is answered.
    return !m->client_message_id
           || state_.chat().find_duplicate(from.user, *m->client_message_id) == nullptr;
  return std::holds_alternative<edit_message>(c) || std::holds_alternative<delete_message>(c)
         || std::holds_alternative<change_board>(c) || std::holds_alternative<patch_board>(c)
         || std::holds_alternative<clear_board>(c);
}

failure room::read_only() {
  return {errc::forbidden, "the room is read-only"};
}

} // namespace atrium
