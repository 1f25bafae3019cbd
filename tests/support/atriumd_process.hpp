// A real atriumd for one test, on a free loopback port, gone with the object.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace atrium::test {

class atriumd_process {
public:
  using environment = std::map<std::string, std::string>;

  /// Starts the daemon with `--port <free>` and `arguments`, its environment extended by `env`, and
  /// waits until /health answers (`wait_ready`: until /ready says 200). Throws if it does not.
  explicit atriumd_process(std::vector<std::string> arguments, environment env = {},
                           bool wait_ready = true);
  /// Kills it if it still runs.
  ~atriumd_process();
  atriumd_process(const atriumd_process&) = delete;
  atriumd_process& operator=(const atriumd_process&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }

  /// SIGTERM without waiting.
  void ask_to_stop();
  /// SIGTERM, then waits; the exit status (128 + signal if a signal ended it). Throws if it does
  /// not end within `patience`.
  int stop(std::chrono::seconds patience = std::chrono::seconds{15});
  /// SIGKILL, and waits.
  void kill();
  /// Waits for the end without asking for it.
  int wait(std::chrono::seconds patience = std::chrono::seconds{15});
  /// Starts again with the same port, arguments and environment, and waits as at first.
  void start();

  [[nodiscard]] bool is_running();
  /// What it wrote to standard error so far.
  [[nodiscard]] std::string log() const;
  /// Resident memory in bytes.
  [[nodiscard]] std::size_t resident_bytes() const;

private:
  void spawn();
  void await_answer();
  void reap(int status) noexcept;

  std::vector<std::string> arguments_;
  environment env_;
  bool wait_ready_;
  std::uint16_t port_;
  std::string log_path_;
  pid_t pid_ = -1;
  int exit_status_ = -1;
};

/// A loopback port that nobody listens on right now.
[[nodiscard]] std::uint16_t free_port();

} // namespace atrium::test
