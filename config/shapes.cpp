// What texts in the configuration have to look like. Pure functions that resolve no names and open
// nothing: a URL that passes is well spelled, not reachable.
#include "config/shapes.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace atrium::config {
namespace {

std::optional<unsigned> to_number(std::string_view text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_port(std::string_view text) {
  const auto number = to_number(text);
  return number && *number >= 1 && *number <= 65'535;
}

bool is_address(std::string_view text, int family) {
  unsigned char bytes[16];
  return inet_pton(family, std::string{text}.c_str(), bytes) == 1;
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.'
         || c == '-' || c == '_';
}

/// `host`, `host:port`, `[v6]`, `[v6]:port`
bool is_authority(std::string_view text) {
  std::string_view rest;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos || !is_address(text.substr(1, end - 1), AF_INET6))
      return false;
    rest = text.substr(end + 1);
  } else {
    const auto* end = std::find_if_not(text.begin(), text.end(), is_host_character);
    if (end == text.begin()) return false;
    rest = text.substr(static_cast<std::size_t>(end - text.begin()));
  }
  return rest.empty() || (rest.starts_with(':') && is_port(rest.substr(1)));
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool is_visible(char c) {
  return c > ' ' && c < 0x7f;
}

} // namespace

bool is_redis_url(std::string_view text) {
  if (!std::all_of(text.begin(), text.end(), is_visible)) return false;
  if (take_prefix(text, "unix://")) {
    const auto query = text.find('?');
    if (!text.starts_with('/') || text.substr(0, query).size() < 2) return false;
    return query == std::string_view::npos
           || (take_prefix(text = text.substr(query), "?db=") && to_number(text));
  }
  if (!take_prefix(text, "redis://") && !take_prefix(text, "rediss://")) return false;
  if (const auto at = text.rfind('@'); at != std::string_view::npos) text.remove_prefix(at + 1);
  const auto slash = text.find('/');
  if (!is_authority(text.substr(0, slash))) return false;
  if (slash == std::string_view::npos || slash + 1 == text.size()) return true;
  return to_number(text.substr(slash + 1)).has_value();
}

bool is_network(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = text.substr(0, slash);
  const bool v4 = is_address(address, AF_INET);
  if (!v4 && !is_address(address, AF_INET6)) return false;
  if (slash == std::string_view::npos) return true;
  const auto bits = to_number(text.substr(slash + 1));
  return bits && *bits <= (v4 ? 32U : 128U);
}

bool is_origin(std::string_view text) {
  return (take_prefix(text, "http://") || take_prefix(text, "https://")) && is_authority(text);
}

bool is_token_key(std::string_view text) {
  const auto kid_end = text.find(':');
  if (kid_end == std::string_view::npos || kid_end == 0) return false;
  text.remove_prefix(kid_end + 1);
  const bool is_known = take_prefix(text, "HS256:") || take_prefix(text, "RS256:")
                        || take_prefix(text, "ES256:");
  return is_known && !text.empty();
}

std::string mask_password(std::string_view url) {
  const auto scheme = url.find("://");
  const auto at = url.rfind('@');
  if (scheme == std::string_view::npos || at == std::string_view::npos || url.starts_with("unix:"))
    return std::string{url};
  const auto colon = url.find(':', scheme + 3);
  if (colon > at) return std::string{url};
  return std::string{url.substr(0, colon + 1)} + "***" + std::string{url.substr(at)};
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_host_character(c) || c == '~') {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      ((out += '%') += digits[byte >> 4]) += digits[byte & 0xf];
    }
  }
  return out;
}

} // namespace atrium::config
