// Pages of a room's archive: ids by seq from the sorted set, texts by id.
//
// Order: a page is oldest first; pages never overlap, because bounds are exclusive. Messages age
// out by their own TTL while the set that names them lives on, so entries without a message are
// skipped, removed and made up for from further on: a page is short only at the end of the archive.
// Texts are fetched a portion at a time, so that no reply grows beyond some megabytes.
#include "store/message_fields.hpp"
#include "store/reader_core.hpp"

#include <algorithm>

namespace atrium::store {

namespace {

constexpr std::size_t fetch_portion = 200;
constexpr std::size_t page_limit = 1'000;
constexpr std::size_t aged_portion = 512;

} // namespace

std::vector<std::optional<stored_message>> reader_core::fetch(const std::vector<std::string>& ids,
                                                              std::vector<std::string>& missing) {
  std::vector<std::optional<stored_message>> found;
  for (std::size_t from = 0; from < ids.size() && !link_.failed(); from += fetch_portion) {
    const auto count = std::min(fetch_portion, ids.size() - from);
    command_buffer get;
    get.begin(1 + count);
    get.arg("MGET");
    for (auto i = from; i < from + count; ++i) get.arg(keys_.message(ids[i]));
    const auto replies = link_.call_all(get);
    if (link_.failed()) break;
    for (std::size_t i = 0; i < count; ++i) {
      const auto text = replies[0][i].text();
      if (text.empty()) missing.push_back(ids[from + i]);
      found.push_back(text.empty() ? std::nullopt : read_stored_message(text));
    }
  }
  return found;
}

std::vector<std::optional<stored_message>>
reader_core::fetch_archived(const std::string& room, const std::vector<std::string>& ids) {
  std::vector<std::string> aged;
  auto found = fetch(ids, aged);
  remove_entries(keys_.archive(room), aged);
  return found;
}

// An id that is unknown now may be stored in the next moment, so nothing is cleaned up here.
found_messages reader_core::find(const find_messages& request) {
  auto ids = request.ids;
  if (ids.size() > page_limit) ids.resize(page_limit);
  std::vector<std::string> unknown;
  found_messages answer{store_status::ok, fetch(ids, unknown)};
  answer.messages.resize(request.ids.size());
  for (auto& m : answer.messages) {
    if (m && read_fields(*m).room != request.room) m.reset();
  }
  return answer;
}

// A cleaning at the side of a request: a store that refuses writes must not make it fail.
void reader_core::remove_entries(const std::string& key, const std::vector<std::string>& members) {
  if (members.empty() || link_.failed()) return;
  command_buffer remove;
  remove.begin(2 + members.size());
  remove.arg("ZREM");
  remove.arg(key);
  for (const auto& member : members) remove.arg(member);
  (void)link_.ask_all(remove);
}

void reader_core::remove_aged(const std::string& room) {
  const auto key = keys_.archive(room);
  for (std::size_t portion = 1; !link_.failed(); portion = std::min(aged_portion, portion * 2)) {
    const auto ids = link_.call("ZRANGE", key, 0, portion - 1)->texts();
    command_buffer probe;
    for (const auto& id : ids) probe.add("EXISTS", keys_.message(id));
    const auto replies = link_.call_all(probe);
    if (link_.failed()) return;
    std::vector<std::string> aged;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (replies[i]->integer() == 0) aged.push_back(ids[i]);
    }
    if (aged.empty()) return;
    command_buffer remove;
    remove.begin(2 + aged.size());
    remove.arg("ZREM");
    remove.arg(key);
    for (const auto& id : aged) remove.arg(id);
    const auto removed = link_.ask_all(remove);
    // Nothing could be removed: the next portion would be the same.
    if (aged.size() < ids.size() || link_.failed() || removed[0]->integer() == 0) return;
  }
}

message_page reader_core::page(const read_messages& request) {
  message_page answer{store_status::ok, {}, false};
  const auto limit = std::clamp<std::size_t>(request.limit, 1, page_limit);
  const bool newest_first = !request.after;
  const auto key = keys_.archive(request.room.value);
  std::string bound = "+inf";
  if (request.before) bound = '(' + std::to_string(*request.before);
  if (request.after) bound = '(' + std::to_string(*request.after);
  while (answer.messages.size() <= limit && !link_.failed()) {
    const auto wanted = limit + 1 - answer.messages.size();
    const auto reply
        = newest_first
              ? link_.call("ZREVRANGEBYSCORE", key, bound, "-inf", "WITHSCORES", "LIMIT", 0, wanted)
              : link_.call("ZRANGEBYSCORE", key, bound, "+inf", "WITHSCORES", "LIMIT", 0, wanted);
    std::vector<std::string> ids;
    for (auto& [id, score] : reply->pairs()) {
      bound = '(' + score;
      ids.push_back(std::move(id));
    }
    for (auto& m : fetch_archived(request.room.value, ids)) {
      if (m) answer.messages.push_back(std::move(*m));
    }
    if (ids.size() < wanted) break;
  }
  answer.has_more = answer.messages.size() > limit;
  if (answer.has_more) answer.messages.pop_back();
  if (newest_first) std::reverse(answer.messages.begin(), answer.messages.end());
  return answer;
}

message_count reader_core::count(const count_messages& request) {
  remove_aged(request.room.value);
  command_buffer commands;
  commands.add("ZCOUNT", keys_.archive(request.room.value), "-inf", request.up_to);
  commands.add("TTL", keys_.room(request.room.value));
  const auto replies = link_.call_all(commands);
  message_count answer{store_status::ok, 0, seconds{0}};
  if (link_.failed()) return answer;
  answer.count = static_cast<std::size_t>(replies[0]->integer());
  answer.ttl = seconds{std::max<std::int64_t>(0, replies[1]->integer())};
  return answer;
}

} // namespace atrium::store
