// Which keys of a Redis are this server's, told by their names alone. Contract §5.
#pragma once

#include <string>
#include <string_view>

namespace atrium::store {

/// The pattern of the layout that `key` (without `redis.prefix`) follows: `room:*:messages`,
/// `ws:clients`. Empty: none, or `ws:audit`, which nobody cleans away.
[[nodiscard]] std::string_view pattern_of(std::string_view key) noexcept;

/// What MATCH has to say for keys that begin with `prefix`, whatever characters are in it.
[[nodiscard]] std::string glob_of(std::string_view prefix);

} // namespace atrium::store
