// Blocking, by hiredis; used before and after what is measured, never during it.
#include "bench/writers/redis_probe.hpp"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace atrium::bench {

namespace {

constexpr std::size_t hot_messages = 100;
constexpr std::size_t sample_step = 97;

using reply = std::unique_ptr<redisReply, void (*)(void*)>;

reply ask(redisContext* context, const std::vector<std::string>& words) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const auto& word : words) {
    texts.push_back(word.data());
    sizes.push_back(word.size());
  }
  auto* raw = redisCommandArgv(context, static_cast<int>(words.size()), texts.data(), sizes.data());
  if (!raw) throw std::runtime_error("Redis went away");
  return {static_cast<redisReply*>(raw), freeReplyObject};
}

} // namespace

void redis_probe::closer::operator()(redisContext* context) const {
  redisFree(context);
}

redis_probe::redis_probe(const std::string& host, int port)
    : context_{redisConnect(host.c_str(), port)} {
  if (!context_ || context_->err != 0) throw std::runtime_error("Redis does not answer");
}

std::string redis_probe::text(const std::vector<std::string>& words) {
  auto r = ask(context_.get(), words);
  if (r->type == REDIS_REPLY_INTEGER) return std::to_string(r->integer);
  return r->str ? std::string{r->str, static_cast<std::size_t>(r->len)} : std::string{};
}

std::int64_t redis_probe::number(const std::vector<std::string>& words) {
  auto spelled = text(words);
  return spelled.empty() ? -1 : std::atoll(spelled.c_str());
}

void redis_probe::pause() {
  text({"CLIENT", "PAUSE", "60000", "WRITE"});
}

void redis_probe::resume() {
  text({"CLIENT", "UNPAUSE"});
}

std::optional<std::string> redis_probe::find_fault(const backlog_room& room) {
  const auto& id = room.meta->id.value;
  auto count = static_cast<std::int64_t>(room.messages.size());
  auto hash = "room:" + id;
  auto list = hash + ":messages";
  auto archive = "room_messages:" + id;
  auto hot = std::min<std::int64_t>(count, hot_messages);
  if (number({"HGET", hash, "seq"}) != count) return "the seq in " + hash;
  if (number({"LLEN", list}) != hot) return "the length of " + list;
  if (text({"LINDEX", list, "0"}) != *room.messages.back().json) return "the newest of " + list;
  if (number({"ZCARD", archive}) != count) return "the length of " + archive;
  if (number({"ZSCORE", "rooms:active", id}) < 0) return "rooms:active has no " + id;
  for (const auto& key : {hash, list, archive})
    if (number({"TTL", key}) <= 0) return "the TTL of " + key;
  for (std::size_t i = 0; i < room.messages.size(); i += sample_step) {
    const auto& m = room.messages[i];
    auto key = "message:" + m.id;
    if (text({"GET", key}) != *m.json) return "the text of " + key;
    if (number({"TTL", key}) <= 0) return "the TTL of " + key;
    if (number({"ZSCORE", archive, m.id}) != m.seq) return "the score of " + m.id;
  }
  return std::nullopt;
}

} // namespace atrium::bench
