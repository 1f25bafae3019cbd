#include <catch2/catch.hpp>

#include "net/frame_header.hpp"

#include <string>

using namespace atrium::net;

namespace {

/// A masked frame as clients send it.
std::string client_frame(std::uint8_t first, const std::string& payload) {
  const std::string mask = "\x11\x22\x33\x44";
  std::string out{static_cast<char>(first)};
  auto n = payload.size();
  if (n < 126) {
    out += static_cast<char>(0x80 | n);
  } else {
    const int bytes = n < 65'536 ? 2 : 8;
    out += static_cast<char>(0x80 | (bytes == 2 ? 126 : 127));
    for (int i = bytes; i-- > 0;) out += static_cast<char>(n >> (8 * i) & 0xff);
  }
  out += mask;
  for (std::size_t i = 0; i < n; ++i) out += static_cast<char>(payload[i] ^ mask[i % 4]);
  return out;
}

} // namespace

TEST_CASE("a frame's header is read in all its three lengths, and from no fewer bytes") {
  for (std::size_t n : {0u, 1u, 125u, 126u, 65'535u, 65'536u, 100'000u}) {
    const std::string payload(n, 'p');
    const auto whole = client_frame(0x81, payload);
    const auto h = read_frame_header(whole);
    REQUIRE(h);
    CHECK(h->opcode == frame_header::text);
    CHECK(h->is_final);
    CHECK(h->is_masked);
    CHECK(h->is_data());
    CHECK_FALSE(h->has_reserved_bits);
    CHECK(h->payload_bytes == n);
    CHECK(h->bytes() == whole.size());
    CHECK(unmasked_payload(*h, whole) == payload);
    for (std::size_t cut = 0; cut < h->header_bytes; ++cut)
      CHECK_FALSE(read_frame_header(std::string_view{whole}.substr(0, cut)));
  }
}

TEST_CASE("what is not as it should be is told apart") {
  CHECK_FALSE(read_frame_header(client_frame(0x01, "x"))->is_final);
  CHECK(read_frame_header(client_frame(0xc1, "x"))->has_reserved_bits);
  CHECK(read_frame_header(client_frame(0x89, "x"))->opcode == frame_header::ping);
  CHECK_FALSE(read_frame_header(client_frame(0x88, "x"))->is_data());
  const auto unmasked = read_frame_header("\x81\x01x");
  REQUIRE(unmasked);
  CHECK_FALSE(unmasked->is_masked);
  CHECK(unmasked->bytes() == 3);
  const auto huge = read_frame_header("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff"
                                      "mask");
  REQUIRE(huge);
  CHECK(huge->payload_bytes == ~0ULL);
}
