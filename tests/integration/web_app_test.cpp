// The web app over real sockets: forms, what is kept, what no name leads to, REST and WebSocket beside
// it, readers that are slow, and servers that have none.
#include "support/files.hpp"
#include "support/http_client.hpp"
#include "support/kept_house.hpp"
#include "support/live_house.hpp"
#include "support/patient_reader.hpp"
#include "support/ws_client.hpp"

#include "net/resource_use.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view page = "<!doctype html><title>Atrium</title>";
constexpr std::size_t large_bytes = 8'000'000;

/// A web app, and a server that has it.
struct app_house {
  temporary_folder folder;
  std::unique_ptr<live_house> house;

  explicit app_house(settings config = test_settings()) {
    folder.write("app/index.html", page);
    folder.write("app/index.html.br", "brotli of the page");
    folder.write("app/index.html.gz", "gzip of the page");
    folder.write("app/assets/app-1a2b.js", "export {};");
    folder.write("app/assets/large-3c4d.js", std::string(large_bytes, 'x') + "end");
    folder.write("app/fonts/a.woff2", "font");
    folder.write("app/.secret", "secret");
    folder.write("app/health", "not the server's");
    folder.write("app/api/rooms", "not the server's");
    folder.write("beside.txt", "secret");
    std::filesystem::create_symlink(folder.path() / "beside.txt", folder.path() / "app/link.txt");
    config.server.pages = folder.path() / "app";
    config.server.pages_bytes = 10'000'000;
    house = std::make_unique<live_house>(std::move(config));
  }

  [[nodiscard]] std::uint16_t port() const { return house->port(); }
  [[nodiscard]] http_response get(const std::string& target, const headers& extra = {}) const {
    return http_request(port(), "GET", target, {}, extra);
  }
  /// The answer to a target that no client would send.
  [[nodiscard]] std::string raw(std::string_view target) const {
    return raw_exchange(port(), "GET " + std::string{target}
                                    + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  }
};

} // namespace

TEST_CASE("the web app is served at / to everybody") {
  app_house app;
  for (const auto* path : {"/", "/index.html", "/?from=a-link"}) {
    auto answer = app.get(path);
    CHECK(answer.status == 200);
    CHECK(answer.body == page);
    CHECK(answer.headers["content-type"] == "text/html; charset=utf-8");
    CHECK(answer.headers["cache-control"] == "no-cache");
    CHECK(answer.headers["vary"] == "Accept-Encoding");
    CHECK(answer.headers["x-content-type-options"] == "nosniff");
    CHECK(answer.headers["content-security-policy"]
          == "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
             "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
             "worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
             "frame-ancestors 'none'");
  }
  auto script = app.get("/assets/app-1a2b.js");
  CHECK(script.headers["content-type"] == "text/javascript; charset=utf-8");
  CHECK(script.headers["cache-control"] == "public, max-age=31536000, immutable");
  CHECK(script.headers["etag"].size() == 18);
  auto font = app.get("/fonts/a.woff2");
  CHECK(font.headers["content-type"] == "font/woff2");
  CHECK(font.headers["cache-control"] == "no-cache");
}

TEST_CASE("files of the web app come in the form that is asked for, and once") {
  app_house app;
  auto small = app.get("/", {{"Accept-Encoding", "gzip, deflate, br"}});
  CHECK(small.headers["content-encoding"] == "br");
  CHECK(small.body == "brotli of the page");
  auto gzip = app.get("/", {{"Accept-Encoding", "gzip, br;q=0"}});
  CHECK(gzip.headers["content-encoding"] == "gzip");
  CHECK(gzip.body == "gzip of the page");
  auto plain = app.get("/assets/app-1a2b.js", {{"Accept-Encoding", "br, gzip"}});
  CHECK(plain.headers.count("content-encoding") == 0);
  CHECK(plain.body == "export {};");
  CHECK(app.get("/index.html.br").status == 404);
  CHECK(app.get("/index.html.gz").status == 404);

  headers known{{"Accept-Encoding", "br"}, {"If-None-Match", small.headers["etag"]}};
  auto same = app.get("/", known);
  CHECK(same.status == 304);
  CHECK(same.body.empty());
  CHECK(same.headers["vary"] == "Accept-Encoding");
  CHECK(app.get("/", {known[1]}).status == 200);

  auto head = http_request(app.port(), "HEAD", "/assets/large-3c4d.js");
  CHECK(head.status == 200);
  CHECK(head.headers["content-length"] == std::to_string(large_bytes + 3));
  CHECK(head.body.empty());
  for (const auto* method : {"POST", "PUT", "DELETE", "OPTIONS"}) {
    auto refused = http_request(app.port(), method, "/", "{}");
    CHECK(refused.status == 405);
    CHECK(refused.headers["allow"] == "GET, HEAD");
  }
}

TEST_CASE("no name leads out of the web app's folder, nor to what is hidden in it") {
  app_house app;
  const std::vector<std::string> targets{
      "/../beside.txt",
      "/assets/../../beside.txt",
      "/%2e%2e/beside.txt",
      "/..%2fbeside.txt",
      "/%2e%2e%2fbeside.txt",
      "/..%5cbeside.txt",
      "/..\\beside.txt",
      "//index.html",
      "/./index.html",
      "/assets//app-1a2b.js",
      "/assets/./app-1a2b.js",
      "/assets/../index.html",
      "/index.html/",
      "/assets/",
      "/assets",
      "/index%2ehtml",
      "/index.html%00",
      "/index.html%00.js",
      "/INDEX.HTML",
      "/.secret",
      "/%2esecret",
      "/link.txt",
      "/beside.txt",
      (app.folder.path() / "app/index.html").string(),
      "/" + (app.folder.path() / "app/index.html").string(),
      "file://" + (app.folder.path() / "beside.txt").string(),
      "/etc/passwd",
      "index.html",
      "*",
  };
  for (const auto& target : targets) {
    INFO(target);
    auto answer = app.raw(target);
    CHECK((answer.starts_with("HTTP/1.1 404 ") || answer.starts_with("HTTP/1.1 400 ")));
    CHECK(answer.find("secret") == std::string::npos);
    CHECK(answer.find(page) == std::string::npos);
    CHECK(answer.find("application/json") != std::string::npos);
  }
  auto cut = app.raw(std::string_view{"/index.html\0.js", 15});
  CHECK(cut.starts_with("HTTP/1.1 400 "));
}

