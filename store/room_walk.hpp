// A walk over `rooms:active`, oldest first, a portion at a time, that holds nothing between the
// portions but where it is: rooms may come and go meanwhile.
#pragma once

#include "store/redis_reply.hpp"

namespace atrium::store {

class room_walk {
public:
  /// Appends the command that reads the next `count` entries. May be repeated if it is not
  /// answered.
  void append_next(command_buffer& out, const key_space& keys, std::size_t count) const;
  /// Takes the reply to it, asked with the same `count`, and moves on; the ids of rooms that were
  /// not met before. A room that stayed listed is met exactly once.
  [[nodiscard]] std::vector<std::string> take(const reply_view& entries, std::size_t count);
  /// Everything was met that was listed when the walk came by.
  [[nodiscard]] bool is_over() const noexcept { return is_over_; }

private:
  /// Of the last entry that was met.
  std::string score_ = "-inf";
  std::string id_;
  /// Entries of that score to be left out, beside those that are known by their id.
  std::size_t offset_ = 0;
  bool is_over_ = false;
};

} // namespace atrium::store
