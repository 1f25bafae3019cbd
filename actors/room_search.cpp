// See room_search.hpp. A message that was changed is judged by its text as the room has it,
// wherever the archive's text comes from; whether it still exists is for the store to say. Never
// looks twice at what it has passed.
#include "actors/room_search.hpp"

#include "text/fold.hpp"
#include "json/json.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

namespace atrium {

namespace {

std::string id_of(const shared_text& message) {
  const auto id = json::find(json::slice{*message}, "id");
  return id && id->is(json::kind::string) ? json::to_text(*id) : std::string{};
}

} // namespace

room_search::room_search(search_room asked, std::vector<std::string> words)
    : asked_{std::move(asked)}, words_{std::move(words)} {
  for (auto& m : asked_.changed)
    changed_.insert_or_assign(m.seq, changed_message{m.json, folded_text(*m.json)});
  scan_newest();
  asked_.newest = {};
  asked_.changed = {};
}

void room_search::scan_newest() {
  const auto before = asked_.before.value_or(std::numeric_limits<seq_t>::max());
  below_ = before;
  for (auto m = asked_.newest.rbegin(); m != asked_.newest.rend() && !is_done(); ++m) {
    below_ = std::min(below_, m->seq);
    if (m->seq < before && matches(folded_text(*m->json)))
      found_.emplace_back(id_of(m->json), m->json);
  }
  if (!asked_.has_older) below_ = 0;
}

bool room_search::is_done() const noexcept {
  return found_.size() > asked_.wanted.limit || (below_ <= 1 && candidates_.empty());
}

bool room_search::is_to_fetch() const noexcept {
  return !candidates_.empty()
         && (below_ <= 1 || found_.size() + candidates_.size() > asked_.wanted.limit);
}

bool room_search::matches(const std::optional<std::string>& folded) const {
  return folded && text::holds_all(*folded, words_);
}

void room_search::scan(const archive_block& block) {
  auto hits = block.find(words_, below_);
  if (!changed_.empty()) add_changed(hits, block);
  below_ = block.from();
  const auto missing = asked_.wanted.limit + 1 - found_.size() - candidates_.size();
  if (hits.size() > missing) {
    hits.resize(missing);
    below_ = hits.back().seq;
  }
  candidates_.insert(candidates_.end(), std::make_move_iterator(hits.begin()),
                     std::make_move_iterator(hits.end()));
}

void room_search::add_changed(std::vector<archive_block::hit>& hits,
                              const archive_block& block) const {
  std::erase_if(hits, [this](const auto& hit) { return changed_.contains(hit.seq); });
  for (const auto& [seq, changed] : changed_) {
    if (seq >= below_ || !matches(changed.folded)) continue;
    if (auto hit = block.find(seq)) hits.push_back(std::move(*hit));
  }
  std::sort(hits.begin(), hits.end(), [](const auto& a, const auto& b) { return a.seq > b.seq; });
}

std::vector<std::string> room_search::candidate_ids() const {
  std::vector<std::string> ids;
  ids.reserve(candidates_.size());
  for (const auto& hit : candidates_) ids.push_back(hit.id);
  return ids;
}

void room_search::take(const std::vector<std::optional<stored_message>>& fetched) {
  candidates_.clear();
  for (const auto& m : fetched) {
    if (!m) continue;
    if (auto json = as_it_is(*m)) found_.emplace_back(m->id, std::move(*json));
  }
}

std::optional<shared_text> room_search::as_it_is(const stored_message& m) const {
  const auto changed = changed_.find(m.seq);
  if (changed != changed_.end())
    return matches(changed->second.folded) ? std::optional{changed->second.json} : std::nullopt;
  return matches(folded_text(*m.json)) ? std::optional{m.json} : std::nullopt;
}

std::optional<std::vector<std::string>> room_search::missing_of(const kept_answer& kept) const {
  if (kept.ids.size() < found_.size() || kept.ids.size() > asked_.wanted.limit) return std::nullopt;
  for (std::size_t i = 0; i < found_.size(); ++i)
    if (kept.ids[i] != found_[i].first) return std::nullopt;
  return std::vector<std::string>(kept.ids.begin() + static_cast<std::ptrdiff_t>(found_.size()),
                                  kept.ids.end());
}

bool room_search::take_kept(const kept_answer& kept,
                            const std::vector<std::optional<stored_message>>& fetched) {
  const auto count = found_.size();
  take(fetched);
  if (found_.size() == kept.ids.size()) {
    kept_has_more_ = kept.has_more;
    below_ = 0;
    return true;
  }
  found_.resize(count);
  return false;
}

const std::optional<std::string>* room_search::changed_text(seq_t seq) const {
  const auto changed = changed_.find(seq);
  return changed == changed_.end() ? nullptr : &changed->second.folded;
}

history_result room_search::result() const {
  history_result out;
  const auto count = std::min(found_.size(), asked_.wanted.limit);
  for (std::size_t i = 0; i < count; ++i) out.messages.push_back(found_[i].second);
  out.has_more = found_.size() > count || kept_has_more_;
  return out;
}

kept_answer room_search::answer_to_keep() const {
  kept_answer out;
  const auto count = std::min(found_.size(), asked_.wanted.limit);
  for (std::size_t i = 0; i < count; ++i) out.ids.push_back(found_[i].first);
  out.has_more = result().has_more;
  return out;
}

std::string room_search::key_to_keep() const {
  return search_key(asked_.room, asked_.position, asked_.wanted.limit, asked_.before, words_);
}

} // namespace atrium
