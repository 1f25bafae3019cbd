// Queueing for one client. Order: everything leaves as it was queued. A reader that is too slow
// loses events, never results, and gets the truth anew when its queue has run empty; one that takes
// nothing at all is ended. Never waits.
#include "net/queued_session.hpp"

#include "log/log.hpp"

#include <algorithm>
#include <random>

namespace atrium::net {

std::chrono::milliseconds draw(std::chrono::milliseconds max) {
  thread_local std::minstd_rand source{std::random_device{}()};
  auto most = std::max<std::int64_t>(0, max.count());
  return std::chrono::milliseconds{std::uniform_int_distribution<std::int64_t>{0, most}(source)};
}

queued_session::queued_session(io_thread& thread)
    : thread_{thread}, lanes_{{config().limits.lane_bytes, config().limits.lane,
                               config().limits.stalled}},
      traffic_{thread.now()} {}

void queued_session::count_dropped(std::size_t events) noexcept {
  dropped_ += events;
  counts().add(counter::slow_events_dropped, events);
}

connection_view queued_session::describe_queue() {
  connection_view v;
  v.id = id();
  for (const auto& s : subscriptions_) {
    // Those of members and of friends are no rooms that it is in.
    v.rooms += is_members_key(s.room) ? 0 : 1;
    v.is_behind |= s.muted;
  }
  v.queued_bytes = lanes_.bytes();
  v.queued_frames = lanes_.frame_count();
  v.volatile_count = lanes_.latest_count();
  v.dropped = dropped_;
  v.resyncs = resyncs_;
  v.frames_sent = lanes_.sent_frames();
  v.bytes_sent = lanes_.sent_bytes();
  v.events_received = traffic_.events();
  v.bytes_received = traffic_.bytes();
  auto rates = traffic_.look(thread_.now(), lanes_.sent_bytes());
  v.events_per_second = rates.events;
  v.bytes_per_second = rates.bytes;
  return v;
}

bool queued_session::is_muted(room_key room) const noexcept {
  return std::any_of(subscriptions_.begin(), subscriptions_.end(),
                     [room](const subscription& s) { return s.room == room && s.muted; });
}

void queued_session::deliver(const op::event& e) {
  thread_.rooms().catch_up(*this);
  if (e.how == delivery::passing) return offer_passing(e.room, e.bytes, e.key);
  merged_frames alone{e.bytes, 1, e.seq, e.receipt};
  if (e.how != delivery::snapshot)
    (void)deliver_batch(e.room, alone);
  else if (!is_sealed())
    enqueue(alone, entry_kind::snapshot);
}

bool queued_session::deliver_batch(room_key room, const merged_frames& broadcasts) {
  auto* s = subscription_to(room);
  if (s != nullptr && s->muted) {
    count_dropped(broadcasts.count);
    return false;
  }
  lane_origin from{room, s == nullptr ? no_seq : s->seq};
  if (s != nullptr) s->seq = std::max(s->seq, broadcasts.seq);
  put_events(broadcasts, from);
  return true;
}

void queued_session::offer_latest(room_key room, const frame& bytes, std::uint64_t key) {
  if (is_sealed()) return;
  if (is_muted(room)) return count_dropped(1);
  thread_.note_delivered(1);
  lanes_.put_latest(key, bytes, room);
  thread_.mark_dirty(*this);
}

void queued_session::offer_passing(room_key room, const frame& bytes, std::uint64_t key) {
  if (is_sealed()) return;
  if (is_muted(room)) return count_dropped(1);
  // Much in one turn is no sign of a slow reader: offer it to the socket first.
  if (!keeps_up() && !is_blocked()) flush();
  if (!keeps_up()) return offer_latest(room, bytes, key);
  // An older one would come behind this one.
  lanes_.forget_key(key, room);
  enqueue({bytes, 1}, entry_kind::latest);
}

void queued_session::offer_moves(room_key room, std::span<const told_move> moves) {
  if (is_sealed()) return;
  if (is_muted(room)) return count_dropped(moves.size());
  if (keeps_up()) return put_moves(room, moves);
  thread_.note_delivered(moves.size());
  bool has_room = true;
  for (const auto& m : moves) has_room &= lanes_.put_latest(m.key, *m.bytes, room);
  thread_.mark_dirty(*this);
  // A move that is dropped may be the last one: the truth has everybody's place.
  if (!has_room) fall_behind(limit::lane_bytes);
}

void queued_session::put_moves(room_key room, std::span<const told_move> moves) {
  std::size_t bytes = 0;
  for (const auto& m : moves) bytes += (*m.bytes)->size();
  auto all = std::make_shared<std::string>();
  all->reserve(bytes);
  for (const auto& m : moves) {
    *all += **m.bytes;
    // An older move would come behind this one.
    lanes_.forget_key(m.key, room);
  }
  enqueue({std::move(all), static_cast<std::uint32_t>(moves.size())}, entry_kind::latest);
}

void queued_session::resume(room_key room) {
  for (auto& s : subscriptions_)
    if (s.room == room && std::exchange(s.muted, false)) {
      is_truth_asked_ = false;
      // Another room may be waiting for its turn.
      thread_.mark_dirty(*this);
    }
  lanes_.forget_latest(room);
}

void queued_session::put(frame bytes, entry_kind kind) {
  thread_.rooms().catch_up(*this);
  if (!is_sealed()) enqueue({std::move(bytes), 1}, kind);
}

void queued_session::enqueue(const merged_frames& frames, entry_kind kind, lane_origin from) {
  if (kind != entry_kind::result) thread_.note_delivered(frames.count);
  lanes_.put(frames, kind, thread_.now(), from);
  thread_.mark_dirty(*this);
}

void queued_session::put_events(const merged_frames& events, lane_origin from) {
  if (is_sealed()) return;
  enqueue(events, entry_kind::event, from);
  if (!lanes_.is_over_budget()) return;
  // Much in one turn is no sign of a slow reader: offer it to the socket first.
  flush();
  if (lanes_.is_over_budget()) fall_behind(limit::lane_bytes);
}

void queued_session::fall_behind(limit reason) {
  counts().add(reason);
  auto dropped = lanes_.drop_events();
  count_dropped(dropped.count);
  ++resyncs_;
  counts().add(counter::slow_resyncs);
  for (const auto& first : dropped.first)
    if (auto* s = subscription_to(first.room)) s->seq = first.since;
  for (auto& s : subscriptions_) s.muted = true;
  log::info("connection_fell_behind", {{"connection", id()}, {"events_dropped", dropped.count}});
  on_fallen_behind();
}

void queued_session::tell_receipts() {
  for (auto receipt : lanes_.take_receipts()) tell_written(receipt);
}

void queued_session::ask_for_missed_truth() {
  if (is_truth_asked_ || is_sealed()) return;
  auto muted = std::find_if(subscriptions_.begin(), subscriptions_.end(),
                            [](const subscription& s) { return s.muted; });
  if (muted == subscriptions_.end()) return;
  is_truth_asked_ = true;
  ask_truth(muted->room, muted->seq);
}

bool queued_session::on_tick(time_point now) {
  if (!is_blocked()) return false;
  thread_.note_waiting(lanes_.bytes());
  if (is_sealed()) return true;
  if (lanes_.is_overdue(now)) fall_behind(limit::lane_ms);
  if (lanes_.is_stalled(now)) {
    counts().add(counter::slow_closed);
    counts().add(limit::stalled_ms);
    log::info("connection_stalled", {{"connection", id()}, {"unsent_bytes", lanes_.bytes()}});
    on_stalled();
  }
  return true;
}

} // namespace atrium::net
