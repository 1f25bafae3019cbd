// Queues of members who are away, in Redis.
//
// Order: a user's changes are done in the order in which they were taken, and a read comes after
// them. What waits for many users goes out together, a portion per round trip.
// Nothing leaves the backlog before Redis confirmed it. A broken connection leaves it unknown what
// was done; then all of a user's changes are sent again, which doubles nothing. A store that is
// away or refuses for now is tried with the usual pauses, and reads answer `unavailable` meanwhile.
// Any other error is a defect of that user's queue: logged, counted, and the changes are given up.
// A read looks at the room's hash before it looks at the archive, so that a message that was stored
// in between is not taken for gone. While the store has only just come back nothing is removed for
// not being there: its room may be about to write itself.
#include "store/queue_core.hpp"

#include "log/log.hpp"

#include <algorithm>
#include <thread>

namespace atrium::store {

namespace {

constexpr std::size_t portion_users = 1'000;
constexpr std::size_t portion_bytes = 1'000'000;
// While it finishes it looks this often whether the store is back.
constexpr milliseconds finish_look{50};

} // namespace

queue_core::queue_core(const settings& config, counters& counts)
    : config_{config.redis}, counts_{counts}, keys_{config.redis.prefix},
      link_{config.redis, counts, "redis_queue"}, backlog_{config.redis.queue_bytes} {}

void queue_core::lose(std::size_t count) {
  if (count > 0) counts_.add(counter::messages_not_queued, count);
}

void queue_core::take(const queue_message& request) {
  lose(is_finished_ ? request.users->size() : backlog_.push(request));
}

void queue_core::take(const drop_queued& request) {
  if (!is_finished_) backlog_.drop(request);
}

void queue_core::take(const drop_queued_room& request) {
  if (!is_finished_) backlog_.drop(request);
}

milliseconds queue_core::pause(std::size_t attempt) const {
  const auto steps = static_cast<milliseconds::rep>(std::min<std::size_t>(attempt, 1'000'000));
  return std::min(config_.retry_max, config_.retry_step * steps);
}

milliseconds queue_core::turn() {
  if (backlog_.empty() || is_finished_) return milliseconds::max();
  const auto rest = std::chrono::ceil<milliseconds>(send_at_ - clock::now());
  if (rest.count() > 0) return rest;
  if (!link_.begin()) return std::max(milliseconds{1}, link_.next_attempt());
  if (!send(backlog_.users(portion_users))) return milliseconds{1};
  return backlog_.empty() ? milliseconds::max() : milliseconds{0};
}

// False: some of it was not done and goes on waiting.
bool queue_core::send(const std::vector<user_id>& users) {
  command_buffer commands;
  std::vector<std::pair<user_id, std::size_t>> sent;
  for (const auto& user : users) {
    const auto* changes = backlog_.of(user);
    if (changes == nullptr) continue;
    const auto before = commands.count();
    append_queue_commands(commands, keys_, user, *changes);
    sent.emplace_back(user, commands.count() - before);
    backlog_.mark_sent(user);
    if (commands.bytes().size() > portion_bytes) break;
  }
  const auto replies = link_.ask_all(commands);
  bool all = true;
  std::size_t at = 0;
  for (const auto& [user, count] : sent) {
    all &= settle(user, std::span{replies}.subspan(at, count));
    at += count;
  }
  if (!all) send_at_ = clock::now() + pause(++refusals_);
  if (all) refusals_ = 0;
  return all;
}

bool queue_core::settle(const user_id& user, std::span<const redis_reply> replies) {
  auto worst = reply_class::ok;
  std::string_view error;
  for (const auto& reply : replies) {
    if (!reply) return false;
    worst = std::max(worst, reply->classify());
    if (error.empty()) error = reply->first_error();
  }
  if (worst == reply_class::transient) {
    counts_.add(counter::store_errors_transient);
    counts_.add(fault_of(error));
    if (refusals_ == 0) log::warn("redis_queue_refused", {{"reply", error}});
    return false;
  }
  const auto count = backlog_.settle(user);
  if (worst == reply_class::ok) return true;
  counts_.add(counter::store_errors_defect);
  counts_.add(fault_of(error));
  log::error("redis_queue_refused", {{"user", user.value}, {"reply", error}});
  lose(count);
  return true;
}

queued_messages queue_core::read(const user_id& user) {
  const queued_messages unavailable{store_status::unavailable, {}};
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (!link_.begin()) return unavailable;
    const bool is_up_to_date = backlog_.of(user) == nullptr || send({user});
    if (is_up_to_date) {
      auto answer = look_up(user);
      if (!link_.failed()) return answer;
    }
    if (!link_.broke_in_use()) return unavailable;
  }
  return unavailable;
}

queued_messages queue_core::look_up(const user_id& user) {
  queued_messages answer{store_status::ok, {}};
  const auto key = keys_.queue(user.value);
  std::vector<std::string> leaving;
  std::vector<std::pair<std::string, queue_entry>> entries;
  for (auto& text : link_.call("LRANGE", key, 0, -1)->texts()) {
    if (auto entry = read_queue_entry(text))
      entries.emplace_back(std::move(text), std::move(*entry));
    else
      leaving.push_back(std::move(text));
  }
  std::reverse(entries.begin(), entries.end());
  command_buffer commands;
  for (const auto& [text, entry] : entries) {
    commands.add("HMGET", keys_.room(entry.room.value), "name", "epoch", "seq", "createdAt");
  }
  for (const auto& [text, entry] : entries) commands.add("GET", keys_.message(entry.message.id));
  const auto replies = link_.call_all(commands);
  if (link_.failed()) return answer;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    auto& [text, entry] = entries[i];
    auto found = judge(entry, replies[i].view(), replies[entries.size() + i]->text());
    if (found.message) answer.messages.push_back(std::move(*found.message));
    if (found.leaves) leaving.push_back(std::move(text));
  }
  remove(key, leaving);
  return answer;
}

queue_core::verdict queue_core::judge(const queue_entry& entry, const reply_view& room,
                                      std::string_view archived) const {
  // Without a name it is a claim that is not finished, and no room yet.
  if (room[0].is_nil()) return {std::nullopt, link_.is_settled()};
  if (auto now = read_stored_message(archived)) {
    if (is_tombstone(*now)) return {std::nullopt, true};
    return {std::move(now), false};
  }
  const room_mark mark{std::string{room[1].text()}, room[2].integer(), room[3].integer()};
  if (is_under_way(entry, mark)) return {entry.message, false};
  return {std::nullopt, link_.is_settled()};
}

// A cleaning at the side of a read: a store that refuses writes must not make it fail.
void queue_core::remove(const std::string& key, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  command_buffer commands;
  for (const auto& text : texts) commands.add("LREM", key, 0, text);
  (void)link_.ask_all(commands);
}

void queue_core::finish(clock::time_point deadline) {
  while (!is_finished_ && !backlog_.empty() && clock::now() < deadline) {
    const auto rest = turn();
    // Its own thread, and nothing new can come in: waiting is all there is.
    if (rest.count() > 0 && !backlog_.empty()) {
      std::this_thread::sleep_for(std::min(rest, finish_look));
    }
  }
  if (is_finished_) return;
  is_finished_ = true;
  const auto left = backlog_.message_count();
  lose(left);
  link_.finish();
  backlog_ = queue_backlog{0};
  log::info("redis_queue_finished", {{"left_behind", left}});
}

} // namespace atrium::store
