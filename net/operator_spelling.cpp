// See operator_spelling.hpp. Pure.
#include "net/operator_spelling.hpp"

namespace atrium::net {

void spell(event_text& t, const room_locked& e) {
  auto w = t.begin("room:locked", e.room);
  w.boolean("locked", e.is_locked);
  t.end(w);
}

void spell(event_text& t, const announced& e) {
  auto w = e.room.value.empty() ? t.begin("announce") : t.begin("announce", e.room);
  w.text("message", e.message).number("timestamp", e.timestamp);
  t.end(w);
}

void spell(event_text& t, const user_kicked& e) {
  auto w = t.begin("kicked", e.room);
  w.text("reason", e.reason);
  t.end(w);
}

void spell(event_text& t, const watched_connection& e) {
  auto w = t.begin(e.is_connected ? "connected" : "disconnected");
  w.text("userId", e.user.value).text("connection", std::to_string(e.session));
  w.number("at", e.at);
  t.end(w);
}

void spell(event_text& t, const watched_command& e) {
  auto w = t.begin("command");
  w.text("userId", e.user.value).text("connection", std::to_string(e.session));
  w.text("event", e.event_name);
  if (!e.room.empty()) w.text("roomId", e.room);
  w.number("at", e.at);
  if (e.refused) w.text("code", to_string(*e.refused));
  t.end(w);
}

} // namespace atrium::net
