// Deletions that take more than one round trip, a portion per turn so that writes go on in between:
// all keys of a removed room, and what the archive holds beyond its bound.
//
// Order: of a removed room archive and members go first and the hash last, so that its name cannot
// be claimed anew while parts of it are still there. Both jobs may be repeated without harm: a
// broken connection leaves them where they are, to go on after the reconnect. UNLINK only: Redis
// frees the memory in its own background.
#include "store/writer_core.hpp"

#include "log/log.hpp"

namespace atrium::store {

namespace {

constexpr std::size_t portion_count = 500;

void add_message_removal(command_buffer& out, const key_space& keys, const std::string& archive,
                         const std::vector<std::string>& ids) {
  out.begin(1 + ids.size());
  out.arg("UNLINK");
  for (const auto& id : ids) out.arg(keys.message(id));
  out.begin(2 + ids.size());
  out.arg("ZREM");
  out.arg(archive);
  for (const auto& id : ids) out.arg(id);
}

void add_room_removal(command_buffer& out, const key_space& keys, const std::string& id,
                      const std::string& code, const std::set<user_id>& typing) {
  for (const auto& key : keys.contents(id)) out.add("UNLINK", key);
  for (const auto& user : typing) out.add("UNLINK", keys.typing(id, user.value));
  out.add("UNLINK", keys.archive(id));
  out.add("ZREM", keys.rooms_active(), id);
  if (!code.empty() && code != id) out.add("UNLINK", keys.room_code(code));
  out.add("UNLINK", keys.room(id));
}

} // namespace

void writer_core::continue_removal() {
  if (removals_.empty()) return;
  const auto job = removals_.front();
  const auto archive = layout_.keys.archive(job.id);
  command_buffer commands;
  commands.add("ZRANGE", archive, 0, portion_count - 1);
  commands.add("SRANDMEMBER", layout_.keys.members(job.id), portion_count);
  connection_.send(commands);
  const auto portion = connection_.receive();
  const auto members = connection_.receive();
  if (!portion || !members) return on_broken();
  if (portion->classify() == reply_class::transient) {
    return finish_removal(job, reply_class::transient, portion->text());
  }
  const auto ids = portion->texts();
  const auto users = members->texts();
  const bool is_last = ids.empty() && users.empty();
  commands.clear();
  if (is_last) add_room_removal(commands, layout_.keys, job.id, job.code, job.typing);
  if (!ids.empty()) add_message_removal(commands, layout_.keys, archive, ids);
  if (!users.empty()) append_member_removal(commands, layout_.keys, job.id, users);
  connection_.send(commands);
  auto worst = reply_class::ok;
  std::string error;
  for (std::size_t i = 0; i < commands.count(); ++i) {
    const auto reply = connection_.receive();
    if (!reply) return on_broken();
    if (reply->is_error() && error.empty()) error = reply->text();
    worst = std::max(worst, reply->classify());
  }
  if (is_last || worst != reply_class::ok) return finish_removal(job, worst, error);
}

void writer_core::finish_removal(const removal& job, reply_class outcome, std::string_view error) {
  removals_.pop_front();
  if (outcome == reply_class::ok) {
    notify_(job.from, persisted{job.ticket});
  } else {
    const bool passes = outcome == reply_class::transient;
    counts_.add(passes ? counter::store_errors_transient : counter::store_errors_defect);
    counts_.add(fault_of(error));
    last_error_ = error;
    log::error("redis_removal_refused", {{"room", job.id}, {"reply", error}});
    if (!passes) notify_(job.from, write_lost{job.ticket, false});
    if (passes) ask_at_ = clock::now() + pause(++refusals_);
  }
  const auto at = rooms_.find(job.id);
  if (at == rooms_.end()) return;
  auto& room = at->second;
  room.is_removing = false;
  note_settled(room);
  if (!room.queue.empty()) return make_ready(job.id, room);
  if (room.from != job.from) return;
  if (outcome == reply_class::transient)
    lose(job.id, room);
  else
    forget(job.id);
}

void writer_core::continue_trim() {
  if (trims_.empty()) return;
  auto& job = trims_.front();
  const auto count = std::min(job.excess, portion_count);
  const auto archive = layout_.keys.archive(job.id);
  command_buffer commands;
  commands.add("ZRANGE", archive, 0, count - 1);
  connection_.send(commands);
  const auto portion = connection_.receive();
  if (!portion) return on_broken();
  const auto ids = portion->texts();
  job.excess -= count;
  // What cannot be trimmed now is seen again with the room's next message.
  if (ids.empty() || job.excess == 0) trims_.pop_front();
  if (ids.empty()) return;
  commands.clear();
  add_message_removal(commands, layout_.keys, archive, ids);
  connection_.send(commands);
  for (std::size_t i = 0; i < commands.count(); ++i) {
    if (!connection_.receive()) return on_broken();
  }
}

} // namespace atrium::store
