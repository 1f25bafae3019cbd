// Reading from slices: members, items, and the values of strings and numbers. Text was checked once
// by `check`, so nothing here looks for errors and nothing here reads past the end of its slice.
//
// Members and items come in the order of the text. Nothing is copied but keys and strings that are
// spelled with escapes.
#include "json/blocks.hpp"
#include "json/json.hpp"
#include "json/scan.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace atrium::json {

namespace detail {

const char* skip_string(const char* at, const char* end) noexcept {
  ++at;
  for (;;) {
    at = skip_plain(at, end);
    if (at == end) return end;
    if (*at == '"') return at + 1;
    // The byte after a backslash is no delimiter; tails of UTF-8 sequences are passed one by one.
    at += *at == '\\' ? 2 : 1;
  }
}

namespace {

/// Past the next bracket at which as many were closed as opened.
const char* skip_container(const char* at, const char* end) noexcept {
  std::size_t depth = 0;
  block_reader blocks{at, end};
  for (block_masks masks; blocks.next(masks);) {
    const auto closed = static_cast<std::size_t>(std::popcount(masks.closes));
    if (closed < depth) {
      depth += static_cast<std::size_t>(std::popcount(masks.opens)) - closed;
      continue;
    }
    for (auto brackets = masks.opens | masks.closes; brackets != 0; brackets &= brackets - 1) {
      const int place = std::countr_zero(brackets);
      if ((masks.opens >> place & 1U) != 0)
        ++depth;
      else if (--depth == 0)
        return blocks.begin() + place + 1;
    }
  }
  return end;
}

} // namespace

const char* skip_value(const char* at, const char* end) noexcept {
  if (at == end) return end;
  if (*at == '"') return skip_string(at, end);
  if (*at == '{' || *at == '[') return skip_container(at, end);
  while (at != end && *at != ',' && *at != '}' && *at != ']' && !is_space(*at)) ++at;
  return at;
}

} // namespace detail

namespace {

using detail::skip_space;

constexpr std::int64_t integer_limit = std::int64_t{1} << 53;

std::string_view between(const char* from, const char* to) noexcept {
  return {from, static_cast<std::size_t>(to - from)};
}

/// Four hexadecimal digits.
unsigned code_unit(const char* at) noexcept {
  unsigned unit = 0;
  std::from_chars(at, at + 4, unit, 16);
  return unit;
}

void append_code_point(std::string& out, unsigned c) {
  const auto add = [&out](unsigned byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    add(c);
  } else if (c < 0x800) {
    add(0xC0 | c >> 6);
    add(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    add(0xE0 | c >> 12);
    add(0x80 | (c >> 6 & 0x3F));
    add(0x80 | (c & 0x3F));
  } else {
    add(0xF0 | c >> 18);
    add(0x80 | (c >> 12 & 0x3F));
    add(0x80 | (c >> 6 & 0x3F));
    add(0x80 | (c & 0x3F));
  }
}

/// `at` is at the `u` of `\uXXXX`; a pair of surrogates is taken whole. Past what was taken.
const char* append_escaped_unit(std::string& out, const char* at, const char* end) {
  constexpr unsigned replacement = 0xFFFD;
  const unsigned unit = code_unit(at + 1);
  at += 5;
  if (unit < 0xD800 || unit > 0xDFFF) {
    append_code_point(out, unit);
    return at;
  }
  if (unit < 0xDC00 && end - at >= 6 && at[0] == '\\' && at[1] == 'u') {
    const unsigned low = code_unit(at + 2);
    if (low >= 0xDC00 && low <= 0xDFFF) {
      append_code_point(out, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
      return at + 6;
    }
  }
  append_code_point(out, replacement);
  return at;
}

/// `inside`: a string's text without its quotes.
void append_unescaped(std::string& out, std::string_view inside) {
  const char* at = inside.data();
  const char* const end = at + inside.size();
  while (at != end) {
    const auto* slash = static_cast<const char*>(
        std::memchr(at, '\\', static_cast<std::size_t>(end - at)));
    if (slash == nullptr) slash = end;
    out.append(at, slash);
    if (slash == end) return;
    at = slash + 1;
    switch (*at) {
    case 'u': at = append_escaped_unit(out, at, end); continue;
    case 'b': out += '\b'; break;
    case 'f': out += '\f'; break;
    case 'n': out += '\n'; break;
    case 'r': out += '\r'; break;
    case 't': out += '\t'; break;
    default: out += *at; break;
    }
    ++at;
  }
}

/// Whether a number that no double can hold is too small rather than too large: the power of ten of
/// its first digit tells.
bool is_below_one(std::string_view number) noexcept {
  const std::size_t e = number.find_first_of("eE");
  const std::string_view digits = number.substr(0, e);
  std::int64_t exponent = 0;
  if (e != std::string_view::npos) {
    std::string_view text = number.substr(e + 1);
    if (text.front() == '+') text.remove_prefix(1);
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), exponent);
    if (parsed.ec != std::errc{}) return text.front() == '-';
  }
  const std::size_t first = digits.find_first_of("123456789");
  if (first == std::string_view::npos) return true;
  const std::size_t point = std::min(digits.find('.'), digits.size());
  return exponent < static_cast<std::int64_t>(first) - static_cast<std::int64_t>(point);
}

} // namespace

