// The pages that are part of the program. Knows neither HTTP nor who may see them.
#pragma once

#include <span>
#include <string_view>

namespace atrium::web {

/// A file as a browser gets it. All views live as long as the program.
struct page_file {
  /// As it is asked for: `/console/rooms.js`; `/console/` is the page itself.
  std::string_view path;
  /// With its charset.
  std::string_view content_type;
  std::string_view bytes;
  /// Strong and quoted; another one as soon as one byte is.
  std::string_view etag;
};

/// The operators' page, sorted by nothing in particular.
[[nodiscard]] std::span<const page_file> console_files() noexcept;

} // namespace atrium::web
