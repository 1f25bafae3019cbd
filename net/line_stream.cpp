// See line_stream.hpp. Pure. JSON that is compact has no line ends in it, so none are looked for.
#include "net/line_stream.hpp"

#include "net/frame_header.hpp"

#include <charconv>
#include <iterator>
#include <utility>

namespace atrium::net {

std::size_t line_stream::add_frames(std::string_view frames) {
  std::size_t taken = 0;
  while (!is_full()) {
    auto rest = frames.substr(taken);
    auto h = read_frame_header(rest);
    if (!h) break;
    lines_ += rest.substr(h->header_bytes, h->payload_bytes);
    lines_ += '\n';
    taken += h->bytes();
  }
  return taken;
}

std::string line_stream::take(bool is_last) {
  if (is_chunked_ && !lines_.empty()) {
    char digits[2 * sizeof(std::size_t)];
    auto size = std::to_chars(std::begin(digits), std::end(digits), lines_.size(), 16);
    out_.append(digits, size.ptr);
    out_ += "\r\n";
  }
  out_ += lines_;
  if (is_chunked_ && !lines_.empty()) out_ += "\r\n";
  if (is_chunked_ && is_last) out_ += "0\r\n\r\n";
  lines_.clear();
  return std::exchange(out_, {});
}

} // namespace atrium::net
