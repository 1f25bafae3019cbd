// See entry_failures.hpp. A minute begins with its first failure and is not drawn out by further ones.
// Every call takes a short time, whoever fails how often: past minutes are swept out once a second at
// most, and only when the table is full.
#include "actors/entry_failures.hpp"

namespace atrium {

namespace {

constexpr unix_ms minute_ms = 60'000;
constexpr unix_ms sweep_pause_ms = 1'000;
/// Addresses that failed; some 100 bytes each.
constexpr std::size_t most_failing = 65'536;

} // namespace

std::chrono::milliseconds entry_failures::wait(const std::string& address, const std::string& room,
                                               unix_ms now) const {
  constexpr std::chrono::milliseconds none{0};
  if (!counts(address)) return none;
  std::lock_guard guard{mutex_};
  auto t = failing_.find(address);
  if (t == failing_.end() || t->second.failures < per_minute_) return none;
  auto left = t->second.since + minute_ms - now;
  if (left <= 0) return none;
  auto at = inside_.find(address);
  bool is_in = at != inside_.end() && at->second.contains(room);
  return is_in ? none : std::chrono::milliseconds{left};
}

std::optional<failure> entry_failures::refusal(const std::string& address, const std::string& room,
                                               unix_ms now) const {
  auto left = wait(address, room, now);
  if (left.count() == 0) return std::nullopt;
  return over(limit::join_failures_per_minute, errc::rate_limited,
              "too many wrong codes or passwords from here; wait", left);
}

failure entry_failures::weigh(const std::string& address, const std::string& room, failure f,
                              unix_ms now) {
  if (f.code != errc::room_not_found && f.code != errc::wrong_password) return f;
  // Others of this address may have failed since this try began.
  if (auto too_many = refusal(address, room, now)) return std::move(*too_many);
  failed(address, now);
  return f;
}

void entry_failures::failed(const std::string& address, unix_ms now) {
  if (!counts(address)) return;
  std::lock_guard guard{mutex_};
  auto t = failing_.find(address);
  if (t == failing_.end()) {
    if (failing_.size() >= most_failing) make_place(now);
    t = failing_.try_emplace(address).first;
  }
  if (t->second.since + minute_ms <= now) t->second = {now, 0};
  ++t->second.failures;
}

void entry_failures::entered(const std::string& address, const room_id& room,
                             const std::string& code) {
  if (!counts(address)) return;
  std::lock_guard guard{mutex_};
  auto& rooms = inside_[address];
  ++rooms[room.value];
  if (code != room.value) ++rooms[code];
}

void entry_failures::left(const std::string& address, const room_id& room,
                          const std::string& code) {
  if (!counts(address)) return;
  std::lock_guard guard{mutex_};
  auto at = inside_.find(address);
  if (at == inside_.end()) return;
  auto step_out = [&rooms = at->second](const std::string& name) {
    auto r = rooms.find(name);
    if (r != rooms.end() && --r->second == 0) rooms.erase(r);
  };
  step_out(room.value);
  if (code != room.value) step_out(code);
  if (at->second.empty()) inside_.erase(at);
}

void entry_failures::make_place(unix_ms now) {
  if (now - swept_at_ >= sweep_pause_ms) {
    swept_at_ = now;
    std::erase_if(failing_, [now](const auto& t) { return t.second.since + minute_ms <= now; });
  }
  // So many failed within the minute: one of them is let off, so that the table can't grow.
  if (failing_.size() >= most_failing) failing_.erase(failing_.begin());
}

std::size_t entry_failures::failing() const {
  std::lock_guard guard{mutex_};
  return failing_.size();
}

std::size_t entry_failures::inside() const {
  std::lock_guard guard{mutex_};
  return inside_.size();
}

} // namespace atrium
