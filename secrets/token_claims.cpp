// See token_claims.hpp. A claim of the wrong type is refused, not passed over: whoever made the token
// meant something by it. Claims that are none of ours say nothing.
#include "secrets/token_claims.hpp"

#include <algorithm>
#include <cmath>

namespace atrium::secrets {
namespace {

constexpr std::size_t max_user_bytes = 64;
constexpr std::size_t max_name_characters = 64;
/// Beyond it a double knows no single milliseconds.
constexpr double max_ms = 9'007'199'254'740'991;

using problem = std::optional<failure>;

failure refused(std::string sentence, access_fault why = access_fault::malformed) {
  return kept_out(why, errc::unauthorized, std::move(sentence));
}

/// A text, without what stands for characters that can't be spelled: two names must not become one.
std::optional<std::string> text_of(json::slice value) {
  if (!value.is(json::kind::string)) return std::nullopt;
  auto text = json::to_text(value);
  if (text.find("\xEF\xBF\xBD") != std::string::npos) return std::nullopt;
  return text;
}

bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

problem read_user(const token_members& claims, token_claims& out) {
  auto value = claims.find("sub");
  auto user = value ? text_of(*value) : std::nullopt;
  if (!user || user->empty() || user->size() > max_user_bytes
      || std::any_of(user->begin(), user->end(), is_control))
    return refused("`sub` of the token must have 1 to 64 bytes and no control characters");
  out.user.value = std::move(*user);
  return std::nullopt;
}

problem read_name(const token_members& claims, token_claims& out) {
  auto value = claims.find("name");
  if (!value) return std::nullopt;
  auto name = text_of(*value);
  if (!name || name->empty() || json::count_characters(*name) > max_name_characters)
    return refused("`name` of the token must have 1 to 64 characters");
  out.username = std::move(*name);
  return std::nullopt;
}

/// Seconds as ms, rounded down.
std::optional<unix_ms> time_of(json::slice value) {
  auto number = value.is(json::kind::number) ? json::to_number(value) : std::nullopt;
  if (!number || !std::isfinite(*number)) return std::nullopt;
  return static_cast<unix_ms>(std::clamp(std::floor(*number * 1'000), -max_ms, max_ms));
}

problem read_times(const token_members& claims, const auth_settings& config, unix_ms now,
                   token_claims& out) {
  const auto leeway = config.leeway.count();
  if (auto value = claims.find("exp")) {
    auto end = time_of(*value);
    if (!end) return refused("`exp` of the token must be a number of seconds");
    out.expires_at = *end + leeway;
    if (now >= *out.expires_at) return refused("the token has expired", access_fault::expired);
  }
  if (auto value = claims.find("nbf")) {
    auto begin = time_of(*value);
    if (!begin) return refused("`nbf` of the token must be a number of seconds");
    if (now < *begin - leeway)
      return refused("the token is not valid yet", access_fault::not_yet_valid);
  }
  return std::nullopt;
}

problem check_issuer(const token_members& claims, const auth_settings& config) {
  if (config.jwt_issuer.empty()) return std::nullopt;
  auto value = claims.find("iss");
  if (value && text_of(*value) == config.jwt_issuer) return std::nullopt;
  return refused("the token is of another issuer", access_fault::issuer);
}

problem check_audience(const token_members& claims, const auth_settings& config) {
  if (config.jwt_audience.empty()) return std::nullopt;
  auto value = claims.find("aud");
  if (value && text_of(*value) == config.jwt_audience) return std::nullopt;
  if (value && value->is(json::kind::array)) {
    json::array_reader each{*value};
    bool is_ours = false;
    bool is_text = true;
    for (json::slice one; each.next(one);) {
      is_text = is_text && one.is(json::kind::string);
      is_ours = is_ours || text_of(one) == config.jwt_audience;
    }
    if (is_ours && is_text) return std::nullopt;
  }
  return refused("the token is for somebody else", access_fault::audience);
}

problem read_rooms(const token_members& claims, token_claims& out) {
  auto value = claims.find("rooms");
  if (!value) return std::nullopt;
  const auto wrong = refused("`rooms` of the token must be an array of strings");
  if (!value->is(json::kind::array)) return wrong;
  opened_rooms rooms;
  json::array_reader each{*value};
  for (json::slice one; each.next(one);) {
    auto id = text_of(one);
    if (!id) return wrong;
    rooms.insert(std::move(*id));
  }
  out.rooms = std::make_shared<const opened_rooms>(std::move(rooms));
  return std::nullopt;
}

problem read_operator(const token_members& claims, token_claims& out) {
  auto value = claims.find("admin");
  if (!value) return std::nullopt;
  if (!value->is(json::kind::boolean)) return refused("`admin` of the token must be true or false");
  out.is_operator = json::to_bool(*value);
  return std::nullopt;
}

} // namespace

std::variant<token_claims, failure> read_claims(const token_members& claims,
                                                const auth_settings& config, unix_ms now) {
  token_claims out;
  if (auto f = read_times(claims, config, now, out)) return std::move(*f);
  if (auto f = check_issuer(claims, config)) return std::move(*f);
  if (auto f = check_audience(claims, config)) return std::move(*f);
  if (auto f = read_user(claims, out)) return std::move(*f);
  if (auto f = read_name(claims, out)) return std::move(*f);
  if (auto f = read_rooms(claims, out)) return std::move(*f);
  if (auto f = read_operator(claims, out)) return std::move(*f);
  return out;
}

} // namespace atrium::secrets
