// What records know of users: asked for when the first connection of one registers or asks for
// friends, and by REST.
//
// A question about friends that comes before the answer waits for it; while the store is away it fails,
// and registered users are looked up again until it is back. What a room in memory or the user itself
// said meanwhile counts more than the answer.
#include "actors/user_shard_impl.hpp"

#include <algorithm>

namespace atrium {

namespace {

/// Beyond what a store actor's own time limits add up to: only a defect lets it run out.
constexpr std::chrono::seconds store_patience{30};
constexpr std::chrono::seconds connection_patience{2};
constexpr std::chrono::seconds lookup_pause{2};

const failure no_store{errc::store_unavailable, "the store cannot be reached; try again"};

} // namespace

void user_shard::on(user_request& r) {
  std::visit([&](auto& c) { run(r.from, c); }, r.command);
}

void user_shard::look_up(const user_id& user, user_entry& u) {
  if (!u.online || u.known != lookup::none) return;
  u.known = lookup::asked;
  auto number = u.looked_up = ++last_read_;
  loaded_user nothing{store_status::ok, {}, {}, 0, 0};
  auto records = records_of(user);
  if (!records) return on_looked_up(user, number, nothing);
  self_->request(records, store_patience, load_user{user})
      .then([this, user, number](loaded_user& found) { on_looked_up(user, number, found); },
            [this, user, number](const caf::error&) {
              loaded_user none{store_status::unavailable, {}, {}, 0, 0};
              on_looked_up(user, number, none);
            });
}

void user_shard::on_looked_up(const user_id& user, std::uint64_t number, loaded_user& found) {
  auto* u = find_online(user);
  if (u == nullptr || u->looked_up != number || u->known != lookup::asked) return;
  bool is_known = found.status == store_status::ok;
  u->known = is_known ? lookup::done : lookup::none;
  if (is_known)
    for (const auto& room : found.rooms) note_room(user, room);
  u->online->left_rooms.clear();
  if (!is_known) self_->delayed_send(self_, lookup_pause, user_lookup_due{user});
  if (!u->friends || u->friends->list.is_known()) return;
  if (is_known)
    replace_friends(user, *u->friends, without_repeats(std::move(found.friends)));
  else
    fail_questions(*u->friends);
}

void user_shard::note_room(const user_id& user, const loaded_user::member_room& m) {
  auto* room = find(m.room);
  if (room != nullptr && room->is_loaded) return;
  const auto& left = users_.at(user).online->left_rooms;
  if (std::find(left.begin(), left.end(), m.room) != left.end()) return;
  add_member(room != nullptr ? *room : make_room(m.room, m.code, m.ttl), user);
}

void user_shard::on(const user_lookup_due& d) {
  if (auto* u = find_online(d.user)) look_up(d.user, *u);
}

// ---- REST ----------------------------------------------------------------------------------------

void user_shard::on(user_question& q) {
  collect_activity();
  auto records = records_of(q.from.user);
  if (!records) return answer_question(q.from, {store_status::ok, {}, {}, 0, 0});
  // It may leave, and its activity be recorded, when the records have answered.
  const auto* u = find_online(q.from.user);
  auto seen = u != nullptr ? u->online->last_seen : 0;
  self_->request(records, store_patience, load_user{q.from.user})
      .then(
          [this, from = q.from, seen](loaded_user& known) {
            known.last_activity = std::max(known.last_activity, seen);
            answer_question(from, known);
          },
          [this, from = q.from](const caf::error&) { answer(from, no_store); });
}

void user_shard::answer_question(const caller& from, const loaded_user& known) {
  if (known.status == store_status::unavailable) return answer(from, no_store);
  user_view view;
  view.id = from.user;
  view.last_activity = known.last_activity;
  view.queue_length = known.queue_length;
  for (const auto& room : known.rooms) view.rooms.push_back(room.room);
  auto* u = find_user(from.user);
  if (u != nullptr)
    for (const auto* room : u->rooms) view.rooms.push_back(room->id);
  std::vector<caf::actor_addr> connections;
  if (u != nullptr && u->online) {
    const auto& online = *u->online;
    if (!online.username.empty()) view.username = online.username;
    view.connections = online.sessions().size();
    view.last_activity = std::max(view.last_activity, online.last_seen);
    for (const auto& s : online.sessions()) {
      connections.push_back(s.connection);
      view.sessions.push_back(s.id);
    }
  }
  ask_connections(from, std::move(view), std::move(connections));
}

void user_shard::ask_connections(const caller& from, user_view view,
                                 std::vector<caf::actor_addr> left) {
  connection_actor connection;
  while (!left.empty() && !connection) {
    connection = caf::actor_cast<connection_actor>(left.back());
    left.pop_back();
  }
  if (!connection) {
    std::sort(view.rooms.begin(), view.rooms.end());
    view.rooms.erase(std::unique(view.rooms.begin(), view.rooms.end()), view.rooms.end());
    return answer(from, std::move(view));
  }
  self_->request(connection, connection_patience, get_entered_rooms{})
      .then(
          [this, from, view, left](const entered_rooms& e) mutable {
            view.rooms.insert(view.rooms.end(), e.rooms.begin(), e.rooms.end());
            ask_connections(from, std::move(view), std::move(left));
          },
          [this, from, view, left](const caf::error&) { ask_connections(from, view, left); });
}

void user_shard::on(online_users_question& q) {
  collect_activity();
  auto& found = q.found.users;
  q.found.total += online_.count(q.command.prefix);
  // One more than asked for tells that there are more.
  auto most = q.command.limit + 1;
  auto first = static_cast<std::ptrdiff_t>(found.size());
  online_.visit(q.command.prefix, q.command.cursor, most, [&](auto id, const online_user& u) {
    const auto& shown = u.username.empty() ? std::string{id} : u.username;
    found.push_back({user_id{std::string{id}}, shown, u.sessions().size(), u.connected_at,
                     u.last_seen, std::nullopt});
    if (q.from.is_operator) found.back().address = u.address();
  });
  auto by_id = [](const auto& a, const auto& b) { return a.id < b.id; };
  std::inplace_merge(found.begin(), found.begin() + first, found.end(), by_id);
  found.resize(std::min(found.size(), most));
  if (++q.asked < shards_.size()) {
    auto next = (index_ + 1) % shards_.size();
    return tell_shard(next, std::move(q));
  }
  if (found.size() > q.command.limit) {
    found.pop_back();
    q.found.cursor = found.back().id.value;
  }
  answer(q.from, std::move(q.found));
}

} // namespace atrium
