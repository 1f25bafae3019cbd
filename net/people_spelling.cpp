// See people_spelling.hpp. Pure.
#include "net/people_spelling.hpp"

#include <cstdint>

namespace atrium::net {
namespace {

using json::object_writer;

std::int64_t as_number(std::size_t n) noexcept {
  return static_cast<std::int64_t>(n);
}

/// `"name":[…]`, each item spelled by `append`.
template <class Items, class Append>
void append_array(object_writer& w, std::string_view name, const Items& items, Append append) {
  auto& out = w.key(name);
  out += '[';
  bool is_first = true;
  for (const auto& item : items) {
    if (!std::exchange(is_first, false)) out += ',';
    append(out, item);
  }
  out += ']';
}

} // namespace

void append_profile(object_writer& w, const friend_profile& p) {
  w.text("id", p.user.value);
  if (p.username) w.text("username", *p.username);
  if (p.name) w.text("name", *p.name);
  if (p.profile_image) w.text("profileImage", *p.profile_image);
}

void append_members(object_writer& w, const online_users_page& page) {
  append_array(w, "users", page.users, [](std::string& out, const online_users_page::user& u) {
    object_writer one{out};
    one.text("userId", u.id.value).text("username", u.username);
    one.number("connections", as_number(u.connections));
    one.number("connectedAt", u.connected_at).number("lastSeen", u.last_seen);
    if (u.address) one.text("ipAddress", *u.address);
    one.end();
  });
  w.number("count", as_number(page.users.size())).number("total", as_number(page.total));
  if (page.cursor) w.text("cursor", *page.cursor);
}

void append_members(object_writer& w, const user_view& user) {
  object_writer one{w.key("user")};
  one.text("userId", user.id.value);
  if (user.username) one.text("username", *user.username);
  one.boolean("isOnline", user.connections > 0);
  one.number("connections", as_number(user.connections));
  append_array(one, "rooms", user.rooms,
               [](std::string& out, const room_id& room) { json::append_string(out, room.value); });
  if (user.last_activity == 0)
    one.raw("lastActivity", "null");
  else
    one.number("lastActivity", user.last_activity);
  one.number("queueLength", as_number(user.queue_length));
  one.end();
}

void append_members(object_writer& w, const friends_view& list) {
  append_array(w, "friends", list.friends, [](std::string& out, const friend_profile& p) {
    object_writer one{out};
    append_profile(one, p);
    one.end();
  });
  w.number("count", as_number(list.friends.size()));
}

void append_members(object_writer& w, const server_stats& stats) {
  w.number("totalSpaces", as_number(stats.spaces)).number("totalRooms", as_number(stats.rooms));
  w.number("totalUsers", as_number(stats.users));
  append_array(w, "spacesWithUsers", stats.with_users,
               [](std::string& out, const server_stats::space& s) {
                 object_writer one{out};
                 one.text("spaceId", s.id.value).number("userCount", as_number(s.users));
                 one.end();
               });
}

} // namespace atrium::net
