#include <catch2/catch.hpp>

#include "net/static_files.hpp"

#include <algorithm>
#include <array>
#include <set>

using namespace atrium;
using namespace atrium::net;

namespace {

constexpr std::array files{
    web::page_file{"/console/", "text/html; charset=utf-8", "<!doctype html>", "\"aa\""},
    web::page_file{"/console/views/rooms.js", "text/javascript; charset=utf-8", "x", "\"bb\""},
};

const static_table table{files, console_policy};

std::optional<static_answer> get(std::string_view target, std::string_view if_none_match = {}) {
  return find_static({"GET", target, if_none_match}, table);
}

std::string spell(const static_answer& a, const answer_context& context) {
  return spell_static_head(a, context) + std::string{static_body(a, context)};
}

bool has_line(const std::string& answer, std::string_view line) {
  return answer.find("\r\n" + std::string{line} + "\r\n") != std::string::npos;
}

} // namespace

TEST_CASE("a static file is found by its exact name only") {
  REQUIRE(get("/console/"));
  CHECK(get("/console/")->status == 200);
  CHECK(get("/console/")->file == &files[0]);
  CHECK(get("/console/?x=/console/views/rooms.js")->file == &files[0]);
  CHECK(get("/console/views/rooms.js")->file == &files[1]);

  auto target = GENERATE(
      as<std::string_view>{}, "", "/", "/consol", "/console//", "/console/index.html",
      "/console/views", "/console/views/", "/console/views/rooms.js/", "/console/./",
      "/console/views/../views/rooms.js", "/console/views/%72ooms.js", "/console/../../etc/passwd",
      "/console/..%2f..%2fetc%2fpasswd", "/console/views\\rooms.js", "//console/", "/CONSOLE/",
      "/console/%00", "/console/#", "http://127.0.0.1/console/");
  CHECK_FALSE(get(target));
}

TEST_CASE("a folder without its slash leads to the one with it") {
  auto found = get("/console?token=never");
  REQUIRE(found);
  CHECK(found->status == 308);
  CHECK(found->location == "console/");
  auto text = spell(*found, {});
  CHECK(text.starts_with("HTTP/1.1 308 Permanent Redirect\r\n"));
  CHECK(has_line(text, "Location: console/"));
  CHECK(has_line(text, "Content-Length: 0"));
  CHECK(text.find("never") == std::string::npos);
}

TEST_CASE("a static file is only read") {
  CHECK(find_static({"HEAD", "/console/"}, table)->status == 200);
  for (const auto* method : {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "get", ""})
    CHECK(find_static({method, "/console/"}, table)->status == 405);
  CHECK_FALSE(find_static({"POST", "/console/nothing"}, table));
}

TEST_CASE("a static file that the browser has is not sent again") {
  for (const auto* known : {"\"aa\"", "W/\"aa\"", "*", "\"zz\", \"aa\"", " \"zz\" ,\tW/\"aa\" ,"})
    CHECK(get("/console/", known)->status == 304);
  for (const auto* other : {"", "\"bb\"", "aa", "\"a\"", "\"aa", ",,", "\"aa\"x", "W/"})
    CHECK(get("/console/", other)->status == 200);

  auto text = spell(*get("/console/", "\"aa\""), {});
  CHECK(text.starts_with("HTTP/1.1 304 Not Modified\r\n"));
  CHECK(has_line(text, "ETag: \"aa\""));
  CHECK(text.find("Content-Length") == std::string::npos);
  CHECK(text.ends_with("\r\n\r\n"));
}

TEST_CASE("a static file comes with headers that protect whoever looks at it") {
  answer_context context;
  context.keep_alive = true;
  auto text = spell(*get("/console/"), context);
  CHECK(text.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(text.ends_with("\r\n\r\n<!doctype html>"));
  for (const auto* line :
       {"Content-Type: text/html; charset=utf-8", "Content-Length: 15", "ETag: \"aa\"",
        "Cache-Control: no-cache", "X-Content-Type-Options: nosniff",
        "Referrer-Policy: no-referrer",
        "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"})
    CHECK(has_line(text, line));
  CHECK(text.find("Connection:") == std::string::npos);

  context.is_head = true;
  auto head = spell(*get("/console/"), context);
  CHECK(has_line(head, "Content-Length: 15"));
  CHECK(head.ends_with("\r\n\r\n"));

  context.version = 10;
  CHECK(has_line(spell(*get("/console/"), context), "Connection: keep-alive"));
  context.keep_alive = false;
  CHECK(has_line(spell(*get("/console/"), context), "Connection: close"));
}

TEST_CASE("a static file comes compressed to who takes it so") {
  constexpr std::array app{
      web::page_file{"/", "text/html; charset=utf-8", "plain text", "\"aa\"", "br", "gzip"},
      web::page_file{
          "/assets/a-1.js", "text/javascript; charset=utf-8", "plain", "\"bb\"", {}, "gzip", true}};
  const static_table pages{app, app_policy};
  auto asked = [&](std::string_view target, std::string_view accepted,
                   std::string_view known = {}) {
    return *find_static({"GET", target, known, accepted}, pages);
  };
  auto small = spell(asked("/", "gzip, deflate, br, zstd"), {});
  CHECK(small.ends_with("\r\n\r\nbr"));
  for (const auto* line :
       {"Content-Encoding: br", "Content-Length: 2", "Vary: Accept-Encoding", "ETag: \"aa-br\"",
        "Content-Type: text/html; charset=utf-8", "Cache-Control: no-cache"})
    CHECK(has_line(small, line));
  CHECK(has_line(small, "Content-Security-Policy: " + std::string{app_policy}));

  auto whole = spell(asked("/", ""), {});
  CHECK(whole.ends_with("\r\n\r\nplain text"));
  CHECK(has_line(whole, "ETag: \"aa\""));
  CHECK(has_line(whole, "Vary: Accept-Encoding"));
  CHECK(whole.find("Content-Encoding") == std::string::npos);

  auto kept = spell(asked("/assets/a-1.js", "br, gzip;q=0.5"), {});
  CHECK(has_line(kept, "Content-Encoding: gzip"));
  CHECK(has_line(kept, "Cache-Control: public, max-age=31536000, immutable"));

  // Each form has its own ETag.
  CHECK(asked("/", "br", "\"aa-br\"").status == 304);
  CHECK(asked("/", "gzip", "\"aa-br\"").status == 200);
  CHECK(asked("/", "", "\"aa-br\"").status == 200);
  auto known = spell(asked("/", "br", "\"aa-br\""), {});
  CHECK(has_line(known, "Vary: Accept-Encoding"));
  CHECK(known.find("Content-Encoding") == std::string::npos);
}

TEST_CASE("the console's page is in the program") {
  auto all = web::console_files();
  std::set<std::string_view> paths;
  for (const auto& f : all) {
    INFO(f.path);
    CHECK(paths.insert(f.path).second);
    CHECK(f.path.starts_with("/console/"));
    CHECK_FALSE(f.content_type.empty());
    CHECK_FALSE(f.bytes.empty());
    CHECK(f.etag.size() == 18);
  }
  auto page = std::find_if(all.begin(), all.end(), [](auto& f) { return f.path == "/console/"; });
  REQUIRE(page != all.end());
  CHECK(page->bytes.starts_with("<!doctype html>"));
  CHECK(page->content_type == "text/html; charset=utf-8");
}
