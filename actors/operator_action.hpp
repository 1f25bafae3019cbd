// What operators do, as it is kept in `ws:audit` and in the log (contract §5, docs/admin-api.md).
#pragma once

#include "actors/ids.hpp"

#include <string>

namespace atrium {

/// Something that an operator did, or tried.
struct operator_action {
  unix_ms at = 0;
  std::string who;
  /// "kick", "close" …
  std::string action;
  /// A room, user or connection; may be empty.
  std::string target;
  std::string detail;
  /// An IP address.
  std::string from;
  /// "ok" or the code of the failure.
  std::string outcome = "ok";
};

} // namespace atrium
