// See entry_failures.hpp.
#include "actors/entry_failures.hpp"

#include <algorithm>

namespace atrium {

namespace {

constexpr unix_ms minute_ms = 60'000;
constexpr std::size_t max_addresses = 65'536;

} // namespace

std::chrono::milliseconds entry_failures::wait(const std::string& address, const std::string& room,
                                               unix_ms now) {
  if (per_minute_ == 0) return std::chrono::milliseconds{0};
  std::lock_guard guard{mutex_};
  auto r = records_.find(address);
  if (r == records_.end() || r->second.failures < per_minute_) return std::chrono::milliseconds{0};
  auto left = r->second.since + minute_ms - now;
  if (left <= 0 || r->second.rooms.contains(room)) return std::chrono::milliseconds{0};
  return std::chrono::milliseconds{left};
}

void entry_failures::failed(const std::string& address, unix_ms now) {
  if (per_minute_ == 0) return;
  std::lock_guard guard{mutex_};
  if (records_.size() >= max_addresses) forget_old(now);
  auto& r = records_[address];
  if (r.since + minute_ms <= now) {
    r.since = now;
    r.failures = 0;
  }
  ++r.failures;
}

void entry_failures::entered(const std::string& address, const room_id& room,
                             const std::string& code) {
  if (per_minute_ == 0) return;
  std::lock_guard guard{mutex_};
  auto& r = records_[address];
  ++r.rooms[room.value];
  if (code != room.value) ++r.rooms[code];
}

void entry_failures::left(const std::string& address, const room_id& room,
                          const std::string& code) {
  if (per_minute_ == 0) return;
  std::lock_guard guard{mutex_};
  auto r = records_.find(address);
  if (r == records_.end()) return;
  auto step_out = [&](const std::string& name) {
    auto at = r->second.rooms.find(name);
    if (at != r->second.rooms.end() && --at->second == 0) r->second.rooms.erase(at);
  };
  step_out(room.value);
  if (code != room.value) step_out(code);
  if (r->second.rooms.empty() && r->second.failures == 0) records_.erase(r);
}

void entry_failures::forget_old(unix_ms now) {
  std::erase_if(records_, [now](const auto& entry) {
    const auto& r = entry.second;
    return r.rooms.empty() && r.since + minute_ms <= now;
  });
  if (records_.size() < max_addresses) return;
  // Everybody failed within the minute: one without a room goes, so that the table can't grow.
  auto one = std::find_if(records_.begin(), records_.end(),
                          [](const auto& entry) { return entry.second.rooms.empty(); });
  if (one != records_.end()) records_.erase(one);
}

std::size_t entry_failures::size() const {
  std::lock_guard guard{mutex_};
  return records_.size();
}

} // namespace atrium
