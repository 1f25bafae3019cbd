// Members of the server's answers. What is missing or of another type reads as nothing, so that a
// console that is older or newer than its server shows what it knows.
#pragma once

#include "json/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace atrium::console {

/// The member of an object that has this type.
[[nodiscard]] std::optional<json::slice> member(json::slice object, std::string_view key,
                                                json::kind type);
/// An object's member that is an object; `{}` if there is none.
[[nodiscard]] json::slice object_in(json::slice object, std::string_view key);
/// The items of an array; none if there is no such array.
[[nodiscard]] std::vector<json::slice> items_in(json::slice object, std::string_view key);
/// A text, or a number as it is spelled; else empty.
[[nodiscard]] std::string text_in(json::slice object, std::string_view key);
[[nodiscard]] std::optional<double> number_in(json::slice object, std::string_view key);
/// Whole numbers; others are cut. 0 if there is none.
[[nodiscard]] std::int64_t integer_in(json::slice object, std::string_view key);
[[nodiscard]] bool flag_in(json::slice object, std::string_view key);

} // namespace atrium::console
