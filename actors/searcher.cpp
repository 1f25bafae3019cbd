// Searches rooms: first what the room gave along, then the archive, of which the folded text is
// kept in memory as far as `chat.search_bytes` allows.
//
// Order: each search gets one answer; searches of one room may overtake each other. All that are
// under way in a room see the archive after the same changes and share what is read; those that
// know of more changes come after them, so a search never misses a change that its room knew of.
// Never blocks: pages are asked for one after the other, and a search over much text in memory lets
// the mail of others in between. The number of searches is bounded, in a room and altogether. When
// the store is away, searches are answered that find enough among the newest messages; the others
// fail at once.
#include "actors/searcher_impl.hpp"

#include "text/fold.hpp"

#include <caf/all.hpp>

#include <algorithm>

namespace atrium {

namespace {

constexpr std::size_t searches_per_room = 64;
constexpr std::size_t searches_altogether = 1'024;
constexpr std::chrono::milliseconds crowded_pause{1'000};
/// Text looked through in one go: some milliseconds.
constexpr std::size_t turn_bytes = 8'000'000;

const failure no_words{errc::bad_request, "`query` has no word to search for"};
const failure crowded{errc::rate_limited, "too many searches are under way; try again",
                      crowded_pause};
const failure unavailable{
    errc::store_unavailable,
    "the store cannot be reached, so older messages cannot be searched; try again"};

/// For a search that can't go on.
command_result what_there_is(const room_search& s, const failure& why) {
  if (!s.has_enough()) return why;
  auto found = s.result();
  found.has_more = true;
  return found;
}

} // namespace

searcher::searcher(pointer self, searcher_args args)
    : self_{self}, env_{args.env}, readers_{std::move(args.readers)},
      memory_{args.env.config.chat.search_bytes} {}

void searcher::on(search_room& r) {
  if (r.from.request == 0) return;
  auto words = text::words_of(r.wanted.query);
  if (words.empty()) return answer(r.from, no_words);
  auto s = std::make_shared<room_search>(std::move(r), std::move(words));
  if (s->is_done()) return answer(s->asked().from, s->result());
  const auto key = s->asked().key;
  if (is_crowded(key)) return answer(s->asked().from, what_there_is(*s, crowded));
  ++search_count_;
  auto& room = rooms_[key];
  if (!room.under_way.empty() && room.older_changes != s->asked().older_changes) {
    room.waiting.push_back(std::move(s));
    return;
  }
  room.older_changes = s->asked().older_changes;
  memory_.expect(key, room.older_changes);
  room.under_way.push_back(s);
  begin(s);
}

void searcher::on(const forget_searched& f) {
  memory_.forget(f.key);
  const auto room = rooms_.find(f.key);
  if (room != rooms_.end()) room->second.is_forgotten = true;
}

void searcher::on(const search_on& s) {
  advance(s.search);
}

bool searcher::is_crowded(room_key key) const {
  if (search_count_ >= searches_altogether) return true;
  const auto room = rooms_.find(key);
  return room != rooms_.end()
         && room->second.under_way.size() + room->second.waiting.size() >= searches_per_room;
}

void searcher::begin(const search_ptr& s) {
  if (env_.config.chat.search_cache.count() > 0 && !memory_.knows(s->asked().key))
    return look_up(s);
  advance(s);
}

void searcher::advance(const search_ptr& s) {
  const auto key = s->asked().key;
  std::size_t scanned_bytes = 0;
  while (!s->is_done()) {
    if (s->is_to_fetch()) return fetch(s);
    const auto* block = memory_.find(key, s->below());
    if (block == nullptr) {
      s->waits_for_page = true;
      return read_page(key);
    }
    s->scan(*block);
    scanned_bytes += block->text_bytes();
    if (scanned_bytes > turn_bytes) return caf::anon_send(searcher_actor{self_}, search_on{s});
  }
  if (s->has_read) keep_answer(*s);
  finish(s, s->result());
}

void searcher::give_up(const search_ptr& s) {
  finish(s, what_there_is(*s, unavailable));
}

void searcher::finish(const search_ptr& s, command_result outcome) {
  answer(s->asked().from, std::move(outcome));
  leave(s);
}

void searcher::leave(const search_ptr& s) {
  const auto found = rooms_.find(s->asked().key);
  auto& room = found->second;
  std::erase(room.under_way, s);
  --search_count_;
  if (!room.under_way.empty()) return;
  if (room.waiting.empty()) {
    rooms_.erase(found);
    return;
  }
  room.under_way = std::exchange(room.waiting, {});
  room.older_changes = room.under_way.back()->asked().older_changes;
  memory_.expect(s->asked().key, room.older_changes);
  const auto next = room.under_way;
  for (const auto& n : next) begin(n);
}

void searcher::answer(const caller& from, command_result outcome) const {
  from.out.port->post(op::result{from.out.session, from.request, std::move(outcome)});
}

searcher_actor::behavior_type
searcher_behavior(searcher_actor::stateful_pointer<searcher_state> self, searcher_args args) {
  self->state.self = std::make_shared<searcher>(self, std::move(args));
  auto* me = self->state.self.get();
  return {
      [me](search_room& r) { me->on(r); },
      [me](const forget_searched& f) { me->on(f); },
      [me](const search_on& s) { me->on(s); },
  };
}

} // namespace atrium
