// Answers as bytes: status line, headers, body. Contract §4 (headers) and §6 (CORS).
#pragma once

#include "net/rest.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace atrium::net {

/// What the request says about its answer.
struct answer_context {
  /// 11 or 10.
  unsigned version = 11;
  bool is_head = false;
  bool keep_alive = false;
  std::string_view origin;
  /// Access-Control-Request-Headers of a preflight.
  std::string_view asked_headers;
  /// Pages may send credentials with the request, and more methods than REST has.
  bool is_engine = false;
};

/// `a.body` is moved out of; 204 has none. `allow` with 405 and OPTIONS, `upgrade` with 426.
[[nodiscard]] std::string spell_response(rest_answer a, std::string_view allow,
                                         const answer_context& context,
                                         const std::vector<std::string>& cors_origins);

/// A file whose length nobody knows when it begins.
struct download {
  std::string_view content_type;
  /// Letters, digits, `.`, `_` and `-`.
  std::string file_name;
};
/// Status line and headers of a download. HTTP/1.1: the body follows in chunks; HTTP/1.0: it ends with
/// the connection, so `context.keep_alive` must be false.
[[nodiscard]] std::string spell_download_head(const download& d, const answer_context& context,
                                              const std::vector<std::string>& cors_origins);

/// Status line and headers of an answer without end: as of a download, but for pages and scripts that
/// read it as it comes.
[[nodiscard]] std::string spell_stream_head(std::string_view content_type,
                                            const answer_context& context,
                                            const std::vector<std::string>& cors_origins);

} // namespace atrium::net
