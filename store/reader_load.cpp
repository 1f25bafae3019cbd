// Loading a room: find it by id or code, mark it as loaded, read what it needs to go on.
//
// Order: the mark comes before anything is read, in one script, and tells whether the mark was
// there already, which is to say that the room was not handed back by whoever had it last. A store
// that can be read but not written cannot be marked: the room is then treated as crashed, which is
// always safe, because a new epoch trusts no number that was given out before.
// The messages are the union of archive and hot list by seq, so that neither a crash between the
// two nor an archive that aged out hides one; of one that both have the archive is believed,
// because changes of a message reach it first. The presence of an earlier life is removed: nobody
// is in. Nothing is kept here; when the store goes away half-way the request fails as a whole.
#include "store/place_entry.hpp"
#include "store/reader_core.hpp"

#include <algorithm>

namespace atrium::store {

namespace {

constexpr std::string_view mark_script
    = "if redis.call('HEXISTS',KEYS[1],'name')==0 then return -1 end "
      "local had=redis.call('HEXISTS',KEYS[1],'loaded') "
      "redis.call('HSET',KEYS[1],'loaded',ARGV[1],'participantCount','0') return had";

constexpr std::size_t window_portion = 200;

} // namespace

reader_core::reader_core(const settings& config, counters& counts, std::string process)
    : rooms_{config.rooms}, keys_{config.redis.prefix}, process_{std::move(process)},
      link_{config.redis, counts, "redis_reader"} {}

std::optional<stored_room> reader_core::read_hash(const std::string& id) {
  const auto reply = link_.call("HGETALL", keys_.room(id));
  return read_room(reply->pairs());
}

std::optional<stored_room> reader_core::find_room(const std::string& name) {
  if (auto room = read_hash(name)) return room;
  if (!is_room_code(name)) return std::nullopt;
  const auto reply = link_.call("GET", keys_.room_code(name));
  const auto id = std::string{reply->text()};
  if (id.empty() || id == reserved_code) return std::nullopt;
  auto room = read_hash(id);
  // A code that outlived its room must not lead to the next room of that id.
  if (room && room->meta.code != name) return std::nullopt;
  return room;
}

// Whether it was marked already; nothing if the room is gone.
std::optional<bool> reader_core::mark_loaded(const std::string& id) {
  command_buffer mark;
  mark.add("EVAL", mark_script, 1, keys_.room(id), process_);
  mark.add("DEL", keys_.participants(id));
  const auto replies = link_.ask_all(mark);
  if (link_.failed()) return std::nullopt;
  const auto found = replies[0]->classify();
  if (found == reply_class::transient) return true;
  if (found == reply_class::defect) {
    link_.refuse(replies[0].view());
    return std::nullopt;
  }
  if (replies[0]->integer() < 0) return std::nullopt;
  return replies[0]->integer() == 1;
}

load_reply reader_core::load(const load_room& request) {
  load_reply answer{store_status::ok, std::nullopt};
  auto found = find_room(request.name);
  if (!found || link_.failed()) return answer;
  const auto crashed = mark_loaded(found->meta.id.value);
  if (!crashed) return answer;
  loaded_room room;
  room.meta = std::move(found->meta);
  room.epoch = std::move(found->epoch);
  room.seq = found->seq;
  room.crashed = *crashed;
  read_contents(room);
  answer.room = std::move(room);
  return answer;
}

void reader_core::read_contents(loaded_room& room) {
  const auto& id = room.meta.id.value;
  remove_aged(id);
  command_buffer commands;
  commands.add("GET", keys_.whiteboard(id));
  commands.add("ZCARD", keys_.archive(id));
  commands.add("ZREVRANGE", keys_.archive(id), 0, 0, "WITHSCORES");
  commands.add("SMEMBERS", keys_.members(id));
  const auto replies = link_.call_all(commands);
  if (link_.failed()) return;
  room.board_json = replies[0]->text();
  room.message_count = static_cast<std::size_t>(replies[1]->integer());
  room.seq = std::max<seq_t>(room.seq, replies[2][1].integer());
  for (auto& user : replies[3]->texts()) room.members.push_back(user_id{std::move(user)});
  if (room.meta.kind == "space") read_places(room);
  read_window(room);
  room.message_count = std::max(room.message_count, room.messages.size() + room.older.size());
}

// Places of the last life stay where they are: the room says which of them are gone.
void reader_core::read_places(loaded_room& room) {
  const auto reply = link_.call("HGETALL", keys_.space_users(room.meta.id.value));
  for (auto& [user, text] : reply->pairs()) {
    if (auto placed = read_placed_user(user_id{std::move(user)}, text)) {
      room.places.push_back(std::move(*placed));
    }
  }
}

void reader_core::read_window(loaded_room& room) {
  const auto& id = room.meta.id.value;
  messages_by_seq newest_first;
  const auto hot = link_.call("LRANGE", keys_.messages(id), 0, -1);
  for (const auto& text : hot->texts()) {
    if (auto m = read_stored_message(text)) newest_first.emplace(m->seq, std::move(*m));
  }
  if (!newest_first.empty()) room.seq = std::max(room.seq, newest_first.begin()->first);
  std::size_t bytes = 0;
  for (std::size_t from = 0; from < rooms_.window_count;) {
    const auto until = std::min(rooms_.window_count, from + window_portion) - 1;
    const auto ids = link_.call("ZREVRANGE", keys_.archive(id), from, until)->texts();
    if (ids.empty()) break;
    for (auto& m : fetch_archived(id, ids)) {
      if (!m) continue;
      bytes += m->json->size();
      // Only remembered, then: their text is not held.
      if (bytes > rooms_.window_bytes) m->json.reset();
      newest_first.insert_or_assign(m->seq, std::move(*m));
    }
    from += ids.size();
  }
  fill_window(room, std::move(newest_first));
}

void reader_core::fill_window(loaded_room& room, messages_by_seq newest_first) const {
  std::size_t bytes = 0;
  bool fits = true;
  for (auto& [seq, m] : newest_first) {
    if (room.messages.size() + room.older.size() == rooms_.window_count) break;
    if (m.json) bytes += m.json->size();
    fits = fits && m.json && bytes <= rooms_.window_bytes;
    if (!fits) m.json.reset();
    (fits ? room.messages : room.older).push_back(std::move(m));
  }
  std::reverse(room.messages.begin(), room.messages.end());
  std::reverse(room.older.begin(), room.older.end());
}

} // namespace atrium::store
