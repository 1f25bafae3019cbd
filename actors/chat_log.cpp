// See chat_log.hpp. Messages are in the order of their seq, so everything is found by binary search.
#include "actors/chat_log.hpp"

#include <algorithm>

namespace atrium {

namespace {

std::string client_key(const user_id& user, std::string_view client_message_id) {
  std::string key;
  key.reserve(user.value.size() + 1 + client_message_id.size());
  key += user.value;
  key += '\0';
  key += client_message_id;
  return key;
}

} // namespace

void chat_log::load(std::vector<stored_message> messages, std::size_t total) {
  for (auto& m : messages) append(std::move(m));
  total_ = std::max(total, log_.size());
}

seq_t chat_log::append(stored_message m) {
  bytes_ += m.json->size();
  remember(m);
  log_.push_back(std::move(m));
  ++total_;
  seq_t dropped = 0;
  while (log_.size() > max_count_ || (bytes_ > max_bytes_ && log_.size() > 1)) {
    dropped = log_.front().seq;
    drop_oldest();
  }
  return dropped;
}

void chat_log::remember(const stored_message& m) {
  if (!m.client_message_id.empty())
    by_client_id_.try_emplace(client_key(m.user, m.client_message_id), m.seq);
}

void chat_log::drop_oldest() {
  const auto& oldest = log_.front();
  bytes_ -= oldest.json->size();
  if (!oldest.client_message_id.empty()) {
    auto found = by_client_id_.find(client_key(oldest.user, oldest.client_message_id));
    if (found != by_client_id_.end() && found->second == oldest.seq) by_client_id_.erase(found);
  }
  log_.pop_front();
}

chat_log::iterator chat_log::first_not_below(seq_t seq) const {
  return std::lower_bound(log_.begin(), log_.end(), seq,
                          [](const stored_message& m, seq_t s) { return m.seq < s; });
}

const stored_message* chat_log::find_duplicate(const user_id& user,
                                               std::string_view client_message_id) const {
  auto found = by_client_id_.find(client_key(user, client_message_id));
  if (found == by_client_id_.end()) return nullptr;
  auto at = first_not_below(found->second);
  return at != log_.end() && at->seq == found->second ? &*at : nullptr;
}

bool chat_log::contains(std::string_view id) const {
  auto seq = seq_of_message_id(id);
  if (!seq) return false;
  auto at = first_not_below(*seq);
  return at != log_.end() && at->id == id;
}

std::vector<shared_text> chat_log::newest(std::size_t count) const {
  std::vector<shared_text> out;
  auto n = std::min(count, log_.size());
  out.reserve(n);
  for (auto at = log_.end() - static_cast<std::ptrdiff_t>(n); at != log_.end(); ++at)
    out.push_back(at->json);
  return out;
}

std::optional<chat_log::page> chat_log::read(std::size_t limit, std::optional<seq_t> before,
                                             std::optional<seq_t> after) const {
  auto wanted = static_cast<std::ptrdiff_t>(limit);
  auto first = log_.begin();
  auto last = log_.end();
  bool has_more = false;
  if (after) {
    first = first_not_below(*after + 1);
    if (first == log_.begin() && !complete()) return std::nullopt;
    has_more = last - first > wanted;
    last = first + std::min(wanted, last - first);
  } else {
    if (before) last = first_not_below(*before);
    if (last - first <= wanted && !complete()) return std::nullopt;
    has_more = last - first > wanted;
    first = last - std::min(wanted, last - first);
  }
  page out;
  out.has_more = has_more;
  for (auto at = first; at != last; ++at) out.messages.push_back(at->json);
  return out;
}

} // namespace atrium
