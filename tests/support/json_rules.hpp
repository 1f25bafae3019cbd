// What holds for every JSON value, however it was cut out of a text; a fuzz target asks it of what its
// decoder let through. A rule that is broken ends the process, see fuzz_input.hpp.
#pragma once

#include "support/fuzz_input.hpp"
#include "json/json.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace atrium::test {

/// As deep as json/ reads at all.
inline constexpr auto any_depth = std::numeric_limits<std::size_t>::max();

/// By the definition of RFC 3629, code point by code point.
inline bool is_utf8(std::string_view bytes) {
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  while (!bytes.empty()) {
    const auto lead = static_cast<unsigned char>(bytes[0]);
    const std::size_t length = lead < 0x80       ? 1
                               : lead >> 5 == 6  ? 2
                               : lead >> 4 == 14 ? 3
                               : lead >> 3 == 30 ? 4
                                                 : 0;
    if (length == 0 || bytes.size() < length) return false;
    char32_t point = length == 1 ? lead : lead & (0x7fU >> length);
    for (const char tail : bytes.substr(1, length - 1)) {
      if ((static_cast<unsigned char>(tail) & 0xc0U) != 0x80U) return false;
      point = point << 6U | (static_cast<unsigned char>(tail) & 0x3fU);
    }
    if (point < least[length] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
      return false;
    bytes.remove_prefix(length);
  }
  return true;
}

/// json/ has an opinion of its own on UTF-8: it is the same for any bytes.
inline void check_utf8(std::string_view bytes) {
  require(json::is_valid_utf8(bytes) == is_utf8(bytes), "UTF-8 is what RFC 3629 says");
}

/// Precondition: an array.
inline std::vector<json::slice> items_of(json::slice array) {
  std::vector<json::slice> items;
  json::array_reader reader{array};
  for (json::slice item; reader.next(item);) items.push_back(item);
  return items;
}

/// The items from `from` on, with commas between them.
inline std::string joined(const std::vector<json::slice>& items, std::size_t from) {
  std::string out;
  for (std::size_t i = from; i < items.size(); ++i) {
    if (i != from) out += ',';
    out += items[i].raw;
  }
  return out;
}

/// What a string says is text, and is said again. Precondition: a string.
inline void check_text(json::slice string) {
  const auto text = json::to_text(string);
  require(is_utf8(text), "a string is UTF-8");
  std::string again;
  json::append_string(again, text);
  json::slice value;
  require(!json::check(again, 0, value) && json::to_text(value) == text, "a string reads the same");
}

/// Its two readings agree. Precondition: a number.
inline void check_number(json::slice number) {
  const auto integer = json::to_integer(number);
  const auto value = json::to_number(number);
  require(!integer || value == static_cast<double>(*integer), "an integer is a number");
}

/// Walks all values in `value`; each is JSON for itself. How deep it is: a scalar is 0 deep.
inline std::size_t check_value(json::slice value) {
  json::slice same;
  require(!json::check(value.raw, any_depth, same) && same.raw == value.raw,
          "a value is JSON without white space around it");
  if (value.is(json::kind::string)) check_text(value);
  if (value.is(json::kind::number)) check_number(value);
  const bool is_array = value.is(json::kind::array);
  if (!is_array && !value.is(json::kind::object)) return 0;
  std::size_t depth = 0;
  if (is_array) {
    for (const auto item : items_of(value)) depth = std::max(depth, check_value(item));
    return depth + 1;
  }
  json::object_reader members{value};
  for (json::member m; members.next(m);) {
    require(is_utf8(m.key), "a key is UTF-8");
    depth = std::max(depth, check_value(m.value));
  }
  return depth + 1;
}

/// Without white space it is JSON still, and is found to have none.
inline void check_compact(json::slice value) {
  const auto text = json::compact(value);
  json::slice same;
  require(!json::check(text, any_depth, same) && json::is_compact(same),
          "JSON without white space is JSON");
  require(json::compact(same) == text, "there is no white space left");
}

} // namespace atrium::test
