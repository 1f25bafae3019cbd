// One blocking connection to Redis over hiredis. Belongs to one thread.
#pragma once

#include "config/settings.hpp"
#include "store/redis_reply.hpp"
#include "store/redis_url.hpp"

#include <memory>
#include <optional>
#include <string>

struct redisContext;

namespace atrium::store {

class redis_connection {
public:
  /// Does not connect. A URL that does not parse makes every `open` fail with the reason.
  explicit redis_connection(const redis_settings& config);

  /// Connects, authenticates, selects the database and pings; closes what was open. Blocks for at
  /// most `connect_timeout` + `command_timeout`. Nothing on success, else a sentence without
  /// secrets.
  [[nodiscard]] std::optional<std::string> open();
  [[nodiscard]] bool is_open() const noexcept { return context_ != nullptr; }
  /// False if the other side has closed: seen without a round trip, so that an idle connection that
  /// died is noticed before something is sent over it.
  [[nodiscard]] bool looks_alive() const noexcept;

  /// Queues commands; they leave with the next `receive`. Keep a batch to some megabytes: all of it
  /// is written before the first reply is read.
  void send(const command_buffer& commands);
  /// The next reply in order. Empty: the connection broke or timed out, and is closed.
  [[nodiscard]] redis_reply receive();

  /// Says QUIT and closes.
  void quit();
  void close() noexcept { context_.reset(); }
  /// Where it leads, without secrets.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

private:
  struct freer {
    void operator()(redisContext* context) const noexcept;
  };

  [[nodiscard]] std::optional<std::string> connect();
  [[nodiscard]] std::optional<std::string> greet();

  std::optional<redis_address> address_;
  std::string wrong_url_;
  std::string name_;
  milliseconds connect_timeout_;
  milliseconds command_timeout_;
  std::unique_ptr<redisContext, freer> context_;
};

} // namespace atrium::store
