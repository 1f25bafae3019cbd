// The whole server as one object: store, rooms, doors, wired together, and taken down in the order
// that loses nothing. main.cpp runs one; integration tests run one inside the test process. The only
// library that knows everyone.
#pragma once

#include "actors/counters.hpp"
#include "config/settings.hpp"
#include "net/server.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace atrium {

class daemon {
public:
  /// `ways`: what speaks beside REST; tests of the protocols bring their own.
  explicit daemon(settings config, net::routes ways = net::atrium_routes());
  /// Drains, if that was not done.
  ~daemon();
  daemon(const daemon&) = delete;
  daemon& operator=(const daemon&) = delete;

  /// What would keep a server with these settings from starting, wherever it runs: keys that can't be
  /// used. A sentence without secrets.
  [[nodiscard]] static std::optional<std::string> check(const settings& config);

  /// Reads the keys of tokens, opens the store and the doors. On failure (an address in use) a
  /// sentence; then nothing runs.
  [[nodiscard]] std::optional<std::string> start();

  /// Stops accepting, tells clients, lets rooms write what is unwritten and hand themselves back,
  /// closes the store; all within `server.shutdown`. True: everything is in the store. False: time was
  /// over first, and actors may still be waiting for the store: the process should end without
  /// destroying this object.
  [[nodiscard]] bool drain();

  [[nodiscard]] std::uint16_t port() const noexcept;
  [[nodiscard]] counters& counts() noexcept;
  [[nodiscard]] net::server& doors() noexcept;

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

} // namespace atrium
