// The door between net/ and the house: what a listener needs to let clients in.
#pragma once

#include "actors/counters.hpp"
#include "actors/desk.hpp"
#include "actors/environment.hpp"
#include "actors/messages.hpp"
#include "config/settings.hpp"

#include <caf/fwd.hpp>

#include <functional>

namespace atrium {

/// Handed to every I/O thread; lives as long as the process. Everything in it is thread-safe.
struct house {
  caf::actor_system& system;
  directory_actor directory;
  counters& counts;
  const settings& config;
  /// What the actors of new connections are given.
  const environment& env;
  /// Null: nobody can register.
  shared_user_shards shards{};
  /// Null: clients are who they say they are.
  const token_verifier* tokens = nullptr;
  desk_actor desk{};
  /// Asks the process to drain and end, as SIGTERM does; empty: nobody can.
  std::function<void()> shut_down{};
  /// Null: there are no relay rooms.
  relay_directory_actor relays{};
};

/// Spawns the actor of a new connection. `claimed` is what its query string said, `address` where it
/// comes from.
/// The session owns the handle and must send `client_gone` as its last message.
[[nodiscard]] connection_actor open_connection(const house& h, outlet out, identity_claim claimed,
                                               std::string address);

} // namespace atrium
