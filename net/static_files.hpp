// Files that are part of the program, over HTTP: which one a request gets, and the answer's bytes.
// Values, no sockets, no file system: a path is a name in a table and nothing else, so there is
// nothing to climb out of.
#pragma once

#include "net/http_response.hpp"
#include "web/pages.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace atrium::net {

/// What decides. Views into the parser.
struct static_request {
  std::string_view method;
  /// As it was sent, query string included. Nothing in it is decoded.
  std::string_view target;
  std::string_view if_none_match{};
};

/// 200 or 304 with `file`; 308 with `location`; 405 with neither.
struct static_answer {
  unsigned status;
  const web::page_file* file = nullptr;
  /// Relative, so that it holds behind a proxy that serves us below a path of its own.
  std::string location{};
};

/// Nothing: no file has this name. The name of a folder without its slash leads to the one with it.
[[nodiscard]] std::optional<static_answer> find_static(const static_request& request,
                                                       std::span<const web::page_file> files);

/// Status line, headers and body of anything but 405. The headers let a page load from and talk to
/// this server only, run no script that is not a file of ours, and be framed by nobody.
[[nodiscard]] std::string spell_static(const static_answer& a, const answer_context& context);

} // namespace atrium::net
