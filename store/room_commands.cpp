// Spells the writes of a room. Each command touches the keys of one room only.
// Order within a segment: first the check that the room still exists (an EXPIRE that answers 0 says
// that it does not), then what is in the room, last its hash. Every key that is created here gets
// its TTL in the same segment; a list that grows many times a second gets it once a second.
// Replaced texts come after new messages, and touch only what is there. A rewrite may be repeated
// without harm: the hot list and the participants are replaced inside MULTI/EXEC, the archive is a
// set. An append may not, which is why the writer never sends one twice. Of a member's two sets the
// room's is the truth: the user's is written so that it rather names a room too many. A hand-back
// runs as a script, so that a room that expired is not half created by it.
#include "store/room_commands.hpp"

#include "store/place_entry.hpp"

#include <algorithm>

namespace atrium::store {

namespace {

constexpr auto none = reply_check::none;

constexpr std::string_view hand_back_script
    = "if redis.call('EXISTS',KEYS[1])==0 then return 0 end "
      "redis.call('HSET',KEYS[1],'participantCount','0','epoch',ARGV[1],'seq',ARGV[2]) "
      "redis.call('HDEL',KEYS[1],'loaded') return 1";

// Puts each text (ARGV: id, text, …) where the entry of that id stands. An id within some other
// message's metadata or reply looks alike, so what looks like it is read.
constexpr std::string_view replace_hot_script
    = "local new={} for i=1,#ARGV,2 do new[ARGV[i]]=ARGV[i+1] end "
      "for at,text in ipairs(redis.call('LRANGE',KEYS[1],0,-1)) do for id in pairs(new) do "
      "if string.find(text,id,1,true) then local ok,m=pcall(cjson.decode,text) "
      "if ok and type(m)=='table' and m.id==id then redis.call('LSET',KEYS[1],at-1,new[id]) "
      "break end end end end return 1";
// Each looks through the whole list for as many.
constexpr std::size_t replaced_portion = 32;

struct speller {
  command_plan& plan;
  const room_layout& layout;
  const room_segment& segment;
  const key_space& keys = layout.keys;
  const chat_settings& chat = layout.chat;
  const std::string& id = segment.meta->id.value;
  const std::int64_t ttl = segment.meta->ttl.count();

  void words(std::vector<std::string_view> all) {
    plan.commands.begin(all.size());
    for (const auto word : all) plan.commands.arg(word);
    plan.checks.push_back(none);
  }

  // Newest first, as LPUSH leaves them when it is given the oldest first.
  void push_hot(const std::string& key, const std::vector<stored_message>& messages) {
    const auto count = std::min(messages.size(), chat.hot_messages);
    if (count == 0) return;
    std::vector<std::string_view> all{"LPUSH", key};
    for (auto i = messages.size() - count; i < messages.size(); ++i) {
      all.emplace_back(*messages[i].json);
    }
    words(std::move(all));
  }

  void archive(const std::vector<stored_message>& messages) {
    if (messages.empty()) return;
    const auto key = keys.archive(id);
    for (const auto& m : messages) {
      plan.add(none, "SET", keys.message(m.id), *m.json, "EX", chat.archive_ttl.count());
    }
    plan.commands.begin(2 + messages.size() * 2);
    plan.commands.arg("ZADD");
    plan.commands.arg(key);
    for (const auto& m : messages) {
      plan.commands.arg(m.seq);
      plan.commands.arg(m.id);
    }
    plan.checks.push_back(none);
    if (!segment.sets_ttl) return;
    plan.add(none, "EXPIRE", key, chat.archive_ttl.count());
    plan.add(reply_check::archive_count, "ZCARD", key);
  }

  // The archive first: were the rest lost, who loads the room would believe the archive.
  void replace_archived(const stored_message& m) {
    plan.add(none, "SET", keys.message(m.id), *m.json, "XX", "KEEPTTL");
  }

  void replace_messages() {
    for (const auto& [message_id, m] : segment.replaced) replace_archived(m);
    const auto key = keys.messages(id);
    for (auto at = segment.replaced.begin(); at != segment.replaced.end();) {
      std::vector<std::string_view> all{"EVAL", replace_hot_script, "1", key};
      for (std::size_t i = 0; i < replaced_portion && at != segment.replaced.end(); ++i, ++at) {
        all.insert(all.end(), {at->first, *at->second.json});
      }
      words(std::move(all));
    }
  }

