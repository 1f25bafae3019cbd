// The state of a Redis writer: which rooms it knows, what is queued for each, who is lost.
//
// Order: a room's segments leave in the order of its writes, one batch at a time; rooms take turns.
// A write is never sent twice: what a broken connection swallowed makes its room lost instead, and
// a lost room's writes are dropped (and said to be) until it rewrites itself whole. So nothing is
// ever doubled, and a store that is away costs one small entry per room, not a growing queue.
// Above `queue_bytes` the room that writes becomes lost as well: a store that is too slow is
// treated like one that is away.
// Rooms are held weakly and by id; one that is gone is forgotten when it would be asked.
#include "store/writer_core.hpp"

#include "log/log.hpp"

#include <algorithm>
#include <thread>

namespace atrium::store {

namespace {

// An idle connection is looked at this often, so that a store that came back empty is noticed.
constexpr milliseconds idle_look{250};

// With so much queued, some 500 messages, a batch gains nothing by growing.
constexpr std::size_t full_batch_bytes = 512'000;
// After a write that somebody waited for, more of the kind are likely, perhaps while we gather.
constexpr std::chrono::seconds awaited_for{1};

bool is_removal(const room_segment& segment) {
  return segment.what == room_segment::kind::removal;
}

} // namespace

writer_core::writer_core(const settings& config, counters& counts, std::string process,
                         notify_room notify)
    : config_{config.redis}, layout_{key_space{config.redis.prefix}, config.chat,
                                     config.rooms.typing, std::move(process)},
      counts_{counts}, gauges_{counts.measured.writers.claim()}, notify_{std::move(notify)},
      connection_{config.redis} {}

void writer_core::take(room_write write) {
  if (is_finished_) return;
  if (write.is_awaited) awaited_at_ = clock::now();
  const auto id = write.meta->id.value;
  auto& room = rooms_[id];
  if (room.from != write.from) {
    // Another incarnation: what was noted against the last one does not concern it.
    if (room.is_lost) forgive(room);
    room.from = write.from;
    room.is_confirmed = false;
    room.seq = 0;
    room.has_ttl = false;
    room.participant_count.reset();
    room.typing.clear();
  }
  // What a room says after its removal must not bring anything of it back.
  if (room.is_removing || (!room.queue.empty() && is_removal(room.queue.back()))) {
    if (room.removed_by == write.from) return;
  }
  room.last_ticket = write.ticket;
  if (std::holds_alternative<remove_room>(write.change)) room.removed_by = write.from;
  const bool forgives = std::holds_alternative<rewrite_room>(write.change)
                        || std::holds_alternative<remove_room>(write.change);
  if (room.is_lost && forgives) forgive(room);
  if (room.is_lost || breaker_open_ || queued_bytes_ > config_.queue_bytes) {
    note_waiting(room);
    return drop(id, room);
  }
  const auto grown = enqueue(room.queue, std::move(write));
  note_waiting(room);
  queued_bytes_ = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(queued_bytes_) + grown);
  make_ready(id, room);
}

void writer_core::make_ready(const std::string& id, tracked_room& room) {
  if (room.is_ready) return;
  room.is_ready = true;
  ready_.push_back(id);
}

// The room learns of a drop once per turn, with its newest ticket.
void writer_core::drop(const std::string& id, tracked_room& room) {
  if (!room.is_lost) return lose(id, room);
  if (!room.has_dropped) dropped_.push_back(id);
  room.has_dropped = true;
  if (!room.is_asked) return;
  // It did not know yet that it is lost when it was asked.
  room.is_asked = false;
  if (outstanding_ > 0) --outstanding_;
  unasked_.push_back(id);
}

void writer_core::lose(const std::string& id, tracked_room& room) {
  for (const auto& segment : room.queue) queued_bytes_ -= segment.bytes;
  room.queue.clear();
  room.has_ttl = false;
  note_waiting(room);
  notify_(room.from, write_lost{room.last_ticket, true});
  if (room.is_lost) return;
  room.is_lost = true;
  room.is_asked = false;
  ++lost_rooms_;
  unasked_.push_back(id);
}

