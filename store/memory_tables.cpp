// The memory store's state and its writes; what is read from it is in memory_reads.cpp.
//
// Order: writes are applied one after the other under one lock, each whole before it is confirmed.
// Expiry is looked at when something is touched: a room whose time is over is not there any more
// for anybody, and its memory goes at that touch, with the next claim of its name or in a sweep.
// It behaves as Redis does where rooms can see it: a room that expired is not brought back by a
// change, only by a rewrite. Nothing survives the process, and nothing here can be away.
// Bounds: the archive holds `archive_max_messages` per room and drops what is older than its TTL.
#include "store/memory_tables.hpp"

#include "store/place_entry.hpp"
#include "store/redis_commands.hpp"

#include <algorithm>

namespace atrium::store {

namespace {

constexpr std::size_t code_tries = 50;
constexpr milliseconds reserved_ttl{86'400'000};

} // namespace

memory_tables::memory_tables(const settings& config, unix_clock now)
    : config_{config.rooms}, chat_{config.chat}, now_{std::move(now)} {}

memory_tables::stored* memory_tables::find(const std::string& id) {
  const auto at = rooms_.find(id);
  if (at == rooms_.end()) return nullptr;
  if (at->second.expires_at > now_()) return &at->second;
  remove(id);
  return nullptr;
}

memory_tables::held_code* memory_tables::find_code(const std::string& code) {
  const auto at = codes_.find(code);
  if (at == codes_.end()) return nullptr;
  if (at->second.expires_at > now_()) return &at->second;
  codes_.erase(at);
  return nullptr;
}

void memory_tables::remove(const std::string& id) {
  const auto at = rooms_.find(id);
  if (at == rooms_.end()) return;
  const auto& meta = at->second.meta;
  active_.erase({meta.created_at, id});
  if (meta.code != id) codes_.erase(meta.code);
  while (!at->second.members.empty()) {
    remove_member(at->second, user_id{*at->second.members.begin()});
  }
  rooms_.erase(at);
}

void memory_tables::add_member(stored& room, const user_id& user) {
  if (room.members.insert(user).second) user_rooms_[user].insert(room.meta.id.value);
}

void memory_tables::remove_member(stored& room, const user_id& user) {
  if (room.members.erase(user) == 0) return;
  const auto at = user_rooms_.find(user);
  at->second.erase(room.meta.id.value);
  if (at->second.empty()) user_rooms_.erase(at);
}

void memory_tables::keep_places(stored& room) const {
  room.places_expire_at = now_() + milliseconds{places_ttl}.count();
}

void memory_tables::remove_aged_places(stored& room) const {
  if (room.places_expire_at <= now_()) room.places.clear();
}

void memory_tables::keep_alive(stored& room) {
  const auto& meta = room.meta;
  room.expires_at = now_() + milliseconds{meta.ttl}.count();
  if (meta.code != meta.id.value) codes_[meta.code] = {meta.id.value, room.expires_at};
}

void memory_tables::add(stored& room, const stored_message& message) {
  room.seq = std::max(room.seq, message.seq);
  // New ones come last: that place is found without a walk over thousands.
  room.archive.insert_or_assign(
      room.archive.end(), message.seq,
      archived_message{room.blocks.pack(message, room.archive.size()), now_() + milliseconds{chat_.archive_ttl}.count()});
  remove_aged(room);
  while (room.archive.size() > chat_.archive_max_messages) {
    room.archive.erase(room.archive.begin());
  }
}

void memory_tables::replace(stored& room, const stored_message& message) {
  const auto at = room.archive.find(message.seq);
  // Not in the room's blocks: what one changes again and again would leave nothing else in them.
  if (at != room.archive.end() && at->second.message.id() == message.id) {
    at->second.message = packed_message{message};
  }
}

void memory_tables::remove_aged(stored& room) const {
  const auto now = now_();
  if (room.first_ages_at > now) return;
  auto& archive = room.archive;
  while (!archive.empty() && archive.begin()->second.expires_at <= now) {
    archive.erase(archive.begin());
  }
  if (archive.empty()) room.blocks = {};
  room.first_ages_at = archive.empty() ? 0 : archive.begin()->second.expires_at;
}

struct memory_tables::applier {
  memory_tables& tables;
  stored& room;

