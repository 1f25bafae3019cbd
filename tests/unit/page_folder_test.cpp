// A folder as pages: what gets a name, what is a form of another file, what is left out, what is refused.
#include "net/page_folder.hpp"
#include "support/files.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

#include <sys/stat.h>

using namespace atrium;
using namespace atrium::net;
using atrium::test::temporary_folder;

namespace {

page_folder read(const temporary_folder& folder, std::size_t max_bytes = 1'000'000) {
  auto outcome = page_folder::read(folder.path(), max_bytes);
  if (const auto* why = std::get_if<std::string>(&outcome)) FAIL(*why);
  return std::get<page_folder>(std::move(outcome));
}

std::string refusal(const std::filesystem::path& folder, std::size_t max_bytes = 1'000'000) {
  auto outcome = page_folder::read(folder, max_bytes);
  REQUIRE(std::holds_alternative<std::string>(outcome));
  return std::get<std::string>(outcome);
}

std::set<std::string_view> names(const page_folder& pages) {
  std::set<std::string_view> all;
  for (const auto& f : pages.files()) CHECK(all.insert(f.path).second);
  return all;
}

const web::page_file& file(const page_folder& pages, std::string_view path) {
  const auto all = pages.files();
  const auto found = std::find_if(all.begin(), all.end(), [&](auto& f) { return f.path == path; });
  REQUIRE(found != all.end());
  return *found;
}

} // namespace

TEST_CASE("a folder's files have their names, types and forms") {
  temporary_folder folder;
  folder.write("index.html", "<!doctype html>");
  folder.write("index.html.br", "B");
  folder.write("index.html.gz", "G");
  folder.write("assets/app-1a2b.js", "x");
  folder.write("assets/app-1a2b.js.br", "y");
  folder.write("fonts/one two.woff2", "never");
  folder.write("fonts/A_b~c@2+1.woff2", "f");
  folder.write("lonely.gz", "z");
  auto pages = read(folder);
  CHECK(names(pages)
        == std::set<std::string_view>{"/", "/index.html", "/assets/app-1a2b.js",
                                      "/fonts/A_b~c@2+1.woff2", "/lonely.gz"});
  CHECK(pages.bytes() == 21);

  const auto& index = file(pages, "/index.html");
  CHECK(index.content_type == "text/html; charset=utf-8");
  CHECK(index.bytes == "<!doctype html>");
  CHECK(index.brotli == "B");
  CHECK(index.gzip == "G");
  CHECK_FALSE(index.is_immutable);
  CHECK(file(pages, "/").bytes.data() == index.bytes.data());
  CHECK(file(pages, "/").etag == index.etag);

  const auto& script = file(pages, "/assets/app-1a2b.js");
  CHECK(script.brotli == "y");
  CHECK(script.gzip.empty());
  CHECK(script.is_immutable);
  CHECK(script.etag.size() == 18);
  CHECK(script.etag != index.etag);
  CHECK(file(pages, "/lonely.gz").content_type == "application/octet-stream");

  // Views stay when the object is moved.
  page_folder moved{std::move(pages)};
  CHECK(file(moved, "/assets/app-1a2b.js").bytes == "x");
}

TEST_CASE("files have the types that browsers insist on") {
  temporary_folder folder;
  folder.write("index.html", "");
  for (const auto* extension : {"js", "mjs", "css", "svg", "png", "woff2", "json", "webmanifest",
                                "ico", "txt", "map", "wasm", "unheard-of"})
    folder.write(std::string{"x."} + extension, "x");
  folder.write("README", "x");
  auto pages = read(folder);
  auto type = [&](const char* path) { return file(pages, path).content_type; };
  CHECK(type("/x.js") == "text/javascript; charset=utf-8");
  CHECK(type("/x.mjs") == "text/javascript; charset=utf-8");
  CHECK(type("/x.css") == "text/css; charset=utf-8");
  CHECK(type("/x.svg") == "image/svg+xml");
  CHECK(type("/x.png") == "image/png");
  CHECK(type("/x.woff2") == "font/woff2");
  CHECK(type("/x.json") == "application/json");
  CHECK(type("/x.webmanifest") == "application/manifest+json");
  CHECK(type("/x.ico") == "image/x-icon");
  CHECK(type("/x.txt") == "text/plain; charset=utf-8");
  CHECK(type("/x.map") == "application/json");
  CHECK(type("/x.wasm") == "application/wasm");
  CHECK(type("/x.unheard-of") == "application/octet-stream");
  CHECK(type("/README") == "application/octet-stream");
}

TEST_CASE("what is hidden, linked or no file is left out") {
  temporary_folder folder;
  temporary_folder elsewhere;
  elsewhere.write("secret.txt", "secret");
  folder.write("index.html", "");
  folder.write(".env", "secret");
  folder.write(".git/config", "secret");
  folder.write("assets/.hidden.js", "secret");
  std::filesystem::create_symlink(elsewhere.path() / "secret.txt", folder.path() / "link.txt");
  std::filesystem::create_directory_symlink(elsewhere.path(), folder.path() / "linked");
  std::filesystem::create_symlink(folder.path(), folder.path() / "loop");
  REQUIRE(::mkfifo((folder.path() / "pipe").c_str(), 0600) == 0);
  CHECK(names(read(folder)) == std::set<std::string_view>{"/", "/index.html"});
}

TEST_CASE("a folder that can't be pages is refused with a sentence") {
  temporary_folder folder;
  CHECK_THAT(refusal(folder.path() / "nowhere"), Catch::Contains("No such file"));
  CHECK_THAT(refusal(folder.path()), Catch::EndsWith("has no index.html"));
  folder.write("index.html", std::string(60, 'x'));
  folder.write("index.html.br", std::string(40, 'y'));
  CHECK(read(folder, 100).bytes() == 100);
  CHECK_THAT(refusal(folder.path(), 99), Catch::Contains("more than may be kept"));
  CHECK_THAT(refusal(folder.path() / "index.html"), Catch::Contains("Not a directory"));
}

TEST_CASE("without a web app there is a page that says so") {
  auto pages = page_folder::without_app();
  REQUIRE(pages.files().size() == 1);
  CHECK(pages.files()[0].path == "/");
  CHECK(pages.files()[0].content_type == "text/plain; charset=utf-8");
  CHECK_THAT(std::string{pages.files()[0].bytes}, Catch::Contains("was not built"));
}

TEST_CASE("the web app is where the setting says, else beside the program") {
  server_settings config;
  CHECK(find_app_folder(config)
        == std::filesystem::read_symlink("/proc/self/exe").parent_path() / "web" / "app");
  config.pages = "/srv/app";
  CHECK(find_app_folder(config) == "/srv/app");
  temporary_folder folder;
  folder.write("index.html", "x");
  config.pages = folder.path();
  CHECK(load_app(config).files().size() == 2);
  config.pages_bytes = 0;
  CHECK(load_app(config).files().size() == 1);
}
