// Events and results in the native spelling. Called by rooms on their threads and by I/O threads:
// no state, no lock. JSON inside an event is trusted to be valid and compact; chat messages and
// board elements are copied once, byte by byte, never parsed.
#include "net/json_spelling.hpp"
#include "net/native_vocabulary.hpp"
#include "net/websocket_frame.hpp"

#include "json/json.hpp"

namespace atrium::net {
namespace {

using json::object_writer;

/// Every chat message begins so (actors/chat_message.hpp); on this wire `type` names the event.
constexpr std::string_view message_begin = R"({"type":)";
constexpr std::string_view posted_begin = R"({"type":"chat:message","messageType":)";

object_writer begin_event(std::string& out, std::string_view name, const room_id& room) {
  object_writer w{out};
  w.text("type", name).text("roomId", room.value);
  return w;
}

void end_event(object_writer& w, bool resync = false) {
  if (resync) w.boolean("resync", true);
  w.end();
}

void spell(std::string& out, const chat_posted& e) {
  out.reserve(out.size() + posted_begin.size() + e.message->size());
  out += posted_begin;
  out += std::string_view{*e.message}.substr(message_begin.size());
}

void spell(std::string& out, const chat_history_sent& e) {
  auto w = begin_event(out, "chat:history", e.room);
  append_messages(w.key("messages"), e.messages);
  w.number("count", static_cast<std::int64_t>(e.messages.size()));
  end_event(w, e.resync);
}

void spell(std::string& out, const board_state_sent& e) {
  auto w = begin_event(out, "whiteboard:state", e.room);
  append_board(w, e.board);
  end_event(w, e.resync);
}

void spell(std::string& out, const board_updated& e) {
  auto w = begin_event(out, "whiteboard-update", e.room);
  append_board(w, e.board);
  w.number("seq", e.seq);
  end_event(w);
}

void spell(std::string& out, const board_patched& e) {
  auto w = begin_event(out, "whiteboard:patch", e.room);
  append_elements(w.key("elements"), e.elements);
  w.number("version", e.version).number("seq", e.seq);
  end_event(w);
}

void spell(std::string& out, const cursor_moved& e) {
  auto w = begin_event(out, "cursor", e.room);
  w.text("userId", e.user.value).text("username", e.username).members(e.fields);
  end_event(w);
}

void spell(std::string& out, const typing_changed& e) {
  auto w = begin_event(out, "typing", e.room);
  w.text("userId", e.user.value).text("username", e.username).boolean("isTyping", e.is_typing);
  end_event(w);
}

void spell(std::string& out, const presence_updated& e) {
  auto w = begin_event(out, "presence:update", e.room);
  append_participants(w.key("participants"), e.participants);
  w.number("count", static_cast<std::int64_t>(e.count));
  end_event(w, e.resync);
}

void spell(std::string& out, const presence_changed& e) {
  auto w = begin_event(out, "presence:delta", e.room);
  append_participants(w.key("joined"), e.joined);
  append_participants(w.key("left"), e.left);
  append_participants(w.key("changed"), e.changed);
  w.number("count", static_cast<std::int64_t>(e.count));
  end_event(w);
}

void spell(std::string& out, const room_closed_event& e) {
  auto w = begin_event(out, "room:closed", e.room);
  w.text("reason", e.reason);
  end_event(w);
}

class native_encoder final : public encoder {
public:
  [[nodiscard]] frame encode(const event& e, wire) const override {
    text_frame f;
    std::visit([&](const auto& what) { spell(f.text(), what); }, e);
    return f.finish();
  }
};

} // namespace

const encoder& vocabularies() {
  static const native_encoder only;
  return only;
}

frame encode_failure(const failure& why, std::string_view ref, std::string_view event) {
  text_frame f;
  object_writer w{f.text()};
  w.text("type", ref.empty() ? "error" : "ack");
  if (!ref.empty()) w.raw("ref", ref);
  append_failure(w, why);
  if (ref.empty()) {
    w.text("event", event).text("message", why.sentence);
  }
  w.end();
  return f.finish();
}

frame encode_result(const command_result& outcome, std::string_view ref, std::string_view event) {
  if (const auto* why = std::get_if<failure>(&outcome)) return encode_failure(*why, ref, event);
  if (ref.empty()) return nullptr;
  text_frame f;
  object_writer w{f.text()};
  w.text("type", "ack").raw("ref", ref).boolean("success", true);
  append_result(w, outcome);
  w.end();
  return f.finish();
}

frame encode_shutdown(std::chrono::milliseconds retry_after) {
  text_frame f;
  object_writer w{f.text()};
  w.text("type", "server:shutdown").number("retryAfterMs", std::int64_t{retry_after.count()});
  w.end();
  return f.finish();
}

} // namespace atrium::net
