// The spelling of HTTP answers. Pure. Nothing that a client sent gets into a header unless it is an
// origin from our own list or a list of header names without line ends (Beast accepts no others).
#include "net/http_response.hpp"

#include <boost/beast/http/status.hpp>

#include <algorithm>

namespace atrium::net {
namespace {

void add_header(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

void add_cors(std::string& out, const answer_context& context,
              const std::vector<std::string>& origins, bool is_preflight) {
  if (origins.empty()) return;
  bool is_any = std::find(origins.begin(), origins.end(), "*") != origins.end();
  if (!is_any) add_header(out, "Vary", "Origin");
  if (context.origin.empty()) return;
  if (!is_any && std::find(origins.begin(), origins.end(), context.origin) == origins.end()) return;
  add_header(out, "Access-Control-Allow-Origin", is_any ? "*" : context.origin);
  if (context.is_engine && !is_any) add_header(out, "Access-Control-Allow-Credentials", "true");
  add_header(out, "Access-Control-Expose-Headers", "Retry-After");
  if (!is_preflight) return;
  add_header(out, "Access-Control-Allow-Methods",
             context.is_engine ? "GET,HEAD,PUT,PATCH,POST,DELETE" : "GET, HEAD, POST, PUT, DELETE");
  if (context.is_engine) add_header(out, "Vary", "Access-Control-Request-Headers");
  if (!context.asked_headers.empty())
    add_header(out, "Access-Control-Allow-Headers", context.asked_headers);
  add_header(out, "Access-Control-Max-Age", "600");
}

void add_status_line(std::string& out, unsigned status, const answer_context& context) {
  namespace http = boost::beast::http;
  out += context.version == 10 ? "HTTP/1.0 " : "HTTP/1.1 ";
  out += std::to_string(status);
  out += ' ';
  out += std::string_view{http::obsolete_reason(http::int_to_status(status))};
  out += "\r\n";
}

/// What every answer says about being kept and about the connection.
void add_lifetime(std::string& out, const answer_context& context) {
  add_header(out, "Cache-Control", "no-store");
  if (!context.keep_alive)
    add_header(out, "Connection", "close");
  else if (context.version == 10)
    add_header(out, "Connection", "keep-alive");
}

} // namespace

std::string spell_response(rest_answer a, std::string_view allow, const answer_context& context,
                           const std::vector<std::string>& cors_origins) {
  std::string out;
  out.reserve(320 + a.body.size());
  add_status_line(out, a.status, context);
  if (a.status != 204) {
    add_header(out, "Content-Type", a.content_type);
    add_header(out, "Content-Length", std::to_string(a.body.size()));
  }
  add_lifetime(out, context);
  if (!allow.empty()) add_header(out, "Allow", allow);
  if (a.status == 401 && a.wants_token) add_header(out, "WWW-Authenticate", "Bearer");
  if (a.status == 426) add_header(out, "Upgrade", "websocket");
  if (a.retry_after > 0) add_header(out, "Retry-After", std::to_string(a.retry_after));
  add_cors(out, context, cors_origins, a.status == 204);
  out += "\r\n";
  if (!context.is_head && a.status != 204) out += a.body;
  return out;
}

std::string spell_download_head(const download& d, const answer_context& context,
                                const std::vector<std::string>& cors_origins) {
  std::string out;
  out.reserve(480);
  add_status_line(out, 200, context);
  add_header(out, "Content-Type", d.content_type);
  if (context.version != 10) add_header(out, "Transfer-Encoding", "chunked");
  add_header(out, "Content-Disposition", "attachment; filename=\"" + d.file_name + "\"");
  add_header(out, "X-Content-Type-Options", "nosniff");
  add_lifetime(out, context);
  add_cors(out, context, cors_origins, false);
  out += "\r\n";
  return out;
}

std::string spell_stream_head(std::string_view content_type, const answer_context& context,
                              const std::vector<std::string>& cors_origins) {
  std::string out;
  out.reserve(320);
  add_status_line(out, 200, context);
  add_header(out, "Content-Type", content_type);
  if (context.version != 10) add_header(out, "Transfer-Encoding", "chunked");
  // Proxies would gather lines until there are many.
  add_header(out, "X-Accel-Buffering", "no");
  add_header(out, "X-Content-Type-Options", "nosniff");
  add_lifetime(out, context);
  add_cors(out, context, cors_origins, false);
  out += "\r\n";
  return out;
}

} // namespace atrium::net
