// Where the server is, and names in paths.
#include "console/server_url.hpp"

#include <catch2/catch.hpp>

using namespace atrium::console;

TEST_CASE("URLs of servers are read", "[url]") {
  struct row {
    std::string_view text;
    bool is_tls;
    std::string_view host, port, base, authority;
  };
  for (const auto& r :
       {row{"http://127.0.0.1:4000", false, "127.0.0.1", "4000", "", "127.0.0.1:4000"},
        row{"HTTP://localhost/", false, "localhost", "80", "", "localhost"},
        row{"https://atrium.example", true, "atrium.example", "443", "", "atrium.example"},
        row{"https://a.example:8443/rooms/live/", true, "a.example", "8443", "/rooms/live",
            "a.example:8443"},
        row{"http://[::1]:4000", false, "::1", "4000", "", "[::1]:4000"},
        row{"http://[::1]", false, "::1", "80", "", "[::1]"},
        row{"localhost:4000", false, "localhost", "4000", "", "localhost:4000"}}) {
    server_url url;
    INFO(r.text);
    REQUIRE_FALSE(read_url(r.text, url));
    CHECK(url.is_tls == r.is_tls);
    CHECK(url.host == r.host);
    CHECK(url.port == r.port);
    CHECK(url.base == r.base);
    CHECK(authority(url) == r.authority);
  }
}

TEST_CASE("what is no URL of a server is a sentence", "[url]") {
  for (std::string_view text :
       {"", "http://", "ftp://host", "http://host:0", "http://host:65536", "http://host:x",
        "http://host:", "http://[::1", "http://[::1]x", "http://[host]:1", "http://me:secret@host",
        "http://host?token=x", "http://host#x", "http://ho st", "http://host\r\nX: y",
        "http://host/a b", "http://host/\r\nX: y", "http://::1:4000"}) {
    server_url url;
    INFO(text);
    CHECK(read_url(text, url));
    CHECK(url.host.empty());
  }
}

TEST_CASE("names are one segment of a path", "[url]") {
  CHECK(percent_encoded("123456") == "123456");
  CHECK(percent_encoded("a/b?c#d&e=f g") == "a%2Fb%3Fc%23d%26e%3Df%20g");
  CHECK(percent_encoded("ü\r\n%") == "%C3%BC%0D%0A%25");
  CHECK(percent_encoded("-._~") == "-._~");
}
