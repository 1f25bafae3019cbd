// What is read from the memory store. Each answer is a copy made under the lock, so it is one
// moment's truth.
//
// Order and cursors are those of the Redis reader: pages of messages are oldest first with
// exclusive bounds, rooms come newest first with the last one's `<createdAt>:<id>` as cursor.
// Loading a room marks it, and tells whether it was marked: then it was not handed back.
#include "store/memory_tables.hpp"

#include <algorithm>
#include <charconv>

namespace atrium::store {

namespace {

constexpr std::size_t page_limit = 1'000;
constexpr std::size_t sweep_portion = 1'000;
// Beyond that nothing more is cached until something expired.
constexpr std::size_t cached_texts = 1'000;

} // namespace

memory_tables::stored* memory_tables::find_named(const std::string& name) {
  if (auto* room = find(name)) return room;
  const auto* held = find_code(name);
  return held != nullptr && held->id ? find(*held->id) : nullptr;
}

load_reply memory_tables::load(const load_room& request) {
  const std::scoped_lock guard{lock_};
  load_reply answer{store_status::ok, std::nullopt};
  auto* room = find_named(request.name);
  if (room == nullptr) return answer;
  remove_aged(*room);
  loaded_room loaded;
  loaded.meta = room->meta;
  loaded.epoch = room->epoch;
  loaded.crashed = std::exchange(room->is_loaded, true);
  loaded.seq = room->seq;
  loaded.board_json = room->board_json;
  loaded.message_count = room->archive.size();
  loaded.members = {room->members.begin(), room->members.end()};
  remove_aged_places(*room);
  if (room->meta.kind == "space") {
    for (const auto& [user, placed] : room->places) loaded.places.push_back(placed);
  }
  std::size_t bytes = 0;
  std::size_t count = 0;
  for (auto at = room->archive.rbegin(); at != room->archive.rend(); ++at) {
    if (count++ == config_.window_count) break;
    const auto& message = at->second.message;
    bytes += message.json_bytes();
    if (bytes <= config_.window_bytes)
      loaded.messages.push_back(message.unpack());
    else
      loaded.older.push_back(message.unpack_rest());
  }
  std::reverse(loaded.messages.begin(), loaded.messages.end());
  std::reverse(loaded.older.begin(), loaded.older.end());
  answer.room = std::move(loaded);
  return answer;
}

message_page memory_tables::page(const read_messages& request) {
  const std::scoped_lock guard{lock_};
  message_page answer{store_status::ok, {}, false};
  auto* room = find(request.room.value);
  if (room == nullptr) return answer;
  remove_aged(*room);
  const auto& archive = room->archive;
  const auto limit = std::clamp<std::size_t>(request.limit, 1, page_limit);
  if (request.after) {
    auto at = archive.upper_bound(*request.after);
    for (; at != archive.end() && answer.messages.size() < limit; ++at) {
      answer.messages.push_back(at->second.message.unpack());
    }
    answer.has_more = at != archive.end();
    return answer;
  }
  auto at = request.before ? archive.lower_bound(*request.before) : archive.end();
  while (at != archive.begin() && answer.messages.size() < limit) {
    answer.messages.push_back((--at)->second.message.unpack());
  }
  answer.has_more = at != archive.begin();
  std::reverse(answer.messages.begin(), answer.messages.end());
  return answer;
}

room_page memory_tables::rooms(const read_rooms& request) {
  const std::scoped_lock guard{lock_};
  room_page answer{store_status::ok, {}, std::nullopt};
  const auto limit = std::clamp<std::size_t>(request.limit, 1, page_limit);
  auto at = active_.end();
  if (request.cursor) {
    const auto colon = std::min(request.cursor->find(':'), request.cursor->size());
    unix_ms created = 0;
    std::from_chars(request.cursor->data(), request.cursor->data() + colon, created);
    at = active_.lower_bound(
        {created, request.cursor->substr(std::min(colon + 1, request.cursor->size()))});
  }
  const auto now = now_();
  while (at != active_.begin()) {
    const auto& [created, id] = *--at;
    const auto& room = rooms_.at(id);
    if (room.expires_at <= now || room.meta.is_private) continue;
    if (answer.rooms.size() == limit) {
      const auto& last = answer.rooms.back();
      answer.cursor = std::to_string(last.created_at) + ':' + last.id.value;
      break;
    }
    answer.rooms.push_back(room.meta);
  }
  return answer;
}

message_count memory_tables::count(const count_messages& request) {
  const std::scoped_lock guard{lock_};
  message_count answer{store_status::ok, 0, seconds{0}};
  auto* room = find(request.room.value);
  if (room == nullptr) return answer;
  remove_aged(*room);
  const auto end = room->archive.upper_bound(request.up_to);
  answer.count = static_cast<std::size_t>(std::distance(room->archive.begin(), end));
  answer.ttl = std::chrono::ceil<seconds>(milliseconds{room->expires_at - now_()});
  return answer;
}

std::optional<stored_message> memory_tables::find_in(const stored& room, const std::string& id) {
  const auto seq = seq_of_message_id(id);
  if (!seq) return std::nullopt;
  const auto at = room.archive.find(*seq);
  if (at == room.archive.end() || at->second.message.id() != id) return std::nullopt;
  return at->second.message.unpack();
}

found_messages memory_tables::find(const find_messages& request) {
  const std::scoped_lock guard{lock_};
  found_messages answer{store_status::ok, {}};
  answer.messages.resize(request.ids.size());
  auto* room = find(request.room.value);
  if (room == nullptr) return answer;
  remove_aged(*room);
  for (std::size_t i = 0; i < request.ids.size(); ++i) {
    answer.messages[i] = find_in(*room, request.ids[i]);
  }
  return answer;
}

std::optional<stored_message> memory_tables::requeued(const queue_entry& entry) {
  const std::scoped_lock guard{lock_};
  auto* room = find(entry.room.value);
  if (room == nullptr) return std::nullopt;
  remove_aged(*room);
  if (auto now = find_in(*room, entry.message.id)) {
    return is_tombstone(*now) ? std::nullopt : std::move(now);
  }
  const room_mark mark{room->epoch, room->seq, room->meta.created_at};
  return is_under_way(entry, mark) ? std::optional{entry.message} : std::nullopt;
}

room_totals memory_tables::totals() {
  const std::scoped_lock guard{lock_};
  room_totals totals{store_status::ok};
  const auto now = now_();
  for (const auto& [id, room] : rooms_) {
    if (room.expires_at <= now) continue;
    ++totals.rooms;
    if (room.meta.kind == "space") ++totals.spaces;
  }
  return totals;
}

std::vector<loaded_user::member_room> memory_tables::rooms_of(const user_id& user) {
  const std::scoped_lock guard{lock_};
  std::vector<loaded_user::member_room> rooms;
  const auto at = user_rooms_.find(user);
  if (at == user_rooms_.end()) return rooms;
  // A copy: those that expired leave the set when they are looked for.
  for (const auto& id : std::set<std::string>{at->second}) {
    const auto* room = find(id);
    if (room != nullptr) rooms.push_back({room->meta.id, room->meta.code, room->meta.ttl});
  }
  return rooms;
}

void memory_tables::note_queue(const user_id& user, std::size_t length, unix_ms expires_at) {
  const std::scoped_lock guard{lock_};
  if (length == 0)
    queues_.erase(user);
  else
    queues_[user] = {length, expires_at};
}

std::size_t memory_tables::queue_length(const user_id& user) {
  const std::scoped_lock guard{lock_};
  const auto at = queues_.find(user);
  return at == queues_.end() || at->second.second <= now_() ? 0 : at->second.first;
}

cached_text memory_tables::cached(const read_cache& request) {
  const std::scoped_lock guard{lock_};
  const auto at = cache_.find(request.key);
  if (at == cache_.end() || at->second.expires_at <= now_()) return {store_status::ok, {}};
  return {store_status::ok, at->second.text};
}

void memory_tables::cache(const write_cache& request) {
  const std::scoped_lock guard{lock_};
  const auto now = now_();
  if (cache_.size() >= cached_texts) {
    std::erase_if(cache_, [now](const auto& c) { return c.second.expires_at <= now; });
  }
  if (cache_.size() >= cached_texts && !cache_.contains(request.key)) return;
  cache_[request.key] = {request.text, now + milliseconds{request.ttl}.count()};
}

swept_rooms memory_tables::sweep(const sweep_rooms& request) {
  const std::scoped_lock guard{lock_};
  swept_rooms answer{store_status::ok, 0, 0};
  const auto now = now_();
  const auto offset = std::min(request.offset, active_.size());
  auto at = std::next(active_.begin(), static_cast<std::ptrdiff_t>(offset));
  std::size_t seen = 0;
  std::vector<std::string> expired;
  for (; at != active_.end() && seen < sweep_portion; ++at, ++seen) {
    if (rooms_.at(at->second).expires_at <= now) expired.push_back(at->second);
  }
  const bool at_end = at == active_.end();
  for (const auto& id : expired) remove(id);
  answer.removed = expired.size();
  if (!at_end) answer.next_offset = offset + seen - expired.size();
  if (at_end) std::erase_if(codes_, [now](const auto& c) { return c.second.expires_at <= now; });
  return answer;
}

} // namespace atrium::store
