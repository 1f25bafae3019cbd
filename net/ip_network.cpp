// Parsing and matching of addresses. Pure; anything malformed is "no address".
#include "net/ip_network.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>

namespace atrium::net {
namespace {

std::string_view trimmed(std::string_view s) {
  auto from = s.find_first_not_of(" \t");
  if (from == std::string_view::npos) return {};
  return s.substr(from, s.find_last_not_of(" \t") - from + 1);
}

bool is_trusted(const ip_bytes& ip, const std::vector<ip_network>& trusted) {
  return std::any_of(trusted.begin(), trusted.end(),
                     [&](const ip_network& n) { return n.contains(ip); });
}

} // namespace

std::optional<ip_bytes> parse_ip(std::string_view text) {
  std::string s{text};
  ip_bytes out{};
  if (inet_pton(AF_INET6, s.c_str(), out.data()) == 1) return out;
  std::array<std::uint8_t, 4> v4{};
  if (inet_pton(AF_INET, s.c_str(), v4.data()) != 1) return std::nullopt;
  out = {};
  out[10] = out[11] = 0xff;
  std::copy(v4.begin(), v4.end(), out.begin() + 12);
  return out;
}

bool ip_network::contains(const ip_bytes& ip) const noexcept {
  auto whole = prefix_bits / 8;
  if (std::memcmp(base.data(), ip.data(), whole) != 0) return false;
  auto rest = prefix_bits % 8;
  auto mask = static_cast<std::uint8_t>(0xff00u >> rest);
  return rest == 0 || (base[whole] & mask) == (ip[whole] & mask);
}

std::optional<ip_network> parse_network(std::string_view text) {
  auto slash = text.find('/');
  auto address = text.substr(0, slash);
  auto ip = parse_ip(address);
  if (!ip) return std::nullopt;
  if (slash == std::string_view::npos) return ip_network{*ip, 128};
  bool is_v4 = address.find(':') == std::string_view::npos;
  auto digits = text.substr(slash + 1);
  unsigned bits = 0;
  auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (ec != std::errc{} || end != digits.data() + digits.size() || bits > (is_v4 ? 32u : 128u))
    return std::nullopt;
  return ip_network{*ip, is_v4 ? bits + 96 : bits};
}

std::string client_address(const std::string& peer, std::string_view forwarded_for,
                           const std::vector<ip_network>& trusted) {
  auto known = peer;
  auto ip = parse_ip(peer);
  while (ip && is_trusted(*ip, trusted) && !forwarded_for.empty()) {
    auto comma = forwarded_for.rfind(',');
    auto last = comma == std::string_view::npos ? forwarded_for : forwarded_for.substr(comma + 1);
    forwarded_for = comma == std::string_view::npos ? "" : forwarded_for.substr(0, comma);
    ip = parse_ip(trimmed(last));
    if (ip) known = trimmed(last);
  }
  return known;
}

} // namespace atrium::net
