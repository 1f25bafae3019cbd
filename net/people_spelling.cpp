// See people_spelling.hpp. Pure.
#include "net/people_spelling.hpp"

#include <cstdint>

namespace atrium::net {
namespace {

using json::object_writer;

} // namespace

void append_profile(object_writer& w, const friend_profile& p) {
  w.text("id", p.user.value);
  if (p.username) w.text("username", *p.username);
  if (p.name) w.text("name", *p.name);
  if (p.profile_image) w.text("profileImage", *p.profile_image);
}

void append_members(object_writer& w, const online_users_page& page) {
  json::append_array(w.key("users"), page.users,
                     [](std::string& out, const online_users_page::user& u) {
                       object_writer one{out};
                       one.text("userId", u.id.value).text("username", u.username);
                       one.number("connections", u.connections);
                       one.number("connectedAt", u.connected_at).number("lastSeen", u.last_seen);
                       if (u.address) one.text("ipAddress", *u.address);
                       one.end();
                     });
  w.number("count", page.users.size()).number("total", page.total);
  if (page.cursor) w.text("cursor", *page.cursor);
}

void append_members(object_writer& w, const user_view& user) {
  object_writer one{w.key("user")};
  one.text("userId", user.id.value);
  if (user.username) one.text("username", *user.username);
  one.boolean("isOnline", user.connections > 0);
  one.number("connections", user.connections);
  json::append_array(one.key("rooms"), user.rooms, [](std::string& out, const room_id& room) {
    json::append_string(out, room.value);
  });
  if (user.last_activity == 0)
    one.raw("lastActivity", "null");
  else
    one.number("lastActivity", user.last_activity);
  one.number("queueLength", user.queue_length);
  one.end();
}

void append_members(object_writer& w, const friends_view& list) {
  json::append_array(w.key("friends"), list.friends, [](std::string& out, const friend_profile& p) {
    object_writer one{out};
    append_profile(one, p);
    one.end();
  });
  w.number("count", list.friends.size());
}

void append_members(object_writer& w, const server_stats& stats) {
  w.number("totalSpaces", stats.spaces).number("totalRooms", stats.rooms);
  w.number("totalUsers", stats.users);
  json::append_array(w.key("spacesWithUsers"), stats.with_users,
                     [](std::string& out, const server_stats::space& s) {
                       object_writer one{out};
                       one.text("spaceId", s.id.value).number("userCount", s.users);
                       one.end();
                     });
}

} // namespace atrium::net
