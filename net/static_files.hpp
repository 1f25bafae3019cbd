// Files of pages over HTTP: which one a request gets, in which form, and the answer's bytes. Values, no
// sockets, no file system: a path is a name in a table and nothing else, so there is nothing to climb
// out of.
#pragma once

#include "net/content_coding.hpp"
#include "net/http_response.hpp"
#include "web/pages.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

namespace atrium::net {

/// What pages may do in a browser, as `Content-Security-Policy` spells it. They load from and talk to
/// this server only, run no script that is not a file of ours, and are framed by nobody.
inline constexpr std::string_view console_policy
    = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
      "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// The same for the web app, whose drawing tool sets styles, and makes pictures and workers of its own.
inline constexpr std::string_view app_policy
    = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
      "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
      "worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
      "frame-ancestors 'none'";

/// Files by the names that they are asked for by. Never changes.
class static_table {
public:
  /// `files` and `policy` outlive the table.
  static_table(std::span<const web::page_file> files, std::string_view policy);

  /// Null: there is none of exactly this name.
  [[nodiscard]] const web::page_file* find(std::string_view path) const;
  [[nodiscard]] std::string_view policy() const noexcept { return policy_; }

private:
  std::unordered_map<std::string_view, const web::page_file*> files_;
  std::string_view policy_;
};

/// What decides. Views into the parser.
struct static_request {
  std::string_view method;
  /// As it was sent, query string included. Nothing in it is decoded.
  std::string_view target;
  std::string_view if_none_match{};
  std::string_view accept_encoding{};
};

/// 200 or 304 with `file`; 308 with `location`; 405 with neither.
struct static_answer {
  unsigned status;
  std::string_view policy{};
  const web::page_file* file = nullptr;
  content_coding coding = content_coding::identity;
  /// Relative, so that it holds behind a proxy that serves us below a path of its own.
  std::string location{};
};

/// Nothing: no file has this name. The name of a folder without its slash leads to the one with it.
[[nodiscard]] std::optional<static_answer> find_static(const static_request& request,
                                                       const static_table& files);

/// Status line and headers of anything but 405.
[[nodiscard]] std::string spell_static_head(const static_answer& a, const answer_context& context);
/// What follows them: the file's own bytes, in the form that was chosen; empty after a HEAD.
[[nodiscard]] std::string_view static_body(const static_answer& a,
                                           const answer_context& context) noexcept;

} // namespace atrium::net
