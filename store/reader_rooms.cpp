// What concerns all rooms: the public list, the sweep of expired entries, what is cached, the ping.
//
// Order: newest first, by createdAt and then by id downwards, as Redis keeps equal scores. A cursor
// names the last entry that was looked at, `<createdAt>:<id>`; it stays right when rooms come and
// go, because the next page begins below it whether it still exists or not.
// A list looks at a bounded number of entries per request: among very many private rooms a page may
// be short and still have a cursor.
#include "store/reader_core.hpp"

#include <algorithm>

namespace atrium::store {

namespace {

constexpr std::size_t list_portion = 200;
constexpr std::size_t list_portions = 50;
constexpr std::size_t sweep_portion = 1'000;

struct list_position {
  std::string score;
  std::string id;
};

std::optional<list_position> read_cursor(const std::optional<std::string>& cursor) {
  if (!cursor) return std::nullopt;
  const auto colon = cursor->find(':');
  const bool has_number = colon != std::string::npos && colon > 0 && colon < 20
                          && cursor->find_first_not_of("0123456789") == colon;
  if (!has_number) return std::nullopt;
  return list_position{cursor->substr(0, colon), cursor->substr(colon + 1)};
}

} // namespace

room_page reader_core::rooms(const read_rooms& request) {
  room_page answer{store_status::ok, {}, std::nullopt};
  const auto limit = std::clamp<std::size_t>(request.limit, 1, 1'000);
  const auto start = read_cursor(request.cursor);
  const auto key = keys_.rooms_active();
  std::vector<std::string> expired;
  std::string position;
  std::size_t offset = 0;
  bool at_end = false;
  for (std::size_t portion = 0; portion < list_portions && !at_end; ++portion) {
    const auto entries = link_
                             .call("ZREVRANGEBYSCORE", key, start ? start->score : "+inf", "-inf",
                                   "WITHSCORES", "LIMIT", offset, list_portion)
                             ->pairs();
    offset += entries.size();
    command_buffer get;
    for (const auto& [id, score] : entries) get.add("HGETALL", keys_.room(id));
    const auto replies = link_.call_all(get);
    if (link_.failed()) return answer;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const auto& [id, score] = entries[i];
      if (start && score == start->score && id >= start->id) continue;
      if (replies[i]->size() == 0) expired.push_back(id);
      auto room = read_room(replies[i]->pairs());
      const bool is_shown = room && !room->meta.is_private;
      if (is_shown && answer.rooms.size() == limit) {
        answer.cursor = position;
        remove_entries(key, expired);
        return answer;
      }
      position = score + ':' + id;
      if (is_shown) answer.rooms.push_back(std::move(room->meta));
    }
    at_end = entries.size() < list_portion;
  }
  if (!at_end && !position.empty()) answer.cursor = position;
  remove_entries(key, expired);
  return answer;
}

swept_rooms reader_core::sweep(const sweep_rooms& request) {
  swept_rooms answer{store_status::ok, 0, 0};
  const auto key = keys_.rooms_active();
  const auto ids
      = link_.call("ZRANGE", key, request.offset, request.offset + sweep_portion - 1)->texts();
  command_buffer probe;
  for (const auto& id : ids) probe.add("EXISTS", keys_.room(id));
  const auto replies = link_.call_all(probe);
  if (link_.failed()) return answer;
  std::vector<std::string> expired;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (replies[i]->integer() == 0) expired.push_back(ids[i]);
  }
  remove_entries(key, expired);
  answer.removed = expired.size();
  if (ids.size() == sweep_portion)
    answer.next_offset = request.offset + ids.size() - expired.size();
  return answer;
}

cached_text reader_core::cached(const read_cache& request) {
  const auto reply = link_.call("GET", keys_.cache(request.key));
  cached_text answer{store_status::ok, std::nullopt};
  if (!reply->is_nil()) answer.text = reply->text();
  return answer;
}

void reader_core::cache(const write_cache& request) {
  if (request.ttl.count() <= 0) return;
  (void)link_.call("SET", keys_.cache(request.key), request.text, "EX", request.ttl.count());
}

store_health reader_core::ping() {
  const auto before = std::chrono::steady_clock::now();
  (void)link_.call("PING");
  const auto latency = std::chrono::steady_clock::now() - before;
  return {store_status::ok, std::chrono::duration_cast<std::chrono::microseconds>(latency)};
}

} // namespace atrium::store
