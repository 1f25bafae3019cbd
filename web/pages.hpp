// Files of pages, as browsers get them, and those that are part of the program. Knows neither HTTP nor
// who may see them.
#pragma once

#include <span>
#include <string_view>

namespace atrium::web {

/// A file as a browser gets it. Whoever made it keeps what the views show.
struct page_file {
  /// As it is asked for: `/console/rooms.js`; `/console/` is the page itself.
  std::string_view path;
  /// With its charset.
  std::string_view content_type;
  std::string_view bytes;
  /// Strong and quoted; another one as soon as one byte is.
  std::string_view etag;
  /// The same bytes, compressed; empty: not at hand.
  std::string_view brotli{};
  std::string_view gzip{};
  /// Its name changes with what is in it.
  bool is_immutable = false;
};

/// The operators' page, sorted by nothing in particular; its views live as long as the program.
[[nodiscard]] std::span<const page_file> console_files() noexcept;

} // namespace atrium::web
