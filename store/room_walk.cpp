// Goes on from the last entry by score and id, not by rank, so that an entry that is removed behind
// it moves nothing out of its sight. Order: by createdAt, then by id, as Redis keeps equal scores.
// Many rooms of one moment (more than a portion) are told apart by counting. Never blocks.
#include "store/room_walk.hpp"

namespace atrium::store {

void room_walk::append_next(command_buffer& out, const key_space& keys, std::size_t count) const {
  out.add("ZRANGEBYSCORE", keys.rooms_active(), score_, "+inf", "WITHSCORES", "LIMIT", offset_,
          count);
}

std::vector<std::string> room_walk::take(const reply_view& entries, std::size_t count) {
  std::vector<std::string> fresh;
  const auto read = entries.pairs();
  for (const auto& [id, score] : read) {
    if (score != score_ || id > id_) fresh.push_back(id);
  }
  is_over_ = read.size() < count;
  if (read.empty()) return fresh;
  auto& [id, score] = read.back();
  // The next portion begins with the first of this score, unless a whole portion had no other.
  offset_ = score == score_ ? offset_ + read.size() : 0;
  score_ = score;
  id_ = id;
  return fresh;
}

} // namespace atrium::store
