// What texts in the configuration have to look like: Redis URLs, networks, origins, keys.
#pragma once

#include <string>
#include <string_view>

namespace atrium::config {

/// `redis://[[user]:password@]host[:port][/db]`, the same with `rediss://`, or
/// `unix:///path[?db=n]`. Contract §7. Special characters in user and password are percent-encoded.
[[nodiscard]] bool is_redis_url(std::string_view text);

/// An IPv4 or IPv6 address, or a network: `10.0.0.0/8`, `fd00::/8`.
[[nodiscard]] bool is_network(std::string_view text);

/// `http://host`, `https://host:port`: as a browser sends it in `Origin`, without a path.
[[nodiscard]] bool is_origin(std::string_view text);

/// `<kid>:<alg>:<file>`, the middle one of HS256, RS256 and ES256.
[[nodiscard]] bool is_token_key(std::string_view text);

/// `url` with its password as `***`.
[[nodiscard]] std::string mask_password(std::string_view url);

/// `text` with everything that is special in a URL percent-encoded.
[[nodiscard]] std::string percent_encode(std::string_view text);

} // namespace atrium::config
