// The two back ends of the store as test fixtures, for suites that every store has to pass: a real
// redis-server, and the memory store on a clock that the test moves.
#pragma once

#include "support/redis_server.hpp"
#include "support/store_bench.hpp"

#include <atomic>
#include <thread>

namespace atrium::test {

inline settings small_settings() {
  settings config;
  config.redis.writers = 1;
  config.redis.readers = 1;
  config.chat.hot_messages = 5;
  config.chat.archive_max_messages = 40;
  config.rooms.window_count = 20;
  return config;
}

struct redis_backend {
  redis_server server;
  store_bench bench{with_url(small_settings())};

  settings with_url(settings config) const {
    config.redis.url = server.url();
    return config;
  }
  /// Only real time moves Redis.
  void pass(std::chrono::seconds time) {
    std::this_thread::sleep_for(time + std::chrono::milliseconds{50});
  }
};

struct memory_backend {
  std::shared_ptr<std::atomic<unix_ms>> now = std::make_shared<std::atomic<unix_ms>>(
      1'700'000'000'000);
  store_bench bench{small_settings(), [now = now] { return now->load(); }};

  void pass(std::chrono::seconds time) {
    *now += std::chrono::duration_cast<std::chrono::milliseconds>(time).count() + 50;
  }
};

inline std::vector<seq_t> seqs(const std::vector<stored_message>& messages) {
  std::vector<seq_t> all;
  for (const auto& m : messages) all.push_back(m.seq);
  return all;
}

inline std::vector<seq_t> range(seq_t first, seq_t last) {
  std::vector<seq_t> all;
  for (auto i = first; i <= last; ++i) all.push_back(i);
  return all;
}

inline write_ticket say_many(fake_room& room, seq_t first, seq_t last) {
  write_ticket ticket = 0;
  for (auto i = first; i <= last; ++i) ticket = room.say(i, "text " + std::to_string(i));
  return ticket;
}

/// The same message with other text.
inline stored_message edited(const stored_message& m, const std::string& text) {
  chat_message now;
  now.id = m.id;
  now.room = "office";
  now.seq = m.seq;
  now.user = m.user.value;
  now.username = "Ann";
  now.text = text;
  now.timestamp = 1'700'000'000'000 + m.seq;
  auto out = m;
  out.json = std::make_shared<const std::string>(to_json(now));
  return out;
}

/// The same message as a tombstone.
inline stored_message deleted(const stored_message& m) {
  auto out = edited(m, "");
  auto json = *out.json;
  json.insert(json.size() - 1, R"(,"deletedAt":1700000001000)");
  out.json = std::make_shared<const std::string>(std::move(json));
  return out;
}

} // namespace atrium::test

#define STORE_TEST(name)                                                                           \
  TEMPLATE_TEST_CASE(name, "[store][integration]", atrium::test::redis_backend,                    \
                     atrium::test::memory_backend)
