// See shard_room.hpp.
#include "actors/shard_room.hpp"

namespace atrium {

bool shard_room::add(const user_id& user) {
  forget_absent();
  return members_.try_emplace(user).second;
}

bool shard_room::remove(const user_id& user) {
  forget_absent();
  return members_.erase(user) > 0;
}

std::vector<user_id> shard_room::members() const {
  std::vector<user_id> out;
  out.reserve(members_.size());
  for (const auto& [user, sessions] : members_) out.push_back(user);
  return out;
}

bool shard_room::enter(const user_id& user, session_id session) {
  auto at = members_.find(user);
  if (at == members_.end() || is_inside(user, session)) return false;
  // Only the first one changes who is absent.
  if (at->second.empty()) forget_absent();
  at->second.push_back(session);
  return true;
}

bool shard_room::leave(const user_id& user, session_id session) {
  auto at = members_.find(user);
  if (at == members_.end() || std::erase(at->second, session) == 0) return false;
  if (at->second.empty()) forget_absent();
  return true;
}

bool shard_room::is_inside(const user_id& user, session_id session) const {
  auto at = members_.find(user);
  return at != members_.end()
         && std::find(at->second.begin(), at->second.end(), session) != at->second.end();
}

bool shard_room::is_anyone_inside(const user_id& user) const {
  auto at = members_.find(user);
  return at != members_.end() && !at->second.empty();
}

} // namespace atrium
