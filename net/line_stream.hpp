// Frames of a server as lines of text in an HTTP answer without end (`application/x-ndjson`): each
// frame's payload is a line; many lines travel in one chunk. A value; knows no socket.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace atrium::net {

class line_stream {
public:
  /// HTTP/1.0 knows no chunks: then its lines follow each other until the connection ends.
  explicit line_stream(bool is_chunked) noexcept : is_chunked_{is_chunked} {}

  /// What is written next: no line, but as it is.
  void add_raw(std::string_view bytes) { out_ += bytes; }
  /// Takes whole frames out of `frames`, which begins with one, until so much is gathered that it should
  /// be written first. Returns how many bytes of `frames` those are.
  std::size_t add_frames(std::string_view frames);
  /// What was gathered since the last call, the end of the stream behind it if there is nothing more.
  [[nodiscard]] std::string take(bool is_last);

  [[nodiscard]] bool is_full() const noexcept { return lines_.size() >= full_bytes; }

private:
  static constexpr std::size_t full_bytes = 65'536;

  bool is_chunked_;
  std::string out_;
  /// Of the chunk under way.
  std::string lines_;
};

} // namespace atrium::net
