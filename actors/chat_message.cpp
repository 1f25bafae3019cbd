// The one JSON spelling of a chat message, and reading it back. What is read may come from an older
// server: unknown members are kept as they are, missing ones are missing. Whatever the text was,
// what rooms hold afterwards is compact and has `type` first, because the native wire relies on it.
//
// Ids sort as text in the order of their seq: the number comes first, in hexadecimal digits of
// fixed width. 48 bits of seq are enough for a room.
#include "actors/chat_message.hpp"

#include "json/json.hpp"

#include <charconv>

namespace atrium {

namespace {

constexpr std::size_t seq_digits = 12;
/// Stored text was bounded when it came in; this only keeps a damaged store from hurting.
constexpr std::size_t stored_depth = 1'024;

struct found_members {
  std::optional<json::slice> id, type, user, seq, client_message_id, message, timestamp, deleted_at;
  bool type_is_first = false;
};

found_members find_members(json::slice object) {
  found_members found;
  json::object_reader members{object};
  bool first = true;
  for (json::member m; members.next(m); first = false) {
    if (m.key == "id") found.id = m.value;
    if (m.key == "userId") found.user = m.value;
    if (m.key == "seq") found.seq = m.value;
    if (m.key == "clientMessageId") found.client_message_id = m.value;
    if (m.key == "message") found.message = m.value;
    if (m.key == "timestamp") found.timestamp = m.value;
    if (m.key == "deletedAt") found.deleted_at = m.value;
    if (m.key != "type") continue;
    found.type_is_first = first;
    found.type = m.value;
  }
  return found;
}

std::string text_or_empty(const std::optional<json::slice>& value) {
  return value && value->is(json::kind::string) ? json::to_text(*value) : std::string{};
}

/// The same message, compact and with `type` first.
std::string respell(json::slice object, const found_members& found) {
  std::string out;
  out.reserve(object.raw.size() + 16);
  const bool has_type = found.type && found.type->is(json::kind::string);
  if (has_type && found.type_is_first) {
    json::append_compact(out, object);
    if (out.starts_with(R"({"type":)")) return out;
    out.clear();
  }
  json::object_writer w{out};
  w.raw("type", has_type ? found.type->raw : R"("text")");
  json::object_reader members{object};
  for (json::member m; members.next(m);)
    if (m.key != "type") json::append_compact(w.key(m.key), m.value);
  w.end();
  return out;
}

} // namespace

std::string to_json(const chat_message& m) {
  std::string out;
  out.reserve(256 + m.text.size());
  json::object_writer w{out};
  w.text("type", m.type)
      .text("id", m.id)
      .text("roomId", m.room)
      .number("seq", m.seq)
      .text("userId", m.user)
      .text("username", m.username);
  if (m.user_image) w.text("userImage", *m.user_image);
  w.text("message", m.text).number("timestamp", m.timestamp);
  if (m.reply_to) w.text("replyTo", *m.reply_to);
  if (m.metadata) w.raw("metadata", *m.metadata);
  if (m.client_message_id) w.text("clientMessageId", *m.client_message_id);
  w.end();
  return out;
}

std::optional<stored_message> read_stored_message(std::string_view text) {
  json::slice root;
  if (json::check(text, stored_depth, root) || !root.is(json::kind::object)) return std::nullopt;
  const found_members found = find_members(root);
  const bool has_text = found.message && found.message->is(json::kind::string);
  stored_message m;
  m.id = text_or_empty(found.id);
  if (m.id.empty() || (!has_text && !found.deleted_at)) return std::nullopt;
  m.seq = (found.seq ? json::to_integer(*found.seq) : seq_of_message_id(m.id)).value_or(0);
  m.user.value = text_or_empty(found.user);
  m.client_message_id = text_or_empty(found.client_message_id);
  if (found.timestamp) m.timestamp = json::to_integer(*found.timestamp).value_or(0);
  const auto type = text_or_empty(found.type);
  m.is_text = type.empty() || type == "text";
  m.is_system = type == "system";
  m.is_deleted = found.deleted_at && !found.deleted_at->is(json::kind::null);
  m.json = std::make_shared<const std::string>(respell(root, found));
  return m;
}

stored_message with_text(const stored_message& m, std::string_view text, unix_ms edited_at) {
  std::string out;
  out.reserve(m.json->size() + text.size() + 32);
  json::object_writer w{out};
  json::object_reader members{json::slice{*m.json}};
  for (json::member each; members.next(each);) {
    if (each.key == "message")
      w.text("message", text);
    else if (each.key != "editedAt")
      w.raw(each.key, each.value.raw);
  }
  w.number("editedAt", edited_at).end();
  auto changed = m;
  changed.json = std::make_shared<const std::string>(std::move(out));
  return changed;
}

stored_message tombstone_of(const stored_message& m, unix_ms deleted_at) {
  std::string out;
  json::object_writer w{out};
  json::object_reader members{json::slice{*m.json}};
  for (json::member each; members.next(each);) {
    if (each.key == "message")
      w.text("message", "");
    else if (each.key != "metadata" && each.key != "deletedAt")
      w.raw(each.key, each.value.raw);
  }
  w.number("deletedAt", deleted_at).end();
  auto gone = m;
  gone.json = std::make_shared<const std::string>(std::move(out));
  gone.is_deleted = true;
  return gone;
}

std::string text_of(std::string_view json) {
  json::object_reader members{json::slice{json}};
  for (json::member m; members.next(m);)
    if (m.key == "message" && m.value.is(json::kind::string)) return json::to_text(m.value);
  return {};
}

std::string make_message_id(seq_t seq, std::string_view epoch) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string id(seq_digits, '0');
  auto rest = static_cast<std::uint64_t>(seq);
  for (std::size_t i = seq_digits; i-- > 0; rest >>= 4U) id[i] = digits[rest & 0xFU];
  id += '-';
  id += epoch;
  return id;
}

std::optional<seq_t> seq_of_message_id(std::string_view id) noexcept {
  if (id.size() < seq_digits + 2 || id[seq_digits] != '-') return std::nullopt;
  const std::string_view number = id.substr(0, seq_digits);
  if (number.find_first_not_of("0123456789abcdef") != std::string_view::npos) return std::nullopt;
  seq_t seq = 0;
  std::from_chars(number.data(), number.data() + number.size(), seq, 16);
  return seq;
}

} // namespace atrium
