// Reads the URL of the server strictly: whatever it does not know is a sentence, never a guess,
// since the operator's token goes to whoever answers there.
#include "console/server_url.hpp"

#include <algorithm>
#include <charconv>

namespace atrium::console {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_host_name(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return is_digit(c) || is_letter(c) || c == '.' || c == '-' || c == '_';
  });
}

bool is_ipv6(std::string_view host) {
  return host.size() >= 2 && std::all_of(host.begin(), host.end(), [](char c) {
           return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':'
                  || c == '.';
         });
}

bool is_port(std::string_view port) {
  unsigned value = 0;
  auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), value);
  return error == std::errc{} && end == port.data() + port.size() && value >= 1 && value <= 65535;
}

/// Cuts the scheme off; false if it is another one than http and https.
bool take_scheme(std::string_view& text, bool& is_tls) {
  auto end = text.find("://");
  if (end == std::string_view::npos) return true;
  std::string scheme{text.substr(0, end)};
  std::transform(scheme.begin(), scheme.end(), scheme.begin(),
                 [](char c) { return is_letter(c) ? static_cast<char>(c | 0x20) : c; });
  is_tls = scheme == "https";
  text.remove_prefix(end + 3);
  return is_tls || scheme == "http";
}

/// Splits `host[:port]` or `[address][:port]`.
bool split_authority(std::string_view text, std::string_view& host, std::string_view& port) {
  auto colon = text.rfind(':');
  if (!text.empty() && text.front() == '[') {
    auto bracket = text.find(']');
    if (bracket == std::string_view::npos) return false;
    host = text.substr(1, bracket - 1);
    auto rest = text.substr(bracket + 1);
    if (!rest.empty() && rest.front() != ':') return false;
    if (!rest.empty()) port = rest.substr(1);
    return is_ipv6(host) && (rest.empty() || is_port(port));
  }
  host = text.substr(0, colon);
  if (colon != std::string_view::npos) port = text.substr(colon + 1);
  return is_host_name(host) && (colon == std::string_view::npos || is_port(port));
}

} // namespace

std::optional<std::string> read_url(std::string_view text, server_url& out) {
  auto quoted = "\"" + std::string{text} + "\"";
  server_url url;
  if (!take_scheme(text, url.is_tls)) return quoted + " begins with neither http:// nor https://";
  if (text.find('@') != std::string_view::npos)
    return quoted + " names a user; the token goes into ATRIUM_ADMIN_TOKEN or --token-file";
  if (text.find_first_of("?#") != std::string_view::npos)
    return quoted + " has a query or a fragment, which the URL of a server has not";
  auto slash = text.find('/');
  std::string_view host;
  std::string_view port;
  if (!split_authority(text.substr(0, slash), host, port))
    return quoted + " is no URL such as http://127.0.0.1:4000 or https://atrium.example";
  url.host = host;
  url.port = port.empty() ? (url.is_tls ? "443" : "80") : std::string{port};
  if (slash != std::string_view::npos) url.base = text.substr(slash);
  while (!url.base.empty() && url.base.back() == '/') url.base.pop_back();
  if (std::any_of(url.base.begin(), url.base.end(), [](char c) { return c <= ' ' || c >= 0x7f; }))
    return quoted + " has characters in its path that a URL has not";
  out = std::move(url);
  return std::nullopt;
}

std::string authority(const server_url& url) {
  auto host = url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
  bool is_own_port = url.port == (url.is_tls ? "443" : "80");
  return is_own_port ? host : host + ":" + url.port;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (is_digit(c) || is_letter(c) || std::string_view{"-._~"}.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
  return out;
}

} // namespace atrium::console
