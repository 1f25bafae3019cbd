// What clients did that their user shard has not heard of. Connections write it, each in a line of its
// own; the shard takes it, told once when there is something again. So activity costs no message and
// no timer of each connection. Contract §5 (`activity:<user>`: within a second).
#pragma once

#include "actors/ids.hpp"

#include <cstdint>
#include <mutex>
#include <vector>

namespace atrium {

/// What a client did since somebody looked.
struct client_activity {
  std::uint32_t events = 0;
  /// Chat messages among them.
  std::uint32_t messages = 0;

  void add(const client_activity& more) noexcept {
    events += more.events;
    messages += more.messages;
  }
};

/// Thread-safe. At most one line for each connection that does something.
class activity_ledger {
public:
  struct line {
    user_id user;
    client_activity did;
    /// When it did the last of it.
    unix_ms at = 0;
  };
  /// Where the line of a connection is, if that was not taken yet. Kept by the connection.
  struct place {
    std::uint32_t round = 0;
    std::uint32_t at = 0;
  };

  /// A connection of `user` did something. True: this is the first line since the last `take`; tell
  /// who takes them.
  [[nodiscard]] bool note(place& mine, const user_id& user, const client_activity& did,
                          unix_ms now);
  /// Everything since the last call, in the order of the first words.
  [[nodiscard]] std::vector<line> take();

private:
  std::mutex mutex_;
  std::uint32_t round_ = 1;
  std::vector<line> lines_;
};

} // namespace atrium
