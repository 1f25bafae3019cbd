// A value of `space:<id>:users`. Contract §5. Values; the spelling is Redis' business alone.
#pragma once

#include "actors/store_port.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace atrium::store {

/// How long `space:<id>:users` lives after its last change, whatever the ttl of the room.
inline constexpr std::chrono::seconds places_ttl{3'600};

/// `{"username":…,"x":…,"y":…,"connectionId":…,"lastUpdated":…}`
[[nodiscard]] std::string to_json(const placed_user& user);
/// Nothing if the text is no such object, or its place is no number.
[[nodiscard]] std::optional<placed_user> read_placed_user(user_id user, std::string_view text);

} // namespace atrium::store
