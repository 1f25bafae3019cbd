// The doors of the house: one TCP port for HTTP and WebSocket (contract §2, §4). `main` makes one,
// starts it, and takes it down in the order of the functions below.
#pragma once

#include "actors/house.hpp"
#include "net/routes.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace atrium::net {

/// Cores that this process may use, which a container or `taskset` may have made fewer than there
/// are: what 0 threads in the settings stands for.
[[nodiscard]] unsigned usable_cores() noexcept;

class server {
public:
  /// `h` and all that it names outlive the server. The server itself outlives the actor system: its
  /// threads are the ports that outlets point to.
  explicit server(const house& h, routes ways = atrium_routes());
  /// Stops, if that was not done.
  ~server();
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  /// Binds `server.host` and `server.port` and starts the I/O threads. On failure (an address in
  /// use, say) a sentence; then nothing runs. Call once.
  [[nodiscard]] std::optional<std::string> start();
  /// The port that is listened on, also if port 0 was asked for. 0 before `start`.
  [[nodiscard]] std::uint16_t port() const noexcept;

  /// Closes the listening socket; connections stay.
  void stop_accepting();
  /// Tells every WebSocket client `server:shutdown` with a `retryAfterMs` of its own, drawn from
  /// 0..`server.retry_after`, and closes it with 1001. HTTP requests under way are answered; later
  /// ones get 503 `shutting_down`, but for /health, /ready and /metrics.
  void announce_shutdown();
  /// Waits until all WebSocket sessions have ended and all HTTP requests are answered. False: not
  /// by `deadline`.
  bool wait_closed(std::chrono::steady_clock::time_point deadline);
  /// Aborts what is left and joins the threads. What actors post afterwards vanishes.
  void stop();

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

} // namespace atrium::net
