// The actor that searches rooms' archives, so that no room waits for it. See search_port.hpp.
#pragma once

#include "actors/environment.hpp"
#include "actors/search_port.hpp"
#include "actors/store_port.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <vector>

namespace atrium {

class room_search;
class searcher;

/// INTERNAL a search goes on that made place for others.
struct search_on {
  std::shared_ptr<room_search> search;
};
using searcher_actor = search_actor::extend<caf::reacts_to<search_on>>;

struct searcher_state {
  std::shared_ptr<searcher> self;
};

struct searcher_args {
  const environment& env;
  /// At least one; asked in turn.
  std::vector<store_reader> readers;
};

/// The behaviour to spawn, once per process. It ends by an exit message.
[[nodiscard]] searcher_actor::behavior_type
searcher_behavior(searcher_actor::stateful_pointer<searcher_state> self, searcher_args args);

} // namespace atrium

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::search_on)