kind slice::type() const noexcept {
  switch (raw.empty() ? 'n' : raw.front()) {
  case '{': return kind::object;
  case '[': return kind::array;
  case '"': return kind::string;
  case 't':
  case 'f': return kind::boolean;
  case 'n': return kind::null;
  default: return kind::number;
  }
}

object_reader::object_reader(slice object) noexcept
    : at_{object.raw.data() + 1}, end_{object.raw.data() + object.raw.size()} {}

bool object_reader::next(member& m) {
  at_ = skip_space(at_, end_);
  if (at_ != end_ && *at_ == ',') at_ = skip_space(at_ + 1, end_);
  if (at_ == end_ || *at_ == '}') return false;
  const char* key_end = detail::skip_plain(at_ + 1, end_);
  if (*key_end == '"') {
    m.key = between(at_ + 1, key_end++);
  } else {
    key_end = detail::skip_string(at_, end_);
    key_.clear();
    append_unescaped(key_, between(at_ + 1, key_end - 1));
    m.key = key_;
  }
  const char* const from = skip_space(skip_space(key_end, end_) + 1, end_);
  at_ = detail::skip_value(from, end_);
  m.value.raw = between(from, at_);
  return true;
}

array_reader::array_reader(slice array) noexcept
    : at_{array.raw.data() + 1}, end_{array.raw.data() + array.raw.size()} {}

bool array_reader::begin_item(slice& open) noexcept {
  at_ = skip_space(at_, end_);
  if (at_ != end_ && *at_ == ',') at_ = skip_space(at_ + 1, end_);
  if (at_ == end_ || *at_ == ']') return false;
  open.raw = between(at_, end_);
  return true;
}

bool array_reader::next(slice& item) noexcept {
  if (!begin_item(item)) return false;
  const char* const from = at_;
  at_ = detail::skip_value(from, end_);
  item.raw = between(from, at_);
  return true;
}

std::optional<slice> find(slice object, std::string_view key) {
  std::optional<slice> found;
  object_reader members{object};
  for (member m; members.next(m);)
    if (m.key == key) found = m.value;
  return found;
}

std::string to_text(slice string) {
  std::string out;
  const std::string_view inside = string.raw.substr(1, string.raw.size() - 2);
  out.reserve(inside.size());
  append_unescaped(out, inside);
  return out;
}

std::optional<std::int64_t> to_integer(slice number) noexcept {
  if (!number.is(kind::number)) return std::nullopt;
  const char* const end = number.raw.data() + number.raw.size();
  if (number.raw.find_first_of(".eE") == std::string_view::npos) {
    std::int64_t value = 0;
    const auto parsed = std::from_chars(number.raw.data(), end, value);
    if (parsed.ec != std::errc{} || value > integer_limit || value < -integer_limit)
      return std::nullopt;
    return value;
  }
  const std::optional<double> value = to_number(number);
  if (!value || std::trunc(*value) != *value
      || std::abs(*value) > static_cast<double>(integer_limit))
    return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

std::optional<double> to_number(slice number) noexcept {
  if (!number.is(kind::number)) return std::nullopt;
  double value = 0;
  const auto parsed = std::from_chars(number.raw.data(), number.raw.data() + number.raw.size(),
                                      value);
  if (parsed.ec == std::errc::result_out_of_range) {
    if (!is_below_one(number.raw)) return std::nullopt;
    return number.raw.front() == '-' ? -0.0 : 0.0;
  }
  if (parsed.ec != std::errc{}) return std::nullopt;
  return value;
}

bool to_bool(slice boolean) noexcept {
  return boolean.raw == "true";
}

} // namespace atrium::json
