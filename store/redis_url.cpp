// Reads the two spellings of a Redis address. A sentence about a bad URL names the part that is
// wrong and never quotes what stands before the '@', because sentences end up in logs.
// `[::1]` is a host as well; a missing host, port or database has the usual default.
#include "store/redis_url.hpp"

#include <charconv>
#include <optional>

namespace atrium::store {

namespace {

using outcome = std::variant<redis_address, std::string>;

template <class T>
std::optional<T> read_whole(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decode_percent(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0
                         && hex_digit(text[i + 2]) >= 0;
    if (!escaped) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
    i += 2;
  }
  return out;
}

void read_credentials(std::string_view text, redis_address& address) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) {
    address.user = decode_percent(text);
    return;
  }
  address.user = decode_percent(text.substr(0, colon));
  address.password = decode_percent(text.substr(colon + 1));
}

outcome read_unix(std::string_view rest) {
  redis_address address;
  const auto mark = rest.find('?');
  address.socket_path = decode_percent(rest.substr(0, mark));
  if (address.socket_path.empty() || address.socket_path[0] != '/') {
    return "unix:// needs an absolute path, as in unix:///run/redis.sock?db=0";
  }
  if (address.socket_path.size() > 107) return "the path of the Unix socket is too long";
  if (mark == std::string_view::npos) return address;
  auto query = rest.substr(mark + 1);
  while (!query.empty()) {
    const auto part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), part.size() + 1));
    if (part.starts_with("db=")) {
      const auto database = read_whole<unsigned>(part.substr(3));
      if (!database) return "db= needs a number";
      address.database = *database;
    } else if (part.starts_with("password=")) {
      address.password = decode_percent(part.substr(9));
    } else {
      return "after ? only db= and password= are known";
    }
  }
  return address;
}

std::optional<std::string> read_host(std::string_view text, redis_address& address) {
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return "the address in [ ] is not closed";
    address.host = text.substr(1, close - 1);
    text.remove_prefix(close + 1);
  } else {
    const auto host = text.substr(0, text.find(':'));
    if (!host.empty()) address.host = host;
    text.remove_prefix(host.size());
  }
  if (text.empty()) return std::nullopt;
  const auto port = read_whole<std::uint16_t>(text.substr(1));
  if (text[0] != ':' || !port || *port == 0) return "the port must be a number from 1 to 65535";
  address.port = *port;
  return std::nullopt;
}

} // namespace

outcome parse_redis_url(std::string_view url) {
  constexpr std::string_view unix_scheme = "unix://";
  constexpr std::string_view tcp_scheme = "redis://";
  if (url.starts_with("rediss://")) {
    return "rediss:// asks for TLS, but this server was built without TLS to Redis";
  }
  if (url.starts_with(unix_scheme)) return read_unix(url.substr(unix_scheme.size()));
  if (!url.starts_with(tcp_scheme)) return "a Redis URL begins with redis:// or unix://";
  url.remove_prefix(tcp_scheme.size());
  redis_address address;
  if (const auto at = url.rfind('@'); at != std::string_view::npos) {
    read_credentials(url.substr(0, at), address);
    url.remove_prefix(at + 1);
  }
  const auto slash = url.find('/');
  if (auto wrong = read_host(url.substr(0, slash), address)) return *wrong;
  if (slash == std::string_view::npos || slash + 1 == url.size()) return address;
  const auto database = read_whole<unsigned>(url.substr(slash + 1));
  if (!database) return "after the last / comes the number of the database";
  address.database = *database;
  return address;
}

std::string describe(const redis_address& address) {
  const auto where = address.socket_path.empty() ? address.host + ':' + std::to_string(address.port)
                                                 : address.socket_path;
  return where + '/' + std::to_string(address.database);
}

} // namespace atrium::store
