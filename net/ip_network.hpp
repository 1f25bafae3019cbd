// Addresses and networks of proxies whose X-Forwarded-For is believed. Values without a socket.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace atrium::net {

/// An IPv6 address, or an IPv4 one in its mapped form.
using ip_bytes = std::array<std::uint8_t, 16>;

[[nodiscard]] std::optional<ip_bytes> parse_ip(std::string_view text);

/// `10.0.0.0/8`, `::1`, `192.168.1.1`.
struct ip_network {
  ip_bytes base{};
  /// Of 128; an IPv4 prefix counts from 96.
  unsigned prefix_bits = 128;

  [[nodiscard]] bool contains(const ip_bytes& ip) const noexcept;
};

[[nodiscard]] std::optional<ip_network> parse_network(std::string_view text);

/// Who asks: `peer`, unless that is a trusted proxy; then the last address in `forwarded_for` that
/// is none. Text that is no address ends the search: what is left of it can't be believed.
[[nodiscard]] std::string client_address(const std::string& peer, std::string_view forwarded_for,
                                         const std::vector<ip_network>& trusted);

} // namespace atrium::net
