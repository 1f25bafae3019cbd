// Friends as clients and operators give them (contract §3, `setFriends`). Pure.
#pragma once

#include "actors/user_port.hpp"
#include "net/fields.hpp"

#include <cstddef>
#include <vector>

namespace atrium::net {

/// `friends`: an array of at most `max_count` objects (0: any number), each with an `id` and perhaps
/// `username`, `name` (256 characters) and `profileImage` (2,048). A problem is left in `f`: bad_request,
/// or payload_too_large for too many.
[[nodiscard]] std::vector<friend_profile> read_friends(fields& f, std::size_t max_count);

} // namespace atrium::net
