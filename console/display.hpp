// Text on a terminal: what may be shown of it, and how many columns that takes. What users wrote
// passes `printable` before a terminal sees it, always: a name that holds an escape sequence would
// otherwise move the operator's cursor, change its colours or worse.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace atrium::console {

/// `text` with every control character spelled out: `\n`, `\t`, `\x1b`, `\x9b` (those of C1 too),
/// and so are the marks that turn the direction of what follows, line and paragraph separators and
/// the byte order mark (`\u202e`). Invalid UTF-8 becomes U+FFFD. Applying it twice changes nothing
/// more.
[[nodiscard]] std::string printable(std::string_view text);

/// `text` with each of these characters as `spell` spells it; U+FFFD where the UTF-8 is invalid.
[[nodiscard]] std::string respelled(std::string_view text, std::string (*spell)(char32_t));

/// A column's worth of text: one character with what combines with it.
struct glyph {
  std::string bytes;
  /// 0, 1 or 2 columns.
  std::size_t width;
};
/// The glyphs of a text that is printable.
[[nodiscard]] std::vector<glyph> glyphs_of(std::string_view text);

/// JSON for a terminal: the same characters as above, where they stand in its strings, become
/// JSON's own `\uXXXX`, so the value stays the same. `json` is valid JSON.
[[nodiscard]] std::string printable_json(std::string_view json);

/// Columns that `text`, which is printable, takes: 2 for wide characters, 0 for combining ones.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// `text`, which is printable, cut to at most `columns`; what was cut ends with `…`.
[[nodiscard]] std::string fit(std::string_view text, std::size_t columns);

} // namespace atrium::console
