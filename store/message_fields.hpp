// What the JSON of a stored message says beyond the members of `stored_message`.
#pragma once

#include "actors/chat_message.hpp"

namespace atrium::store {

struct message_fields {
  room_id room;
  /// 0: it has none.
  unix_ms timestamp = 0;
  /// A tombstone.
  bool is_deleted = false;
};

/// Precondition: `m.json` is set. What is missing keeps its default.
[[nodiscard]] message_fields read_fields(const stored_message& m);

} // namespace atrium::store
