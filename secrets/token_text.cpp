// See token_text.hpp. Whoever sends a token may have made it: nothing here takes longer or more memory
// than its size, which the caller bounds.
#include "secrets/token_text.hpp"

#include "secrets/base64url.hpp"

namespace atrium::secrets {
namespace {

constexpr std::size_t max_depth = 16;

} // namespace

std::optional<token_parts> cut_token(std::string_view token) {
  auto first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  auto second = token.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  // A third dot is no digit of base64url.
  auto header = decode_base64url(token.substr(0, first));
  auto signature = decode_base64url(token.substr(second + 1));
  if (!header || !signature) return std::nullopt;
  return token_parts{std::move(*header), token.substr(first + 1, second - first - 1),
                     token.substr(0, second), std::move(*signature)};
}

std::optional<token_members> token_members::read(std::string_view json) {
  json::slice object;
  if (json::check(json, max_depth, object) || !object.is(json::kind::object)) return std::nullopt;
  token_members out;
  json::object_reader members{object};
  for (json::member m; members.next(m);)
    if (!out.all_.emplace(m.key, m.value).second) return std::nullopt;
  return out;
}

std::optional<json::slice> token_members::find(std::string_view name) const {
  auto found = all_.find(name);
  if (found == all_.end()) return std::nullopt;
  return found->second;
}

} // namespace atrium::secrets
