// Streams of the server, line by line, until they end or the operator has seen enough.
#pragma once

#include "console/context.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace atrium::console {

/// A message of the history as the tail would show it, ended by a newline.
[[nodiscard]] std::string message_line(json::slice message, const look& l);

/// Shows the lines of `c.server.stream()` that `fits` lets through, with --json as they came, at
/// most `most` of them (0: no limit). Ends well when the stream does, at Ctrl-C, and after `most`
/// lines. Precondition: the stream is open, and an interruption_guard lives.
exit_status show_tail(context& c, const std::function<bool(json::slice)>& fits,
                      std::int64_t most = 0);

} // namespace atrium::console
