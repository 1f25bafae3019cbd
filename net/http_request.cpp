// Checks on requests. Pure: a refusal is a value with status and sentence.
#include "net/http_request.hpp"

#include "net/fields.hpp"
#include "json/json.hpp"

#include <algorithm>
#include <cctype>

namespace atrium::net {
namespace {

bool is_equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  auto lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  if (!json::is_valid_utf8(out)) return std::nullopt;
  return out;
}

/// Calls `visit` for each part of `text` between separators, until one returns false.
template <class Visit>
bool split(std::string_view text, char separator, Visit visit) {
  while (true) {
    auto end = text.find(separator);
    if (!visit(text.substr(0, end))) return false;
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
  }
}

bool parse_query(std::string_view text, request_target& out) {
  return split(text, '&', [&](std::string_view pair) {
    if (pair.empty()) return true;
    auto equals = pair.find('=');
    auto name = percent_decoded(pair.substr(0, equals), true);
    auto value = equals == std::string_view::npos ? std::optional<std::string>{""}
                                                  : percent_decoded(pair.substr(equals + 1), true);
    if (!name || !value) return false;
    out.query.emplace_back(std::move(*name), std::move(*value));
    return true;
  });
}

/// Authority of `http://host:port`, with the port that the scheme implies written out.
std::string authority(std::string_view scheme, std::string_view host) {
  std::string out{host};
  auto bracket = host.rfind(']');
  auto colon = host.rfind(':');
  bool has_port = colon != std::string_view::npos
                  && (bracket == std::string_view::npos || colon > bracket);
  if (!has_port) out += is_equal_ignoring_case(scheme, "https") ? ":443" : ":80";
  return out;
}

bool is_same_origin(std::string_view origin, std::string_view host) {
  auto end = origin.find("://");
  if (end == std::string_view::npos) return false;
  // Behind a proxy that ends TLS the Host header names the same authority, so the page's scheme
  // tells which port a missing one means.
  auto scheme = origin.substr(0, end);
  return is_equal_ignoring_case(authority(scheme, origin.substr(end + 3)), authority(scheme, host));
}

} // namespace

std::optional<head_refusal> check_head(const request_head& head) {
  if (head.version != 11 && head.version != 10)
    return head_refusal{505, "this server speaks HTTP/1.1 and HTTP/1.0"};
  if (head.host.size() > 1 || (head.host.empty() && head.version == 11))
    return head_refusal{400, "a request has exactly one Host header"};
  if (!head.host.empty() && head.host[0].find_first_of(" \t,@") != std::string_view::npos)
    return head_refusal{400, "the Host header is no host"};
  if (head.transfer_encoding.empty()) return std::nullopt;
  if (head.has_content_length)
    return head_refusal{400, "Transfer-Encoding and Content-Length exclude each other"};
  if (head.version == 10) return head_refusal{400, "HTTP/1.0 has no Transfer-Encoding"};
  if (head.transfer_encoding.size() != 1)
    return head_refusal{400, "a request has at most one Transfer-Encoding header"};
  if (is_equal_ignoring_case(head.transfer_encoding[0], "chunked")) return std::nullopt;
  bool names_chunked = head.transfer_encoding[0].find("hunked") != std::string_view::npos;
  return head_refusal{names_chunked ? 400u : 501u, "the only Transfer-Encoding here is chunked"};
}

const std::string* request_target::parameter(std::string_view name) const noexcept {
  auto found = std::find_if(query.rbegin(), query.rend(),
                            [name](const auto& p) { return p.first == name; });
  return found == query.rend() ? nullptr : &found->second;
}

std::optional<request_target> parse_target(std::string_view target) {
  target = target.substr(0, target.find('#'));
  if (target.empty() || target.front() != '/') return std::nullopt;
  request_target out;
  auto mark = target.find('?');
  if (mark != std::string_view::npos && !parse_query(target.substr(mark + 1), out))
    return std::nullopt;
  auto path = target.substr(1, mark == std::string_view::npos ? mark : mark - 1);
  if (path.ends_with('/')) path.remove_suffix(1);
  if (path.empty()) return out;
  bool is_good = split(path, '/', [&](std::string_view segment) {
    auto text = percent_decoded(segment, false);
    if (text) out.segments.push_back(std::move(*text));
    return text.has_value();
  });
  return is_good ? std::optional{std::move(out)} : std::nullopt;
}

std::variant<identity_claim, failure> read_identity(const request_target& target) {
  identity_claim claim;
  if (const auto* id = target.parameter("userId"); id != nullptr) {
    if (!is_user_id(*id))
      return failure{errc::bad_request, "`userId` must be 1 to 64 bytes without control characters"};
    claim.user = *id;
  }
  if (const auto* name = target.parameter("username"); name != nullptr) {
    if (!is_username(*name))
      return failure{errc::bad_request, "`username` must be 1 to 64 characters"};
    claim.username = *name;
  }
  return claim;
}

bool is_allowed_origin(std::string_view origin, std::string_view host,
                       const std::vector<std::string>& allowed) {
  if (origin.empty()) return true;
  if (allowed.empty()) return is_same_origin(origin, host);
  return std::any_of(allowed.begin(), allowed.end(), [&](const std::string& a) {
    return a == "*" || is_equal_ignoring_case(a, origin);
  });
}

bool is_json_type(std::string_view content_type) noexcept {
  auto type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.remove_suffix(1);
  return is_equal_ignoring_case(type, "application/json");
}

std::string_view bearer_token(std::string_view authorization) noexcept {
  constexpr std::string_view scheme = "Bearer ";
  if (!is_equal_ignoring_case(authorization.substr(0, scheme.size()), scheme)) return {};
  auto begin = authorization.find_first_not_of(' ', scheme.size());
  return begin == std::string_view::npos ? std::string_view{} : authorization.substr(begin);
}

bool is_same_secret(std::string_view a, std::string_view b) noexcept {
  if (b.empty()) return false;
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < a.size(); ++i)
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i % b.size()]);
  return difference == 0;
}

} // namespace atrium::net
