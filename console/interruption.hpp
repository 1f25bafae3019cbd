// Ctrl-C and its kin as a question instead of a sudden death: whoever waits (for the server, for
// the next frame) asks, and leaves the terminal as it was.
#pragma once

#include <array>
#include <csignal>

namespace atrium::console {

/// While one lives, SIGINT, SIGTERM and SIGHUP only set a mark. It begins and ends without one.
/// Guards may nest; when the outermost goes, the signals do what they did before.
class interruption_guard {
public:
  interruption_guard();
  ~interruption_guard();
  interruption_guard(const interruption_guard&) = delete;
  interruption_guard& operator=(const interruption_guard&) = delete;

private:
  std::array<struct sigaction, 3> before_{};
};

/// Whether one of the signals came since the last guard began; always false without one.
[[nodiscard]] bool is_interrupted() noexcept;

} // namespace atrium::console
