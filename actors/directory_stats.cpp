// Figures of the whole server; and the traces that an earlier process left of who was there.
//
// How many rooms there are the store counts, one count at a time; the answer serves for some seconds.
// Rooms created here are added to it, and a removal forgets it, so it never hides what this server did.
// Who asks after a change waits for a count that began after it. While the store is away rooms in memory
// are all that is known.
#include "actors/directory_impl.hpp"

#include <algorithm>

namespace atrium {

namespace {

constexpr std::chrono::seconds store_patience{30};
/// How long a count serves.
constexpr unix_ms totals_ttl_ms = 5'000;
/// A portion that could not be cleared is tried again after this time.
constexpr std::chrono::milliseconds clear_pause{1'000};
constexpr std::size_t max_spaces = 1'000;
/// For /metrics: how old a count may get that nobody asks for.
constexpr unix_ms recount_ms = 60'000;

} // namespace

void directory::note_created(const room_meta& m) {
  ++changes_;
  if (!totals_) return;
  ++totals_->rooms;
  env_.counts.measured.rooms_stored = static_cast<std::int64_t>(totals_->rooms);
  totals_->spaces += m.kind == "space" ? 1 : 0;
}

void directory::note_removed() {
  ++changes_;
  // It may have been missing in the store before, and from the count.
  totals_.reset();
}

void directory::on(stats_request& s) {
  if (totals_ && env_.now() - counted_at_ < totals_ttl_ms) return answer_stats(s.from, *totals_);
  stats_questions_.push_back({std::move(s.from), changes_});
  count_all();
}

void directory::count_now_and_then() {
  if (env_.now() - counted_at_ >= recount_ms) count_all();
}

void directory::count_all() {
  if (counting_) return;
  counting_ = true;
  auto changes = changes_;
  self_->request(next_reader(), store_patience, count_rooms{})
      .then([this, changes](const room_totals& totals) { on_counted(totals, changes); },
            [this, changes](const caf::error&) {
              on_counted({store_status::unavailable, 0, 0}, changes);
            });
}

void directory::on_counted(const room_totals& totals, std::uint64_t changes) {
  counting_ = false;
  bool is_known = totals.status == store_status::ok;
  totals_.reset();
  if (is_known && changes == changes_) totals_ = totals;
  if (is_known) env_.counts.measured.rooms_stored = static_cast<std::int64_t>(totals.rooms);
  counted_at_ = env_.now();
  auto shown = is_known ? totals : loaded_totals();
  std::erase_if(stats_questions_, [&](const stats_question& q) {
    if (is_known && q.changes > changes) return false;
    answer_stats(q.from, shown);
    return true;
  });
  if (!stats_questions_.empty()) count_all();
}

room_totals directory::loaded_totals() const {
  room_totals out{store_status::unavailable, rooms_.size(), 0};
  for (const auto& [id, e] : rooms_) out.spaces += e.is_space ? 1 : 0;
  return out;
}

void directory::answer_stats(const caller& from, const room_totals& totals) const {
  server_stats out;
  out.rooms = totals.rooms;
  out.spaces = totals.spaces;
  out.users = shards_ ? shards_->online() : 0;
  for (const auto& [id, e] : rooms_)
    if (e.is_space && !e.is_private && e.participants > 0)
      out.with_users.push_back({id, e.participants});
  auto fuller = [](const server_stats::space& a, const server_stats::space& b) {
    return a.users != b.users ? a.users > b.users : a.id < b.id;
  };
  std::sort(out.with_users.begin(), out.with_users.end(), fuller);
  if (out.with_users.size() > max_spaces) out.with_users.resize(max_spaces);
  answer(from, std::move(out));
}

void directory::clear_presence_from(std::size_t offset) {
  cleared_ = offset;
  auto again = [this] { arm(directory_timer::kind::presence, clear_pause); };
  self_->request(next_reader(), store_patience, clear_presence{offset})
      .then(
          [this, again](const presence_cleared& c) {
            if (c.status == store_status::unavailable) return again();
            if (c.next_offset != 0 && !draining_) clear_presence_from(c.next_offset);
          },
          [again](const caf::error&) { again(); });
}

} // namespace atrium
