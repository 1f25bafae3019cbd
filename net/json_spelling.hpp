// The spelling of results that WebSocket answers and REST answers share: members of a JSON object
// that the caller has begun. Contract §3 and §4.
#pragma once

#include "actors/results.hpp"
#include "json/json.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace atrium::net {

/// `[…]`
void append_messages(std::string& out, const std::vector<shared_text>& messages);
void append_participants(std::string& out, const std::vector<participant>& who);
/// `"elements":[…],"version":n`
void append_board(json::object_writer& w, const board_view& board);
/// `"success":false,"error":…,"code":…` and `retryAfterMs` where there is one.
void append_failure(json::object_writer& w, const failure& why);
/// Members of a success but `success` itself. Of a failure: nothing, see `append_failure`.
void append_result(json::object_writer& w, const command_result& outcome);

/// "healthy", "degraded" or "unhealthy"
[[nodiscard]] std::string_view word_of(health_view::state s) noexcept;

} // namespace atrium::net
