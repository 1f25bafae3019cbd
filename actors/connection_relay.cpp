// The relay rooms of one client connection: Excalidraw's room protocol.
//
// Order: what the client says for a room that it is entering waits here, then goes straight to the room,
// as it was said. Volatile messages beyond `limits.relay_volatile_per_second` wait, too, the newest of each
// room; what is said for a room after one that waits goes behind it. None is ever refused for its rate.
// Only members speak to a room, and only its owner to those who follow a socket. Nothing here looks into a
// message.
#include "actors/connection_impl.hpp"

#include <caf/actor_cast.hpp>

#include <algorithm>
#include <utility>
#include <variant>

namespace atrium {

namespace {

const failure not_in_relay{errc::not_in_room, "join the room before you speak to it"};
const failure not_its_own{errc::not_in_room, "only who is followed speaks to those who follow it"};

} // namespace

connection::relay_side::relay_side(const limit_settings& limits, time_point now)
    : volatile_rate{static_cast<double>(limits.relay_volatile_per_second),
                    static_cast<double>(limits.relay_volatile_burst), now} {}

void connection::on(client_relay_command& c) {
  env_.counts.add(counter::commands);
  if (gone_) return;
  if (!observers_) return take(c);
  const auto* join = std::get_if<join_relay>(&c.command);
  auto said = watched(event_name(c.command), join == nullptr ? std::string{} : join->room);
  take(c);
  tell_observers(std::move(said));
}

void connection::take(client_relay_command& c) {
  if (is_cut_off_) return fail(c.request, cut_off_already());
  if (!std::holds_alternative<relay_volatile_broadcast>(c.command))
    if (auto f = check_rate()) return fail(c.request, std::move(*f));
  note_activity(false);
  tell_activity();
  if (!relay_directory_)
    return fail(c.request, {errc::unknown_event, "there are no such rooms here"});
  if (!relays_) relays_ = std::make_unique<relay_side>(env_.config.limits, self_->clock().now());
  relay_socket_ = c.socket;
  dispatch(c);
}

void connection::dispatch(client_relay_command& c) {
  if (auto* join = std::get_if<join_relay>(&c.command)) {
    auto name = join->room;
    return enter_relay_room(c, name);
  }
  if (auto* follows = std::get_if<follow_socket>(&c.command)) return follow(c, *follows);
  if (auto* m = std::get_if<relay_broadcast>(&c.command)) return post_to_relay(c, *m, false);
  post_to_relay(c, std::get<relay_volatile_broadcast>(c.command), true);
}

relay_caller connection::relay_caller_of(std::uint32_t request, const socket_id& socket) const {
  return {out_, request, socket, self_->address()};
}

// ---- entering and leaving --------------------------------------------------------------------

void connection::enter_relay_room(client_relay_command& c, const std::string& name) {
  if (auto known = relays_->pending.find(name); known != relays_->pending.end()) {
    known->second.push_back(std::move(c));
    return;
  }
  if (!opens(room_id{name}))
    return fail(c.request, kept_out(access_fault::closed_room, errc::forbidden,
                                    "the token does not open this room"));
  auto from = relay_caller_of(c.request, c.socket);
  if (auto in = relays_->rooms.find(name); in != relays_->rooms.end())
    return tell(self_->context(), in->second.room, relay_request{std::move(from), enter_relay{}});
  auto most = env_.config.limits.rooms_per_connection;
  if (most != 0 && rooms_.size() + pending_.size() + relay_count() >= most)
    return fail(c.request, over(limit::rooms_per_connection, errc::rate_limited,
                                "this connection is in as many rooms as one may be"));
  relays_->pending.try_emplace(name);
  tell(self_->context(), relay_directory_, relay_entry{std::move(from), name});
}

void connection::on(const relay_joined& j) {
  if (auto room = caf::actor_cast<relay_room_actor>(j.room)) {
    relays_->rooms.insert_or_assign(j.name, joined_relay{room, j.key});
    if (awaited_truth_ && awaited_truth_->room == j.key && ask_relay_truth(j.key))
      awaited_truth_.reset();
    // The token may have been replaced since it asked.
    if (!opens(room_id{j.name})) end_unopened();
  }
  auto found = relays_->pending.find(j.name);
  if (found != relays_->pending.end()) {
    auto waiting = std::move(found->second);
    relays_->pending.erase(found);
    for (auto& c : waiting) dispatch(c);
  }
  if (is_cut_off_) leave_relays();
  if (gone_) leave_rooms();
}

void connection::leave_relays() {
  if (!relays_) return;
  for (auto& [name, c] : relays_->waiting) fail(c.request, not_in_relay);
  relays_->waiting.clear();
  for (auto& [name, r] : relays_->rooms)
    tell(self_->context(), r.room, relay_request{relay_caller_of(0, relay_socket_), leave_relay{}});
  relays_->rooms.clear();
}

bool connection::enters_relays() const noexcept {
  return relays_ && !relays_->pending.empty();
}

std::size_t connection::relay_count() const noexcept {
  return relays_ ? relays_->rooms.size() + relays_->pending.size() : 0;
}

bool connection::ask_relay_truth(room_key key) {
  if (!relays_) return false;
  auto r = std::find_if(relays_->rooms.begin(), relays_->rooms.end(),
                        [key](const auto& entry) { return entry.second.key == key; });
  if (r == relays_->rooms.end()) return false;
  tell(self_->context(), r->second.room,
       relay_request{relay_caller_of(0, relay_socket_), resync_relay{}});
  return true;
}

// ---- speaking --------------------------------------------------------------------------------

std::deque<client_relay_command>* connection::relay_wait(const std::string& name) {
  auto& pending = relays_->pending;
  // Who follows whom can be in any of the rooms.
  bool is_of_all = name.empty() || name.starts_with(relay_followers_prefix);
  auto found = is_of_all ? pending.begin() : pending.find(name);
  return found == pending.end() ? nullptr : &found->second;
}

void connection::post_to_relay(client_relay_command& c, relay_message& m, bool is_volatile) {
  bool is_to_followers = m.room.starts_with(relay_followers_prefix);
  if (is_to_followers && m.room.substr(relay_followers_prefix.size()) != c.socket.value)
    return fail(c.request, not_its_own);
  if (auto* waiting = relay_wait(m.room)) {
    waiting->push_back(std::move(c));
    return;
  }
  bool is_in = is_to_followers ? !relays_->rooms.empty() : relays_->rooms.contains(m.room);
  if (!is_in) return fail(c.request, not_in_relay);
  if (is_volatile) return post_soon(c, m);
  pass_waiting(m.room);
  pass_on(c);
}

void connection::post_soon(client_relay_command& c, relay_message& m) {
  auto waiting = relays_->waiting.find(m.room);
  if (waiting == relays_->waiting.end()) {
    auto wait = relays_->volatile_rate.take(self_->clock().now());
    if (wait.count() == 0) return pass_on(c);
    arm_relay_pace(wait);
    auto room = m.room;
    relays_->waiting.emplace(std::move(room), std::move(c));
    return;
  }
  // The newest takes the place of the one that waited, which is done by being superseded.
  env_.counts.add(limit::relay_volatile_per_second);
  if (auto request = waiting->second.request; request != 0)
    out_.port->post(op::result{out_.session, request, done{}});
  waiting->second = std::move(c);
}

void connection::pass_waiting(const std::string& room) {
  if (auto waiting = relays_->waiting.extract(room)) pass_on(waiting.mapped());
}

void connection::pass_on(client_relay_command& c) {
  bool is_volatile = std::holds_alternative<relay_volatile_broadcast>(c.command);
  auto& m = is_volatile ? static_cast<relay_message&>(std::get<relay_volatile_broadcast>(c.command))
                        : std::get<relay_broadcast>(c.command);
  auto post = [&](const relay_room_actor& room, std::uint32_t request, bool to_followers) {
    tell(self_->context(), room,
         relay_request{relay_caller_of(request, c.socket),
                       relay_post{m.payload, is_volatile, to_followers}});
  };
  if (!m.room.starts_with(relay_followers_prefix)) {
    auto room = relays_->rooms.find(m.room);
    return room == relays_->rooms.end() ? fail(c.request, not_in_relay)
                                        : post(room->second.room, c.request, false);
  }
  // Followers may be in each of the rooms; one of them answers.
  auto request = c.request;
  for (auto& [name, r] : relays_->rooms) post(r.room, std::exchange(request, 0), true);
  fail(request, not_in_relay);
}

void connection::arm_relay_pace(std::chrono::milliseconds wait) {
  if (!std::exchange(relays_->is_pace_armed, true))
    self_->delayed_send(self_, wait, relay_pace_due{});
}

void connection::on_relay_pace_due() {
  relays_->is_pace_armed = false;
  while (!relays_->waiting.empty()) {
    auto wait = relays_->volatile_rate.take(self_->clock().now());
    if (wait.count() != 0) return arm_relay_pace(wait);
    auto next = relays_->waiting.extract(relays_->waiting.begin());
    pass_on(next.mapped());
  }
}

void connection::follow(client_relay_command& c, const follow_socket& f) {
  if (auto* waiting = relay_wait({})) {
    waiting->push_back(std::move(c));
    return;
  }
  if (relays_->rooms.empty()) return fail(c.request, not_in_relay);
  relay_follow wish{f.followed, f.is_follow, {}};
  for (const auto& [name, r] : relays_->rooms) wish.also_in.push_back(r.room->address());
  auto first = relays_->rooms.begin()->second.room;
  wish.also_in.erase(wish.also_in.begin());
  tell(self_->context(), first,
       relay_request{relay_caller_of(c.request, c.socket), std::move(wish)});
}

} // namespace atrium
