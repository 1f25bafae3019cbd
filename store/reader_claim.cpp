// Claiming names for new rooms, and codes for outages.
//
// Order: first the name is claimed with commands on one key each (so that Redis Cluster could do
// them), then what an expired room of that name left is removed, then the room is stored, last it
// is listed. Until the room is stored the claim has no `name` field, which every reader takes for
// "no such room", and expires by itself soon; so a server that dies half-way blocks a name for a
// minute only. A code names a room in two ways, as an id and through room_code:<code>. Each
// claimant writes its own key first and looks at the other's afterwards: of two at once at least
// one gives way.
// Never repeated after a broken connection: the claim may have been done, so the answer is
// `unavailable`, and the claim expires.
#include "store/reader_core.hpp"

#include <algorithm>

namespace atrium::store {

namespace {

constexpr int claim_ttl_seconds = 60;
constexpr int reserved_ttl_seconds = 86'400;
constexpr std::size_t code_tries = 50;
constexpr std::size_t leftover_portion = 500;

constexpr std::string_view claim_script
    = "if redis.call('HEXISTS',KEYS[1],'id')==1 then return 0 end redis.call('DEL',KEYS[1]) "
      "redis.call('HSET',KEYS[1],'id',ARGV[1]) redis.call('EXPIRE',KEYS[1],ARGV[2]) return 1";
// Sets a code that is free, or is held by one of the values that may be replaced.
constexpr std::string_view code_script
    = "local had=redis.call('GET',KEYS[1]) if had and had~=ARGV[3] then return 0 end "
      "redis.call('SET',KEYS[1],ARGV[1],'EX',ARGV[2]) return 1";

} // namespace

reader_core::claim_step reader_core::claim_hash(const std::string& id) {
  const auto reply = link_.call("EVAL", claim_script, 1, keys_.room(id), id, claim_ttl_seconds);
  if (link_.failed()) return claim_step::failed;
  return reply->integer() == 1 ? claim_step::done : claim_step::taken;
}

// A room whose code is its id: the hash is the claim.
reader_core::claim_step reader_core::claim_code_room(room_meta& meta, bool reserved) {
  const bool is_given = !meta.code.empty();
  for (std::size_t i = 0; i < code_tries; ++i) {
    const auto code = is_given ? meta.code : random_code();
    auto step = claim_hash(code);
    if (step == claim_step::failed) return step;
    if (step == claim_step::done) {
      const auto reply = link_.call("GET", keys_.room_code(code));
      if (link_.failed()) return claim_step::failed;
      if (reply->is_nil() || (reserved && reply->text() == reserved_code)) {
        meta.code = code;
        meta.id.value = code;
        return claim_step::done;
      }
      (void)link_.call("DEL", keys_.room(code));
    }
    if (is_given) return claim_step::taken;
  }
  return claim_step::failed;
}

reader_core::claim_step reader_core::claim_code(const room_meta& meta, const std::string& code,
                                                bool reserved) {
  const auto may_replace = reserved ? reserved_code : std::string_view{};
  const auto set = link_.call("EVAL", code_script, 1, keys_.room_code(code), meta.id.value,
                              meta.ttl.count(), may_replace);
  if (link_.failed()) return claim_step::failed;
  if (set->integer() == 0) return claim_step::taken;
  const auto other = link_.call("EXISTS", keys_.room(code));
  if (link_.failed()) return claim_step::failed;
  if (other->integer() == 0) return claim_step::done;
  (void)link_.call("DEL", keys_.room_code(code));
  return claim_step::taken;
}

reader_core::claim_step reader_core::claim_own_id(room_meta& meta, bool reserved) {
  if (const auto step = claim_hash(meta.id.value); step != claim_step::done) return step;
  const bool is_given = !meta.code.empty();
  auto step = claim_step::failed;
  for (std::size_t i = 0; i < code_tries; ++i) {
    const auto code = is_given ? meta.code : random_code();
    step = claim_code(meta, code, reserved);
    if (step == claim_step::done) meta.code = code;
    if (step != claim_step::taken || is_given) break;
  }
  if (step != claim_step::done) (void)link_.call("DEL", keys_.room(meta.id.value));
  return step;
}

claim_reply reader_core::claim(const claim_room& request) {
  claim_reply answer{claim_outcome::unavailable, request.meta};
  auto& meta = answer.meta;
  const bool is_code_room = meta.id.value.empty() || meta.id.value == meta.code;
  const auto step = is_code_room ? claim_code_room(meta, request.reserved)
                                 : claim_own_id(meta, request.reserved);
  if (step == claim_step::taken) answer.outcome = claim_outcome::exists;
  if (step != claim_step::done) return answer;
  remove_leftovers(meta.id.value);
  if (store_new_room(meta, request.epoch))
    answer.outcome = claim_outcome::created;
  else
    undo_claim(meta);
  return answer;
}

bool reader_core::store_new_room(const room_meta& meta, const std::string& epoch) {
  auto fields = room_fields(meta);
  fields.emplace_back("participantCount", "0");
  fields.emplace_back("epoch", epoch);
  fields.emplace_back("seq", "0");
  fields.emplace_back("loaded", process_);
  const auto key = keys_.room(meta.id.value);
  command_buffer commands;
  commands.begin(2 + fields.size() * 2);
  commands.arg("HSET");
  commands.arg(key);
  for (const auto& [name, value] : fields) {
    commands.arg(name);
    commands.arg(value);
  }
  commands.add("EXPIRE", key, meta.ttl.count());
  commands.add("ZADD", keys_.rooms_active(), meta.created_at, meta.id.value);
  // A reserved code has become a room.
  if (meta.code == meta.id.value) commands.add("DEL", keys_.room_code(meta.code));
  (void)link_.call_all(commands);
  return !link_.failed();
}

// As far as it goes; what is left of a claim without a name expires by itself.
void reader_core::undo_claim(const room_meta& meta) {
  if (!link_.begin()) return;
  command_buffer commands;
  commands.add("DEL", keys_.room(meta.id.value));
  commands.add("ZREM", keys_.rooms_active(), meta.id.value);
  if (meta.code != meta.id.value) commands.add("DEL", keys_.room_code(meta.code));
  (void)link_.ask_all(commands);
}

void reader_core::remove_members(const std::string& id) {
  while (!link_.failed()) {
    const auto users = link_.call("SRANDMEMBER", keys_.members(id), leftover_portion)->texts();
    if (users.empty()) return;
    command_buffer commands;
    append_member_removal(commands, keys_, id, users);
    (void)link_.call_all(commands);
  }
}

void reader_core::remove_leftovers(const std::string& id) {
  remove_members(id);
  command_buffer commands;
  for (const auto& key : keys_.contents(id)) commands.add("UNLINK", key);
  (void)link_.call_all(commands);
  const auto archive = keys_.archive(id);
  while (!link_.failed()) {
    const auto ids = link_.call("ZRANGE", archive, 0, leftover_portion - 1)->texts();
    if (ids.empty()) return;
    commands.clear();
    commands.begin(1 + ids.size());
    commands.arg("UNLINK");
    for (const auto& message : ids) commands.arg(keys_.message(message));
    commands.begin(2 + ids.size());
    commands.arg("ZREM");
    commands.arg(archive);
    for (const auto& message : ids) commands.arg(message);
    (void)link_.call_all(commands);
  }
}

reserved_codes reader_core::reserve(const reserve_codes& request) {
  reserved_codes answer{store_status::ok, {}};
  command_buffer refresh;
  for (const auto& code : request.held) {
    refresh.add("EVAL", code_script, 1, keys_.room_code(code), reserved_code, reserved_ttl_seconds,
                reserved_code);
    refresh.add("EXISTS", keys_.room(code));
  }
  const auto replies = link_.call_all(refresh);
  for (std::size_t i = 0; i < request.held.size() && !link_.failed(); ++i) {
    const bool is_ours = replies[i * 2]->integer() == 1;
    const bool is_free = replies[i * 2 + 1]->integer() == 0;
    if (is_ours && is_free) answer.codes.push_back(request.held[i]);
    if (is_ours && !is_free) (void)link_.call("DEL", keys_.room_code(request.held[i]));
  }
  for (; answer.codes.size() > request.count && !link_.failed(); answer.codes.pop_back())
    (void)link_.call("DEL", keys_.room_code(answer.codes.back()));
  for (std::size_t i = 0; i < code_tries && answer.codes.size() < request.count; ++i) {
    if (link_.failed()) break;
    auto more = reserve_some(request.count - answer.codes.size());
    std::move(more.begin(), more.end(), std::back_inserter(answer.codes));
  }
  return answer;
}

// Tries as many random codes at once as are wanted; fewer come back when some were taken.
std::vector<std::string> reader_core::reserve_some(std::size_t count) {
  std::vector<std::string> drawn;
  command_buffer commands;
  for (std::size_t i = 0; i < count; ++i) {
    drawn.push_back(random_code());
    const auto key = keys_.room_code(drawn.back());
    commands.add("SET", key, reserved_code, "NX", "EX", reserved_ttl_seconds);
    commands.add("EXISTS", keys_.room(drawn.back()));
  }
  const auto replies = link_.call_all(commands);
  std::vector<std::string> claimed;
  for (std::size_t i = 0; i < drawn.size() && !link_.failed(); ++i) {
    if (replies[i * 2]->is_nil()) continue;
    if (replies[i * 2 + 1]->integer() == 0) {
      // A room made of it during an outage must not show an expired one's messages.
      remove_leftovers(drawn[i]);
      claimed.push_back(std::move(drawn[i]));
    } else {
      (void)link_.call("DEL", keys_.room_code(drawn[i]));
    }
  }
  return claimed;
}

} // namespace atrium::store
