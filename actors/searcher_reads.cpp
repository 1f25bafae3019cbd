// What the searcher asks of the store: pages of archives, messages as they are now, answers that
// were kept.
//
// Order: a room has one page under way at a time, and every search that has come to its place
// shares it. A page is kept with the changes that its searches know of, and only up to what the
// store is known to have, so that nothing is taken for missing that was not written yet.
// A reader that is away fails the searches that wait for it; an answer that was not kept, or could
// not be looked up, is looked for in the archive.
#include "actors/searcher_impl.hpp"

#include "actors/tell.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <limits>

namespace atrium {

namespace {

/// Beyond what a reader's own time limits add up to: only a defect lets it run out.
constexpr std::chrono::seconds store_patience{30};
constexpr seq_t page_limit = 1'000;
constexpr seq_t no_bound = std::numeric_limits<seq_t>::max();

} // namespace

const store_reader& searcher::next_reader() {
  next_reader_ = (next_reader_ + 1) % readers_.size();
  return readers_[next_reader_];
}

void searcher::read_page(room_key key) {
  auto& room = rooms_.at(key);
  if (room.is_reading) return;
  const auto first = std::find_if(room.under_way.begin(), room.under_way.end(),
                                  [](const search_ptr& s) { return s->waits_for_page; });
  if (first == room.under_way.end()) return;
  room.is_reading = true;
  const auto below = (*first)->below();
  const auto gap_from = memory_.gap_below(key, below);
  read_messages wanted;
  wanted.room = (*first)->asked().room;
  wanted.limit = static_cast<std::size_t>(std::min(page_limit, below - gap_from));
  if (below != no_bound) wanted.before = below;
  self_->request(next_reader(), store_patience, std::move(wanted))
      .then([=, this](const message_page& page) { on_page(key, below, gap_from, page); },
            [=, this](const caf::error&) {
              on_page(key, below, gap_from, {store_status::unavailable, {}, false});
            });
}

void searcher::on_page(room_key key, seq_t below, seq_t gap_from, const message_page& page) {
  auto& room = rooms_.at(key);
  room.is_reading = false;
  std::vector<search_ptr> waiters;
  for (const auto& s : room.under_way)
    if (std::exchange(s->waits_for_page, false)) waiters.push_back(s);
  if (page.status == store_status::unavailable) {
    for (const auto& s : waiters) give_up(s);
    return;
  }
  auto block = block_of(room, below, gap_from, page);
  for (const auto& s : waiters) {
    if (s->below() <= block.from() || s->below() > block.to()) continue;
    s->has_read = true;
    s->scan(block);
  }
  keep(key, room, std::move(block));
  for (const auto& s : waiters) advance(s);
}

archive_block searcher::block_of(const searched_room& room, seq_t below, seq_t gap_from,
                                 const message_page& page) const {
  const auto& messages = page.messages;
  // Seqs that are no bounds are a defect of the store; they end the archive rather than the searcher.
  const bool goes_on = page.has_more && !messages.empty() && messages.front().seq < below;
  archive_block block{std::max(goes_on ? messages.front().seq : 0, gap_from), below};
  seq_t last = block.from() - 1;
  for (const auto& m : messages) {
    if (m.seq <= last || m.seq >= below) continue;
    const std::optional<std::string>* changed = nullptr;
    for (const auto& s : room.under_way)
      if (const auto* newer = s->changed_text(m.seq)) changed = newer;
    const auto folded = changed != nullptr ? *changed : folded_text(*m.json);
    if (folded) block.add(m.seq, m.id, *folded);
    last = m.seq;
  }
  return block;
}

void searcher::keep(room_key key, const searched_room& room, archive_block block) {
  if (room.is_forgotten) return;
  seq_t stored = no_bound;
  for (const auto& s : room.under_way) stored = std::min(stored, s->asked().persisted);
  // Without a bound from above it goes as far as there are messages.
  if (block.to() == no_bound) stored = std::min(stored, block.last());
  if (stored != no_bound && !block.cut(stored + 1)) return;
  memory_.keep(key, room.older_changes, std::move(block));
}

void searcher::fetch(const search_ptr& s) {
  find_messages wanted{s->asked().room, s->candidate_ids()};
  self_->request(next_reader(), store_patience, std::move(wanted))
      .then(
          [=, this](const found_messages& found) {
            if (found.status == store_status::unavailable) return give_up(s);
            s->take(found.messages);
            advance(s);
          },
          [=, this](const caf::error&) { give_up(s); });
}

void searcher::look_up(const search_ptr& s) {
  self_->request(next_reader(), store_patience, read_cache{s->key_to_keep()})
      .then([=, this](const cached_text& found) { on_looked_up(s, found); },
            [=, this](const caf::error&) { advance(s); });
}

void searcher::on_looked_up(const search_ptr& s, const cached_text& found) {
  if (found.status == store_status::unavailable || !found.text) return advance(s);
  const auto kept = read_kept_answer(*found.text);
  const auto missing = kept ? s->missing_of(*kept) : std::nullopt;
  if (!missing) return advance(s);
  self_->request(next_reader(), store_patience, find_messages{s->asked().room, *missing})
      .then(
          [=, this](const found_messages& found) {
            // Whether it was taken or not: it is done, or goes on by itself.
            if (found.status == store_status::ok) (void)s->take_kept(*kept, found.messages);
            advance(s);
          },
          [=, this](const caf::error&) { advance(s); });
}

void searcher::keep_answer(const room_search& s) {
  const auto ttl = env_.config.chat.search_cache;
  if (ttl.count() == 0) return;
  tell(self_->context(), next_reader(),
       write_cache{s.key_to_keep(), to_json(s.answer_to_keep()), ttl});
}

} // namespace atrium
