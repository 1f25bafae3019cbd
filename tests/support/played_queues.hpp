// Queues of absent members as a scenario plays them, bounded as the store's are.
#pragma once

#include "actors/store_port.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace atrium::test {

struct played_queues {
  bool is_away = false;
  /// Reads are not answered until `answer_reads`.
  bool holds_reads = false;
  bool answers_as_empty = false;
  std::map<std::string, std::deque<stored_message>> of;
  /// By message id.
  std::map<std::string, room_id> rooms;
  std::vector<queue_message> queued;
  std::vector<drop_queued_room> dropped_rooms;
  std::size_t reads = 0;
  std::vector<std::pair<user_id, caf::typed_response_promise<queued_messages>>> held_reads;

  /// How many are queued for the user.
  [[nodiscard]] std::size_t count(const std::string& user) { return of[user].size(); }
};

/// The behaviour to spawn; `queues` outlives the actor.
[[nodiscard]] message_queue::behavior_type played_queue(message_queue::pointer self,
                                                        played_queues* queues);

} // namespace atrium::test
