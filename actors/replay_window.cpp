// See replay_window.hpp. Seqs have no gaps, so a mutation's place in the deque is its seq.
#include "actors/replay_window.hpp"

#include <algorithm>
#include <utility>

namespace atrium {

namespace {

/// An event as its reader gets it, and about how many bytes that is.
struct retold {
  event what;
  std::size_t bytes;
};

std::size_t total_bytes(const std::vector<shared_text>& elements) noexcept {
  std::size_t sum = 0;
  for (const auto& e : elements) sum += e->size();
  return sum;
}

bool is_own(const join_room::since_point& since, session_id author) noexcept {
  return author != 0 && std::find(since.own.begin(), since.own.end(), author) != since.own.end();
}

retold retell(const room_id& room, seq_t seq, const replayed_edit& e) {
  constexpr std::size_t overhead_bytes = 100;
  if (!e.text) return {message_deleted{room, e.id, e.at, seq}, overhead_bytes};
  return {message_edited{room, e.id, *e.text, e.at, seq}, e.text->size() + overhead_bytes};
}

/// Nothing if the reader did it itself and knows all of it.
std::optional<retold> retell(const room_id& room, seq_t seq, const replayed_drawing& d,
                             const join_room::since_point& since, bool patches) {
  bool own = is_own(since, d.author);
  if (own && !d.is_corrected) return std::nullopt;
  // What corrected the author is no winner: only the scene has it.
  if (own || !patches || d.patch.empty())
    return retold{board_updated{room, d.board, seq}, d.board.bytes};
  return retold{board_patched{room, d.patch, d.board.version, seq}, total_bytes(d.patch)};
}

} // namespace

void replay_window::load(const std::deque<stored_message>& messages) {
  auto seq = last_;
  for (const auto& m : messages) add(m.seq, m.json);
  if (last_ == seq) return;
  clear();
  last_ = seq;
}

void replay_window::add(seq_t seq, shared_text message) {
  auto bytes = message->size();
  push(seq, {std::move(message), bytes});
}

void replay_window::add(seq_t seq, replayed_drawing what, const std::vector<shared_text>& winners) {
  auto pointers = what.board.elements->size() + what.patch.size();
  push(seq, {std::move(what), total_bytes(winners) + pointers * sizeof(shared_text)});
}

void replay_window::add(seq_t seq, replayed_edit what, seq_t posted, const shared_text& now) {
  if (!what.text) redact(posted, what.id, now);
  auto bytes = what.id.size() + (what.text ? what.text->size() : 0);
  push(seq, {std::move(what), bytes});
}

void replay_window::redact(seq_t posted, std::string_view id, const shared_text& tombstone) {
  static const auto no_text = std::make_shared<const std::string>();
  auto replace = [this](mutation& m, auto& text, const shared_text& with) {
    bytes_ += with->size();
    bytes_ -= text->size();
    m.bytes += with->size();
    m.bytes -= text->size();
    text = with;
  };
  for (auto seq = std::max(posted, reach() + 1); seq <= last_; ++seq) {
    auto& m = kept_[static_cast<std::size_t>(seq - reach() - 1)];
    if (auto* message = std::get_if<shared_text>(&m.what); message && seq == posted)
      replace(m, *message, tombstone);
    else if (auto* edit = std::get_if<replayed_edit>(&m.what); edit && edit->text && edit->id == id)
      replace(m, edit->text, no_text);
  }
}

void replay_window::push(seq_t seq, mutation m) {
  if (seq != last_ + 1) clear();
  last_ = seq;
  bytes_ += m.bytes;
  kept_.push_back(std::move(m));
  while (!kept_.empty() && (kept_.size() > max_count_ || bytes_ > max_bytes_)) {
    bytes_ -= kept_.front().bytes;
    kept_.pop_front();
  }
}

void replay_window::clear() noexcept {
  kept_.clear();
  bytes_ = 0;
}

std::optional<std::vector<event>> replay_window::missed(const room_id& room,
                                                        const join_room::since_point& since,
                                                        bool patches) const {
  if (since.seq < reach() || since.seq > last_) return std::nullopt;
  std::vector<event> out;
  std::size_t bytes = 0;
  for (auto seq = since.seq + 1; seq <= last_; ++seq) {
    const auto& what = kept_[static_cast<std::size_t>(seq - reach() - 1)].what;
    if (const auto* message = std::get_if<shared_text>(&what)) {
      bytes += (*message)->size();
      out.emplace_back(chat_posted{*message, seq});
    } else if (const auto* edit = std::get_if<replayed_edit>(&what)) {
      auto again = retell(room, seq, *edit);
      bytes += again.bytes;
      out.push_back(std::move(again.what));
    } else if (auto again = retell(room, seq, std::get<replayed_drawing>(what), since, patches)) {
      bytes += again->bytes;
      out.push_back(std::move(again->what));
    }
    if (bytes > max_bytes_) return std::nullopt;
  }
  return out;
}

} // namespace atrium
