// See token_identity.hpp. Never blocks; a signature takes some 0.1 ms. Nothing here keeps a token.
#include "net/token_identity.hpp"

namespace atrium::net {

std::string_view shown_token(const request_target& target, std::string_view authorization) {
  const auto* in_address = target.parameter("token");
  return in_address == nullptr ? bearer_token(authorization) : std::string_view{*in_address};
}

std::variant<identity_claim, failure> identify(const house& home, identity_claim claimed,
                                               std::string_view token) {
  if (home.tokens == nullptr) return claimed;
  auto verified = home.tokens->verify(token, home.env.now());
  if (auto* why = std::get_if<failure>(&verified)) return std::move(*why);
  auto says = std::make_shared<const token_claims>(std::get<token_claims>(std::move(verified)));
  if (claimed.user && *claimed.user != says->user.value)
    return failure{errc::identity_mismatch, "`userId` names another user than the token does"};
  claimed.user = says->user.value;
  if (says->username) claimed.username = says->username;
  claimed.token = std::move(says);
  return claimed;
}

} // namespace atrium::net
