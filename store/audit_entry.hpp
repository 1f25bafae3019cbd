// An entry of `ws:audit`: something that an operator did. Contract §5, docs/admin-api.md.
#pragma once

#include "actors/operator_action.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace atrium::store {

/// So many are kept, and so many wait for a store that is away.
inline constexpr std::size_t audit_count = 10'000;
inline constexpr std::size_t audit_waiting_count = 1'000;

/// `{"at":…,"who":…,"action":…,"target":…,"detail":…,"from":…,"outcome":…}`; what is empty of target
/// and detail is left out.
[[nodiscard]] std::string to_json(const operator_action& action);
/// Nothing if the text is no JSON object with a number `at` and a string `action`; what else is
/// missing or no string is empty.
[[nodiscard]] std::optional<operator_action> read_action(std::string_view text);

} // namespace atrium::store