void writer_core::forgive(tracked_room& room) {
  room.is_lost = false;
  room.has_dropped = false;
  --lost_rooms_;
  if (room.is_asked && outstanding_ > 0 && --outstanding_ == 0 && refusals_ == 0) {
    ask_at_ = clock::now();
  }
  room.is_asked = false;
}

void writer_core::note_typing(tracked_room& room, const room_segment& segment) {
  for (const auto& [user, is_typing] : segment.typing) {
    if (is_typing)
      room.typing.insert(user);
    else
      room.typing.erase(user);
  }
}

void writer_core::forget(const std::string& id) {
  const auto at = rooms_.find(id);
  if (at == rooms_.end()) return;
  if (at->second.is_lost) forgive(at->second);
  for (const auto& segment : at->second.queue) queued_bytes_ -= segment.bytes;
  at->second.queue.clear();
  note_settled(at->second);
  rooms_.erase(at);
}

void writer_core::tell_dropped() {
  for (const auto& id : dropped_) {
    const auto at = rooms_.find(id);
    if (at == rooms_.end() || !at->second.has_dropped) continue;
    at->second.has_dropped = false;
    notify_(at->second.from, write_lost{at->second.last_ticket, true});
  }
  dropped_.clear();
}

milliseconds writer_core::turn() {
  if (is_finished_) return milliseconds::max();
  if (connection_.is_open() && !connection_.looks_alive()) on_broken();
  if (!connection_.is_open() && clock::now() >= connect_at_) connect();
  if (connection_.is_open()) send_batch();
  if (connection_.is_open()) continue_removal();
  if (connection_.is_open()) continue_trim();
  tell_dropped();
  if (connection_.is_open()) ask_lost_rooms();
  set_gauges();
  return next_turn();
}

void writer_core::set_gauges() {
  set(gauges_.is_connected, connection_.is_open() ? 1 : 0);
  set(gauges_.is_breaker_open, breaker_open_ ? 1 : 0);
  set(gauges_.lost_rooms, lost_rooms_);
  if (waiting_.empty()) return gauges_.unconfirmed.clear();
  gauges_.unconfirmed.set(*waiting_.begin());
}

bool writer_core::may_gather() const {
  return connection_.is_open() && !ready_.empty() && queued_bytes_ < full_batch_bytes
         && clock::now() - awaited_at_ > awaited_for;
}

milliseconds writer_core::next_turn() const {
  const auto until = [now = clock::now()](clock::time_point when) {
    return std::max(milliseconds{1}, std::chrono::ceil<milliseconds>(when - now));
  };
  if (!connection_.is_open()) return until(connect_at_);
  if (!ready_.empty() || !removals_.empty() || !trims_.empty()) return milliseconds{0};
  if (!unasked_.empty()) return std::min(idle_look, until(ask_at_));
  return idle_look;
}

writes_finished writer_core::finish(clock::time_point deadline) {
  const auto pending = [this] { return !ready_.empty() || !removals_.empty(); };
  while (!is_finished_ && pending() && clock::now() < deadline) {
    // Not the mailbox' thread of anybody else, and nothing new can come in: waiting is all there
    // is.
    if (const auto rest = turn(); rest.count() > 0 && pending()) {
      std::this_thread::sleep_for(std::min(rest, idle_look));
    }
  }
  for (const auto& id : ready_) {
    const auto at = rooms_.find(id);
    if (at != rooms_.end() && !at->second.is_lost && !at->second.queue.empty()) {
      lose(id, at->second);
    }
  }
  tell_dropped();
  const writes_finished result{lost_rooms_ + removals_.size()};
  connection_.quit();
  is_finished_ = true;
  rooms_.clear();
  waiting_.clear();
  ready_.clear();
  unasked_.clear();
  removals_.clear();
  trims_.clear();
  log::info("redis_writer_finished", {{"lost_rooms", result.lost_rooms}});
  queued_bytes_ = 0;
  lost_rooms_ = 0;
  set_gauges();
  return result;
}

} // namespace atrium::store
