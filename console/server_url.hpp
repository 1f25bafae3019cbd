// Where the server is, as the operator spells it, and how names go into paths.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace atrium::console {

struct server_url {
  bool is_tls = false;
  /// A name or an address; an IPv6 address without brackets.
  std::string host;
  std::string port;
  /// What stands before `/api/…`: empty, or `/prefix` without a slash at its end.
  std::string base;
};

/// Reads `http[s]://host[:port][/prefix]`; without a scheme it is http. On success the result is
/// empty and `out` is set; else it is a sentence. User names, queries and fragments are refused: a
/// token does not belong into a URL.
[[nodiscard]] std::optional<std::string> read_url(std::string_view text, server_url& out);

/// As in the header `Host`: IPv6 in brackets, the port only where it is not the scheme's own.
[[nodiscard]] std::string authority(const server_url& url);

/// `text` as one segment of a path or one value of a query: all but A-Z a-z 0-9 - . _ ~ is %XX. The
/// segments `.` and `..`, which are steps in a path, can't be spelled otherwise and stay.
[[nodiscard]] std::string percent_encoded(std::string_view text);

} // namespace atrium::console
