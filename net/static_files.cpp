// Finding and spelling files that are part of the program. Pure. Names are compared byte for byte with
// the target as it was sent: what is encoded, doubled or dotted is simply another name. Nothing that
// the client sent gets into the answer.
#include "net/static_files.hpp"

#include <algorithm>

namespace atrium::net {
namespace {

constexpr std::string_view page_policy
    = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
      "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The next item of a list of ETags, cut from its front; weak and strong ones are compared alike.
std::string_view take_etag(std::string_view& list) {
  auto comma = std::min(list.find(','), list.size());
  auto item = list.substr(0, comma);
  list.remove_prefix(std::min(comma + 1, list.size()));
  auto first = std::min(item.find_first_not_of(" \t"), item.size());
  item.remove_prefix(first);
  item.remove_suffix(item.size() - std::min(item.find_last_not_of(" \t") + 1, item.size()));
  if (item.starts_with("W/")) item.remove_prefix(2);
  return item;
}

bool is_known(std::string_view if_none_match, std::string_view etag) {
  while (!if_none_match.empty()) {
    auto item = take_etag(if_none_match);
    if (item == etag || item == "*") return true;
  }
  return false;
}

std::string_view reason_of(unsigned status) noexcept {
  switch (status) {
  case 200: return "OK";
  case 304: return "Not Modified";
  default: return "Permanent Redirect";
  }
}

void add_line(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

void add_protection(std::string& out) {
  add_line(out, "Content-Security-Policy", page_policy);
  add_line(out, "X-Content-Type-Options", "nosniff");
  add_line(out, "Referrer-Policy", "no-referrer");
  add_line(out, "Cross-Origin-Resource-Policy", "same-origin");
}

} // namespace

std::optional<static_answer> find_static(const static_request& request,
                                         std::span<const web::page_file> files) {
  auto path = request.target.substr(0, request.target.find('?'));
  auto is_folder = [&](const web::page_file& f) {
    return f.path.size() == path.size() + 1 && f.path.ends_with('/') && f.path.starts_with(path);
  };
  auto found = std::find_if(files.begin(), files.end(), [&](const web::page_file& f) {
    return f.path == path || is_folder(f);
  });
  if (found == files.end()) return std::nullopt;
  if (request.method != "GET" && request.method != "HEAD") return static_answer{405};
  if (found->path != path)
    return static_answer{308, nullptr, std::string{found->path.substr(path.rfind('/') + 1)}};
  return static_answer{is_known(request.if_none_match, found->etag) ? 304U : 200U, &*found};
}

std::string spell_static(const static_answer& a, const answer_context& context) {
  std::string out = context.version == 10 ? "HTTP/1.0 " : "HTTP/1.1 ";
  out.reserve(640 + (a.file != nullptr ? a.file->bytes.size() : 0));
  out.append(std::to_string(a.status)).append(" ").append(reason_of(a.status)).append("\r\n");
  if (a.status == 200) add_line(out, "Content-Type", a.file->content_type);
  // 304 has no body and says nothing about its length.
  if (a.status != 304)
    add_line(out, "Content-Length", std::to_string(a.status == 200 ? a.file->bytes.size() : 0));
  if (a.file != nullptr) add_line(out, "ETag", a.file->etag);
  if (!a.location.empty()) add_line(out, "Location", a.location);
  // Kept, and asked for at each use: a new server's page is never mixed with an old one's.
  add_line(out, "Cache-Control", "no-cache");
  add_protection(out);
  if (!context.keep_alive)
    add_line(out, "Connection", "close");
  else if (context.version == 10)
    add_line(out, "Connection", "keep-alive");
  out += "\r\n";
  if (a.status == 200 && !context.is_head) out += a.file->bytes;
  return out;
}

} // namespace atrium::net
