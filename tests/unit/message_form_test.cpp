// What clients may put beside the text of a message, and above all what they may not.
#include "net/message_form.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace atrium;
using namespace atrium::net;
using namespace std::string_literals;

namespace {

/// A message with these members beside its text.
struct reading {
  explicit reading(std::string_view members)
      : text{R"({"message":"hi")" + std::string{members} + "}"} {
    json::slice object;
    INFO(text);
    REQUIRE_FALSE(json::check(text, 64, object));
    fields f{object};
    message = read_post_message(f, "type");
    problem = f.problem();
  }

  std::string text;
  post_message message;
  std::optional<failure> problem;
};

std::string attachment(std::string_view url, std::string_view more = {}) {
  return R"(,"type":"image","metadata":{"name":"n","size":1,"mimeType":"image/png","url":")"
         + std::string{url} + "\"" + std::string{more} + "}";
}

std::string sentence(std::string_view members) {
  reading r{members};
  INFO(r.text);
  REQUIRE(r.problem);
  CHECK(r.problem->code == errc::bad_request);
  return r.problem->sentence;
}

} // namespace

TEST_CASE("an http or https URL with a host is one") {
  for (auto url :
       {"http://a", "https://example.com", "HTTPS://Example.COM/a/b.png?x=1&y=a:b#c",
        "http://127.0.0.1:8080/f", "http://[::1]/f", "https://[2001:db8::1]:443",
        "https://bücher.example/ä", "https://example.com?q", "https://example.com#f",
        "https://example.com/a@b:c", "http://a_b-c.example:65535", "https://example.com/%20%3C"}) {
    INFO(url);
    CHECK(is_web_url(url));
  }
  CHECK(is_web_url("https://a/" + std::string(2'038, 'x')));
}

TEST_CASE("nothing else is a URL of a picture or a file") {
  for (const auto& url : std::vector<std::string>{"",
                                                  "http",
                                                  "http:",
                                                  "http:/",
                                                  "http://",
                                                  "https://",
                                                  "http:///path",
                                                  "http://?q",
                                                  "http://#f",
                                                  "http://:80",
                                                  "http://.",
                                                  "http://...",
                                                  "//example.com",
                                                  "example.com",
                                                  "/a.png",
                                                  "avatar.jpg",
                                                  "javascript:alert(1)",
                                                  "JaVaScRiPt:alert(1)",
                                                  " javascript:alert(1)",
                                                  "\tjavascript:alert(1)",
                                                  "java\tscript:alert(1)",
                                                  "java\nscript:alert(1)",
                                                  "javascript://example.com/%0aalert(1)",
                                                  "vbscript:msgbox(1)",
                                                  "data:text/html,<script>alert(1)</script>",
                                                  "data:image/png;base64,AA==",
                                                  "file:///etc",
                                                  "ftp://example.com",
                                                  "blob:https://example.com/1",
                                                  "view-source:https://example.com",
                                                  "feed:javascript:alert(1)",
                                                  "jar:https://example.com!/",
                                                  " https://example.com",
                                                  "https://example.com ",
                                                  "https://exam ple.com",
                                                  "https://example.com/a b",
                                                  "https://example.com/\n",
                                                  "https://example.com/\r\nSet-Cookie: a",
                                                  "\x01https://a",
                                                  "https://a\x7f",
                                                  "https://a/\0b"s,
                                                  "https:\\\\example.com",
                                                  "https://example.com\\@evil",
                                                  "https://user@example.com",
                                                  "https://user:password@example.com",
                                                  "https://example.com@evil.example",
                                                  "https://example.com:99999",
                                                  "https://example.com:x",
                                                  "https://example.com:",
                                                  "https://example.com:-1",
                                                  "https://ex%61mple.com",
                                                  "http://[::1",
                                                  "http://[]/",
                                                  "http://[x::1]/",
                                                  "http://[::1]x/",
                                                  "http://::1/",
                                                  "https://a/\"onerror=alert(1)",
                                                  "https://a/<script>",
                                                  "https://a/`",
                                                  "https://a/'\"",
                                                  "https://a/\u00a0",
                                                  "https://\u3000a",
                                                  "https://a/\u202egnp.exe",
                                                  "https://a/\u200b",
                                                  "\ufeffhttps://a",
                                                  "https://a/\u2028",
                                                  "https://a/\u0085",
                                                  "httpx://a",
                                                  "https//a",
                                                  "https:/example.com",
                                                  "h\u0442tp://a",
                                                  "https://a/\xff"}) {
    INFO(url);
    CHECK_FALSE(is_web_url(url));
  }
  CHECK_FALSE(is_web_url("https://a/" + std::string(2'039, 'x')));
}

TEST_CASE("a sender's picture is relative, on the web, or in the text") {
  for (auto good :
       {"", "avatar.jpg", "./a.png", "../a.png", "/images/a.png", "//cdn.example/a.png",
        "my avatar.jpg", "a.png?v=1:2", "?u=a:b", "bild-ä.png", "https://example.com/a.png",
        "http://a/b", "data:image/png;base64,iVBORw0KGgo=", "DATA:Image/PNG;base64,AA==",
        "data:image/svg+xml,%3Csvg/%3E", "data:image/gif,GIF89a"}) {
    INFO(good);
    CHECK(is_picture_reference(good));
  }
  CHECK_FALSE(is_picture_reference(std::string(2'049, 'x')));
}

TEST_CASE("a sender's picture is never a script, however it is spelled") {
  for (const auto& bad : std::vector<std::string>{"javascript:alert(1)",
                                                  "JaVaScRiPt:alert(1)",
                                                  " javascript:alert(1)",
                                                  "\tjavascript:alert(1)",
                                                  "\njavascript:alert(1)",
                                                  "\x01javascript:alert(1)",
                                                  "\x00javascript:alert(1)"s,
                                                  "java\0script:alert(1)"s,
                                                  "java\tscript:alert(1)",
                                                  "java\r\nscript:alert(1)",
                                                  "javascript\t:alert(1)",
                                                  "javascript :alert(1)",
                                                  "javascript&colon;:alert(1)",
                                                  "java&#115;cript:alert(1)",
                                                  "java&#x73;cript:alert(1)",
                                                  "\u00a0javascript:alert(1)",
                                                  "\u3000javascript:alert(1)",
                                                  "\ufeffjavascript:alert(1)",
                                                  "\u2028javascript:alert(1)",
                                                  "java\u200bscript:alert(1)",
                                                  "java\u00adscript:alert(1)",
                                                  "vbscript:msgbox(1)",
                                                  "VBSCRIPT:msgbox(1)",
                                                  "livescript:x",
                                                  "mocha:x",
                                                  "data:text/html,<script>alert(1)</script>",
                                                  "data:text/html;base64,PHNjcmlwdD4=",
                                                  "data:,x",
                                                  "data:;base64,AA==",
                                                  "data:image",
                                                  "data:image/",
                                                  "data:image/png",
                                                  "data:image/,x",
                                                  "data:image/;base64,AA==",
                                                  "data:imagex/png,x",
                                                  "data:text/html;image/png,x",
                                                  "data: image/png,x",
                                                  "data:image/png, x",
                                                  " data:image/png,x",
                                                  "data:image/png,\"x",
                                                  "data:image/svg+xml,<svg onload=alert(1)>",
                                                  "data:application/javascript,alert(1)",
                                                  "file:///etc/passwd",
                                                  "blob:x",
                                                  "about:blank",
                                                  "ftp://a/b",
                                                  "filesystem:x",
                                                  "c:\\a.png",
                                                  "http:a.png",
                                                  "https:/a",
                                                  "\\\\evil.example\\a.png",
                                                  "a\".png",
                                                  "<img>",
                                                  "a`b",
                                                  "avatar.jpg ",
                                                  " avatar.jpg",
                                                  "avatar\n.jpg",
                                                  "x:y",
                                                  "a/b:c",
                                                  "#a:b"}) {
    INFO(bad);
    CHECK_FALSE(is_picture_reference(bad));
  }
}

TEST_CASE("a media type is type/subtype and nothing more") {
  for (auto good : {"image/png", "application/vnd.ms-excel", "text/x-c++", "a/b", "image/svg+xml"})
    CHECK(is_media_type(good));
  for (auto bad : {"", "/", "image", "image/", "/png", "image/png;x=y", "image/png ", " image/png",
                   "image//png", "image/png/x", "image/p ng", "image/p\"", ".a/b", "a/ü"}) {
    INFO(bad);
    CHECK_FALSE(is_media_type(bad));
  }
  CHECK(is_media_type("a/" + std::string(125, 'b')));
  CHECK_FALSE(is_media_type("a/" + std::string(126, 'b')));
}

TEST_CASE("what is searched for has a character at least, and 256 at most") {
  CHECK(read_query("  two words\n") == "two words");
  CHECK_FALSE(read_query(""));
  CHECK_FALSE(read_query(" \t\u00a0\u3000"));
  std::string umlauts;
  for (int i = 0; i < 256; ++i) umlauts += "ü";
  CHECK(read_query(umlauts + " "));
  CHECK_FALSE(read_query(umlauts + "x"));
}

TEST_CASE("a message says what it is") {
  CHECK(reading{""}.message.type == "text");
  CHECK(reading{R"(,"type":null)"}.message.type == "text");
  CHECK(reading{R"(,"type":"text","metadata":{"any":["thing"]})"}.message.metadata
        == R"({"any":["thing"]})");
  // Whether the sender may is not said here.
  CHECK(reading{R"(,"type":"system")"}.message.type == "system");
  for (auto wrong : {R"("Text")", R"("video")", R"("")", "5", "true", "[]", "{}"})
    CHECK(sentence(R"(,"type":)" + std::string{wrong}).starts_with("`type` must be"));
  CHECK(sentence(",\"type\":\"" + std::string(65, 'x') + "\"").starts_with("`type` must"));
}

TEST_CASE("pictures and files say what and where they are") {
  reading good{attachment("https://example.com/a.png", R"(, "width" : 10)")};
  CHECK_FALSE(good.problem);
  CHECK(good.message.type == "image");
  CHECK(good.message.metadata
        == R"({"name":"n","size":1,"mimeType":"image/png","url":"https://example.com/a.png",)"
           R"("width":10})");
  CHECK_FALSE(reading{R"(,"type":"file","metadata":{"name":"ü.pdf","size":0,)"
                      R"("mimeType":"application/pdf","url":"http://a/b"})"}
                  .problem);
  CHECK(sentence(R"(,"type":"image")") == "`metadata` is missing: {url, name, size, mimeType}");
  CHECK(sentence(R"(,"type":"file","metadata":[])") == "`metadata` must be an object");
  CHECK(sentence(R"(,"type":"file","metadata":{})") == "in `metadata`: `url` is missing");
}

TEST_CASE("pictures and files with a wrong member are refused by its name") {
  auto wrong = [](std::string_view member) {
    auto all = R"("url":"https://a","name":"n","size":1,"mimeType":"a/b")"s;
    return sentence(R"(,"type":"file","metadata":{)" + all + "," + std::string{member} + "}");
  };
  CHECK(wrong(R"("url":"javascript:x")").starts_with("in `metadata`: `url`"));
  CHECK(wrong(R"("url":5)").starts_with("in `metadata`: `url`"));
  CHECK(wrong(R"("name":"")").starts_with("in `metadata`: `name`"));
  CHECK(wrong("\"name\":\"" + std::string(256, 'x') + "\"").starts_with("in `metadata`: `name`"));
  CHECK(wrong(R"("name":"a\u0000b")").starts_with("in `metadata`: `name`"));
  for (auto size : {"-1", "1.5", "\"1\"", "null", "9007199254740993", "1e400"})
    CHECK(wrong(R"("size":)" + std::string{size}).starts_with("in `metadata`: `size`"));
  CHECK(wrong(R"("mimeType":"png")").starts_with("in `metadata`: `mimeType`"));
  CHECK(wrong("\"mimeType\":\"a/" + std::string(126, 'b') + "\"")
            .starts_with("in `metadata`: `mimeType`"));
  // Whoever reads the first of two would see the other one.
  CHECK(wrong(R"("url":"https://b")") == "in `metadata`: `url` is there twice");
  CHECK(wrong(R"("u\u0072l":"https://b")") == "in `metadata`: `url` is there twice");
  CHECK(sentence(attachment("j\\u0061vascript:alert(1)")).starts_with("in `metadata`: `url`"));
  CHECK(sentence(attachment("https://a/\\u0000")).starts_with("in `metadata`: `url`"));
  CHECK(sentence(attachment("https://a", ",\"x\":\"" + std::string(4'096, 'x') + "\""))
            .starts_with("`metadata` must be at most 4096 bytes"));
}

TEST_CASE("a sender's picture is checked, and kept as it was") {
  CHECK(reading{R"(,"userImage":"avatar.jpg")"}.message.user_image == "avatar.jpg");
  CHECK(sentence(R"(,"userImage":"\tjavascript:x")").starts_with("`userImage` must be"));
  CHECK(sentence(",\"userImage\":\"" + std::string(2'049, 'x') + "\"").starts_with("`userImage`"));
}
