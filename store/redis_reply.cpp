// Tells replies apart. An error's class is decided by its first word alone, because the sentences
// after it change between versions of Redis. EXECABORT counts as transient: the error that caused
// it was already answered to the queued command, and the worse of the two is what counts, a defect
// there being one here.
// Never throws; a view of nothing is nil.
#include "store/redis_reply.hpp"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <array>

namespace atrium::store {

reply_class classify_error(std::string_view error) noexcept {
  static constexpr std::array<std::string_view, 15> passing{
      "LOADING",   "BUSY",        "READONLY",   "MISCONF",    "OOM",
      "TRYAGAIN",  "CLUSTERDOWN", "MASTERDOWN", "NOREPLICAS", "NOAUTH",
      "WRONGPASS", "NOPERM",      "EXECABORT",  "MOVED",      "ASK"};
  const auto word = error.substr(0, error.find(' '));
  const bool passes = std::find(passing.begin(), passing.end(), word) != passing.end();
  if (passes) return reply_class::transient;
  // "ERR max number of clients reached" comes instead of a greeting and ends the connection.
  if (error.find("max number of clients") != std::string_view::npos) return reply_class::transient;
  return reply_class::defect;
}

store_fault fault_of(std::string_view error) noexcept {
  struct known_fault {
    std::string_view word;
    store_fault fault;
  };
  static constexpr std::array<known_fault, 5> known{{
      {"LOADING", store_fault::loading},
      {"BUSY", store_fault::busy},
      {"READONLY", store_fault::read_only},
      {"MISCONF", store_fault::misconfigured},
      {"OOM", store_fault::out_of_memory},
  }};
  const auto word = error.substr(0, error.find(' '));
  const auto* found = std::find_if(known.begin(), known.end(),
                                   [word](const known_fault& k) { return k.word == word; });
  if (found != known.end()) return found->fault;
  return classify_error(error) == reply_class::transient ? store_fault::refused
                                                         : store_fault::defect;
}

bool reply_view::is_nil() const noexcept {
  return reply_ == nullptr || reply_->type == REDIS_REPLY_NIL;
}

bool reply_view::is_error() const noexcept {
  return reply_ != nullptr && reply_->type == REDIS_REPLY_ERROR;
}

std::string_view reply_view::text() const noexcept {
  if (reply_ == nullptr) return {};
  const bool has_text = reply_->type == REDIS_REPLY_STRING || reply_->type == REDIS_REPLY_STATUS
                        || reply_->type == REDIS_REPLY_ERROR;
  return has_text ? std::string_view{reply_->str, reply_->len} : std::string_view{};
}

std::int64_t reply_view::integer() const noexcept {
  if (reply_ == nullptr) return 0;
  if (reply_->type == REDIS_REPLY_INTEGER) return reply_->integer;
  std::int64_t value = 0;
  const auto spelled = text();
  std::from_chars(spelled.data(), spelled.data() + spelled.size(), value);
  return value;
}

std::size_t reply_view::size() const noexcept {
  return reply_ != nullptr && reply_->type == REDIS_REPLY_ARRAY ? reply_->elements : 0;
}

reply_view reply_view::operator[](std::size_t i) const noexcept {
  return i < size() ? reply_view{reply_->element[i]} : reply_view{};
}

reply_class reply_view::classify() const noexcept {
  if (is_error()) return classify_error(text());
  auto worst = reply_class::ok;
  for (std::size_t i = 0; i < size(); ++i) worst = std::max(worst, (*this)[i].classify());
  return worst;
}

std::string_view reply_view::first_error() const noexcept {
  if (is_error()) return text();
  for (std::size_t i = 0; i < size(); ++i) {
    if (const auto error = (*this)[i].first_error(); !error.empty()) return error;
  }
  return {};
}

std::vector<std::string> reply_view::texts() const {
  std::vector<std::string> all;
  all.reserve(size());
  for (std::size_t i = 0; i < size(); ++i) all.emplace_back((*this)[i].text());
  return all;
}

std::vector<hash_field> reply_view::pairs() const {
  std::vector<hash_field> all;
  all.reserve(size() / 2);
  for (std::size_t i = 0; i + 1 < size(); i += 2) {
    all.emplace_back((*this)[i].text(), (*this)[i + 1].text());
  }
  return all;
}

void redis_reply::freer::operator()(redisReply* reply) const noexcept {
  freeReplyObject(reply);
}

} // namespace atrium::store
