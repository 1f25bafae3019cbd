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

/// Messages beyond the bounds that wait for the archive.
constexpr std::size_t max_unstored_count = 1'000;

bool is_before(const stored_message& m, seq_t seq) noexcept {
  return m.seq < seq;
}

} // namespace

void chat_log::load(std::vector<stored_message> messages, std::vector<stored_message> older,
                    std::size_t total) {
  for (auto& m : older) {
    remember(m);
    older_.push_back(std::move(m));
  }
  for (auto& m : messages) append(std::move(m));
  total_ = std::max(total, log_.size());
}

void chat_log::append(stored_message m) {
  bytes_ += m.json->size();
  remember(m);
  log_.push_back(std::move(m));
  ++total_;
  trim();
}

void chat_log::on_persisted(seq_t seq) {
  persisted_ = seq;
  trim();
}

bool chat_log::may_drop_oldest() const noexcept {
  if (log_.size() < 2) return log_.size() > max_count_;
  if (log_.size() <= max_count_ && bytes_ <= max_bytes_) return false;
  return log_.front().seq <= persisted_ || log_.size() > max_count_ + max_unstored_count
         || bytes_ > 2 * max_bytes_;
}

void chat_log::trim() {
  while (may_drop_oldest()) drop_oldest();
  drop_older();
}

void chat_log::remember(const stored_message& m) {
  if (!m.client_message_id.empty())
    by_client_id_.try_emplace(client_key(m.user, m.client_message_id), m.seq);
}

void chat_log::forget(const stored_message& m) {
  if (m.client_message_id.empty()) return;
  auto found = by_client_id_.find(client_key(m.user, m.client_message_id));
  if (found != by_client_id_.end() && found->second == m.seq) by_client_id_.erase(found);
}

void chat_log::drop_oldest() {
  auto& oldest = log_.front();
  bytes_ -= oldest.json->size();
  if (oldest.seq > persisted_) {
    overrun_seq_ = oldest.seq;
    ++overrun_count_;
  }
  oldest.json = nullptr;
  older_.push_back(std::move(oldest));
  log_.pop_front();
}

void chat_log::drop_older() {
  while (!older_.empty() && older_.size() + log_.size() > max_count_) {
    forget(older_.front());
    older_.pop_front();
  }
}

chat_log::iterator chat_log::first_not_below(seq_t seq) const {
  return std::lower_bound(log_.begin(), log_.end(), seq, is_before);
}

const stored_message* chat_log::find_duplicate(const user_id& user,
                                               std::string_view client_message_id) const {
  auto found = by_client_id_.find(client_key(user, client_message_id));
  if (found == by_client_id_.end()) return nullptr;
  auto seq = found->second;
  auto at = first_not_below(seq);
  if (at != log_.end() && at->seq == seq) return &*at;
  auto older = std::lower_bound(older_.begin(), older_.end(), seq, is_before);
  return older != older_.end() && older->seq == seq ? &*older : nullptr;
}

const stored_message* chat_log::find(std::string_view id) const {
  auto seq = seq_of_message_id(id);
  if (!seq) return nullptr;
  auto at = first_not_below(*seq);
  return at != log_.end() && at->id == id ? &*at : nullptr;
}

void chat_log::replace(const stored_message& m) {
  auto at = std::lower_bound(log_.begin(), log_.end(), m.seq, is_before);
  if (at == log_.end() || at->seq != m.seq) return;
  bytes_ += m.json->size();
  bytes_ -= at->json->size();
  *at = m;
}

std::vector<shared_text> chat_log::newest(std::size_t count) const {
  std::vector<shared_text> out;
  auto n = std::min(count, log_.size());
  out.reserve(n);
  for (auto at = log_.end() - static_cast<std::ptrdiff_t>(n); at != log_.end(); ++at)
    out.push_back(at->json);
  return out;
}

chat_log::page chat_log::read_here(std::size_t limit, std::optional<seq_t> before,
                                   std::optional<seq_t> after) const {
  auto wanted = static_cast<std::ptrdiff_t>(limit);
  auto first = after ? first_not_below(*after + 1) : log_.begin();
  auto last = before ? first_not_below(*before) : log_.end();
  page out;
  out.has_more = last - first > wanted;
  if (out.has_more && after)
    last = first + wanted;
  else if (out.has_more)
    first = last - wanted;
  for (; first < last; ++first) out.messages.push_back(first->json);
  return out;
}

std::optional<chat_log::page> chat_log::read(std::size_t limit, std::optional<seq_t> before,
                                             std::optional<seq_t> after) const {
  auto here = read_here(limit, before, after);
  if (complete()) return here;
  bool reaches_back = after ? !log_.empty() && log_.front().seq <= *after + 1 : here.has_more;
  if (!reaches_back) return std::nullopt;
  return here;
}

} // namespace atrium