  void operator()(const append_message& c) { tables.add(room, c.message); }
  void operator()(const replace_message& c) {
    room.seq = std::max(room.seq, c.seq);
    replace(room, c.message);
  }
  void operator()(const change_members& c) {
    for (const auto& user : c.removed) tables.remove_member(room, user);
    for (const auto& user : c.added) tables.add_member(room, user);
  }
  void operator()(const put_board& c) {
    room.board_json = to_json(c.board);
    room.seq = std::max(room.seq, c.seq);
  }
  // Who is in is nothing that is ever read back: a loaded room begins with nobody.
  void operator()(const put_participant&) {}
  void operator()(const drop_participant&) {}
  void operator()(const put_places& c) {
    tables.remove_aged_places(room);
    for (const auto& user : c.placed) room.places.insert_or_assign(user.user, user);
    for (const auto& user : c.gone) room.places.erase(user);
    tables.keep_places(room);
  }
  void operator()(const put_typing&) {}
  void operator()(const put_lock& c) { room.meta.locked = c.is_locked; }
  void operator()(const refresh_ttl& c) { room.meta.last_activity = c.when; }
  void operator()(const rewrite_room& c) {
    room.seq = std::max(room.seq, c.seq);
    room.meta.last_activity = c.last_activity;
    room.board_json = c.board ? to_json(*c.board) : std::string{};
    for (const auto& m : c.messages) tables.add(room, m);
    for (const auto& m : c.changed) replace(room, m);
    const std::set<user_id> members(c.members.begin(), c.members.end());
    for (const auto& user : std::set<user_id>{room.members}) {
      if (!members.contains(user)) tables.remove_member(room, user);
    }
    for (const auto& user : members) tables.add_member(room, user);
    room.places.clear();
    for (const auto& user : c.places) room.places.insert_or_assign(user.user, user);
    tables.keep_places(room);
  }
  void operator()(const hand_back& c) {
    room.seq = std::max(room.seq, c.seq);
    room.is_loaded = false;
  }
  void operator()(const remove_room&) {}
};

bool memory_tables::apply(const room_write& write) {
  const std::scoped_lock guard{lock_};
  const auto& id = write.meta->id.value;
  if (std::holds_alternative<remove_room>(write.change)) {
    remove(id);
    return true;
  }
  auto* room = find(id);
  if (std::holds_alternative<rewrite_room>(write.change)) {
    if (room == nullptr) room = &rooms_[id];
    room->meta = *write.meta;
    active_.insert({room->meta.created_at, id});
    if (room->meta.code == id) codes_.erase(id);
  }
  if (room == nullptr) return false;
  room->epoch = *write.epoch;
  room->is_loaded = true;
  std::visit(applier{*this, *room}, write.change);
  if (!std::holds_alternative<hand_back>(write.change)) keep_alive(*room);
  return true;
}

bool memory_tables::is_free(const std::string& code, bool reserved) {
  if (find(code) != nullptr) return false;
  const auto* held = find_code(code);
  return held == nullptr || (reserved && !held->id);
}

bool memory_tables::choose_names(room_meta& meta, bool reserved) {
  if (!meta.id.value.empty() && meta.id.value != meta.code && find(meta.id.value) != nullptr) {
    return false;
  }
  const bool is_given = !meta.code.empty();
  for (std::size_t i = 0; i < code_tries; ++i) {
    const auto code = is_given ? meta.code : random_code();
    if (!is_free(code, reserved)) {
      if (is_given) return false;
      continue;
    }
    meta.code = code;
    if (meta.id.value.empty()) meta.id.value = code;
    return true;
  }
  return false;
}

claim_reply memory_tables::claim(const claim_room& request) {
  const std::scoped_lock guard{lock_};
  claim_reply answer{claim_outcome::exists, request.meta};
  auto& meta = answer.meta;
  if (!choose_names(meta, request.reserved)) {
    const bool ran_out = meta.code.empty() && find(meta.id.value) == nullptr;
    if (ran_out) answer.outcome = claim_outcome::unavailable;
    return answer;
  }
  codes_.erase(meta.code);
  auto& room = rooms_[meta.id.value];
  room = stored{};
  room.meta = meta;
  room.epoch = request.epoch;
  room.is_loaded = true;
  active_.insert({meta.created_at, meta.id.value});
  keep_alive(room);
  answer.outcome = claim_outcome::created;
  return answer;
}

reserved_codes memory_tables::reserve(const reserve_codes& request) {
  const std::scoped_lock guard{lock_};
  reserved_codes answer{store_status::ok, {}};
  const auto hold = [&](const std::string& code) {
    codes_[code] = {std::nullopt, now_() + reserved_ttl.count()};
    answer.codes.push_back(code);
  };
  for (const auto& code : request.held) {
    if (is_free(code, true)) hold(code);
  }
  for (; answer.codes.size() > request.count; answer.codes.pop_back())
    codes_.erase(answer.codes.back());
  for (std::size_t i = 0; i < code_tries * request.count && answer.codes.size() < request.count;
       ++i) {
    const auto code = random_code();
    if (is_free(code, false)) hold(code);
  }
  return answer;
}

} // namespace atrium::store
