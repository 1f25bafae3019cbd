// Headers of unmasked frames. Pure functions; one final fragment per message, always.
#include "net/websocket_frame.hpp"

#include <algorithm>
#include <memory>

namespace atrium::net {
namespace {

/// The beginning of a text in UTF-8, within so many bytes.
std::string_view whole_characters(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

constexpr char final_text = '\x81';
constexpr char final_binary = '\x82';
constexpr char final_close = '\x88';
constexpr char final_ping = '\x89';
constexpr char final_pong = '\x8a';

std::size_t header_bytes(std::size_t payload) noexcept {
  return payload < 126 ? 2 : payload < 65'536 ? 4 : 10;
}

void write_header(char* out, char first, std::size_t payload) noexcept {
  out[0] = first;
  auto bytes = header_bytes(payload);
  if (bytes == 2) {
    out[1] = static_cast<char>(payload);
    return;
  }
  out[1] = static_cast<char>(bytes == 4 ? 126 : 127);
  for (std::size_t i = bytes; i-- > 2; payload >>= 8) out[i] = static_cast<char>(payload & 0xff);
}

} // namespace

frame text_frame::finish() {
  auto payload = bytes_.size() - max_frame_header_bytes;
  auto unused = max_frame_header_bytes - header_bytes(payload);
  write_header(bytes_.data() + unused, final_text, payload);
  bytes_.erase(0, unused);
  return std::make_shared<const std::string>(std::move(bytes_));
}

namespace {

void append_frame(std::string& out, char first, std::string_view payload) {
  char header[max_frame_header_bytes];
  write_header(header, first, payload.size());
  out.append(header, header_bytes(payload.size()));
  out += payload;
}

} // namespace

void append_text_frame(std::string& out, std::string_view text) {
  append_frame(out, final_text, text);
}

void append_binary_frame(std::string& out, std::string_view bytes) {
  append_frame(out, final_binary, bytes);
}

frame make_text_frame(std::string_view text) {
  std::string bytes;
  bytes.reserve(max_frame_header_bytes + text.size());
  append_text_frame(bytes, text);
  return std::make_shared<const std::string>(std::move(bytes));
}

const frame& ping_frame() {
  static const frame shared = std::make_shared<const std::string>(std::string{final_ping, '\0'});
  return shared;
}

frame pong_frame(std::string_view payload) {
  std::string bytes{final_pong, static_cast<char>(payload.size())};
  bytes += payload;
  return std::make_shared<const std::string>(std::move(bytes));
}

frame close_frame(std::uint16_t code, std::string_view reason) {
  if (code == 0) return std::make_shared<const std::string>(std::string{final_close, '\0'});
  reason = whole_characters(reason, 123);
  std::string bytes{final_close, static_cast<char>(2 + reason.size()), static_cast<char>(code >> 8),
                    static_cast<char>(code & 0xff)};
  bytes += reason;
  return std::make_shared<const std::string>(std::move(bytes));
}

} // namespace atrium::net
