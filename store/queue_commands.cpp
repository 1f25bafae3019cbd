// Spells changes of a user's queue. Each command touches that one key.
// Order: drops first, then messages, then bound and lifetime. A drop reads the entries in a script,
// because a list knows no ids; it removes exactly what it was told, wherever it stands.
// Messages that Redis may have already are taken out before they are pushed: so a repetition after
// a broken connection doubles nothing, and all of them stand in their order afterwards.
#include "store/queue_commands.hpp"

namespace atrium::store {

namespace {

// ARGV: number of ids, ids, then rooms, each with the seq from which on its messages go.
constexpr std::string_view drop_script
    = "local ids,rooms={},{} local count=tonumber(ARGV[1]) "
      "for i=2,count+1 do ids[ARGV[i]]=true end "
      "for i=count+2,#ARGV,2 do rooms[ARGV[i]]=tonumber(ARGV[i+1]) end "
      "for _,text in ipairs(redis.call('LRANGE',KEYS[1],0,-1)) do "
      "local ok,m=pcall(cjson.decode,text) if ok and type(m)=='table' then "
      "local from=m.roomId and rooms[m.roomId] "
      "if (m.id and ids[m.id]) or (from and type(m.seq)=='number' and m.seq>=from) then "
      "redis.call('LREM',KEYS[1],0,text) end end end return 1";

void append_drops(command_buffer& out, const std::string& key, const queue_changes& changes) {
  if (changes.dropped.empty() && changes.dropped_rooms.empty()) return;
  out.begin(5 + changes.dropped.size() + 2 * changes.dropped_rooms.size());
  out.arg("EVAL");
  out.arg(drop_script);
  out.arg(1);
  out.arg(key);
  out.arg(changes.dropped.size());
  for (const auto& id : changes.dropped) out.arg(id);
  for (const auto& [room, from] : changes.dropped_rooms) {
    out.arg(room.value);
    out.arg(from);
  }
}

void append_messages(command_buffer& out, const std::string& key, const queue_changes& changes) {
  if (changes.messages.empty()) return;
  if (changes.may_be_stored) {
    for (const auto& entry : changes.messages) out.add("LREM", key, 0, *entry->message.json);
  }
  out.begin(2 + changes.messages.size());
  out.arg("LPUSH");
  out.arg(key);
  for (const auto& entry : changes.messages) out.arg(*entry->message.json);
  out.add("LTRIM", key, 0, queued_messages_count - 1);
  out.add("EXPIRE", key, queue_ttl.count());
}

} // namespace

void append_queue_commands(command_buffer& out, const key_space& keys, const user_id& user,
                           const queue_changes& changes) {
  const auto key = keys.queue(user.value);
  append_drops(out, key, changes);
  append_messages(out, key, changes);
}

} // namespace atrium::store
