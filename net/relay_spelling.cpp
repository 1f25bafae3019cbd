// See relay_spelling.hpp. The bytes of a message are copied once, into the frame that all recipients
// share.
//
// Who can come back after a lost connection takes a text at an event's end for its position in a room,
// the event's own name, too, if nothing is behind it (protocols.md §4.6). What relay rooms say has no
// position: a null goes behind the text.
#include "net/relay_spelling.hpp"

#include "net/socketio_codec.hpp"
#include "net/websocket_frame.hpp"
#include "json/json.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace atrium::net {
namespace {

/// An event: name, arguments joined by commas, and the bytes that they name.
struct relay_words {
  std::string_view name;
  std::string arguments{};
  bool ends_in_text = false;
  const std::vector<std::string>* attachments = nullptr;
};

std::string list_of(const std::vector<socket_id>& sockets) {
  std::string out{"["};
  for (const auto& s : sockets) {
    if (&s != &sockets.front()) out += ',';
    json::append_string(out, s.value);
  }
  out += ']';
  return out;
}

relay_words words_for(const first_in_relay&) {
  return {"first-in-room"};
}
relay_words words_for(const relay_joined_by& e) {
  std::string socket;
  json::append_string(socket, e.socket.value);
  return {"new-user", std::move(socket), true};
}
relay_words words_for(const relay_members_told& e) {
  return {"room-user-change", list_of(e.sockets)};
}
relay_words words_for(const relay_message_told& e) {
  const auto& p = *e.payload;
  return {"client-broadcast", p.arguments, p.ends_in_text, p.attachments.get()};
}
relay_words words_for(const relay_followers_told& e) {
  return {"user-follow-room-change", list_of(e.sockets)};
}
relay_words words_for(const relay_unfollowed&) {
  return {"broadcast-unfollow"};
}

void end_without_text(relay_words& words) {
  if (words.arguments.empty())
    words.arguments = "null";
  else if (words.ends_in_text)
    words.arguments += ",null";
}

frame spell(relay_words&& words, wire w) {
  if (w == wire::socketio_recoverable) end_without_text(words);
  auto count = words.attachments == nullptr ? 0 : words.attachments->size();
  std::string packet{"4"};
  socketio::append_event(packet, "/", std::nullopt, words.name, words.arguments, count);
  std::string bytes;
  auto size = packet.size() + (count + 1) * max_frame_header_bytes;
  for (std::size_t i = 0; i < count; ++i) size += (*words.attachments)[i].size();
  bytes.reserve(size);
  append_text_frame(bytes, packet);
  for (std::size_t i = 0; i < count; ++i) append_binary_frame(bytes, (*words.attachments)[i]);
  return std::make_shared<const std::string>(std::move(bytes));
}

} // namespace

frame encode_relay_event(const relay_event& e, wire w) {
  if (w != wire::socketio && w != wire::socketio_recoverable) return nullptr;
  return spell(std::visit([](const auto& what) { return words_for(what); }, e), w);
}

const frame& init_room_frame(wire w) {
  static const frame plain = spell({"init-room"}, wire::socketio);
  static const frame recoverable = spell({"init-room"}, wire::socketio_recoverable);
  return w == wire::socketio_recoverable ? recoverable : plain;
}

} // namespace atrium::net
