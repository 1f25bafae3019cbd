// Attachments into `$binary` and back. Almost no packet has any: looking for the marker is all that
// those cost. The marker can't stand inside of a JSON string, where its quotes would be escaped.
#include "net/socketio_binary.hpp"

#include "net/base64.hpp"

#include <cstring>
#include <string_view>
#include <vector>

namespace atrium::net {
namespace {

constexpr std::string_view marker = R"({"$binary":")";
constexpr std::string_view marker_end = R"("})";
/// As many as clients take.
constexpr std::size_t max_attachment_count = 10;

std::size_t find_marker(std::string_view text, std::size_t from) noexcept {
  const auto* at = ::memmem(text.data() + from, text.size() - from, marker.data(), marker.size());
  return at == nullptr ? std::string_view::npos
                       : static_cast<std::size_t>(static_cast<const char*>(at) - text.data());
}

/// A client resolves whatever looks like a placeholder, in any spelling of the key.
bool has_placeholder(json::slice value) {
  if (value.is(json::kind::object)) {
    json::object_reader members{value};
    json::member m;
    while (members.next(m))
      if (m.key == "_placeholder" || has_placeholder(m.value)) return true;
  } else if (value.is(json::kind::array)) {
    json::array_reader items{value};
    json::slice item;
    while (items.next(item))
      if (has_placeholder(item)) return true;
  }
  return false;
}

struct taken_out {
  std::string text;
  std::vector<std::string> attachments;
};

/// `text` with placeholders instead of its bytes; no attachments: it is to stay as it is.
taken_out take_bytes_out(std::string_view text) {
  taken_out out;
  std::size_t done = 0;
  for (auto at = find_marker(text, 0); at != std::string_view::npos;
       at = find_marker(text, at + 1)) {
    auto begin = at + marker.size();
    auto end = text.find('"', begin);
    if (end == std::string_view::npos || !text.substr(end).starts_with(marker_end)) continue;
    auto bytes = base64_decoded(text.substr(begin, end - begin));
    if (!bytes) continue;
    if (out.attachments.size() == max_attachment_count) return {};
    out.text += text.substr(done, at - done);
    socketio::append_placeholder(out.text, out.attachments.size());
    out.attachments.push_back(std::move(*bytes));
    done = end + marker_end.size();
  }
  out.text += text.substr(done);
  return out;
}

} // namespace

frame finish_packet(text_frame& f) {
  auto whole = f.payload();
  if (find_marker(whole, 0) == std::string_view::npos) return f.finish();
  auto json_begin = whole.find('[');
  if (has_placeholder(json::slice{whole.substr(json_begin)})) return f.finish();
  auto out = take_bytes_out(whole.substr(json_begin));
  if (out.attachments.empty()) return f.finish();
  // `42[…` → `45<n>-[…`, `43<id>[…` → `46<n>-<id>[…`
  std::string packet{"4"};
  packet += static_cast<char>(whole[1] + 3);
  packet += std::to_string(out.attachments.size());
  packet += '-';
  packet += whole.substr(2, json_begin - 2);
  packet += out.text;
  std::string bytes;
  append_text_frame(bytes, packet);
  for (const auto& a : out.attachments) {
    append_binary_frame(bytes, a);
  }
  return std::make_shared<const std::string>(std::move(bytes));
}

bool append_with_bytes(std::string& out, const socketio::packet& p, json::slice value,
                       std::size_t max_bytes) {
  auto attachments = p.attachments();
  return socketio::append_replacing_placeholders(out, value,
                                                 [&](std::string& text, std::size_t num) {
                                                   if (num >= attachments.size()) return false;
                                                   if (text.size() + attachments[num].size() / 3 * 4
                                                       > max_bytes)
                                                     return false;
                                                   text += marker;
                                                   append_base64(text, attachments[num]);
                                                   text += marker_end;
                                                   return true;
                                                 })
         && out.size() <= max_bytes;
}

} // namespace atrium::net
