// How a room stands, for operators: told to the desk when the room starts, and while something
// changes once in `admin.figures_ms`.
//
// A room where nothing happens has no timer and says nothing; a change costs one comparison until the
// desk was told. The rate is that of the time since the desk was told last; when a room falls quiet one
// more report says so. Without a desk nothing is measured.
#include "actors/room_impl.hpp"
#include "actors/tell.hpp"

#include <algorithm>
#include <numeric>

namespace atrium {

namespace {

// Roughly what is held beside the text of things: nodes, keys, handles.
constexpr std::size_t room_overhead_bytes = 8'000;
constexpr std::size_t message_overhead_bytes = 300;
constexpr std::size_t mutation_overhead_bytes = 100;
constexpr std::size_t element_overhead_bytes = 300;
constexpr std::size_t user_overhead_bytes = 500;
constexpr std::size_t connection_overhead_bytes = 200;
constexpr std::size_t member_overhead_bytes = 100;

template <class Frames>
std::size_t bytes_of(const Frames& frames) {
  return std::accumulate(frames.begin(), frames.end(), std::size_t{0},
                         [](std::size_t sum, const frame& f) { return sum + (f ? f->size() : 0); });
}

} // namespace

void room::await_figures() {
  figures_awaited_ = true;
  auto now = env_.now();
  auto pause = env_.config.admin.figures.count();
  // It was quiet before: what happened then was told.
  if (now - measured_at_ >= pause) measured_at_ = now;
  arm(timer::figures, measured_at_ + pause);
}

void room::on_figures_due() {
  auto now = env_.now();
  auto elapsed = std::max<unix_ms>(now - measured_at_, 1);
  auto done = std::max<seq_t>(state_.seq() - measured_seq_, 0);
  per_second_ = static_cast<double>(done) * 1'000 / static_cast<double>(elapsed);
  measured_at_ = now;
  measured_seq_ = state_.seq();
  tell_figures();
  figures_awaited_ = false;
  if (per_second_ > 0) await_figures();
}

void room::tell_figures() {
  tell(self_->context(), desk_, live_room_changed{key_, figures()});
}

room_figures room::figures() const {
  const auto& meta = state_.meta();
  const auto& people = state_.people();
  room_figures out;
  out.id = meta.id;
  out.code = meta.code;
  out.name = meta.name;
  out.kind = meta.kind;
  out.created_by = meta.created_by;
  out.is_private = meta.is_private;
  out.has_password = !meta.password_hash.empty();
  out.is_locked = meta.locked;
  out.is_dirty = journal_.dirty();
  out.created_at = meta.created_at;
  out.last_activity = meta.last_activity;
  out.ttl = meta.ttl;
  out.participants = people.count();
  out.away = people.size() - people.count();
  out.connections = people.session_count();
  out.members = membership_.size();
  out.messages = state_.chat().total();
  out.per_second = per_second_;
  out.bytes = estimated_bytes();
  return out;
}

std::size_t room::estimated_bytes() const {
  const auto& log = state_.chat();
  const auto& board = state_.whiteboard();
  const auto& people = state_.people();
  // Log and window share the texts of messages.
  auto texts = std::max(log.bytes(), window_.bytes());
  return room_overhead_bytes + texts + log.messages().size() * message_overhead_bytes
         + window_.size() * mutation_overhead_bytes + board.bytes()
         + board.size() * element_overhead_bytes + people.size() * user_overhead_bytes
         + people.session_count() * connection_overhead_bytes
         + membership_.size() * member_overhead_bytes + bytes_of(history_frames_)
         + bytes_of(board_frames_);
}

} // namespace atrium
