// The search for a stamp at an unknown place: memmem for its mark. Connections remember where the
// last one was, so this is the exception.
#include "bench/load/stamp.hpp"

namespace atrium::bench {

std::size_t find_stamp(std::string_view text, stamp& s) noexcept {
  std::size_t at = 0;
  while (at + stamp_bytes <= text.size()) {
    const void* mark = memmem(text.data() + at, text.size() - at, "@[", 2);
    if (!mark) break;
    at = static_cast<std::size_t>(static_cast<const char*>(mark) - text.data());
    if (at + stamp_bytes > text.size()) break;
    if (take_stamp(text.data() + at, s)) return at;
    at += 2;
  }
  return std::string_view::npos;
}

} // namespace atrium::bench
