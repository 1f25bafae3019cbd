// What concerns all rooms: the public list, the sweep of expired entries, their number, the
// presence that a dead process left, what is cached, the ping.
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
constexpr std::size_t count_portion_rooms = 500;
constexpr std::size_t clear_portion = 500;

// A room that some process has and that is not this one (ARGV). The mark stays, so that the next
// load still sees that the room was not handed back. Keys of one room only.
constexpr std::string_view clear_script
    = "local by=redis.call('HGET',KEYS[1],'loaded') if not by or by==ARGV[1] then return 0 end "
      "local gone=redis.call('UNLINK',KEYS[2]) "
      "if redis.call('HGET',KEYS[1],'participantCount')~='0' then gone=1 end "
      "redis.call('HSET',KEYS[1],'participantCount','0') return gone";

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

void reader_core::count_portion(room_walk& walk, room_totals& totals) {
  command_buffer next;
  walk.append_next(next, keys_, count_portion_rooms);
  const auto entries = link_.call_all(next);
  if (link_.failed()) return;
  auto further = walk;
  command_buffer get;
  for (const auto& id : further.take(entries[0].view(), count_portion_rooms)) {
    get.add("HMGET", keys_.room(id), "name", "kind");
  }
  const auto replies = link_.call_all(get);
  if (link_.failed()) return;
  for (const auto& room : replies) {
    // Without a name: expired, or a claim that is not finished.
    if (room[0].is_nil()) continue;
    ++totals.rooms;
    if (room[1].text() == "space") ++totals.spaces;
  }
  walk = std::move(further);
}

// From the newest on, so that expired rooms that are swept meanwhile, old ones mostly, make it pass
// over nothing.
presence_cleared reader_core::clear(const clear_presence& request) {
  presence_cleared answer{store_status::ok, 0, 0};
  const auto ids = link_
                       .call("ZREVRANGE", keys_.rooms_active(), request.offset,
                             request.offset + clear_portion - 1)
                       ->texts();
  command_buffer commands;
  for (const auto& id : ids) {
    commands.add("EVAL", clear_script, 2, keys_.room(id), keys_.participants(id), process_);
  }
  const auto replies = link_.call_all(commands);
  if (link_.failed()) return answer;
  for (const auto& reply : replies) answer.cleared += reply->integer() > 0 ? 1 : 0;
  if (ids.size() == clear_portion) answer.next_offset = request.offset + ids.size();
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
