// Who a client is: what it says, or with `auth.mode = "jwt"` what its token says (contract §2).
#pragma once

#include "actors/house.hpp"
#include "net/http_request.hpp"

#include <string_view>
#include <variant>

namespace atrium::net {

/// The token that a request shows: `?token=`, else `Authorization: Bearer`; empty: none. A view into
/// its arguments.
[[nodiscard]] std::string_view shown_token(const request_target& target,
                                           std::string_view authorization);

/// Who a new client is that calls itself `claimed` and shows `token`. While nobody asks for tokens
/// that is `claimed`; otherwise the token's user, by the token's name if it has one. Errors:
/// `unauthorized`; `identity_mismatch` if the client names somebody else than its token does.
[[nodiscard]] std::variant<identity_claim, failure>
identify(const house& home, identity_claim claimed, std::string_view token);

} // namespace atrium::net
