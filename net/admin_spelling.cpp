// See admin_spelling.hpp. Pure.
#include "net/admin_spelling.hpp"

namespace atrium::net {
namespace {

using json::object_writer;

std::int64_t as_number(std::size_t n) noexcept {
  return static_cast<std::int64_t>(n);
}

/// `"<key>":[…]`, each item by `append`, and `"count"`.
template <class Items, class Append>
void append_list(object_writer& w, std::string_view key, const Items& items, Append append) {
  auto& out = w.key(key);
  out += '[';
  for (const auto& item : items) {
    if (&item != &items.front()) out += ',';
    object_writer one{out};
    append(one, item);
    one.end();
  }
  out += ']';
  w.number("count", as_number(items.size()));
}

void append_figures(object_writer& w, const room_figures& r, unix_ms now) {
  w.text("id", r.id.value).text("code", r.code).text("name", r.name).text("kind", r.kind);
  w.text("createdBy", r.created_by);
  w.boolean("isPrivate", r.is_private).boolean("hasPassword", r.has_password);
  w.boolean("locked", r.is_locked).boolean("dirty", r.is_dirty);
  w.number("createdAt", r.created_at).number("lastActivity", r.last_activity);
  w.number("ttlSeconds", std::int64_t{r.ttl.count()});
  w.number("ttl", std::int64_t{r.ttl_left(now).count()});
  w.number("participants", as_number(r.participants)).number("away", as_number(r.away));
  w.number("connections", as_number(r.connections)).number("members", as_number(r.members));
  w.number("messages", as_number(r.messages)).number("perSecond", r.per_second);
  w.number("bytes", as_number(r.bytes));
}

void append_writer(object_writer& w, const writer_view& v, std::size_t index) {
  w.number("index", as_number(index));
  w.boolean("connected", v.is_connected).boolean("breakerOpen", v.is_breaker_open);
  w.number("queuedWrites", as_number(v.queued_writes));
  w.number("queuedBytes", as_number(v.queued_bytes));
  w.number("lagMs", std::int64_t{v.lag.count()}).number("inFlight", as_number(v.in_flight));
  w.number("lostRooms", as_number(v.lost_rooms)).number("reconnects", as_number(v.reconnects));
  w.number("batches", as_number(v.batches)).number("writes", as_number(v.writes));
  if (!v.last_error.empty()) w.text("lastError", v.last_error);
}

void append_action(object_writer& w, const operator_action& a) {
  w.number("at", a.at).text("who", a.who).text("action", a.action);
  if (!a.target.empty()) w.text("target", a.target);
  if (!a.detail.empty()) w.text("detail", a.detail);
  w.text("from", a.from).text("outcome", a.outcome);
}

} // namespace

void append_members(object_writer& w, const live_rooms_page& page) {
  append_list(w, "rooms", page.rooms,
              [&](object_writer& one, const room_figures& r) { append_figures(one, r, page.now); });
  w.number("total", as_number(page.total));
  if (page.cursor) w.text("cursor", *page.cursor);
}

void append_members(object_writer& w, const room_inspection& room) {
  w.raw("room", to_json(room.room, room.figures.participants));
  w.number("count", as_number(room.participants.size()));
  if (room.cursor) w.text("cursor", *room.cursor);
}

void append_members(object_writer& w, const room_watched& room) {
  w.text("roomId", room.room.value).text("epoch", room.epoch).number("seq", room.seq);
}

void append_members(object_writer& w, const user_cut_off& user) {
  w.number("connections", as_number(user.connections));
}

void append_members(object_writer& w, const user_forgotten& user) {
  w.number("rooms", as_number(user.rooms));
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
  for (const auto& [pattern, count] : portion.keys) keys.number(pattern, as_number(count));
  keys.end();
  w.number("removed", as_number(portion.removed));
  if (portion.cursor) w.text("cursor", *portion.cursor);
}

void append_members(object_writer& w, const audit_page& page) {
  append_list(w, "entries", page.entries, append_action);
  if (page.cursor) w.text("cursor", *page.cursor);
}

} // namespace atrium::net
