// What operators ask of the records of users: that one is erased, and what they did themselves.
//
// Order: a user is erased from what others have of it to what it has itself, so that a repetition
// after a broken connection finds by its own keys what is left. What waited to be written of it is
// forgotten before; what comes afterwards is written as ever.
// What operators did is written oldest first, within 100 ms, and before the list is read. A broken
// connection leaves it unknown whether something was written: then it is written again, and may be
// there twice, but is not lost.
#include "actors/store_port.hpp"
#include "store/audit_entry.hpp"
#include "store/records_core.hpp"

#include "log/log.hpp"

#include <algorithm>

namespace atrium::store {

namespace {

constexpr std::size_t portion_count = 1'000;
constexpr std::size_t most_read = 1'000;

} // namespace

// ---- erasing -------------------------------------------------------------------------------------

user_erased records_core::erase(const user_id& user) {
  std::set<user_id> listed;
  return serve(user_erased{store_status::unavailable}, [&] {
    listed.merge(backlog_.erase(user));
    erase_stored(user, listed);
    return user_erased{store_status::ok};
  });
}

void records_core::erase_stored(const user_id& user, const std::set<user_id>& listed) {
  command_buffer commands;
  commands.add("HKEYS", keys_.friends(user.value));
  commands.add("SMEMBERS", keys_.friend_of(user.value));
  commands.add("SMEMBERS", keys_.user_rooms(user.value));
  const auto known = link_.call_all(commands);
  if (link_.failed()) return;
  commands.clear();
  const auto send = [&](std::size_t from) {
    if (commands.count() < from) return;
    (void)link_.call_all(commands);
    commands.clear();
  };
  const auto add = [&](std::string_view name, const std::string& key) {
    commands.add(name, key, user.value);
    send(portion_count);
  };
  for (const auto& each : listed) add("SREM", keys_.friend_of(each.value));
  for (const auto& each : known[0]->texts()) add("SREM", keys_.friend_of(each));
  for (const auto& lister : known[1]->texts()) add("HDEL", keys_.friends(lister));
  for (const auto& room : known[2]->texts()) {
    add("SREM", keys_.members(room));
    add("SREM", keys_.connected_members(room));
  }
  send(1);
  for (const auto& key :
       {keys_.friends(user.value), keys_.friend_of(user.value), keys_.queue(user.value),
        keys_.activity(user.value), keys_.user_rooms(user.value)}) {
    commands.add("UNLINK", key);
  }
  send(1);
}

// ---- what operators did --------------------------------------------------------------------------

void records_core::take(const put_audit& change) {
  if (is_finished_) return;
  audit_.push_back(change.what);
  if (audit_.size() > audit_waiting_count) {
    audit_.pop_front();
    log::warn("redis_audit_full", {{"kept", audit_.size()}});
  }
  note_taken(true);
}

// False: the store refuses, or is away; it goes on waiting.
bool records_core::send_audit() {
  if (!audit_.empty()) {
    command_buffer commands;
    commands.begin(2 + audit_.size());
    commands.arg("LPUSH");
    commands.arg(keys_.audit());
    for (const auto& action : audit_) commands.arg(to_json(action));
    commands.add("LTRIM", keys_.audit(), 0, audit_count - 1);
    const auto replies = link_.ask_all(commands);
    if (link_.failed()) return false;
    if (replies[0]->is_error()) {
      const bool passes = replies[0]->classify() == reply_class::transient;
      counts_.add(passes ? counter::store_errors_transient : counter::store_errors_defect);
      log::write(passes ? log::level::warn : log::level::error, "redis_records_refused",
                 {{"of", "audit"}, {"reply", replies[0]->first_error()}});
      if (passes) try_at_ = clock::now() + pause();
      if (passes) return false;
    }
    audit_.clear();
  }
  if (backlog_.empty()) due_ = clock::time_point::max();
  return true;
}

audit_entries records_core::audit(const read_audit& request) {
  const auto limit = std::clamp<std::size_t>(request.limit, 1, most_read);
  return serve(audit_entries{store_status::unavailable, {}, false}, [&] {
    audit_entries answer{store_status::ok, {}, false};
    (void)send_audit();
    const auto texts
        = link_.call("LRANGE", keys_.audit(), request.offset, request.offset + limit)->texts();
    answer.has_more = texts.size() > limit;
    for (std::size_t i = 0; i < std::min(limit, texts.size()); ++i) {
      if (auto action = read_action(texts[i])) answer.entries.push_back(std::move(*action));
    }
    return answer;
  });
}

} // namespace atrium::store