  void append_messages() {
    if (segment.appended.empty()) return;
    const auto key = keys.messages(id);
    push_hot(key, segment.appended);
    const auto last = static_cast<std::int64_t>(chat.hot_messages) - 1;
    if (last >= 0) plan.add(none, "LTRIM", key, 0, last);
    if (segment.sets_ttl) plan.add(none, "EXPIRE", key, ttl);
    archive(segment.appended);
  }

  void put_board() {
    if (!segment.board) return;
    plan.add(none, "SET", keys.whiteboard(id), to_json(*segment.board), "EX", ttl);
  }

  void put_participants() {
    const auto key = keys.participants(id);
    std::vector<std::string_view> gone{"HDEL", key};
    std::vector<std::string_view> come{"HSET", key};
    for (const auto& [user, name] : segment.participants) {
      if (!name)
        gone.emplace_back(user.value);
      else
        come.insert(come.end(), {user.value, *name});
    }
    if (gone.size() > 2) words(std::move(gone));
    if (come.size() == 2) return;
    words(std::move(come));
    plan.add(none, "EXPIRE", key, ttl);
  }

  void add_to_user_rooms(const user_id& user) {
    const auto key = keys.user_rooms(user.value);
    plan.add(none, "SADD", key, id);
    plan.add(none, "EXPIRE", key, user_rooms_ttl_seconds);
  }

  void change_members() {
    const auto key = keys.members(id);
    std::vector<std::string_view> gone{"SREM", key};
    std::vector<std::string_view> come{"SADD", key};
    for (const auto& [user, is_member] : segment.members) {
      (is_member ? come : gone).emplace_back(user.value);
      if (is_member) add_to_user_rooms(user);
    }
    if (gone.size() > 2) words(std::move(gone));
    for (const auto& [user, is_member] : segment.members) {
      if (!is_member) plan.add(none, "SREM", keys.user_rooms(user.value), id);
    }
    if (come.size() == 2) return;
    words(std::move(come));
    plan.add(none, "EXPIRE", key, ttl);
  }

  // Their hash lives by itself: a refresh of the room must not keep places alive.
  void put_places() {
    if (segment.places.empty()) return;
    const auto key = keys.space_users(id);
    std::vector<std::string_view> gone{"HDEL", key};
    std::vector<std::pair<std::string_view, std::string>> come;
    for (const auto& [user, placed] : segment.places) {
      if (placed)
        come.emplace_back(user.value, to_json(*placed));
      else
        gone.emplace_back(user.value);
    }
    if (gone.size() > 2) words(std::move(gone));
    set_places(key, come);
    plan.add(none, "EXPIRE", key, places_ttl.count());
  }

  void set_places(const std::string& key,
                  const std::vector<std::pair<std::string_view, std::string>>& places) {
    std::vector<std::string_view> all{"HSET", key};
    for (const auto& [user, text] : places) all.insert(all.end(), {user, text});
    if (all.size() > 2) words(std::move(all));
  }

  void put_typing() {
    for (const auto& [user, is_typing] : segment.typing) {
      const auto key = keys.typing(id, user.value);
      if (is_typing)
        plan.add(none, "SET", key, 1, "PX", layout.typing_ttl.count());
      else
        plan.add(none, "UNLINK", key);
    }
  }

  void refresh_all() {
    if (!segment.last_activity) return;
    plan.add(none, "EXPIRE", keys.messages(id), ttl);
    plan.add(none, "EXPIRE", keys.whiteboard(id), ttl);
    plan.add(none, "EXPIRE", keys.participants(id), ttl);
    plan.add(none, "EXPIRE", keys.members(id), ttl);
    plan.add(none, "EXPIRE", keys.connected_members(id), ttl);
    // It may have been created anew since, had somebody deleted it.
    plan.add(none, "EXPIRE", keys.archive(id), chat.archive_ttl.count());
    const auto& code = segment.meta->code;
    if (!code.empty() && code != id) plan.add(none, "EXPIRE", keys.room_code(code), ttl);
  }

  void put_state(std::vector<hash_field> fields) {
    fields.emplace_back("loaded", layout.process);
    fields.emplace_back("epoch", *segment.epoch);
    if (segment.seq > 0 || segment.whole) fields.emplace_back("seq", std::to_string(segment.seq));
    if (segment.participant_count) {
      fields.emplace_back("participantCount", std::to_string(*segment.participant_count));
    }
    if (segment.last_activity) {
      fields.emplace_back("lastActivity", std::to_string(*segment.last_activity));
    }
    if (segment.is_locked) fields.emplace_back("locked", *segment.is_locked ? "true" : "false");
    const auto key = keys.room(id);
    std::vector<std::string_view> all{"HSET", key};
    for (const auto& [name, value] : fields) all.insert(all.end(), {name, value});
    words(std::move(all));
  }

