// What the console's exit code says to scripts; `atriumctl --help` lists the same.
#pragma once

namespace atrium::console {

enum class exit_status : int {
  ok = 0,
  /// The server said no: no such room, unhealthy, a field out of range.
  refused = 1,
  /// The command line is wrong, or what needs a yes did not get one.
  usage = 2,
  /// No connection, no answer in time, or what answered is no Atrium.
  unreachable = 3,
  /// No token, a wrong one, or one that is no operator's.
  unauthorized = 4,
};

} // namespace atrium::console
