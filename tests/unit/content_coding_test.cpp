#include <catch2/catch.hpp>

#include "net/content_coding.hpp"

using namespace atrium::net;

namespace {

constexpr auto identity = content_coding::identity;
constexpr auto gzip = content_coding::gzip;
constexpr auto brotli = content_coding::brotli;

content_coding chosen(std::string_view accepted) {
  return choose_coding(accepted, {true, true});
}

} // namespace

TEST_CASE("a client gets what it prefers, and of equals the smaller form") {
  CHECK(chosen("gzip, deflate, br") == brotli);
  CHECK(chosen("gzip, deflate, br, zstd") == brotli);
  CHECK(chosen("gzip") == gzip);
  CHECK(chosen("x-gzip") == gzip);
  CHECK(chosen("GZip;Q=1") == gzip);
  CHECK(chosen("br;q=0.5, gzip;q=0.8") == gzip);
  CHECK(chosen("br;q=0.501,gzip;q=0.5") == brotli);
  CHECK(chosen(" br\t;\tq = 1.000 ,") == brotli);
  CHECK(chosen("*") == brotli);
  CHECK(chosen("br;q=0, *") == gzip);
  CHECK(chosen("gzip;q=0.001") == gzip);
  CHECK(chosen("identity;q=0.5, gzip;q=0.5") == gzip);
  CHECK(chosen("identity;q=0, gzip;q=0.2") == gzip);
}

TEST_CASE("a client that wants nothing compressed gets the file as it is") {
  for (const auto* accepted :
       {"", ",", ";", " ", "identity", "deflate, zstd", "br;q=0, gzip;q=0", "*;q=0",
        "identity;q=0, *;q=0", "identity, gzip;q=0.5", "brotli", "b", "br;q=0.0", "gzip;q=0.000"})
    CHECK(chosen(accepted) == identity);
}

TEST_CASE("a weight that can't be read is none") {
  for (const auto* weight : {"", "2", "1.1", "-1", "0.1234", "abc", "1.", ".5", "0,5", "1.0000"}) {
    INFO(weight);
    auto read = chosen("gzip;q=" + std::string{weight});
    CHECK(read == (std::string_view{weight} == "1." ? gzip : identity));
  }
}

TEST_CASE("a client gets only what is at hand") {
  CHECK(choose_coding("br, gzip", {true, false}) == gzip);
  CHECK(choose_coding("br, gzip", {false, true}) == brotli);
  CHECK(choose_coding("br, gzip", {false, false}) == identity);
  CHECK(choose_coding("br", {true, false}) == identity);
}
