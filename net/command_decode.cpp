// Events of clients, whatever wire they came by, decoded and checked for form. Pure; called once per
// received message on the session's I/O thread. Nothing here looks at the text twice.
#include "net/command_decode.hpp"
#include "net/fields.hpp"
#include "net/message_form.hpp"
#include "net/messenger_decode.hpp"
#include "net/space_decode.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace atrium::net {
namespace {

constexpr std::size_t max_id_bytes = 128;
constexpr std::size_t max_password_bytes = 128;
constexpr std::size_t max_history = 200;
constexpr std::size_t usual_history = 50;
constexpr std::int64_t max_integer = 9'007'199'254'740'991;

std::optional<join_room::since_point> read_since(fields& f) {
  auto since = f.find("since");
  if (!since) return std::nullopt;
  if (!since->is(json::kind::object)) {
    f.fail("`since` must be an object: {epoch, seq}");
    return std::nullopt;
  }
  fields point{*since};
  join_room::since_point p;
  p.epoch = point.required("epoch", point.text("epoch", 0, max_id_bytes));
  p.seq = point.required("seq", point.integer("seq", 0, max_integer));
  if (point.problem()) f.fail("in `since`: " + point.problem()->sentence);
  return p;
}

room_command read_join(fields& f, const client_event_text&, const settings&) {
  auto board = f.text("whiteboard", 0, 16);
  if (board && *board != "full" && *board != "patch")
    f.fail("`whiteboard` must be \"full\" or \"patch\"");
  join_room j;
  j.patch_board = board == "patch";
  j.since = read_since(f);
  j.password = f.text("password", 1, max_password_bytes);
  return j;
}

room_command read_leave(fields&, const client_event_text&, const settings&) {
  return leave_room{};
}

room_command read_chat(fields& f, const client_event_text& text, const settings&) {
  return read_post_message(f, text.message_type_field);
}

std::string read_message_id(fields& f) {
  return f.required("id", f.text("id", 1, max_id_bytes));
}

room_command read_edit(fields& f, const client_event_text&, const settings&) {
  edit_message e;
  e.id = read_message_id(f);
  e.text = f.required("message", f.text("message", 0, std::size_t{0} - 1));
  return e;
}

room_command read_deletion(fields& f, const client_event_text&, const settings&) {
  return delete_message{read_message_id(f)};
}

room_command read_search(fields& f, const client_event_text&, const settings&) {
  auto query = read_query(f.required("query", f.text("query", 0, std::size_t{0} - 1)));
  if (!query) f.fail("`query` must have 1 to 256 characters");
  search_messages s;
  s.query = query.value_or("");
  s.limit = f.limit(max_history, usual_history);
  s.before = f.text("before", 1, max_id_bytes);
  return s;
}

room_command read_history(fields& f, const client_event_text&, const settings&) {
  get_history h;
  h.limit = f.limit(max_history, usual_history);
  h.before = f.text("before", 1, max_id_bytes);
  h.after = f.text("after", 1, max_id_bytes);
  if (h.before && h.after) f.fail("`before` and `after` exclude each other");
  return h;
}

board_change read_change(fields& f) {
  auto elements = f.find("elements");
  if (!elements) {
    f.fail("`elements` is missing");
    return {};
  }
  auto read = read_elements(*elements);
  if (auto* why = std::get_if<failure>(&read)) {
    f.fail(std::move(why->sentence), why->code);
    return {};
  }
  return std::move(std::get<board_change>(read));
}

room_command read_board(fields& f, const client_event_text&, const settings&) {
  return change_board{read_change(f)};
}

room_command read_patch(fields& f, const client_event_text&, const settings&) {
  return patch_board{read_change(f)};
}

room_command read_clear(fields&, const client_event_text&, const settings&) {
  return clear_board{};
}

bool is_own_cursor_field(std::string_view key) noexcept {
  constexpr std::array<std::string_view, 5> taken{"type", "roomId", "userId", "username", "ref"};
  return std::find(taken.begin(), taken.end(), key) == taken.end();
}

room_command read_cursor(fields& f, const client_event_text& text, const settings& config) {
  constexpr double far = 1e300;
  f.required("x", f.number("x", -far, far));
  f.required("y", f.number("y", -far, far));
  move_cursor c;
  json::object_reader members{text.object};
  json::member m;
  while (members.next(m)) {
    if (!is_own_cursor_field(m.key)) continue;
    if (!c.fields.empty()) c.fields += ',';
    json::append_string(c.fields, m.key);
    c.fields += ':';
    json::append_compact(c.fields, m.value);
    if (config.limits.cursor_bytes != 0 && c.fields.size() > config.limits.cursor_bytes) {
      f.fail("a cursor has at most " + std::to_string(config.limits.cursor_bytes) + " bytes",
             errc::payload_too_large, limit::cursor_bytes);
      break;
    }
  }
  return c;
}

room_command read_presence(fields& f, const client_event_text&, const settings& config) {
  list_presence p;
  p.cursor = f.text("cursor", 1, max_id_bytes);
  p.limit = f.limit(config.presence.page, config.presence.page);
  return p;
}

/// How an event names its room.
enum class naming {
  room,
  space,
  /// It may name none: the space entered last is meant.
  space_or_last,
};

struct command_reader {
  std::string_view event;
  room_command (*read)(fields&, const client_event_text&, const settings&);
  naming named_by = naming::room;
};

constexpr std::array<command_reader, 20> commands{{
    {move_to::event_name, read_move, naming::space_or_last},
    {post_message::event_name, read_chat},
    {move_cursor::event_name, read_cursor},
    {change_board::event_name, read_board},
    {patch_board::event_name, read_patch},
    {set_typing::event_name, read_typing},
    {join_room::event_name, read_join},
    {leave_room::event_name, read_leave},
    {get_history::event_name, read_history},
    {clear_board::event_name, read_clear},
    {edit_message::event_name, read_edit},
    {delete_message::event_name, read_deletion},
    {search_messages::event_name, read_search},
    {list_presence::event_name, read_presence},
    {messenger_post_event, read_messenger_post},
    {messenger_join_event, read_messenger_join},
    {messenger_leave_event, read_messenger_leave},
    {space_join_event, read_space_join, naming::space},
    {space_leave_event, read_space_leave, naming::space},
    {set_status::event_name, read_status},
}};

std::string read_room_name(fields& f, naming named_by) {
  auto field = named_by == naming::room ? "roomId" : space_field;
  auto name = f.text(field, 0, std::size_t{0} - 1);
  if (!name && !f.problem() && named_by == naming::space_or_last) return {};
  auto given = f.required(field, std::move(name));
  if (!is_room_name(given)) f.fail("no room has this name", errc::room_not_found);
  return given;
}

} // namespace

std::optional<client_event> read_command(fields& f, const client_event_text& text,
                                         const settings& config) {
  // Made where the caller has it: each move of a command is one of all its texts.
  std::optional<client_event> out;
  if (auto* about_user = find_user_event(text.event)) {
    out = about_user->read(f, config);
    return out;
  }
  auto reader = std::find_if(commands.begin(), commands.end(),
                             [&](const command_reader& c) { return c.event == text.event; });
  if (reader == commands.end())
    f.fail("there is no event called \"" + std::string{text.event} + "\"", errc::unknown_event);
  if (f.problem()) return out;
  out.emplace();
  out->room = read_room_name(f, reader->named_by);
  out->who = read_identity(f);
  out->command = reader->read(f, text, config);
  out->event = reader->event;
  if (std::holds_alternative<join_room>(out->command) && config.auth.mode == "jwt")
    out->token = f.text("token", 0, std::size_t{0} - 1);
  if (f.problem()) out.reset();
  return out;
}

std::string shown_event_name(std::string_view name) {
  std::string shown{name.substr(0, 64)};
  return json::is_valid_utf8(shown) ? shown : std::string{};
}

} // namespace atrium::net
