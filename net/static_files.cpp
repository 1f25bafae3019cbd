// Finding and spelling files of pages. Pure. Names are compared byte for byte with the target as it was
// sent: what is encoded, doubled or dotted is simply another name. Nothing that the client sent gets
// into the answer. A file's bytes are never copied.
#include "net/static_files.hpp"

#include <algorithm>

namespace atrium::net {
namespace {

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

/// Each form has its own: a cache never takes one for another.
std::string etag_of(const web::page_file& file, content_coding coding) {
  std::string etag{file.etag};
  if (coding != content_coding::identity)
    etag.insert(etag.size() - 1, "-" + std::string{name_of(coding)});
  return etag;
}

std::string_view bytes_of(const web::page_file& file, content_coding coding) noexcept {
  switch (coding) {
  case content_coding::gzip: return file.gzip;
  case content_coding::brotli: return file.brotli;
  case content_coding::identity: break;
  }
  return file.bytes;
}

bool has_forms(const web::page_file& file) noexcept {
  return !file.gzip.empty() || !file.brotli.empty();
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

void add_file(std::string& out, const static_answer& a) {
  const auto& file = *a.file;
  if (a.status == 200) add_line(out, "Content-Type", file.content_type);
  if (a.status == 200 && a.coding != content_coding::identity)
    add_line(out, "Content-Encoding", name_of(a.coding));
  if (has_forms(file)) add_line(out, "Vary", "Accept-Encoding");
  add_line(out, "ETag", etag_of(file, a.coding));
}

/// What is not immutable is kept, and asked for at each use: a new server's page is never mixed with an
/// old one's.
std::string_view lifetime_of(const static_answer& a) noexcept {
  bool is_immutable = a.file != nullptr && a.file->is_immutable;
  return is_immutable ? "public, max-age=31536000, immutable" : "no-cache";
}

void add_protection(std::string& out, std::string_view policy) {
  add_line(out, "Content-Security-Policy", policy);
  add_line(out, "X-Content-Type-Options", "nosniff");
  add_line(out, "Referrer-Policy", "no-referrer");
  add_line(out, "Cross-Origin-Resource-Policy", "same-origin");
}

} // namespace

static_table::static_table(std::span<const web::page_file> files, std::string_view policy)
    : policy_{policy} {
  files_.reserve(files.size());
  for (const auto& f : files) files_.emplace(f.path, &f);
}

const web::page_file* static_table::find(std::string_view path) const {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : found->second;
}

std::optional<static_answer> find_static(const static_request& request, const static_table& files) {
  const auto path = request.target.substr(0, request.target.find('?'));
  const auto* file = files.find(path);
  const auto* folder = file == nullptr ? files.find(std::string{path} + '/') : nullptr;
  if (file == nullptr && folder == nullptr) return std::nullopt;
  static_answer a{405, files.policy()};
  if (request.method != "GET" && request.method != "HEAD") return a;
  if (file == nullptr) {
    a.status = 308;
    a.location = folder->path.substr(path.rfind('/') + 1);
    return a;
  }
  a.file = file;
  a.coding = choose_coding(request.accept_encoding, {!file->gzip.empty(), !file->brotli.empty()});
  a.status = is_known(request.if_none_match, etag_of(*file, a.coding)) ? 304 : 200;
  return a;
}

std::string spell_static_head(const static_answer& a, const answer_context& context) {
  std::string out = context.version == 10 ? "HTTP/1.0 " : "HTTP/1.1 ";
  out.reserve(800);
  out.append(std::to_string(a.status)).append(" ").append(reason_of(a.status)).append("\r\n");
  if (a.file != nullptr) add_file(out, a);
  // 304 has no body and says nothing about its length.
  if (a.status != 304)
    add_line(out, "Content-Length",
             std::to_string(a.status == 200 ? bytes_of(*a.file, a.coding).size() : 0));
  if (!a.location.empty()) add_line(out, "Location", a.location);
  add_line(out, "Cache-Control", lifetime_of(a));
  add_protection(out, a.policy);
  if (!context.keep_alive)
    add_line(out, "Connection", "close");
  else if (context.version == 10)
    add_line(out, "Connection", "keep-alive");
  out += "\r\n";
  return out;
}

std::string_view static_body(const static_answer& a, const answer_context& context) noexcept {
  if (a.status != 200 || context.is_head) return {};
  return bytes_of(*a.file, a.coding);
}

} // namespace atrium::net
