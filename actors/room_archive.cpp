// What a room looks up in the store: messages that are no longer in memory, for pages, replies, edits
// and searches, and their exact number.
//
// The room never waits. While a message is looked up, what the same session says next is kept here, at
// most `server.max_in_flight` requests by construction, and goes on in its order afterwards.
// What is read from the store is corrected by what the store has not confirmed yet, so nobody's own
// write is hidden from it.
#include "actors/room_impl.hpp"
#include "actors/tell.hpp"

#include <algorithm>

namespace atrium {

namespace {

constexpr std::chrono::seconds store_patience{30};

const failure lagging{errc::store_unavailable,
                      "older messages are still on their way to the store; try again"};

} // namespace

// ---- one message -------------------------------------------------------------------------------

void room::with_message(const caller& from, const std::string& id, message_taker take) {
  if (const auto* here = state_.find_message(id)) return take(here);
  if (!state_.may_be_archived(id)) return take(nullptr);
  if (archive_lags()) return answer(from, lagging);
  auto unavailable = [this, from] {
    fail(from, errc::store_unavailable, "older messages cannot be read now; try again");
    release(from);
  };
  hold(from);
  self_->request(reader_, store_patience, find_messages{state_.meta().id, {id}})
      .then(
          [this, from, id, take, unavailable, busy = busy_](found_messages& found) {
            if (found.status == store_status::unavailable) return unavailable();
            last_use_ = env_.now();
            // It may have been changed since, and the caller removed.
            const auto* m = state_.find_message(id);
            if (!m && !found.messages.empty() && found.messages[0]) m = &*found.messages[0];
            if (auto f = refusal(from, set_typing{}))
              answer(from, std::move(*f));
            else
              take(m);
            release(from);
          },
          [unavailable](const caf::error&) { unavailable(); });
}

void room::hold(const caller& from) {
  if (from.connection) held_.try_emplace(from.out.session);
}

bool room::is_held(const caller& from) const {
  return from.connection && held_.contains(from.out.session);
}

void room::release(const caller& from) {
  auto found = held_.find(from.out.session);
  if (found == held_.end()) return;
  auto waiting = std::move(found->second);
  held_.erase(found);
  for (auto& r : waiting) {
    // One of them may begin a new wait: then the rest waits behind it, in order.
    if (is_held(r.from))
      held_[r.from.out.session].push_back(std::move(r));
    else
      serve(r);
  }
}

// ---- pages -------------------------------------------------------------------------------------

void room::run(const caller& from, get_history& c) {
  std::optional<seq_t> before;
  std::optional<seq_t> after;
  for (auto [id, seq] : {std::pair{&c.before, &before}, std::pair{&c.after, &after}}) {
    if (!*id) continue;
    *seq = seq_of_message_id(**id);
    if (!*seq) return fail(from, errc::bad_request, "`before` and `after` are ids of messages");
  }
  if (before && after) return fail(from, errc::bad_request, "give `before` or `after`, not both");
  if (auto page = state_.chat().read(c.limit, before, after))
    return answer(from, history_result{std::move(page->messages), page->has_more});
  read_archive(from, c.limit, before, after);
}

void room::read_archive(const caller& from, std::size_t limit, std::optional<seq_t> before,
                        std::optional<seq_t> after) {
  if (archive_lags()) return answer(from, lagging);
  // What is in memory may not be in the store yet: only what is older is asked for.
  auto here = state_.chat().read_here(limit, before, after);
  auto boundary = state_.oldest_seq();
  read_messages wanted{state_.meta().id, limit, std::nullopt, after};
  if (!after) {
    wanted.limit = std::max<std::size_t>(1, limit - here.messages.size());
    wanted.before = std::min(before.value_or(boundary), boundary);
  }
  auto unavailable = [this, from] {
    fail(from, errc::store_unavailable, "older messages cannot be read now; try again");
  };
  self_->request(reader_, store_patience, std::move(wanted))
      .then(
          [this, from, here, unavailable, busy = busy_,
           wish = page_wish{limit, boundary, after.has_value()}](message_page& page) {
            if (page.status == store_status::unavailable) return unavailable();
            answer(from, joined_page(wish, page, here));
          },
          [unavailable](const caf::error&) { unavailable(); });
}

history_result room::joined_page(const page_wish& wish, message_page& archived,
                                 const chat_log::page& here) const {
  history_result out;
  out.has_more = archived.has_more || here.has_more;
  auto& all = out.messages;
  for (auto& m : archived.messages) {
    // The page goes on with what is here: nothing lies between.
    if (m.seq >= wish.boundary && wish.is_forward) out.has_more = here.has_more;
    if (m.seq >= wish.boundary) break;
    const auto* changed = state_.edits().find(m.seq);
    all.push_back(changed ? changed->json : std::move(m.json));
  }
  all.insert(all.end(), here.messages.begin(), here.messages.end());
  if (all.size() <= wish.limit) return out;
  out.has_more = true;
  if (wish.is_forward)
    all.resize(wish.limit);
  else
    all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(wish.limit));
  return out;
}

// ---- searching ---------------------------------------------------------------------------------

void room::run(const caller& from, search_messages& c) {
  search_room wanted;
  if (c.before) {
    wanted.before = seq_of_message_id(*c.before);
    if (!wanted.before) return fail(from, errc::bad_request, "`before` is the id of a message");
  }
  if (!searcher_) return fail(from, errc::internal, "this server has no search");
  wanted.from = from;
  wanted.wanted = std::move(c);
  wanted.room = state_.meta().id;
  wanted.key = key_;
  wanted.position = state_.epoch() + ':' + std::to_string(state_.seq());
  for (const auto& m : state_.chat().messages()) wanted.newest.push_back({m.seq, m.json});
  wanted.has_older = !state_.chat().complete();
  for (const auto& m : state_.edits().below(state_.oldest_seq()))
    wanted.changed.push_back({m.seq, m.json});
  wanted.older_changes = older_changes_;
  wanted.persisted = journal_.persisted_seq();
  was_searched_ = true;
  tell(self_->context(), searcher_, std::move(wanted));
}

void room::forget_search() {
  if (std::exchange(was_searched_, false)) tell(self_->context(), searcher_, forget_searched{key_});
}

// ---- counting ----------------------------------------------------------------------------------

void room::run(const caller& from, get_stats&) {
  room_stats out;
  out.room = {state_.meta(), state_.people().count()};
  out.member_count = membership_.size();
  out.seq = state_.seq();
  auto left = std::max<unix_ms>(state_.expires_at() - env_.now(), 0);
  out.ttl = std::chrono::ceil<std::chrono::seconds>(std::chrono::milliseconds{left});
  // The store counts what it has confirmed, we what it may not have yet.
  auto stored = journal_.persisted_seq();
  const auto& log = state_.chat().messages();
  auto unstored = static_cast<std::size_t>(std::count_if(
      log.begin(), log.end(), [stored](const stored_message& m) { return m.seq > stored; }));
  auto most = env_.config.chat.archive_max_messages;
  auto estimate = std::min(state_.chat().total(), most);
  self_->request(reader_, store_patience, count_messages{state_.meta().id, stored})
      .then(
          [this, from, out, unstored, most, estimate,
           busy = busy_](const message_count& c) mutable {
            bool is_known = c.status == store_status::ok;
            out.message_count = is_known ? std::min(c.count + unstored, most) : estimate;
            answer(from, std::move(out));
          },
          [this, from, out, estimate](const caf::error&) mutable {
            out.message_count = estimate;
            answer(from, std::move(out));
          });
}

} // namespace atrium
