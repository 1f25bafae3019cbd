#include "actors/house.hpp"

#include "actors/connection.hpp"

#include <caf/actor_system.hpp>

namespace atrium {

connection_actor open_connection(const house& h, outlet out, identity_claim claimed,
                                 std::string address) {
  // A user is online as soon as it is known, even if its client never says a word.
  bool is_known = claimed.user.has_value();
  connection_args args{h.env,   h.directory, h.shards, out, std::move(claimed), std::move(address),
                       h.relays};
  if (is_known) return h.system.spawn(connection_behavior, std::move(args));
  return h.system.spawn<caf::lazy_init>(connection_behavior, std::move(args));
}

} // namespace atrium
