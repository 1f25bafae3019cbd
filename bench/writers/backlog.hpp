// Chat messages as rooms hand them to their writers, ready before the clock starts.
#pragma once

#include "actors/store_port.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace atrium::bench {

/// A room of which only the writes exist.
struct backlog_room {
  std::shared_ptr<const room_meta> meta;
  std::shared_ptr<const std::string> epoch;
  std::vector<stored_message> messages;
};

/// `message_count` messages, with a text of `text_bytes` each, under the seqs 1, 2, 3 …
[[nodiscard]] backlog_room make_backlog(const room_meta& meta, const std::string& epoch,
                                        std::size_t message_count, std::size_t text_bytes);

} // namespace atrium::bench
