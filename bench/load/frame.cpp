// Masking goes eight bytes at a time under keys of a counter: a mask protects proxies from scripts,
// which a generator on loopback has no use for, so it need not be unpredictable, only different.
#include "bench/load/frame.hpp"

#include <cstring>

namespace atrium::bench {

namespace {

// The pair from RFC 6455, section 1.3: one key will do, and its answer needs no SHA-1.
constexpr std::string_view key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view accept_value = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

std::uint32_t next_mask() noexcept {
  static std::uint32_t counter = 0;
  return counter += 0x9e3779b9;
}

std::size_t put_length(unsigned char* out, std::size_t length) noexcept {
  if (length < 126) {
    out[0] = static_cast<unsigned char>(0x80 | length);
    return 1;
  }
  auto width = length < 65536 ? 2U : 8U;
  out[0] = static_cast<unsigned char>(0x80 | (width == 2 ? 126 : 127));
  for (unsigned i = 0; i < width; ++i)
    out[1 + i] = static_cast<unsigned char>(length >> (8 * (width - 1 - i)));
  return 1 + width;
}

void copy_masked(char* to, std::string_view from, std::uint32_t mask) noexcept {
  auto wide = std::uint64_t{mask} << 32 | mask;
  std::size_t i = 0;
  for (; i + sizeof wide <= from.size(); i += sizeof wide) {
    std::uint64_t word = 0;
    std::memcpy(&word, from.data() + i, sizeof word);
    word ^= wide;
    std::memcpy(to + i, &word, sizeof word);
  }
  for (; i < from.size(); ++i)
    to[i] = static_cast<char>(static_cast<unsigned char>(from[i]) ^ (mask >> (8 * (i % 4)) & 0xff));
}

} // namespace

void append_frame(std::string& out, opcode kind, std::string_view payload) {
  unsigned char header[14];
  header[0] = static_cast<unsigned char>(0x80 | static_cast<unsigned>(kind));
  auto size = 1 + put_length(header + 1, payload.size());
  auto mask = next_mask();
  std::memcpy(header + size, &mask, sizeof mask);
  size += sizeof mask;
  auto at = out.size();
  out.resize(at + size + payload.size());
  std::memcpy(out.data() + at, header, size);
  copy_masked(out.data() + at + size, payload, mask);
}

std::string upgrade_request(std::string_view path, std::string_view host) {
  std::string out{"GET "};
  out.append(path).append(" HTTP/1.1\r\nHost: ").append(host);
  out.append("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Key: ");
  return out.append(key).append("\r\n\r\n");
}

std::optional<std::size_t> read_upgrade(std::string_view bytes) {
  auto end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  auto head = bytes.substr(0, end);
  bool taken = head.substr(0, 12) == "HTTP/1.1 101" && head.find(accept_value) != head.npos;
  return taken ? end + 4 : 0;
}

} // namespace atrium::bench
