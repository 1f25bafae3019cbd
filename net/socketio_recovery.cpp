// Coming back after a lost connection (protocols.md §4.6).
//
//   lost      what the client was sent, in which rooms, goes into the server's table under its `pid`
//   back      each room is joined with `since`; what it missed is held until all rooms have answered
//   all serve what was held, then the CONNECT reply with the old ids: the client sees it in order
//   one can't nothing of it; a new connection, which joins by itself and gets the state whole
//
// What a messenger's or a space's client heard has no offsets, so nobody knows where it stopped: while a
// client is registered, or in a room by `joinRoom` or `join-space`, it does not come back; it connects,
// registers and enters anew.
//
// With tokens nobody comes back as another user, and nobody without a good token: a CONNECT without one
// is refused before, and what the new one opens and allows holds from then on.
// A `pid` that another session still holds is taken over: that session ends first.
#include "net/messenger_decode.hpp"
#include "net/recovery_offset.hpp"
#include "net/socketio_client.hpp"
#include "net/space_decode.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>

namespace atrium::net {
namespace {

constexpr std::size_t max_own_sessions = 16;

bool may_be_same(const identity_claim& a, const identity_claim& b) {
  return !a.user || !b.user || *a.user == *b.user;
}

bool changes_rooms(std::string_view event) {
  constexpr std::array<std::string_view, 6> all{join_room::event_name, leave_room::event_name,
                                                messenger_join_event,  messenger_leave_event,
                                                space_join_event,      space_leave_event};
  return find_user_event(event) != nullptr || std::find(all.begin(), all.end(), event) != all.end();
}

} // namespace

void socketio_client::remember() {
  if (back_) {
    // It may try again.
    thread_.shared().recoveries.add(back_->asked.pid, std::move(back_->lost), thread_.now());
    back_ = nullptr;
    return;
  }
  if (pid_.empty()) return;
  auto pid = std::exchange(pid_, {});
  if (!can_return()) return thread_.shared().recoveries.remove(pid);
  for (auto& r : rooms_) r.is_joined = subscription_to(r.key) != nullptr;
  own_.push_back(id());
  if (own_.size() > max_own_sessions) own_.erase(own_.begin());
  thread_.shared().recoveries.add(
      pid,
      {std::move(socket_id_), std::move(who_), std::move(rooms_), std::move(log_), std::move(own_)},
      thread_.now());
}

bool socketio_client::can_return() const {
  // Nobody knows on which side of the loss those took place.
  bool is_moving = std::any_of(link_.owed().begin(), link_.owed().end(),
                               [](const auto& o) { return changes_rooms(o.event); });
  bool lacks_offsets = is_registered_
                       || std::any_of(subscriptions_.begin(), subscriptions_.end(),
                                      [](const auto& s) { return has_no_offsets(&s); });
  return is_connected("/") && !is_moving && !lacks_offsets;
}

void socketio_client::come_back(connect_request c) {
  auto found = thread_.shared().recoveries.take(c.pid, thread_.now());
  if (const auto* other = std::get_if<recovery_table::connected>(&found))
    return come_back_when_given_up(std::move(c), *other);
  auto* lost = std::get_if<lost_connection>(&found);
  if (lost == nullptr) return refuse_return(std::move(c));
  if (!may_be_same(c.who, lost->who)) {
    // It waits for its own client.
    thread_.shared().recoveries.add(c.pid, std::move(*lost), thread_.now());
    return refuse_return(std::move(c));
  }
  auto rooms = returns_of(*lost, c.offset);
  if (!rooms) return refuse_return(std::move(c));
  begin_return(std::move(c), std::move(*lost), std::move(*rooms));
}

void socketio_client::come_back_when_given_up(connect_request c,
                                              const recovery_table::connected& other) {
  auto me = std::static_pointer_cast<socketio_client>(shared_from_this());
  auto take_over = [old = other.session, me, c = std::move(c)]() mutable {
    auto session = old.lock();
    bool is_given = !session || session->give_up(c.who);
    boost::asio::post(me->thread_.context(), [me, is_given, c = std::move(c)]() mutable {
      if (me->is_sealed()) return;
      is_given ? me->come_back(std::move(c)) : me->refuse_return(std::move(c));
    });
  };
  boost::asio::post(other.thread->context(), std::move(take_over));
}

bool socketio_client::give_up(const identity_claim& who) {
  if (!may_be_same(who, who_)) return false;
  end("its client is back on another connection");
  return true;
}

void socketio_client::begin_return(connect_request c, lost_connection lost,
                                   std::vector<room_return> rooms) {
  // With tokens it is back as what it is now, not as what it was.
  if (c.who.token) {
    auto called = c.who.username ? c.who.username : lost.who.username;
    lost.who = c.who;
    lost.who.username = std::move(called);
  }
  pid_ = c.pid;
  is_registered_ = false;
  log_.clear();
  rooms_.clear();
  link_.open({&thread_, id(), wire::socketio_recoverable}, lost.who, ip());
  back_ = std::make_unique<coming_back>();
  back_->asked = std::move(c);
  back_->lost = std::move(lost);
  back_->rooms = std::move(rooms);
  back_->answers_missing = back_->rooms.size();
  for (const auto& r : back_->rooms) {
    rooms_.push_back({0, r.id, r.epoch, r.patch_board, true});
    join_room join;
    join.patch_board = r.patch_board;
    join.since = join_room::since_point{r.epoch, r.seq, back_->lost.own};
    join.lists_participants = false;
    join.sends_roster = true;
    // The `pid` is a secret that only who was let in has.
    join.is_admitted = true;
    client_event event{r.id, back_->lost.who, std::move(join)};
    back_->requests.push_back(link_.send(std::move(event), {}, 0));
  }
  arm();
  if (back_->answers_missing == 0) finish_return();
}

void socketio_client::on_return_result(std::uint32_t request, const command_result& outcome) {
  const auto* joined = std::get_if<joined_result>(&outcome);
  auto max_held = config().rooms.window_bytes * 2 + config().limits.lane_bytes;
  if (joined == nullptr || !joined->recovered || back_->held_bytes > max_held) return fail_return();
  auto at = std::find(back_->requests.begin(), back_->requests.end(), request)
            - back_->requests.begin();
  rooms_[static_cast<std::size_t>(at)].key = joined->key;
  if (--back_->answers_missing == 0) finish_return();
}

void socketio_client::finish_return() {
  // Live events that wait, which belong behind what is held.
  thread_.rooms().catch_up(*this);
  auto back = std::move(back_);
  socket_id_ = std::move(back->lost.sid);
  who_ = std::move(back->lost.who);
  own_ = std::move(back->lost.own);
  auto me = std::static_pointer_cast<socketio_client>(shared_from_this());
  thread_.shared().recoveries.add(pid_, {&thread_, std::move(me)});
  counts().add(counter::connections_recovered);
  counts().add(recovery::connection_served);
  note_return(*back);
  // A client that has the events but not the reply would be sent the events once more.
  answer_whole();
  for (const auto& frames : back->held) socketio_session::enqueue(frames, entry_kind::snapshot);
  welcome();
}

// The client may be lost again before it gets any of that, and say so by the same offset.
void socketio_client::note_return(const coming_back& back) {
  recovery_log whole;
  auto last = read_offset(back.asked.offset);
  for (std::size_t i = 0; i < back.rooms.size(); ++i)
    if (!last || back.rooms[i].epoch != last->epoch) whole.note(rooms_[i].key, back.rooms[i].seq);
  if (last) {
    auto epoch_is_last = [&](const auto& r) { return r.epoch == last->epoch; };
    auto at = std::find_if(rooms_.begin(), rooms_.end(), epoch_is_last);
    if (at == rooms_.end()) {
      auto left = std::find_if(back.lost.rooms.begin(), back.lost.rooms.end(), epoch_is_last);
      at = rooms_.insert(rooms_.end(), *left);
    }
    whole.note(at->key, last->seq);
  }
  whole.append(log_);
  log_ = std::move(whole);
}

void socketio_client::refuse_return(connect_request c) {
  counts().add(recovery::connection_refused);
  connect(std::move(c));
}

void socketio_client::fail_return() {
  auto back = std::move(back_);
  leave_namespace();
  refuse_return(std::move(back->asked));
}

} // namespace atrium::net
