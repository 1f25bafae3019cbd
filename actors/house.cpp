#include "actors/house.hpp"

#include "actors/connection.hpp"

#include <caf/actor_system.hpp>

namespace atrium {

connection_actor open_connection(const house& h, outlet out, identity_claim claimed,
                                 std::string address) {
  return h.system.spawn<caf::lazy_init>(
      connection_behavior,
      connection_args{h.env, h.directory, h.shards, out, std::move(claimed), std::move(address)});
}

} // namespace atrium
