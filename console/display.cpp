// Walks UTF-8 one character at a time. Widths are the C library's, asked in the locale C.UTF-8
// whatever the operator's own is; where that is missing, every character takes one column.
#include "console/display.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <locale.h>
#include <wchar.h>

namespace atrium::console {

namespace {

constexpr char32_t replacement = 0xfffd;

/// Bytes that follow a first byte; 4: it begins nothing.
unsigned bytes_after(unsigned char first) {
  if (first < 0x80) return 0;
  if (first >= 0xc2 && first <= 0xdf) return 1;
  if (first >= 0xe0 && first <= 0xef) return 2;
  if (first >= 0xf0 && first <= 0xf4) return 3;
  return 4;
}

bool is_overlong_or_surrogate(char32_t c, unsigned more) {
  constexpr std::array<char32_t, 4> least{0, 0x80, 0x800, 0x10000};
  return c < least[more] || (c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff;
}

/// The character at `text[at]`, which moves behind it; U+FFFD and one byte further where it is
/// none.
char32_t next_character(std::string_view text, std::size_t& at) {
  auto first = static_cast<unsigned char>(text[at]);
  auto more = bytes_after(first);
  ++at;
  if (more == 0) return first;
  if (more == 4 || text.size() - at < more) return replacement;
  char32_t c = first & (0x3fU >> more);
  for (unsigned i = 0; i < more; ++i) {
    auto byte = static_cast<unsigned char>(text[at + i]);
    if ((byte & 0xc0) != 0x80) return replacement;
    c = c << 6 | (byte & 0x3fU);
  }
  if (is_overlong_or_surrogate(c, more)) return replacement;
  at += more;
  return c;
}

bool is_forbidden(char32_t c) {
  if (c < 0x20 || (c >= 0x7f && c <= 0x9f)) return true;
  return (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f
         || c == 0x061c || c == 0xfeff;
}

std::string spelled_for_people(char32_t c) {
  if (c == '\n') return "\\n";
  if (c == '\t') return "\\t";
  if (c == '\r') return "\\r";
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), c < 0x100 ? "\\x%02x" : "\\u%04x",
                static_cast<unsigned>(c));
  return text.data();
}

/// Below U+0020 stands only white space between values; strings hold none of it.
std::string spelled_for_json(char32_t c) {
  if (c < 0x20) return {static_cast<char>(c)};
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "\\u%04x", static_cast<unsigned>(c & 0xffff));
  return text.data();
}

unsigned width_of(char32_t c) {
  static const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  if (c < 0x7f || utf8 == nullptr) return 1;
  auto before = uselocale(utf8);
  auto width = wcwidth(static_cast<wchar_t>(c));
  uselocale(before);
  return width < 0 ? 1U : static_cast<unsigned>(width);
}

} // namespace

std::string respelled(std::string_view text, std::string (*spell)(char32_t)) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    auto begin = at;
    auto c = next_character(text, at);
    if (is_forbidden(c))
      out += spell(c);
    else if (c == replacement)
      out += "\xef\xbf\xbd";
    else
      out += text.substr(begin, at - begin);
  }
  return out;
}

std::string printable(std::string_view text) {
  return respelled(text, spelled_for_people);
}

std::string printable_json(std::string_view json) {
  return respelled(json, spelled_for_json);
}

std::vector<glyph> glyphs_of(std::string_view text) {
  std::vector<glyph> out;
  for (std::size_t at = 0; at < text.size();) {
    auto begin = at;
    auto width = width_of(next_character(text, at));
    auto bytes = text.substr(begin, at - begin);
    if (width == 0 && !out.empty())
      out.back().bytes += bytes;
    else
      out.push_back({std::string{bytes}, width});
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size();) columns += width_of(next_character(text, at));
  return columns;
}

std::string fit(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string{text};
  if (columns == 0) return {};
  std::size_t used = 0;
  std::size_t end = 0;
  for (std::size_t at = 0; at < text.size(); end = at) {
    used += width_of(next_character(text, at));
    if (used > columns - 1) break;
  }
  return std::string{text.substr(0, end)} + "…";
}

} // namespace atrium::console
