// What operators ask of the memory store: a portion of all that would be keys in Redis, and how much
// there is.
//
// Rooms are looked through a portion at a time, by creation, with the last one that was looked at as
// cursor; so all are found that are there from the first portion to the last. Everything else is
// counted, and goes, with the first portion; who is a member, with the rooms.
#include "store/memory_tables.hpp"

#include <charconv>

namespace atrium::store {

namespace {

constexpr std::size_t clean_portion = 1'000;

void note(keys_cleaned& to, const char* pattern, std::size_t count) {
  if (count > 0) to.keys[pattern] += count;
}

} // namespace

void memory_tables::count_keys_of(const stored& room, keys_cleaned& answer) {
  note(answer, "room:*", 1);
  note(answer, "room:*:messages", room.archive.empty() ? 0 : 1);
  note(answer, "room:*:whiteboard", room.board_json.empty() ? 0 : 1);
  note(answer, "room_messages:*", room.archive.empty() ? 0 : 1);
  note(answer, "message:*", room.archive.size());
  note(answer, "space:*:users", room.places.empty() ? 0 : 1);
  note(answer, "ws:room_participants:*", room.members.empty() ? 0 : 1);
}

void memory_tables::clean_shared(bool is_dry_run, keys_cleaned& answer) {
  note(answer, "rooms:active", active_.empty() ? 0 : 1);
  note(answer, "room_code:*", codes_.size());
  note(answer, "ws:user_rooms:*", user_rooms_.size());
  note(answer, "ws:offline_messages:*", queues_.size());
  note(answer, "cache:*", cache_.size());
  if (is_dry_run) return;
  // Those of rooms go with them.
  std::erase_if(codes_, [](const auto& held) { return !held.second.id; });
  queues_.clear();
  cache_.clear();
}

keys_cleaned memory_tables::clean(const clean_keys& request) {
  const std::scoped_lock guard{lock_};
  keys_cleaned answer{store_status::ok, {}, 0, {}};
  auto at = active_.begin();
  if (request.cursor.empty()) {
    clean_shared(request.is_dry_run, answer);
  } else {
    const auto colon = request.cursor.find(':');
    if (colon == std::string::npos) return answer;
    unix_ms created = 0;
    std::from_chars(request.cursor.data(), request.cursor.data() + colon, created);
    at = active_.upper_bound({created, request.cursor.substr(colon + 1)});
  }
  std::vector<std::string> found;
  std::pair<unix_ms, std::string> last;
  for (; at != active_.end() && found.size() < clean_portion; ++at) {
    found.push_back(at->second);
    last = *at;
  }
  if (at != active_.end()) answer.cursor = std::to_string(last.first) + ':' + last.second;
  for (const auto& id : found) {
    if (const auto* room = find(id)) count_keys_of(*room, answer);
    if (!request.is_dry_run) remove(id);
  }
  return answer;
}

void memory_tables::describe(store_info& answer) {
  const std::scoped_lock guard{lock_};
  answer.lines.emplace_back("rooms", std::to_string(rooms_.size()));
  answer.lines.emplace_back("codes", std::to_string(codes_.size()));
  answer.lines.emplace_back("members", std::to_string(user_rooms_.size()));
  answer.lines.emplace_back("queues", std::to_string(queues_.size()));
  answer.lines.emplace_back("cached", std::to_string(cache_.size()));
}

void memory_tables::end_memberships(const user_id& user) {
  const std::scoped_lock guard{lock_};
  const auto at = user_rooms_.find(user);
  if (at == user_rooms_.end()) return;
  // A copy: the last of them takes the set along.
  for (const auto& id : std::set<std::string>{at->second}) {
    if (const auto room = rooms_.find(id); room != rooms_.end()) remove_member(room->second, user);
  }
}

} // namespace atrium::store
