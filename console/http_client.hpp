// HTTP/1.1 to one server, one request at a time, over TCP or TLS.
//
// A connection is kept for further GETs only: whatever changes something opens its own, so that a
// request is never sent twice because the server had closed meanwhile.
#pragma once

#include "console/server_url.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace atrium::console {

struct http_request {
  std::string_view method;
  /// Path and query as they go over the wire, with the URL's prefix.
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;
  /// JSON; none if empty.
  std::string body;
};

struct http_response {
  unsigned status = 0;
  std::string body;
  /// Seconds, as `Retry-After` says them; nothing if it does not.
  std::optional<int> retry_after;
};

class http_client {
public:
  /// `ca_file`: PEM certificates to trust instead of the system's; empty: the system's.
  /// `timeout` is for each step: to connect, to send, to get the whole answer.
  http_client(server_url url, std::string ca_file, std::chrono::milliseconds timeout);
  ~http_client();
  http_client(const http_client&) = delete;
  http_client& operator=(const http_client&) = delete;

  /// On success the result is empty; else a sentence, and nothing is known of what the server did.
  [[nodiscard]] std::optional<std::string> exchange(const http_request& request,
                                                    http_response& out);

  /// Sends a GET and reads the head of its answer. With a status other than 200 `out` has the whole
  /// answer and there is nothing to read on.
  [[nodiscard]] std::optional<std::string> open_stream(const http_request& request,
                                                       http_response& out);

  enum class line_outcome { line, end, interrupted, lost };
  /// The next line of the stream, without its newline. `lost`: the connection broke, or was silent
  /// for `silence`.
  [[nodiscard]] line_outcome next_line(std::string& line, std::chrono::milliseconds silence);

private:
  class connection;
  [[nodiscard]] std::optional<std::string> connect();
  [[nodiscard]] std::optional<std::string> send(const http_request& request);

  server_url url_;
  std::string ca_file_;
  std::chrono::milliseconds timeout_;
  std::unique_ptr<connection> connection_;
};

} // namespace atrium::console
