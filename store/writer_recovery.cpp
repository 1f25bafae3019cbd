// How a writer loses its store and finds it again.
//
// Order after a reconnect: first every room that the store had confirmed is compared with what the
// store holds now, then what was queued goes out, then lost rooms are asked to write themselves,
// some at a time. So a store that came back empty or with an older state is made whole, and nothing
// is appended to a list that is not the one it belongs to.
// Attempts pause `retry_step` × attempt, at most `retry_max`. After `max_attempts` the breaker
// opens: what is queued is lost, further writes are refused at once, and only the attempts go on.
// A store that answers but refuses (LOADING, OOM, READONLY …) is asked through one room at a time,
// with the same pauses, until a rewrite succeeds.
#include "store/writer_core.hpp"

#include "log/log.hpp"

#include <algorithm>

namespace atrium::store {

namespace {

constexpr std::size_t verify_rooms_count = 1'000;
// Rooms asked at once; each may answer with as much as its replay window holds.
constexpr std::size_t ask_rooms_count = 16;
// A room that was asked and does not answer holds up the others no longer than this.
constexpr milliseconds ask_patience{1'000};

} // namespace

milliseconds writer_core::pause(std::size_t attempt) const {
  const auto steps = static_cast<milliseconds::rep>(std::min<std::size_t>(attempt, 1'000'000));
  return std::min(config_.retry_max, config_.retry_step * steps);
}

void writer_core::connect() {
  const auto failed = connection_.open();
  if (failed) {
    ++attempts_;
    counts_.add(store_fault::unreachable);
    last_error_ = *failed;
    connect_at_ = clock::now() + pause(attempts_);
    log::debug("redis_unreachable",
               {{"at", connection_.name()}, {"reason", *failed}, {"attempt", attempts_}});
    if (attempts_ < config_.max_attempts || breaker_open_) return;
    log::warn("redis_breaker_open", {{"at", connection_.name()}, {"reason", *failed}});
    return open_breaker();
  }
  log::info("redis_connected", {{"at", connection_.name()}, {"attempt", attempts_ + 1}});
  if (was_connected_) {
    ++reconnects_;
    counts_.add(counter::store_reconnects);
  }
  was_connected_ = true;
  breaker_open_ = false;
  attempts_ = 0;
  refusals_ = 0;
  outstanding_ = 0;
  ask_at_ = clock::now();
  verify_rooms();
}

void writer_core::on_broken() {
  connection_.close();
  attempts_ = 0;
  last_error_ = "the connection was lost";
  connect_at_ = clock::now();
  counts_.add(counter::store_errors_transient);
  counts_.add(store_fault::broken);
  log::warn("redis_lost", {{"at", connection_.name()}, {"rooms", rooms_.size()}});
}

void writer_core::open_breaker() {
  breaker_open_ = true;
  for (const auto& id : ready_) {
    const auto at = rooms_.find(id);
    if (at == rooms_.end()) continue;
    at->second.is_ready = false;
    if (!at->second.is_lost && !at->second.queue.empty()) lose(id, at->second);
  }
  ready_.clear();
  for (const auto& job : removals_) {
    const auto at = rooms_.find(job.id);
    if (at == rooms_.end()) continue;
    at->second.is_removing = false;
    lose(job.id, at->second);
  }
  removals_.clear();
  trims_.clear();
}

void writer_core::verify_rooms() {
  std::vector<std::string> ids;
  std::vector<std::string> known;
  for (const auto& [id, room] : rooms_) {
    if (room.is_confirmed && !room.is_lost) known.push_back(id);
  }
  for (std::size_t i = 0; i < known.size(); i += verify_rooms_count) {
    const auto end = std::min(known.size(), i + verify_rooms_count);
    ids.assign(known.begin() + static_cast<std::ptrdiff_t>(i),
               known.begin() + static_cast<std::ptrdiff_t>(end));
    if (verify_portion(ids)) continue;
    on_broken();
    connect_at_ = clock::now() + config_.retry_step;
    return;
  }
}

bool writer_core::verify_portion(const std::vector<std::string>& ids) {
  command_buffer commands;
  for (const auto& id : ids) {
    commands.add("HMGET", layout_.keys.room(id), "epoch", "seq", "participantCount");
  }
  connection_.send(commands);
  for (const auto& id : ids) {
    const auto reply = connection_.receive();
    if (!reply) return false;
    const auto at = rooms_.find(id);
    if (at == rooms_.end()) continue;
    auto& room = at->second;
    const auto count = static_cast<std::size_t>(reply[2].integer());
    const bool same = reply[0].text() == room.epoch && reply[1].integer() >= room.seq
                      && (!room.participant_count || *room.participant_count == count);
    if (same) continue;
    log::info("redis_room_outdated", {{"room", id}});
    lose(id, room);
  }
  return true;
}

void writer_core::ask_lost_rooms() {
  if (unasked_.empty() || clock::now() < ask_at_) return;
  // Rewrites that are under way come first; they may be large.
  if (queued_bytes_ > config_.queue_bytes / 2) return;
  const std::size_t at_once = refusals_ > 0 ? 1 : ask_rooms_count;
  if (outstanding_ >= at_once) outstanding_ = 0;
  while (!unasked_.empty() && outstanding_ < at_once) {
    const auto id = std::move(unasked_.front());
    unasked_.pop_front();
    const auto at = rooms_.find(id);
    if (at == rooms_.end() || !at->second.is_lost || at->second.is_asked) continue;
    if (!caf::actor_cast<caf::strong_actor_ptr>(at->second.from)) {
      forget(id);
      continue;
    }
    at->second.is_asked = true;
    ++outstanding_;
    notify_(at->second.from, store_returned{});
  }
  if (outstanding_ >= at_once) ask_at_ = std::max(ask_at_, clock::now() + ask_patience);
}

} // namespace atrium::store
