// The output queue of one connection. Order: control at frame boundaries, then the reliable lane as
// it was filled. A frame of which a byte was sent is always sent to its end. Memory: an empty queue
// holds almost nothing; a full one what the session allows before it calls drop_events or stops
// reading commands.
#include "net/lanes.hpp"

#include <algorithm>
#include <utility>

#include <sys/uio.h>

namespace atrium::net {
namespace {

/// What waits as latest, keys included. A reader that reads on gets it in one go.
constexpr std::size_t max_latest_bytes = 1'048'576;
constexpr std::size_t latest_key_bytes = 128;
/// Waiting control frames from which on pongs take each other's place.
constexpr std::size_t max_pong_count = 64;
/// An empty queue keeps at most this many slots.
constexpr std::size_t kept_slot_count = 16;

iovec as_iovec(const std::string& bytes, std::size_t offset) noexcept {
  return {const_cast<char*>(bytes.data()) + offset, bytes.size() - offset};
}

/// A user has the same keys in all its rooms.
std::uint64_t key_in(room_key room, std::uint64_t key) noexcept {
  constexpr std::uint64_t spread = 0x9e3779b97f4a7c15;
  return key ^ room * spread;
}

void note_first(std::vector<lane_origin>& all, const lane_origin& from) {
  bool is_known = std::any_of(all.begin(), all.end(),
                              [&](const lane_origin& o) { return o.room == from.room; });
  if (!is_known) all.push_back(from);
}

} // namespace

void lanes::note_added(std::size_t bytes, lane_clock::time_point now) noexcept {
  // A reader owes us nothing while there was nothing to read.
  if (bytes_ == 0) last_taken_ = now;
  bytes_ += bytes;
}

void lanes::put_control(frame bytes, lane_clock::time_point now) {
  note_added(bytes->size(), now);
  control_.push_back(std::move(bytes));
}

void lanes::put_pong(frame bytes, lane_clock::time_point now) {
  constexpr char pong = '\x8a';
  if (control_.size() >= max_pong_count && control_.back()->front() == pong) {
    bytes_ -= control_.back()->size();
    control_.pop_back();
  }
  put_control(std::move(bytes), now);
}

void lanes::put(merged_frames frames, entry_kind kind, lane_clock::time_point now,
                lane_origin from) {
  note_added(frames.bytes->size(), now);
  if (kind == entry_kind::event) event_bytes_ += frames.bytes->size();
  bool has_receipt = frames.receipt != 0;
  data_.push_back({std::move(frames.bytes), now, frames.count, kind, has_receipt, from});
  if (!has_receipt) return;
  if (!receipts_) receipts_ = std::make_unique<receipts>();
  receipts_->waiting.push_back(frames.receipt);
}

bool lanes::put_latest(std::uint64_t key, frame bytes, room_key room) {
  if (!latest_) latest_ = std::make_unique<std::unordered_map<std::uint64_t, waiting>>();
  forget_key(key, room);
  auto size = bytes->size() + latest_key_bytes;
  if (latest_bytes_ + size > max_latest_bytes) return false;
  latest_->emplace(key_in(room, key), waiting{std::move(bytes), room});
  latest_bytes_ += size;
  return true;
}

void lanes::forget_key(std::uint64_t key, room_key room) {
  if (!has_latest()) return;
  auto known = latest_->find(key_in(room, key));
  if (known == latest_->end()) return;
  latest_bytes_ -= known->second.bytes->size() + latest_key_bytes;
  latest_->erase(known);
}

void lanes::forget_latest(room_key room) {
  if (!has_latest()) return;
  std::erase_if(*latest_, [&](const auto& e) {
    if (e.second.room != room) return false;
    latest_bytes_ -= e.second.bytes->size() + latest_key_bytes;
    return true;
  });
}

void lanes::append_latest(lane_clock::time_point now) {
  if (!has_latest() || !is_short()) return;
  for (auto& [key, w] : *latest_) put({std::move(w.bytes), 1}, entry_kind::latest, now);
  latest_->clear();
  latest_bytes_ = 0;
}

std::size_t lanes::gather(iovec* out, std::size_t max_count) const noexcept {
  std::size_t count = 0;
  auto add = [&](const frame& f, std::size_t offset) {
    if (count < max_count) out[count++] = as_iovec(*f, offset);
  };
  if (partial_ == part::data) add(data_[head_].bytes, offset_);
  for (std::size_t i = 0; i < control_.size() && count < max_count; ++i)
    add(control_[i], i == 0 && partial_ == part::control ? offset_ : 0);
  for (std::size_t i = first_whole(); i < data_.size() && count < max_count; ++i)
    add(data_[i].bytes, 0);
  return count;
}

std::size_t lanes::consume(std::size_t bytes, lane_clock::time_point now) {
  if (bytes == 0) return 0;
  last_taken_ = now;
  sent_bytes_ += bytes;
  if (bytes == bytes_) return consume_all(now);
  bytes_ -= bytes;
  std::size_t finished = 0;
  while (bytes > 0) {
    bool is_control = partial_ != part::data && !control_.empty();
    auto size = is_control ? control_.front()->size() : data_[head_].bytes->size();
    auto left = size - offset_;
    if (bytes < left) {
      offset_ += bytes;
      partial_ = is_control ? part::control : part::data;
      break;
    }
    bytes -= left;
    if (is_control) {
      pop_control();
      ++finished;
    } else {
      finished += pop_data(now);
    }
  }
  shrink();
  sent_frames_ += finished;
  return finished;
}

std::size_t lanes::consume_all(lane_clock::time_point now) {
  auto finished = control_.size();
  control_.clear();
  for (auto at = head_; at < data_.size(); ++at) {
    auto& done = data_[at];
    finished += done.count;
    if (done.kind == entry_kind::snapshot) snapshot_done_ = now;
    if (done.has_receipt) note_receipt();
  }
  head_ = data_.size();
  offset_ = bytes_ = event_bytes_ = 0;
  partial_ = part::none;
  shrink();
  sent_frames_ += finished;
  return finished;
}

std::size_t lanes::frame_count() const noexcept {
  auto count = control_.size();
  for (auto i = head_; i < data_.size(); ++i) count += data_[i].count;
  return count;
}

void lanes::pop_control() {
  control_.erase(control_.begin());
  offset_ = 0;
  partial_ = part::none;
}

std::size_t lanes::pop_data(lane_clock::time_point now) {
  auto& done = data_[head_];
  if (done.kind == entry_kind::event) event_bytes_ -= done.bytes->size();
  if (done.kind == entry_kind::snapshot) snapshot_done_ = now;
  if (done.has_receipt) note_receipt();
  done.bytes.reset();
  ++head_;
  offset_ = 0;
  partial_ = part::none;
  return done.count;
}

void lanes::note_receipt() {
  auto& waiting = receipts_->waiting;
  receipts_->due.push_back(waiting.front());
  waiting.erase(waiting.begin());
}

std::vector<std::uint64_t> lanes::take_receipts() {
  if (!receipts_) return {};
  auto due = std::exchange(receipts_->due, {});
  if (receipts_->waiting.empty()) receipts_.reset();
  return due;
}

void lanes::forget_receipts() noexcept {
  receipts_.reset();
  for (auto& e : data_) e.has_receipt = false;
}

template <class Goes>
void lanes::drop_receipts(Goes goes) {
  if (!receipts_) return;
  auto at = receipts_->waiting.begin();
  for (auto i = head_; i < data_.size(); ++i) {
    if (!data_[i].has_receipt) continue;
    if (i >= first_whole() && goes(data_[i]))
      at = receipts_->waiting.erase(at);
    else
      ++at;
  }
}

void lanes::shrink() {
  if (head_ == data_.size()) {
    data_.clear();
    head_ = 0;
    if (data_.capacity() > kept_slot_count) data_.shrink_to_fit();
  } else if (head_ >= 64 && head_ * 2 >= data_.size()) {
    data_.erase(data_.begin(), data_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
}

bool lanes::is_over_budget() const noexcept {
  if (limits_.event_bytes == 0 || event_bytes_ <= limits_.event_bytes) return false;
  auto first = std::find_if(data_.begin() + static_cast<std::ptrdiff_t>(head_), data_.end(),
                            [](const entry& e) { return e.kind == entry_kind::event; });
  return event_bytes_ - first->bytes->size() > limits_.event_bytes;
}

bool lanes::is_overdue(lane_clock::time_point now) const noexcept {
  if (limits_.event_age.count() == 0 || event_bytes_ == 0) return false;
  for (std::size_t i = first_whole(); i < data_.size(); ++i) {
    if (data_[i].kind == entry_kind::snapshot) return false;
    if (data_[i].kind == entry_kind::event)
      return now - std::max(data_[i].since, snapshot_done_) > limits_.event_age;
  }
  return false;
}

bool lanes::is_stalled(lane_clock::time_point now) const noexcept {
  return limits_.stalled.count() != 0 && bytes_ != 0 && now - last_taken_ > limits_.stalled;
}

lanes::dropped_events lanes::drop_events() {
  drop_receipts([](const entry& e) { return e.kind == entry_kind::event; });
  auto keep = data_.begin() + static_cast<std::ptrdiff_t>(first_whole());
  auto dropped = std::stable_partition(keep, data_.end(),
                                       [](const entry& e) { return e.kind != entry_kind::event; });
  dropped_events out;
  for (auto e = dropped; e != data_.end(); ++e) {
    out.count += e->count;
    note_first(out.first, e->from);
    bytes_ -= e->bytes->size();
    event_bytes_ -= e->bytes->size();
  }
  data_.erase(dropped, data_.end());
  shrink();
  return out;
}

void lanes::drop_all() {
  drop_receipts([](const entry&) { return true; });
  data_.erase(data_.begin() + static_cast<std::ptrdiff_t>(first_whole()), data_.end());
  control_.resize(partial_ == part::control ? 1 : 0);
  latest_.reset();
  latest_bytes_ = 0;
  bytes_ = 0;
  event_bytes_ = 0;
  if (partial_ == part::control) bytes_ = control_.front()->size() - offset_;
  if (partial_ == part::data) {
    bytes_ = data_[head_].bytes->size() - offset_;
    if (data_[head_].kind == entry_kind::event) event_bytes_ = data_[head_].bytes->size();
  }
  shrink();
}

} // namespace atrium::net
