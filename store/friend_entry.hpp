// A value of `ws:friends:<userId>`: somebody that a user lists. Contract §3 (`setFriends`), §5.
#pragma once

#include "actors/user_port.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace atrium::store {

/// How long a list of friends lives after it was written or read.
inline constexpr std::chrono::seconds friends_ttl{7'776'000};

/// `{"id":…,"username":…,"name":…,"profileImage":…}`, without those that are not known.
[[nodiscard]] std::string to_json(const friend_profile& profile);
/// Nothing if the text is no JSON object; members that are no strings are passed over.
[[nodiscard]] std::optional<friend_profile> read_friend(user_id user, std::string_view text);

} // namespace atrium::store