TEST_CASE("REST goes before files, and WebSocket before both") {
  app_house app;
  CHECK(app.get("/health").json()["status"] == "healthy");
  CHECK(app.get("/api/rooms").json()["success"] == true);
  CHECK(http_request(app.port(), "DELETE", "/health").headers["allow"] == "GET, HEAD");
  CHECK(app.get("/api/nothing").json()["code"] == "bad_request");
  CHECK(app.get("/nothing.js").status == 404);
  CHECK(app.get("/socket.io/?EIO=4&transport=polling").body.starts_with("0{"));

  auto room = atrium::test::create_room(app.port());
  ws_client ann{app.port(), "/"};
  ws_client bob{app.port(), "/ws"};
  CHECK(ann.join(room, "ann")["count"] == 1);
  CHECK(bob.join(room, "bob")["count"] == 2);
}

TEST_CASE("the web app and the console keep to themselves") {
  auto config = test_settings();
  config.admin.token = "an operator's token";
  app_house app{config};
  auto console = app.get("/console/");
  CHECK(console.status == 200);
  CHECK(console.headers["content-security-policy"]
        == "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
           "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  CHECK(console.headers.count("vary") == 0);
  CHECK(app.get("/console").headers["location"] == "console/");
  CHECK(app.get("/").body == page);
  CHECK(app.get("/console/assets/app-1a2b.js").status == 404);
}

TEST_CASE("files do not count as requests of REST") {
  auto config = test_settings();
  config.limits.requests_per_second = 1;
  config.limits.requests_burst = 1;
  app_house app{config};
  for (int i = 0; i < 20; ++i) CHECK(app.get("/").status == 200);
  CHECK(app.get("/api/rooms").status == 200);
  CHECK(app.get("/api/rooms").status == 429);
  CHECK(app.get("/").status == 200);
  CHECK(app.house->counts().http_answers(2) == 22);
}

TEST_CASE("a large file is there once, however many read it and however slowly") {
  constexpr int reader_count = 40;
  app_house app;
  const auto request = "GET /assets/large-3c4d.js HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  CHECK(app.get("/assets/large-3c4d.js").body.size() == large_bytes + 3);
  auto before = net::read_resource_use(0).resident_bytes;
  std::vector<std::unique_ptr<patient_reader>> readers;
  for (int i = 0; i < reader_count; ++i)
    readers.push_back(std::make_unique<patient_reader>(app.port(), request));
  for (auto& r : readers) r->begin();
  CHECK(app.get("/").status == 200);
  if (!is_instrumented) CHECK(net::read_resource_use(0).resident_bytes < before + 20'000'000);
  for (auto& r : {readers.front().get(), readers.back().get()}) {
    auto answer = r->read_all();
    CHECK(answer.size() > large_bytes);
    CHECK(answer.ends_with("xend"));
  }
}

TEST_CASE("a reader of a file that takes nothing at all is cut") {
  auto config = test_settings();
  config.limits.stalled = 300ms;
  app_house app{config};
  const auto request = "GET /assets/large-3c4d.js HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  patient_reader sleeper{app.port(), request};
  CHECK(eventually([&] { return app.house->counts().value(counter::slow_closed) == 1; }));
  CHECK_FALSE(sleeper.read_all().ends_with("xend"));
}

TEST_CASE("files and other answers come one after the other over one connection") {
  app_house app;
  auto all = raw_exchange(app.port(), "GET /assets/large-3c4d.js HTTP/1.1\r\nHost: x\r\n\r\n"
                                      "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
                                      "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"
                                      "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  auto end = all.find("xend");
  REQUIRE(end != std::string::npos);
  CHECK(all.substr(end + 4).starts_with("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"));
  CHECK(all.ends_with(page));
  auto old = raw_exchange(app.port(), "GET / HTTP/1.0\r\n\r\n");
  CHECK(old.starts_with("HTTP/1.0 200 OK\r\n"));
  CHECK(old.ends_with(page));
}

TEST_CASE("a server without the web app's folder runs and says that it has none") {
  auto config = test_settings();
  temporary_folder folder;
  auto is_without = [](const settings& s) {
    live_house house{s};
    auto answer = http_get(house.port(), "/");
    CHECK(answer.status == 200);
    CHECK(answer.headers["content-type"] == "text/plain; charset=utf-8");
    CHECK_THAT(answer.body, Catch::Contains("was not built"));
    CHECK(http_get(house.port(), "/index.html").status == 404);
    CHECK(http_get(house.port(), "/health").status == 200);
  };
  is_without(config);
  config.server.pages_bytes = 100;
  config.server.pages = folder.path() / "nowhere";
  is_without(config);
  config.server.pages = folder.path();
  is_without(config);
  folder.write("index.html", page);
  folder.write("assets/a.js", std::string(100, 'x'));
  is_without(config);
}
