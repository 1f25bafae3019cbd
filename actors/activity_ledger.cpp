#include "actors/activity_ledger.hpp"

#include <utility>

namespace atrium {

bool activity_ledger::note(place& mine, const user_id& user, const client_activity& did,
                           unix_ms now) {
  std::lock_guard lock{mutex_};
  if (mine.round == round_) {
    lines_[mine.at].did.add(did);
    lines_[mine.at].at = now;
    return false;
  }
  mine = {round_, static_cast<std::uint32_t>(lines_.size())};
  lines_.push_back({user, did, now});
  return lines_.size() == 1;
}

std::vector<activity_ledger::line> activity_ledger::take() {
  std::lock_guard lock{mutex_};
  ++round_;
  return std::exchange(lines_, {});
}

} // namespace atrium
