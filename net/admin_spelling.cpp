// See admin_spelling.hpp. Pure.
#include "net/admin_spelling.hpp"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace atrium::net {
namespace {

using json::object_writer;

/// `"<key>":[…]`, each item by `append`.
template <class Items, class Append>
void append_array(object_writer& w, std::string_view key, const Items& items, Append append) {
  json::append_array(w.key(key), items, [&](std::string& out, const auto& item) {
    object_writer one{out};
    append(one, item);
    one.end();
  });
}

/// The same, and `"count"`.
template <class Items, class Append>
void append_list(object_writer& w, std::string_view key, const Items& items, Append append) {
  append_array(w, key, items, append);
  w.number("count", items.size());
}

/// As people read it: 3.1.
double rounded(double rate) noexcept {
  return std::round(rate * 10) / 10;
}

void append_connection(object_writer& w, const connection_view* v) {
  w.text("id", std::to_string(v->id));
  if (v->user) w.text("userId", *v->user);
  if (v->username) w.text("username", *v->username);
  w.text("protocol", v->is_native ? "native" : "socketio");
  w.text("transport", v->is_polling ? "polling" : "websocket");
  w.text("address", v->address).number("connectedAt", v->connected_at);
  if (v->rtt) w.number("rttMs", static_cast<double>(v->rtt->count()) / 1'000);
  w.number("rooms", v->rooms).number("queuedBytes", v->queued_bytes);
  w.number("queuedFrames", v->queued_frames);
  w.number("volatile", v->volatile_count).boolean("isBehind", v->is_behind);
  w.number("dropped", v->dropped).number("resyncs", v->resyncs);
  w.number("framesSent", v->frames_sent).number("bytesSent", v->bytes_sent);
  w.number("eventsReceived", v->events_received);
  w.number("bytesReceived", v->bytes_received);
  w.number("eventsPerSecond", rounded(v->events_per_second));
  w.number("bytesPerSecond", rounded(v->bytes_per_second));
}

std::string_view spelled(vocabulary words) noexcept {
  switch (words) {
  case vocabulary::base: return "base";
  case vocabulary::messenger: return "messenger";
  case vocabulary::space: break;
  }
  return "space";
}

void append_seated(object_writer& w, const room_inspection::seated& s,
                   const connection_views& views) {
  w.text("userId", s.who.user.value).text("username", s.who.username);
  w.text("status", s.who.status).number("joinedAt", s.who.joined_at);
  if (!s.who.text.empty()) w.text("text", s.who.text);
  if (s.who.place) w.number("x", s.who.place->x).number("y", s.who.place->y);
  using seen_seat = std::pair<const connection_view*, vocabulary>;
  std::vector<seen_seat> seen;
  for (const auto& seat : s.seats)
    if (auto v = views.find(seat.session); v != views.end())
      seen.push_back({&v->second, seat.words});
  append_array(w, "connections", seen, [](object_writer& one, const seen_seat& seat) {
    append_connection(one, seat.first);
    one.text("vocabulary", spelled(seat.second));
  });
}

void append_live(object_writer& w, const room_inspection& room) {
  const auto& f = room.figures;
  w.text("epoch", room.epoch).number("seq", room.seq);
  w.number("ttl", std::int64_t{f.ttl_left(room.now).count()});
  w.number("messageCount", f.messages).number("memberCount", f.members);
  w.number("perSecond", f.per_second).number("connections", f.connections);
  w.number("away", f.away).number("tails", room.tails);
  w.number("memoryBytes", f.bytes).boolean("dirty", f.is_dirty);
  w.number("unconfirmed", room.unconfirmed).number("writer", room.writer);
  object_writer window{w.key("window")};
  window.number("count", room.window_count);
  window.number("bytes", room.window_bytes);
  if (room.window_first != no_seq) window.number("firstSeq", room.window_first);
  window.end();
  object_writer board{w.key("board")};
  board.number("elements", room.board_elements);
  board.number("bytes", room.board_bytes).number("version", room.board_version);
  board.end();
}

void append_figures(object_writer& w, const room_figures& r, unix_ms now) {
  w.text("id", r.id.value).text("code", r.code).text("name", r.name).text("kind", r.kind);
  w.text("createdBy", r.created_by);
  w.boolean("isPrivate", r.is_private).boolean("hasPassword", r.has_password);
  w.boolean("locked", r.is_locked).boolean("dirty", r.is_dirty);
  w.number("createdAt", r.created_at).number("lastActivity", r.last_activity);
  w.number("ttlSeconds", std::int64_t{r.ttl.count()});
  w.number("ttl", std::int64_t{r.ttl_left(now).count()});
  w.number("participants", r.participants).number("away", r.away);
  w.number("connections", r.connections).number("members", r.members);
  w.number("messages", r.messages).number("perSecond", r.per_second);
  w.number("bytes", r.bytes);
}

void append_writer(object_writer& w, const writer_view& v, std::size_t index) {
  w.number("index", index);
  w.boolean("connected", v.is_connected).boolean("breakerOpen", v.is_breaker_open);
  w.number("queuedWrites", v.queued_writes);
  w.number("queuedBytes", v.queued_bytes);
  w.number("lagMs", std::int64_t{v.lag.count()}).number("inFlight", v.in_flight);
  w.number("lostRooms", v.lost_rooms).number("reconnects", v.reconnects);
  w.number("batches", v.batches).number("writes", v.writes);
  if (!v.last_error.empty()) w.text("lastError", v.last_error);
}

void append_action(object_writer& w, const operator_action& a) {
  w.number("at", a.at).text("who", a.who).text("action", a.action);
  if (!a.target.empty()) w.text("target", a.target);
  if (!a.detail.empty()) w.text("detail", a.detail);
  w.text("from", a.from).text("outcome", a.outcome);
}

void append_relay(object_writer& w, const relay_figures& r) {
  w.text("id", r.id).number("members", r.members);
  w.number("messages", r.messages);
  w.number("volatileMessages", r.volatile_messages);
  w.number("bytes", r.bytes);
  w.number("messagesPerSecond", rounded(r.messages_per_second));
  w.number("bytesPerSecond", rounded(r.bytes_per_second)).number("since", r.since);
}

} // namespace

void append_members(object_writer& w, const live_rooms_page& page) {
  append_list(w, "rooms", page.rooms,
              [&](object_writer& one, const room_figures& r) { append_figures(one, r, page.now); });
  w.number("total", page.total);
  if (page.cursor) w.text("cursor", *page.cursor);
}

void append_members(object_writer& w, const room_inspection& room) {
  append_members(w, room, {});
}

void append_members(object_writer& w, const room_inspection& room, const connection_views& views) {
  w.raw("room", to_json(room.room, room.figures.participants));
  object_writer live{w.key("live")};
  append_live(live, room);
  live.end();
  append_list(
      w, "participants", room.participants,
      [&](object_writer& one, const room_inspection::seated& s) { append_seated(one, s, views); });
  if (room.cursor) w.text("cursor", *room.cursor);
}

void append_members(object_writer& w, const user_view& user, const connection_views& views) {
  object_writer one{w.key("user")};
  one.text("userId", user.id.value);
  if (user.username) one.text("username", *user.username);
  one.boolean("isOnline", user.connections > 0);
  std::vector<const connection_view*> seen;
  for (auto id : user.sessions)
    if (auto v = views.find(id); v != views.end()) seen.push_back(&v->second);
  append_array(one, "connections", seen, append_connection);
  auto& rooms = one.key("rooms");
  rooms += '[';
  for (const auto& room : user.rooms) {
    if (&room != &user.rooms.front()) rooms += ',';
    json::append_string(rooms, room.value);
  }
  rooms += ']';
  if (user.last_activity == 0)
    one.raw("lastActivity", "null");
  else
    one.number("lastActivity", user.last_activity);
  one.number("queueLength", user.queue_length);
  one.end();
}

void append_members(object_writer& w, const connections_page& page) {
  append_list(w, "connections", page.connections,
              [](object_writer& one, const connection_view& v) { append_connection(one, &v); });
  w.number("total", page.total);
  if (page.cursor) w.text("cursor", *page.cursor);
}

void append_members(object_writer& w, const room_watched& room) {
  w.text("roomId", room.room.value).text("epoch", room.epoch).number("seq", room.seq);
}

void append_members(object_writer& w, const user_cut_off& user) {
  w.number("connections", user.connections);
}

void append_members(object_writer& w, const user_forgotten& user) {
  w.number("rooms", user.rooms);
}

void append_members(object_writer& w, const user_watched& user) {
  w.text("userId", user.user.value);
}

void append_members(object_writer& w, const writers_view& all) {
  append_list(w, "writers", all.writers, [&](object_writer& one, const writer_view& v) {
    append_writer(one, v, static_cast<std::size_t>(&v - all.writers.data()));
  });
}

void append_members(object_writer& w, const store_info_view& info) {
  object_writer redis{w.key("redis")};
  redis.text("kind", info.kind);
  object_writer lines{redis.key("info")};
  for (const auto& [name, value] : info.lines) lines.text(name, value);
  lines.end();
  redis.end();
}

void append_members(object_writer& w, const clean_portion& portion) {
  object_writer keys{w.key("keys")};
  for (const auto& [pattern, count] : portion.keys) keys.number(pattern, count);
  keys.end();
  w.number("removed", portion.removed);
  if (portion.cursor) w.text("cursor", *portion.cursor);
}

void append_members(object_writer& w, const audit_page& page) {
  append_list(w, "entries", page.entries, append_action);
  if (page.cursor) w.text("cursor", *page.cursor);
}

void append_members(object_writer& w, const relays_page& page) {
  append_list(w, "relays", page.relays, append_relay);
  w.number("total", page.total).number("members", page.members);
  if (page.cursor) w.text("cursor", *page.cursor);
}

} // namespace atrium::net
