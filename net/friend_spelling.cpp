// See friend_spelling.hpp. Pure.
#include "net/friend_spelling.hpp"

#include "net/people_spelling.hpp"

namespace atrium::net {

void spell(event_text& t, const user_offline& e) {
  auto w = t.begin("userOffline");
  w.text("userId", e.user.value).text("roomId", e.room.value);
  t.end(w);
}

void spell(event_text& t, const friends_status& e) {
  auto w = t.begin("onlineStatus");
  auto& out = w.key("friends");
  out += '[';
  for (const auto& f : e.friends) {
    if (&f != &e.friends.front()) out += ',';
    json::object_writer one{out};
    append_profile(one, f.who);
    one.boolean("isOnline", f.is_online);
    one.end();
  }
  out += ']';
  t.end(w);
}

void spell(event_text& t, const friend_online& e) {
  auto w = t.begin("friendOnline");
  w.text("userId", e.who.user.value);
  json::object_writer user{w.key("user")};
  append_profile(user, e.who);
  user.end();
  t.end(w);
}

void spell(event_text& t, const friend_offline& e) {
  auto w = t.begin("friendOffline");
  w.text("userId", e.user.value);
  t.end(w);
}

} // namespace atrium::net
