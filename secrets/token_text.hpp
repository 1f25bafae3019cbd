// A token as text (RFC 7515, compact): its three parts, and the members of what is in them. Pure.
#pragma once

#include "json/json.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace atrium::secrets {

/// A token cut at its dots. Views into its text.
struct token_parts {
  /// JSON.
  std::string header;
  /// Base64url: not to be looked at before the signature.
  std::string_view claims;
  /// Header and claims as they were signed.
  std::string_view signed_text;
  std::string signature;
};
/// Nothing unless it has exactly three parts, of which header and signature are base64url.
[[nodiscard]] std::optional<token_parts> cut_token(std::string_view token);

/// The members of a JSON object that gives no name twice: with two of a name, whoever made the token
/// and whoever reads it could each believe another one.
class token_members {
public:
  /// Nothing unless `json` is such an object. Views into `json`, which must outlive it.
  [[nodiscard]] static std::optional<token_members> read(std::string_view json);

  /// A member that is null is there.
  [[nodiscard]] std::optional<json::slice> find(std::string_view name) const;

private:
  std::map<std::string, json::slice, std::less<>> all_;
};

} // namespace atrium::secrets
