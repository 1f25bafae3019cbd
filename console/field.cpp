// Reads members of answers leniently; the texts were checked to be JSON before.
#include "console/field.hpp"

#include <cmath>

namespace atrium::console {

std::optional<json::slice> member(json::slice object, std::string_view key, json::kind type) {
  if (!object.is(json::kind::object)) return std::nullopt;
  auto found = json::find(object, key);
  if (!found || !found->is(type)) return std::nullopt;
  return found;
}

json::slice object_in(json::slice object, std::string_view key) {
  return member(object, key, json::kind::object).value_or(json::slice{"{}"});
}

std::vector<json::slice> items_in(json::slice object, std::string_view key) {
  std::vector<json::slice> out;
  auto array = member(object, key, json::kind::array);
  if (!array) return out;
  json::array_reader reader{*array};
  for (json::slice item; reader.next(item);) out.push_back(item);
  return out;
}

std::string text_in(json::slice object, std::string_view key) {
  if (auto text = member(object, key, json::kind::string)) return json::to_text(*text);
  if (auto number = member(object, key, json::kind::number)) return std::string{number->raw};
  return {};
}

std::optional<double> number_in(json::slice object, std::string_view key) {
  auto found = member(object, key, json::kind::number);
  return found ? json::to_number(*found) : std::nullopt;
}

std::int64_t integer_in(json::slice object, std::string_view key) {
  constexpr double most = 9e15;
  auto value = number_in(object, key).value_or(0);
  return std::abs(value) < most ? static_cast<std::int64_t>(value) : 0;
}

bool flag_in(json::slice object, std::string_view key) {
  auto found = member(object, key, json::kind::boolean);
  return found && json::to_bool(*found);
}

} // namespace atrium::console
