// A private redis-server for one test: in a directory of its own, on a Unix socket and on a free
// loopback port, gone with the object.
#pragma once

#include "config/settings.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

namespace atrium::test {

class redis_server {
public:
  /// Starts one and waits until it answers. `arguments` are added to its command line, as in
  /// `{"--appendonly", "yes"}`. Throws if it does not come up.
  explicit redis_server(std::vector<std::string> arguments = {});
  ~redis_server();
  redis_server(const redis_server&) = delete;
  redis_server& operator=(const redis_server&) = delete;

  /// Over the Unix socket.
  [[nodiscard]] std::string url() const;
  /// Over TCP.
  [[nodiscard]] std::string tcp_url() const;
  /// Settings whose `redis.url` leads here.
  [[nodiscard]] settings config() const;

  /// SIGKILL, and waits for the end.
  void kill();
  /// SIGTERM: Redis ends in order, and saves if it was told to.
  void stop();
  /// SIGSTOP and SIGCONT: it keeps its connections and answers nothing.
  void freeze();
  void thaw();
  /// Starts again after `kill` or `stop`, with what is on its disk. Waits until it answers.
  void start();
  /// Starts without waiting: it may still be loading.
  void start_without_waiting();
  void wait_until_ready();
  /// Removes what is on its disk, so that the next start comes back empty.
  void erase_data();

  /// One command over a connection of its own; the reply flattened to lines of text: nil is
  /// "(nil)", an error begins with "(error) ".
  std::vector<std::string> command(const std::vector<std::string>& words);
  /// The first line of the reply.
  std::string ask(const std::vector<std::string>& words);
  /// All keys, sorted.
  [[nodiscard]] std::vector<std::string> keys();
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] const std::string& directory() const noexcept { return directory_; }

private:
  [[nodiscard]] std::string socket_path() const { return directory_ + "/redis.sock"; }
  void end(int signal);

  std::vector<std::string> arguments_;
  std::string directory_;
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
};

} // namespace atrium::test
