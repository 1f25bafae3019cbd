// A batch: what is queued of many rooms, in one round trip, and what its replies say about each
// room.
//
// Order: a room's segments are in the batch in their order and behind nothing of their own that is
// still unanswered, because one batch is answered before the next is built. `persisted` goes out
// after the last reply of that room was good.
// A room whose replies did not all arrive is lost, whether Redis did its commands or not; nothing
// is sent again. An error that passes by itself makes the room lost, too; any other is a defect:
// logged, counted, told as not transient, and the room goes on.
#include "store/writer_core.hpp"

#include "log/log.hpp"

#include <algorithm>

namespace atrium::store {

namespace {

constexpr std::size_t batch_bytes = 8'000'000;
constexpr std::size_t batch_rooms = 4'096;

} // namespace

void writer_core::send_batch() {
  std::vector<batch_item> items;
  command_plan plan;
  gather(items, plan);
  if (items.empty()) return;
  const auto sent_at = clock::now();
  connection_.send(plan.commands);
  receive(items, plan);
  counts_.measured.pipeline_commands.observe(plan.checks.size());
  counts_.measured.pipeline_time.observe(microseconds_since(sent_at));
  const bool broke = !connection_.is_open();
  bool refused = false;
  for (auto& item : items) {
    settle(item);
    refused = refused || item.worst == reply_class::transient;
  }
  counts_.add(counter::store_batches);
  ++batches_;
  if (broke) return on_broken();
  if (!refused) return;
  ++refusals_;
  ask_at_ = clock::now() + pause(refusals_);
}

void writer_core::gather(std::vector<batch_item>& items, command_plan& plan) {
  auto waiting = std::move(ready_);
  ready_.clear();
  while (!waiting.empty() && items.size() < batch_rooms
         && plan.commands.bytes().size() < batch_bytes) {
    const auto id = std::move(waiting.front());
    waiting.pop_front();
    const auto at = rooms_.find(id);
    if (at == rooms_.end()) continue;
    auto& room = at->second;
    room.is_ready = false;
    if (room.is_lost || room.is_removing || room.queue.empty()) continue;
    if (room.queue.front().what == room_segment::kind::removal) {
      auto& segment = room.queue.front();
      queued_bytes_ -= segment.bytes;
      removals_.push_back(
          {id, segment.meta->code, segment.from, segment.last_ticket, std::move(room.typing)});
      room.typing.clear();
      room.queue.pop_front();
      room.is_removing = true;
      continue;
    }
    auto& item = items.emplace_back();
    item.id = id;
    take_segments(item, room, plan);
    if (!room.queue.empty()) make_ready(id, room);
  }
  // Those that had no place in this batch come first in the next.
  ready_.insert(ready_.begin(), std::make_move_iterator(waiting.begin()),
                std::make_move_iterator(waiting.end()));
}

void writer_core::take_segments(batch_item& item, tracked_room& room, command_plan& plan) {
  item.from = room.queue.front().from;
  item.waiting_since = room.waiting_since;
  item.first_reply = plan.checks.size();
  while (!room.queue.empty() && plan.commands.bytes().size() < batch_bytes) {
    auto& segment = room.queue.front();
    const bool is_last = segment.what == room_segment::kind::hand_back;
    if (segment.what == room_segment::kind::removal || segment.from != item.from) break;
    segment.sets_ttl = !room.has_ttl || segment.last_activity || segment.whole;
    segment.has_messages = !segment.appended.empty();
    append_commands(plan, layout_, segment);
    note_typing(room, segment);
    queued_bytes_ -= segment.bytes;
    // Their bytes are in the plan now; what remains is what `confirm` needs.
    segment.appended.clear();
    segment.replaced.clear();
    segment.board.reset();
    segment.places.clear();
    if (segment.whole) {
      segment.whole->messages.clear();
      segment.whole->changed.clear();
      segment.whole->places.clear();
    }
    item.segments.push_back(std::move(segment));
    room.queue.pop_front();
    if (is_last) break;
  }
  item.replies = plan.checks.size() - item.first_reply;
}

void writer_core::receive(std::vector<batch_item>& items, const command_plan& plan) {
  for (auto& item : items) {
    for (auto i = item.first_reply; i < item.first_reply + item.replies; ++i) {
      const auto reply = connection_.receive();
      if (!reply) return;
      const auto found = reply->classify();
      if (found > reply_class::ok && item.error.empty()) item.error = reply->first_error();
      item.worst = std::max(item.worst, found);
      if (found > reply_class::ok) continue;
      if (plan.checks[i] == reply_check::must_exist && reply->integer() == 0) item.vanished = true;
      if (plan.checks[i] == reply_check::archive_count) {
        item.archived = static_cast<std::size_t>(reply->integer());
      }
    }
    item.is_answered = true;
  }
}

void writer_core::settle(batch_item& item) {
  const auto at = rooms_.find(item.id);
  if (at == rooms_.end()) return;
  auto& room = at->second;
  if (item.archived > layout_.chat.archive_max_messages) {
    trims_.push_back({item.id, item.archived - layout_.chat.archive_max_messages});
  }
  if (item.is_answered && item.worst == reply_class::ok && !item.vanished) {
    return confirm(item, room);
  }
  if (item.worst != reply_class::ok) refuse(item);
  if (item.worst == reply_class::defect) {
    notify_(item.from, write_lost{item.segments.back().last_ticket, false});
    const bool leaves = item.segments.back().what == room_segment::kind::hand_back;
    if (room.from == item.from) note_settled(room);
    if (leaves && room.from == item.from && room.queue.empty()) forget(item.id);
    return;
  }
  if (item.vanished) log::info("redis_room_vanished", {{"room", item.id}});
  if (room.from == item.from) return lose(item.id, room);
  notify_(item.from, write_lost{item.segments.back().last_ticket, true});
}

void writer_core::confirm(batch_item& item, tracked_room& room) {
  bool handed_back = false;
  counts_.measured.persistence_lag.observe(microseconds_since(item.waiting_since));
  const bool is_current = room.from == item.from;
  for (const auto& segment : item.segments) {
    handed_back = segment.what == room_segment::kind::hand_back;
    counts_.add(counter::store_writes, segment.writes);
    writes_ += segment.writes;
    if (segment.what == room_segment::kind::rewrite) {
      counts_.add(counter::store_rooms_rewritten);
      if (refusals_ > 0) ask_at_ = clock::now();
      refusals_ = 0;
    }
    if (!is_current) continue;
    room.is_confirmed = true;
    room.seq = std::max(room.seq, segment.seq);
    room.epoch = *segment.epoch;
    room.has_ttl = room.has_ttl || (segment.has_messages && segment.sets_ttl);
    if (segment.participant_count) room.participant_count = segment.participant_count;
  }
  note_settled(room);
  notify_(item.from, persisted{item.segments.back().last_ticket});
  if (handed_back && is_current && room.queue.empty()) forget(item.id);
}

void writer_core::refuse(const batch_item& item) {
  const bool passes = item.worst == reply_class::transient;
  counts_.add(passes ? counter::store_errors_transient : counter::store_errors_defect);
  counts_.add(fault_of(item.error));
  last_error_ = item.error;
  // A refusing store says the same to every room: one line per pause is enough.
  if (passes && clock::now() < ask_at_) return;
  log::write(passes ? log::level::warn : log::level::error, "redis_refused",
             {{"room", item.id}, {"reply", item.error}, {"refusals", refusals_}});
  if (passes) ask_at_ = clock::now() + config_.retry_step;
}

} // namespace atrium::store
