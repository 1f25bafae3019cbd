// JSON Web Tokens, as RFC 8725 wants them checked. Order: size, form, header, key, signature, and only
// then the claims.
//
//   key        by `kid` and configuration; what a token says it is signed with only has to agree
//   `crit`     asks for something that is not understood here: refused
//   twice      a name that stands twice in header or claims: refused
//
// Never says what of a token was compared with what, never repeats any of it.
#include "secrets/tokens.hpp"

#include "secrets/base64url.hpp"
#include "secrets/token_claims.hpp"
#include "secrets/token_keys.hpp"
#include "secrets/token_text.hpp"

namespace atrium {
namespace {

using namespace secrets;

failure refused(std::string sentence, access_fault why = access_fault::malformed) {
  return kept_out(why, errc::unauthorized, std::move(sentence));
}

class signed_tokens final : public token_verifier {
public:
  signed_tokens(token_keys keys, auth_settings config)
      : keys_{std::move(keys)}, config_{std::move(config)} {
    wipe(config_.jwt_secret);
  }

  [[nodiscard]] std::variant<token_claims, failure> verify(std::string_view token,
                                                           unix_ms now) const override {
    if (token.empty()) return refused("a token is needed", access_fault::missing);
    if (config_.max_token_bytes != 0 && token.size() > config_.max_token_bytes)
      return refused("the token is too long");
    auto parts = cut_token(token);
    if (!parts) return refused("this is no token: header.claims.signature");
    if (auto f = check_signature(*parts)) return std::move(*f);
    auto text = decode_base64url(parts->claims);
    auto claims = text ? token_members::read(*text) : std::nullopt;
    if (!claims) return refused("the token's claims cannot be read");
    return read_claims(*claims, config_, now);
  }

private:
  [[nodiscard]] std::optional<failure> check_signature(const token_parts& parts) const {
    auto header = token_members::read(parts.header);
    if (!header) return refused("the token's header cannot be read");
    if (header->find("crit"))
      return refused("the token asks for extensions that are not understood here");
    auto kid = header->find("kid");
    if (kid && !kid->is(json::kind::string)) return refused("the token's `kid` is no text");
    const auto* key = keys_.find(kid ? std::optional{json::to_text(*kid)} : std::nullopt);
    if (key == nullptr) return refused("the token's key is not known here", access_fault::key);
    auto name = header->find("alg");
    auto algorithm = name && name->is(json::kind::string) ? read_algorithm(json::to_text(*name))
                                                          : std::nullopt;
    if (algorithm != key->algorithm())
      return refused("the token's key is not for its algorithm", access_fault::key);
    if (!key->has_signed(parts.signed_text, parts.signature))
      return refused("the token's signature is wrong", access_fault::signature);
    return std::nullopt;
  }

  token_keys keys_;
  auth_settings config_;
};

} // namespace

std::variant<std::unique_ptr<const token_verifier>, std::string>
open_tokens(const auth_settings& config) {
  if (config.mode != "jwt") return std::unique_ptr<const token_verifier>{};
  auto keys = token_keys::load(config);
  if (auto* why = std::get_if<std::string>(&keys)) return std::move(*why);
  return std::make_unique<const signed_tokens>(std::get<token_keys>(std::move(keys)), config);
}

} // namespace atrium
