// What members of a relay room are told, and when.
//
// A list of n members costs n² names to tell everybody. Small rooms (up to `presence.full_limit`) hear of
// each coming and going at once; of a larger one a list goes out once in n ms at most, so that the cost of
// lists grows no faster than the room; the last one is always the truth.
// Who fell behind has lost messages that nobody keeps. It hears the room again at once, with a list; and
// the others are told `new-user` with its name, upon which clients send what they have. That is asked for
// one reader once in `socketio.relay_resync_ms` at most: a reader that is always too slow costs the others
// no more than that.
#include "actors/relay_room_impl.hpp"
#include "actors/tell.hpp"

#include <algorithm>
#include <chrono>

namespace atrium {

using std::chrono::milliseconds;

frames relay_room::spell(const relay_event& e) const {
  frames bytes;
  for (auto w : {wire::socketio, wire::socketio_recoverable})
    if (ports_.is_in_use(w)) bytes[static_cast<std::size_t>(w)] = env_.spelling.encode(e, w);
  return bytes;
}

void relay_room::tell_others(const relay_event& e, session_id except) {
  ports_.publish(spell(e), audience::all, delivery::reliable, except, 0, no_seq);
}

void relay_room::tell_one(const socket_id& who, const relay_event& e) const {
  auto s = seats_.find(who);
  if (s == seats_.end()) return;
  const auto& out = s->second.out;
  ports_.send(out, env_.spelling.encode(e, out.spelling), delivery::reliable, no_seq);
}

milliseconds relay_room::members_pause() const noexcept {
  auto n = state_.size();
  return n <= env_.config.presence.full_limit ? milliseconds{0}
                                              : milliseconds{static_cast<std::int64_t>(n)};
}

void relay_room::tell_members() {
  if (members_awaited_) return;
  auto now = self_->clock().now();
  auto due = members_told_.value_or(now) + (members_told_ ? members_pause() : milliseconds{0});
  if (due <= now) return tell_members_now();
  members_awaited_ = true;
  await(relay_timer::kind::members, std::chrono::ceil<milliseconds>(due - now));
}

void relay_room::tell_members_now() {
  members_awaited_ = false;
  members_told_ = self_->clock().now();
  tell_others(relay_members_told{state_.members()}, 0);
}

void relay_room::tell_followers(const socket_id& of) const {
  tell_one(of, relay_followers_told{state_.followers(of)});
}

void relay_room::run(const relay_caller& from, const resync_relay&) {
  auto s = seats_.find(from.socket);
  if (s == seats_.end()) return;
  ports_.resume(s->second.out, no_seq);
  tell_one(from.socket, relay_members_told{state_.members()});
  tell_followers(from.socket);
  ask_for_truth(from.socket, s->second, self_->clock().now());
}

void relay_room::ask_for_truth(const socket_id& of, seat& s, time_point now) {
  auto pause = env_.config.socketio.relay_resync;
  s.awaits_resync = s.resynced && now - *s.resynced < pause;
  if (!s.awaits_resync) {
    s.resynced = now;
    env_.counts.add(counter::relay_resyncs);
    return tell_others(relay_joined_by{of}, s.out.session);
  }
  if (!std::exchange(resync_awaited_, true))
    await(relay_timer::kind::resync, std::chrono::ceil<milliseconds>(*s.resynced + pause - now));
}

void relay_room::on_resync_due() {
  resync_awaited_ = false;
  auto now = self_->clock().now();
  for (auto& [socket, s] : seats_)
    if (s.awaits_resync) ask_for_truth(socket, s, now);
}

void relay_room::on(const relay_timer& t) {
  switch (t.what) {
  case relay_timer::kind::members: return tell_members_now();
  case relay_timer::kind::resync: return on_resync_due();
  case relay_timer::kind::figures: return tell_figures();
  }
}

void relay_room::await(relay_timer::kind what, milliseconds time) {
  self_->delayed_send(self_, time, relay_timer{what});
}

// ---- for operators ---------------------------------------------------------------------------

void relay_room::note_change() {
  if (std::exchange(figures_awaited_, true)) return;
  // A room that was quiet says at once that it is not.
  auto pause = env_.config.admin.figures;
  auto passed = std::chrono::floor<milliseconds>(self_->clock().now() - figures_told_);
  await(relay_timer::kind::figures, std::clamp(pause - passed, milliseconds{0}, pause));
}

void relay_room::tell_figures() {
  figures_awaited_ = false;
  // The directory may have forgotten it, and know another of this name.
  if (state_.empty()) return;
  auto now = self_->clock().now();
  std::chrono::duration<double> passed = std::max(now - figures_told_, time_point::duration{1});
  // What a rate is of was done lately, not in all the time that nothing was.
  passed = std::max<std::chrono::duration<double>>(
      std::min<std::chrono::duration<double>>(passed, env_.config.admin.figures), milliseconds{1});
  auto rate = [&](std::uint64_t done) { return static_cast<double>(done) / passed.count(); };
  figures_.members = state_.size();
  figures_.messages_per_second = rate(figures_.messages - told_.messages);
  figures_.bytes_per_second = rate(figures_.bytes - told_.bytes);
  bool is_quiet = figures_.messages == told_.messages;
  told_ = figures_;
  figures_told_ = now;
  tell(self_->context(), directory_, relay_figures_changed{figures_});
  // One more report says that it fell quiet.
  if (!is_quiet) note_change();
}

} // namespace atrium
