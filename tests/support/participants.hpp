// Participants as unit tests spell them.
#pragma once

#include "actors/events.hpp"

#include <string>
#include <vector>

namespace atrium::test {

/// `u7`
inline user_id user(int n) {
  return {"u" + std::to_string(n)};
}

/// Their user ids in order, with spaces between.
inline std::string ids(const std::vector<participant>& list) {
  std::string all;
  for (const auto& p : list) all += (all.empty() ? "" : " ") + p.user.value;
  return all;
}

} // namespace atrium::test
