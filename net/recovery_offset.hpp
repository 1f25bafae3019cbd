// The last argument of events for Socket.IO clients that come back: `<epoch>:<seq>`, which names a
// place in the sequence of one room (protocols.md §4.6). Clients return it unread.
#pragma once

#include "actors/outlet.hpp"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace atrium::net {

/// Appends the offset of an event at `at`.
inline void append_offset(std::string& out, const position& at) {
  out += at.epoch;
  out += ':';
  out += std::to_string(at.seq);
}

/// What `append_offset` wrote; the epoch views `offset`. Nothing for any other text.
[[nodiscard]] inline std::optional<position> read_offset(std::string_view offset) noexcept {
  auto colon = offset.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  position at{offset.substr(0, colon), 0};
  auto* end = offset.data() + offset.size();
  auto [past, ec] = std::from_chars(offset.data() + colon + 1, end, at.seq);
  if (ec != std::errc{} || past != end || at.seq < 0) return std::nullopt;
  return at;
}

} // namespace atrium::net
