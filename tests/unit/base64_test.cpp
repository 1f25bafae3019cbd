#include "net/base64.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>

using namespace atrium::net;

namespace {

std::string spelled(std::string_view bytes) {
  std::string out;
  append_base64(out, bytes);
  return out;
}

} // namespace

TEST_CASE("base64 is that of RFC 4648, padded or not") {
  struct row {
    std::string_view bytes, text, unpadded;
  };
  for (const auto& r : {row{"", "", ""}, row{"f", "Zg==", "Zg"}, row{"fo", "Zm8=", "Zm8"},
                        row{"foo", "Zm9v", "Zm9v"}, row{"foob", "Zm9vYg==", "Zm9vYg"},
                        row{"fooba", "Zm9vYmE=", "Zm9vYmE"}, row{"\xfb\xff\xbf", "+/+/", "+/+/"}}) {
    CHECK(spelled(r.bytes) == r.text);
    CHECK(base64_decoded(r.text) == std::string{r.bytes});
    CHECK(base64_decoded(r.unpadded) == std::string{r.bytes});
  }
  std::string text = "before ";
  append_base64(text, "f");
  CHECK(text == "before Zg==");
}

TEST_CASE("what is no base64 is refused") {
  for (auto text :
       {"=",     "==",        "===",    "====",     "Z",     "Z===",       "Zg=",
        "Zg===", "Zm8==",     "Zm9v=",  "Zm9v====", "Zm9vY", "Zg==Zg==",   "Z=g=",
        "=Zg=",  "Zm9v Zm9v", "Zm9v\n", "-_-_",     "Zm9*",  "Zm\xc3\xa4", "\xff\xff\xff\xff",
        "Zh==",  "Zm9=",      "Zh",     "Zm9"})
    CHECK_FALSE(base64_decoded(text));
  CHECK_FALSE(base64_decoded(std::string(4, '\0')));
}

TEST_CASE("all bytes survive base64 at all lengths, and each wrong character is seen") {
  std::mt19937 random{7};
  for (std::size_t length = 0; length < 70; ++length) {
    std::string bytes;
    for (std::size_t i = 0; i < length; ++i) bytes += static_cast<char>(random());
    const auto text = spelled(bytes);
    CHECK(base64_decoded(text) == bytes);
    for (std::size_t i = 0; i < text.size(); ++i) {
      auto wrong = text;
      wrong[i] = '%';
      CHECK_FALSE(base64_decoded(wrong));
    }
  }
}