  void changes() {
    const auto key = keys.room(id);
    plan.add(reply_check::must_exist, "EXPIRE", key, ttl);
    append_messages();
    replace_messages();
    put_board();
    put_participants();
    change_members();
    put_places();
    put_typing();
    refresh_all();
    put_state({});
    // Had it vanished just then, this hash would live without a TTL.
    if (segment.sets_ttl) plan.add(none, "EXPIRE", key, ttl);
  }

  void replace_hot() {
    const auto key = keys.messages(id);
    plan.add(none, "MULTI");
    plan.add(none, "DEL", key);
    push_hot(key, segment.whole->messages);
    plan.add(none, "EXPIRE", key, ttl);
    plan.add(none, "EXEC");
  }

  void replace_participants() {
    const auto key = keys.participants(id);
    plan.add(none, "MULTI");
    plan.add(none, "DEL", key);
    std::vector<std::string_view> all{"HSET", key};
    for (const auto& [user, name] : segment.whole->participants) {
      all.insert(all.end(), {user.value, name});
    }
    if (all.size() > 2) words(std::move(all));
    plan.add(none, "EXPIRE", key, ttl);
    plan.add(none, "EXEC");
  }

  void replace_members() {
    const auto key = keys.members(id);
    for (const auto& user : segment.whole->members) add_to_user_rooms(user);
    plan.add(none, "MULTI");
    plan.add(none, "DEL", key);
    std::vector<std::string_view> all{"SADD", key};
    for (const auto& user : segment.whole->members) all.emplace_back(user.value);
    if (all.size() > 2) words(std::move(all));
    plan.add(none, "EXPIRE", key, ttl);
    plan.add(none, "EXEC");
  }

  void replace_places() {
    if (segment.meta->kind != "space") return;
    const auto key = keys.space_users(id);
    std::vector<std::pair<std::string_view, std::string>> all;
    for (const auto& u : segment.whole->places) all.emplace_back(u.user.value, to_json(u));
    plan.add(none, "MULTI");
    plan.add(none, "DEL", key);
    set_places(key, all);
    plan.add(none, "EXPIRE", key, places_ttl.count());
    plan.add(none, "EXEC");
  }

  void rewrite() {
    const auto& whole = *segment.whole;
    const auto key = keys.room(id);
    archive(whole.messages);
    for (const auto& m : whole.changed) replace_archived(m);
    replace_hot();
    if (whole.board)
      plan.add(none, "SET", keys.whiteboard(id), to_json(*whole.board), "EX", ttl);
    else
      plan.add(none, "DEL", keys.whiteboard(id));
    replace_participants();
    replace_members();
    replace_places();
    const auto& code = segment.meta->code;
    if (code != id) plan.add(none, "SET", keys.room_code(code), id, "EX", ttl);
    // It may have been kept for an outage; the room itself has the name now.
    else
      plan.add(none, "DEL", keys.room_code(code));
    if (const auto missing = missing_room_fields(*segment.meta); !missing.empty()) {
      std::vector<std::string_view> all{"HDEL", key};
      all.insert(all.end(), missing.begin(), missing.end());
      words(std::move(all));
    }
    auto meta = *segment.meta;
    meta.last_activity = whole.last_activity;
    put_state(room_fields(meta));
    plan.add(none, "EXPIRE", key, ttl);
    plan.add(none, "ZADD", keys.rooms_active(), meta.created_at, id);
  }

  void hand_back() {
    plan.add(none, "DEL", keys.participants(id));
    plan.add(reply_check::must_exist, "EVAL", hand_back_script, 1, keys.room(id), *segment.epoch,
             segment.seq);
  }
};

} // namespace

void append_commands(command_plan& plan, const room_layout& layout, const room_segment& segment) {
  speller spell{plan, layout, segment};
  switch (segment.what) {
  case room_segment::kind::changes: return spell.changes();
  case room_segment::kind::rewrite: return spell.rewrite();
  case room_segment::kind::hand_back: return spell.hand_back();
  case room_segment::kind::removal: return;
  }
}

} // namespace atrium::store
