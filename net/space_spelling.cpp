// See space_spelling.hpp. Pure.
#include "net/space_spelling.hpp"

#include "net/json_spelling.hpp"

namespace atrium::net {
namespace {

json::object_writer begin(event_text& t, std::string_view name, const room_id& space) {
  auto w = t.begin(name);
  w.text("spaceId", space.value);
  return w;
}

json::object_writer begin(event_text& t, std::string_view name, const room_id& space,
                          const user_id& user) {
  auto w = begin(t, name, space);
  w.text("userId", user.value);
  return w;
}

} // namespace

void append_point(json::object_writer& w, const room_point& point) {
  w.number("x", point.x).number("y", point.y);
}

void spell(event_text& t, const space_entered& e) {
  auto w = begin(t, "space-joined", e.room);
  json::object_writer spawn{w.key("spawn")};
  append_point(spawn, e.spawn);
  spawn.end();
  auto& out = w.key("users");
  out += '[';
  for (const auto& user : e.users) {
    if (&user != &e.users.front()) out += ',';
    json::object_writer one{out};
    one.text("userId", user.user.value).text("username", user.username);
    append_point(one, user.place.value_or(e.spawn));
    one.text("status", user.status);
    if (!user.text.empty()) one.text("text", user.text);
    one.end();
  }
  out += ']';
  t.end(w, e.resync);
}

void spell(event_text& t, const space_user_joined& e) {
  auto w = begin(t, "user-joined-space", e.room, e.user);
  w.text("username", e.username);
  append_point(w, e.place);
  if (e.returned) w.boolean("returned", true);
  t.end(w);
}

void spell(event_text& t, const space_user_moved& e) {
  auto w = begin(t, "user-moved", e.room, e.user);
  append_point(w, e.place);
  t.end(w);
}

void spell(event_text& t, const movement_rejected& e) {
  auto w = begin(t, "movement-rejected", e.room);
  append_point(w, e.place);
  t.end(w);
}

void spell(event_text& t, const space_user_away& e) {
  auto w = begin(t, "user-away-space", e.room, e.user);
  t.end(w);
}

void spell(event_text& t, const space_user_left& e) {
  auto w = begin(t, "user-left-space", e.room, e.user);
  t.end(w);
}

void spell(event_text& t, const space_users_changed& e) {
  const std::vector<participant> nobody;
  auto w = t.begin("presence:delta", e.room);
  append_participants(w.key("joined"), nobody);
  append_participants(w.key("left"), nobody);
  append_participants(w.key("changed"), e.changed);
  w.number("count", e.count);
  t.end(w);
}

} // namespace atrium::net
