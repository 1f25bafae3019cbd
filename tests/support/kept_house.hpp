// A real atriumd in front of a real redis-server, and what tests ask of the two: wait for a state, read
// a room as REST and as Redis show it.
#pragma once

#include "support/atriumd_process.hpp"
#include "support/redis_server.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace atrium::test {

/// Instrumented builds do the same with fewer repetitions.
#if defined(ATRIUM_SANITIZED)
inline constexpr bool is_instrumented = true;
#else
inline constexpr bool is_instrumented = false;
#endif

/// Waits until `reached` holds, looking again every few milliseconds; false when `limit` is over.
[[nodiscard]] bool eventually(const std::function<bool()>& reached,
                              std::chrono::milliseconds limit = std::chrono::seconds{10});

/// Redis arguments under which a confirmed write survives a kill -9 of Redis.
[[nodiscard]] std::vector<std::string> always_on_disk();

/// Limits that count events, requests, joins and connections are off unless `env` sets them.
class kept_house {
public:
  using json = nlohmann::json;

  explicit kept_house(atriumd_process::environment env = {},
                      std::vector<std::string> redis_arguments = {});

  redis_server redis;
  atriumd_process server;

  [[nodiscard]] std::uint16_t port() const noexcept { return server.port(); }
  /// GET, which must answer 200; the body.
  [[nodiscard]] json get(const std::string& target) const;
  /// `status` of /health.
  [[nodiscard]] std::string health() const;
  [[nodiscard]] bool becomes_healthy() const;
  /// A figure of /metrics.
  [[nodiscard]] double metric(const std::string& name) const;

  /// All messages of the room over REST, page by page, oldest first.
  [[nodiscard]] std::vector<json> messages(const std::string& room) const;
  /// Elements of the board over REST.
  [[nodiscard]] json board(const std::string& room) const;

  /// The list room:<id>:messages, oldest first.
  [[nodiscard]] std::vector<json> hot_messages(const std::string& room);
  /// The archive in its order, each as message:<id> has it.
  [[nodiscard]] std::vector<json> archived_messages(const std::string& room);
  [[nodiscard]] json stored_board(const std::string& room);
  [[nodiscard]] std::string field(const std::string& room, const std::string& name);
};

/// The environment that `kept_house` gives its server.
[[nodiscard]] atriumd_process::environment house_environment(const redis_server& redis,
                                                             atriumd_process::environment extra);

/// `field` of each, in order.
template <class Value>
[[nodiscard]] std::vector<Value> each(const std::vector<nlohmann::json>& from, const char* field) {
  std::vector<Value> out;
  out.reserve(from.size());
  for (const auto& one : from) out.push_back(one.at(field).get<Value>());
  return out;
}

/// Whether each number is the one before plus one.
[[nodiscard]] bool is_gapless(const std::vector<std::int64_t>& numbers);

} // namespace atrium::test
