// See registered_user.hpp. Bounded: a batch is what the queue holds (100), a session holds as many.
#include "actors/registered_user.hpp"

#include <algorithm>

namespace atrium {

namespace {

constexpr std::chrono::milliseconds first_pause{1'000};
constexpr std::chrono::milliseconds longest_pause{30'000};

template <class Sessions, class Is>
bool any(const Sessions& sessions, Is is) {
  return std::any_of(sessions.begin(), sessions.end(),
                     [&](const auto& entry) { return is(entry.second); });
}

} // namespace

registered_user::session& registered_user::add(const outlet& out) {
  auto [at, is_new] = sessions_.try_emplace(out.session, session{out});
  at->second.is_owed = true;
  return at->second;
}

void registered_user::remove(session_id id) {
  sessions_.erase(id);
  if (!any(sessions_, [](const session& s) { return s.receipt != 0; })) {
    batch_.clear();
    seen_.clear();
  }
}

registered_user::session* registered_user::find(session_id id) {
  auto at = sessions_.find(id);
  return at == sessions_.end() ? nullptr : &at->second;
}

bool registered_user::start_read() {
  if (reading_ || !batch_.empty() || !is_owed()) return false;
  reading_ = true;
  queued_meanwhile_ = false;
  return true;
}

registered_user::next registered_user::on_read(std::vector<stored_message> queued) {
  reading_ = false;
  pause_ = {};
  std::unordered_set<std::string> now;
  for (const auto& m : queued) now.insert(m.id);
  std::erase_if(queued, [this](const stored_message& m) { return seen_.contains(m.id); });
  seen_ = std::move(now);
  if (!is_owed()) return next::nothing;
  if (queued.empty()) return queued_meanwhile_ ? next::read : next::settle;
  batch_ = std::move(queued);
  return next::send;
}

void registered_user::on_unavailable() {
  reading_ = false;
  seen_.clear();
}

std::vector<std::string> registered_user::on_written(session_id id, std::uint64_t receipt) {
  auto* s = find(id);
  if (s == nullptr || receipt == 0 || s->receipt != receipt) return {};
  std::vector<std::string> ids;
  for (const auto& m : batch_) ids.push_back(m.id);
  batch_.clear();
  for (auto& [other, entry] : sessions_) entry.receipt = 0;
  return ids;
}

void registered_user::hold(const held_event& e, const std::function<bool(session_id)>& hears) {
  for (auto& [id, s] : sessions_) {
    if (s.is_live || hears(id)) continue;
    if (s.missed.contains(e.room)) continue;
    s.held.push_back(e);
    if (s.held.size() <= max_held) continue;
    for (const auto& lost : s.held) s.missed.try_emplace(lost.room, lost.seq - 1);
    s.held.clear();
  }
}

void registered_user::forget_held(session_id id, const room_id& room, seq_t from) {
  if (auto* s = find(id))
    std::erase_if(s->held, [&](const held_event& e) { return e.room == room && e.seq >= from; });
}

std::vector<registered_user::session*> registered_user::go_live(bool settled) {
  std::vector<session*> out;
  if (settled) seen_.clear();
  for (auto& [id, s] : sessions_) {
    if (settled) s.is_owed = false;
    if (!std::exchange(s.is_live, true)) out.push_back(&s);
  }
  return out;
}

bool registered_user::is_live() const {
  return any(sessions_, [](const session& s) { return s.is_live; });
}

bool registered_user::is_delivered_to() const {
  return any(sessions_, [](const session& s) { return !s.is_live; });
}

bool registered_user::is_owed() const {
  return any(sessions_, [](const session& s) { return s.is_owed; });
}

bool registered_user::has_missed() const {
  return any(sessions_, [](const session& s) { return !s.missed.empty(); });
}

std::chrono::milliseconds registered_user::next_pause() {
  pause_ = pause_.count() == 0 ? first_pause : std::min(pause_ * 2, longest_pause);
  return pause_;
}

} // namespace atrium
