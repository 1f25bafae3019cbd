// Events in the spelling of every wire. Called by rooms on their threads and by I/O threads: no
// state, no lock. JSON inside an event is trusted to be valid and compact; chat messages and board
// elements are copied once, byte by byte, never parsed.
//
// On a messenger's wires a chat message has words of its own (messenger_spelling.hpp); all the rest is
// as on the wire below them.
//
//   native    {"type":"<event>",…fields}
//   Socket.IO 42["<event>",{…fields}], and for clients that come back 42["<event>",{…fields},"<offset>"]
#include "net/event_spelling.hpp"

#include "net/event_text.hpp"
#include "net/friend_spelling.hpp"
#include "net/json_spelling.hpp"
#include "net/messenger_spelling.hpp"
#include "net/operator_spelling.hpp"
#include "net/relay_spelling.hpp"
#include "net/socketio_binary.hpp"
#include "net/space_spelling.hpp"
#include "net/websocket_frame.hpp"

namespace atrium::net {
namespace {

void spell(event_text& t, const chat_posted& e) {
  if (words_of(t.spelling()) != vocabulary::messenger) return t.message(*e.message);
  auto w = t.begin(messenger_message_type);
  append_messenger_members(w, *e.message);
  t.end(w);
}

void spell(event_text& t, const message_edited& e) {
  auto w = t.begin("chat:edited", e.room);
  w.text("id", e.id).text("message", e.text).number("editedAt", e.edited_at).number("seq", e.seq);
  t.end(w);
}

void spell(event_text& t, const message_deleted& e) {
  auto w = t.begin("chat:deleted", e.room);
  w.text("id", e.id).number("deletedAt", e.deleted_at).number("seq", e.seq);
  t.end(w);
}

void spell(event_text& t, const chat_history_sent& e) {
  auto w = t.begin("chat:history", e.room);
  append_messages(w.key("messages"), e.messages);
  w.number("count", e.messages.size());
  t.end(w, e.resync);
}

void spell(event_text& t, const board_state_sent& e) {
  auto w = t.begin("whiteboard:state", e.room);
  append_board(w, e.board);
  t.end(w, e.resync);
}

void spell(event_text& t, const board_updated& e) {
  auto w = t.begin("whiteboard-update", e.room);
  append_board(w, e.board);
  w.number("seq", e.seq);
  t.end(w);
}

void spell(event_text& t, const board_patched& e) {
  auto w = t.begin("whiteboard:patch", e.room);
  append_elements(w.key("elements"), e.elements);
  w.number("version", e.version).number("seq", e.seq);
  t.end(w);
}

void spell(event_text& t, const cursor_moved& e) {
  auto w = t.begin("cursor", e.room);
  w.text("userId", e.user.value).text("username", e.username).members(e.fields);
  t.end(w);
}

void spell(event_text& t, const typing_changed& e) {
  auto w = t.begin("typing", e.room);
  w.text("userId", e.user.value).text("username", e.username).boolean("isTyping", e.is_typing);
  t.end(w);
}

void spell(event_text& t, const presence_updated& e) {
  auto w = t.begin("presence:update", e.room);
  append_participants(w.key("participants"), e.participants);
  w.number("count", e.count);
  t.end(w, e.resync);
}

void spell(event_text& t, const presence_changed& e) {
  auto w = t.begin("presence:delta", e.room);
  append_participants(w.key("joined"), e.joined);
  append_participants(w.key("left"), e.left);
  append_participants(w.key("changed"), e.changed);
  w.number("count", e.count);
  t.end(w);
}

void spell(event_text& t, const room_seq_told& e) {
  auto w = t.begin("room:seq", e.room);
  w.text("epoch", e.epoch).number("seq", e.seq);
  t.end(w);
}

void spell(event_text& t, const board_digest_told& e) {
  auto w = t.begin("whiteboard:digest", e.room);
  w.number("version", e.version).number("count", e.digest.count);
  w.text("hash", spell_hash(e.digest.hash));
  t.end(w);
}

void spell(event_text& t, const user_registered& e) {
  auto w = t.begin("registered");
  w.text("userId", e.user.value);
  t.end(w);
}

void spell(event_text& t, const offline_messages_sent& e) {
  auto w = t.begin("offlineMessages");
  w.number("count", e.messages.size());
  append_messenger_messages(w.key("messages"), e.messages);
  t.end(w);
}

void spell(event_text& t, const messenger_joined& e) {
  auto w = t.begin("joinedRoom", e.room);
  auto& out = w.key("participants");
  out += '[';
  for (const auto& user : e.users) {
    if (&user != &e.users.front()) out += ',';
    json::append_string(out, user.value);
  }
  out += ']';
  t.end(w);
}

void spell(event_text& t, const messenger_left& e) {
  auto w = t.begin("leftRoom", e.room);
  t.end(w);
}

void spell(event_text& t, const room_closed_event& e) {
  auto w = t.begin("room:closed", e.room);
  w.text("reason", e.reason);
  t.end(w);
}

frame finish(text_frame& f, wire w) {
  return is_native(w) ? f.finish() : finish_packet(f);
}

class event_spelling final : public encoder {
public:
  [[nodiscard]] frame encode(const event& e, wire w, const position& at) const override {
    text_frame f;
    event_text t{f.text(), w, at};
    std::visit([&](const auto& what) { spell(t, what); }, e);
    return finish(f, w);
  }
  [[nodiscard]] frame encode(const relay_event& e, wire w) const override {
    return encode_relay_event(e, w);
  }
};

} // namespace

const encoder& vocabularies() {
  static const event_spelling only;
  return only;
}

frame encode_shutdown(std::chrono::milliseconds retry_after, wire w) {
  text_frame f;
  const position nowhere;
  event_text t{f.text(), w, nowhere};
  auto members = t.begin("server:shutdown");
  members.number("retryAfterMs", std::int64_t{retry_after.count()});
  t.end(members);
  return finish(f, w);
}

} // namespace atrium::net
