// Events of native clients, decoded and checked for form. Pure; called once per received message on
// the session's I/O thread. Text is checked once (`json::check`), then read as slices.
#include "net/fields.hpp"
#include "net/native_vocabulary.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace atrium::net {
namespace {

constexpr std::size_t max_ref_bytes = 64;
constexpr std::size_t max_id_bytes = 128;
constexpr std::size_t max_history = 200;
constexpr std::size_t usual_history = 50;

/// JSON text of `ref`, empty without one.
std::string read_ref(fields& f) {
  auto ref = f.find("ref");
  if (!ref) return {};
  if (ref->is(json::kind::number)) {
    // Any integer: it is given back as it was spelled.
    bool is_integer = ref->raw.find_first_of(".eE") == std::string_view::npos;
    if (is_integer && ref->raw.size() <= max_ref_bytes) return std::string{ref->raw};
    if (auto n = json::to_integer(*ref)) return std::to_string(*n);
  } else if (ref->is(json::kind::string) && json::to_text(*ref).size() <= max_ref_bytes) {
    return json::compact(*ref);
  }
  f.fail("`ref` must be a string of at most 64 characters or an integer");
  return {};
}

room_command read_join(fields& f, json::slice, const settings&) {
  auto board = f.text("whiteboard", 0, 16);
  if (board && *board != "full" && *board != "patch")
    f.fail("`whiteboard` must be \"full\" or \"patch\"");
  return join_room{board == "patch"};
}

room_command read_leave(fields&, json::slice, const settings&) {
  return leave_room{};
}

room_command read_chat(fields& f, json::slice, const settings&) {
  auto type = f.text("messageType", 0, 64);
  if (type && *type != "text") f.fail("`messageType` must be \"text\"");
  return read_post_message(f);
}

room_command read_history(fields& f, json::slice, const settings&) {
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

room_command read_board(fields& f, json::slice, const settings&) {
  return change_board{read_change(f)};
}

room_command read_patch(fields& f, json::slice, const settings&) {
  return patch_board{read_change(f)};
}

room_command read_clear(fields&, json::slice, const settings&) {
  return clear_board{};
}

bool is_own_cursor_field(std::string_view key) noexcept {
  constexpr std::array<std::string_view, 5> taken{"type", "roomId", "userId", "username", "ref"};
  return std::find(taken.begin(), taken.end(), key) == taken.end();
}

room_command read_cursor(fields& f, json::slice object, const settings& config) {
  constexpr double far = 1e300;
  f.required("x", f.number("x", -far, far));
  f.required("y", f.number("y", -far, far));
  move_cursor c;
  json::object_reader members{object};
  json::member m;
  while (members.next(m)) {
    if (!is_own_cursor_field(m.key)) continue;
    if (!c.fields.empty()) c.fields += ',';
    json::append_string(c.fields, m.key);
    c.fields += ':';
    json::append_compact(c.fields, m.value);
    if (config.limits.cursor_bytes != 0 && c.fields.size() > config.limits.cursor_bytes) {
      f.fail("a cursor has at most " + std::to_string(config.limits.cursor_bytes) + " bytes",
             errc::payload_too_large);
      break;
    }
  }
  return c;
}

room_command read_typing(fields& f, json::slice, const settings&) {
  return set_typing{f.required("isTyping", f.boolean("isTyping"))};
}

room_command read_presence(fields& f, json::slice, const settings& config) {
  list_presence p;
  p.cursor = f.text("cursor", 1, max_id_bytes);
  p.limit = f.limit(config.presence.page, config.presence.page);
  return p;
}

struct command_reader {
  std::string_view event;
  room_command (*read)(fields&, json::slice, const settings&);
};

constexpr std::array<command_reader, 10> commands{{
    {post_message::event_name, read_chat},
    {move_cursor::event_name, read_cursor},
    {change_board::event_name, read_board},
    {patch_board::event_name, read_patch},
    {set_typing::event_name, read_typing},
    {join_room::event_name, read_join},
    {leave_room::event_name, read_leave},
    {get_history::event_name, read_history},
    {clear_board::event_name, read_clear},
    {list_presence::event_name, read_presence},
}};

/// The event's name, cut to what an answer repeats.
std::string read_event_name(fields& f) {
  auto type = f.find("type");
  if (!type) {
    f.fail("`type` is missing: the name of the event");
    return {};
  }
  if (!type->is(json::kind::string)) {
    f.fail("`type` must be a string: the name of the event");
    return {};
  }
  auto name = json::to_text(*type);
  if (name.size() > 64) name.resize(64);
  return json::is_valid_utf8(name) ? name : std::string{};
}

std::string read_room_name(fields& f) {
  auto name = f.required("roomId", f.text("roomId", 0, std::size_t{0} - 1));
  if (!is_room_name(name)) f.fail("no room has this name", errc::room_not_found);
  return name;
}

native_refusal malformed(errc code, std::string sentence) {
  return {{code, std::move(sentence)}, {}, {}, true};
}

} // namespace

std::variant<native_command, native_refusal> read_native_command(std::string_view text,
                                                                 const settings& config) {
  json::slice object;
  auto depth = config.limits.json_depth;
  if (auto error = json::check(text, depth == 0 ? std::size_t{0} - 1 : depth, object))
    return malformed(errc::invalid_json,
                     "not JSON at byte " + std::to_string(error->offset) + ": " + error->what);
  if (!object.is(json::kind::object))
    return malformed(errc::invalid_json, "an event is a JSON object");
  fields f{object};
  auto ref = read_ref(f);
  auto event = read_event_name(f);
  auto reader = std::find_if(commands.begin(), commands.end(),
                             [&](const command_reader& c) { return c.event == event; });
  if (reader == commands.end() && !f.problem())
    f.fail("there is no event called \"" + event + "\"", errc::unknown_event);
  native_command out;
  if (!f.problem()) {
    out.room = read_room_name(f);
    out.who = read_identity(f);
    out.command = reader->read(f, object, config);
  }
  if (f.problem()) return native_refusal{*f.problem(), std::move(ref), std::move(event), false};
  out.ref = std::move(ref);
  return out;
}

} // namespace atrium::net
