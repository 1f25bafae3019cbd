// What speaks at which path beside REST. One set per server; `atrium_routes` is the product's, tests
// of the protocols bring their own.
#pragma once

#include "actors/failure.hpp"
#include "net/upgrade.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace atrium::net {

class engineio_session;
class io_thread;

/// A WebSocket without a protocol of its own below the messages.
struct websocket_route {
  std::string path;
  /// Begins a session on the given, current thread.
  std::function<void(io_thread&, upgrade)> start;
};

/// What a handshake brought.
struct engineio_opening {
  connection_slot place;
  /// What the query string said, or what is wrong with it.
  std::variant<identity_claim, failure> claimed;
  /// Shown with it, not yet verified; empty: none, or nobody asks for one.
  std::string token{};
};

/// Engine.IO: everything at a path that begins with `prefix`.
struct engineio_route {
  /// `/socket.io/`
  std::string prefix;
  /// The session of a handshake, on the given, current thread; not yet added to it.
  std::function<std::shared_ptr<engineio_session>(io_thread&, engineio_opening)> make;
};

struct routes {
  std::vector<websocket_route> websockets;
  std::vector<engineio_route> engines;
};

/// Native clients at `/ws` and `/`, Socket.IO at `/socket.io/`.
[[nodiscard]] routes atrium_routes();

} // namespace atrium::net
