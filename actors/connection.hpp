// The actor of one client connection. It knows who the client is, which rooms it is in, and whether it
// may say what it says now (identity, joined, rate); rooms do the rest. One per session.
#pragma once

#include "actors/environment.hpp"
#include "actors/messages.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <memory>

namespace atrium {

class connection;

struct connection_state {
  std::shared_ptr<connection> self;
};

struct connection_args {
  const environment& env;
  directory_actor directory;
  shared_user_shards shards;
  outlet out;
  identity_claim claimed;
  /// Of the client; empty: unknown, and nothing is counted against it.
  std::string address;
  /// Null: there are no relay rooms.
  relay_directory_actor relays{};
};

/// The behaviour to spawn. Ends after `client_gone`, as soon as no join is under way.
[[nodiscard]] connection_actor::behavior_type
connection_behavior(connection_actor::stateful_pointer<connection_state> self,
                    connection_args args);

} // namespace atrium
