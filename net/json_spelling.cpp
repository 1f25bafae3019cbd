// Results as JSON members. Pure; what is JSON already is copied, not parsed.
#include "net/json_spelling.hpp"

#include "net/admin_spelling.hpp"
#include "net/people_spelling.hpp"
#include "net/space_spelling.hpp"

namespace atrium::net {
namespace {

using json::object_writer;

struct result_members {
  object_writer& w;

  void operator()(const failure&) const {}
  void operator()(const done&) const {}
  void operator()(const joined_result& r) const {
    w.raw("room", to_json(r.room, r.count)).text("userId", r.user.value).text("epoch", r.epoch);
    w.number("seq", r.seq).boolean("recovered", r.recovered);
    append_participants(w.key("participants"), r.participants);
    w.number("count", r.count);
  }
  void operator()(const space_joined_result& r) const {
    w.text("spaceId", r.room.value).text("userId", r.user.value).text("epoch", r.epoch);
    w.number("seq", r.seq);
    json::object_writer spawn{w.key("spawn")};
    append_point(spawn, r.spawn);
    spawn.end();
  }
  void operator()(const posted_result& r) const {
    w.raw("message", *r.message).boolean("persisted", r.persisted);
    if (r.duplicate) w.boolean("duplicate", true);
    w.number("seq", r.seq);
  }
  void operator()(const edited_result& r) const {
    w.raw("message", *r.message).number("seq", r.seq);
  }
  void operator()(const history_result& r) const {
    append_messages(w.key("messages"), r.messages);
    w.number("count", r.messages.size()).boolean("hasMore", r.has_more);
  }
  void operator()(const board_result& r) const {
    w.number("version", r.version).number("seq", r.seq).number("changed", r.changed);
  }
  void operator()(const presence_page& r) const {
    append_participants(w.key("participants"), r.participants);
    w.number("count", r.count);
    if (r.cursor) w.text("cursor", *r.cursor);
  }
  void operator()(const room_view& r) const { w.raw("room", to_json(r.room, r.participants)); }
  void operator()(const room_created& r) const { w.raw("room", to_json(r.room, 0)); }
  void operator()(const room_list& r) const {
    auto& out = w.key("rooms");
    out += '[';
    for (const auto& v : r.rooms) {
      if (out.back() != '[') out += ',';
      out += to_json(v.room, v.participants);
    }
    out += ']';
    w.number("count", r.rooms.size());
    if (r.cursor) w.text("cursor", *r.cursor);
  }
  void operator()(const members_view& r) const {
    auto& out = w.key("userIds");
    out += '[';
    for (const auto& user : r.users) {
      if (out.back() != '[') out += ',';
      json::append_string(out, user.value);
    }
    out += ']';
    w.number("count", r.users.size());
  }
  void operator()(const board_read& r) const {
    object_writer board{w.key("whiteboard")};
    append_board(board, r.board);
    board.end();
  }
  void operator()(const room_stats& r) const {
    object_writer stats{w.key("stats")};
    stats.raw("room", to_json(r.room.room, r.room.participants));
    stats.number("messageCount", r.message_count);
    stats.number("participantCount", r.room.participants);
    stats.number("memberCount", r.member_count);
    stats.number("ttl", std::int64_t{r.ttl.count()}).number("seq", r.seq);
    stats.end();
  }
  void operator()(const online_users_page& r) const { append_members(w, r); }
  void operator()(const user_view& r) const { append_members(w, r); }
  void operator()(const friends_view& r) const { append_members(w, r); }
  void operator()(const server_stats& r) const { append_members(w, r); }
  void operator()(const health_view& r) const;
  template <class OfOperators>
  void operator()(const OfOperators& r) const {
    append_members(w, r);
  }
};

void result_members::operator()(const health_view& r) const {
  w.text("status", word_of(r.overall));
  w.text("store", r.store_kind);
  object_writer redis{w.key("redis")};
  bool is_used = r.store_kind == "redis";
  redis.text("status", !is_used ? "disabled" : r.store_up ? "healthy" : "unhealthy");
  redis.number("latencyMs", static_cast<double>(r.store_latency.count()) / 1'000);
  redis.end();
  object_writer rooms{w.key("rooms")};
  rooms.number("loaded", r.rooms_loaded).number("dirty", r.rooms_dirty);
  rooms.end();
  object_writer writers{w.key("writers")};
  writers.number("count", r.writers);
  writers.number("connected", r.writers_connected);
  writers.number("queued", r.writes_queued);
  writers.end();
  w.boolean("ready", r.ready).boolean("draining", r.draining);
}

} // namespace

std::string_view word_of(health_view::state s) noexcept {
  switch (s) {
  case health_view::state::healthy: return "healthy";
  case health_view::state::degraded: return "degraded";
  case health_view::state::unhealthy: break;
  }
  return "unhealthy";
}

void append_messages(std::string& out, const std::vector<shared_text>& messages) {
  out += '[';
  for (const auto& m : messages) {
    if (&m != &messages.front()) out += ',';
    out += *m;
  }
  out += ']';
}

void append_participants(std::string& out, const std::vector<participant>& who) {
  out += '[';
  for (const auto& p : who) {
    if (&p != &who.front()) out += ',';
    object_writer w{out};
    w.text("userId", p.user.value).text("username", p.username).text("status", p.status);
    w.number("connections", p.connections).number("joinedAt", p.joined_at);
    if (!p.text.empty()) w.text("text", p.text);
    if (p.place) w.number("x", p.place->x).number("y", p.place->y);
    w.end();
  }
  out += ']';
}

void append_board(object_writer& w, const board_view& board) {
  static const std::vector<shared_text> none;
  auto& out = w.key("elements");
  out.reserve(out.size() + board.bytes + 64);
  append_elements(out, board.elements ? *board.elements : none);
  w.number("version", board.version);
}

void append_failure(object_writer& w, const failure& why) {
  w.boolean("success", false).text("error", why.sentence).text("code", to_string(why.code));
  if (why.retry_after.count() > 0) w.number("retryAfterMs", std::int64_t{why.retry_after.count()});
}

void append_result(object_writer& w, const command_result& outcome) {
  std::visit(result_members{w}, outcome);
}

} // namespace atrium::net
