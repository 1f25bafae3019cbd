// Lines of a tail for people: the time where the event has one, its name, and the sentence that it
// makes; events that are not known here show their fields.
#include "console/display.hpp"
#include "console/field.hpp"
#include "console/figures.hpp"
#include "console/views.hpp"

#include <algorithm>

namespace atrium::console {

namespace {

/// What a scene would take is no line; scripts take --json.
constexpr std::size_t value_characters = 60;

std::string name_of(json::slice object) {
  auto name = text_in(object, "username");
  return name.empty() ? text_in(object, "userId") : name;
}

std::string names_in(json::slice line, std::string_view key, std::string_view verb) {
  constexpr std::size_t most = 5;
  auto people = items_in(line, key);
  std::string out;
  for (std::size_t i = 0; i < std::min(people.size(), most); ++i) {
    auto who = people[i].is(json::kind::string) ? json::to_text(people[i]) : name_of(people[i]);
    out += (i == 0 ? "" : ", ") + who;
  }
  if (people.size() > most) out += " and " + std::to_string(people.size() - most) + " more";
  return out.empty() ? out : out + " " + std::string{verb} + "; ";
}

std::string board_sentence(json::slice line) {
  return std::to_string(items_in(line, "elements").size()) + " elements, version "
         + text_in(line, "version") + ", seq " + text_in(line, "seq");
}

std::string command_sentence(json::slice line) {
  auto out = text_in(line, "userId") + " says " + text_in(line, "event");
  if (auto room = text_in(line, "roomId"); !room.empty()) out += " in " + room;
  if (auto code = text_in(line, "code"); !code.empty()) out += ": refused, " + code;
  return out + " (connection " + text_in(line, "connection") + ")";
}

std::string fields_of(json::slice line) {
  std::string out;
  json::object_reader reader{line};
  for (json::member m; reader.next(m);) {
    if (m.key == "type" || m.key == "roomId") continue;
    auto value = m.value.is(json::kind::string) ? json::to_text(m.value) : std::string{m.value.raw};
    out += (out.empty() ? "" : " ") + std::string{m.key} + "="
           + fit(printable(value), value_characters);
  }
  return out;
}

std::string sentence_of(std::string_view type, json::slice line) {
  if (type == "tail") {
    auto room = text_in(line, "roomId");
    return room.empty() ? "looking at user " + text_in(line, "userId")
                        : "looking at room " + room + " from seq " + text_in(line, "seq");
  }
  if (type == "tail:skipped") return "something is missing here: the console was too slow";
  if (type == "chat:message")
    return name_of(line) + ": " + message_cell(line).text + " [" + text_in(line, "id") + "]";
  if (type == "chat:edited") return text_in(line, "id") + " is now: " + text_in(line, "message");
  if (type == "chat:deleted") return text_in(line, "id");
  if (type == "whiteboard-update" || type == "whiteboard:patch") return board_sentence(line);
  if (type == "presence:update" || type == "presence:delta")
    return names_in(line, "joined", "joined") + names_in(line, "left", "left")
           + names_in(line, "changed", "changed") + text_in(line, "count") + " connected";
  if (type == "typing")
    return name_of(line) + (flag_in(line, "isTyping") ? " types" : " types no more");
  if (type == "connected" || type == "disconnected")
    return text_in(line, "userId") + ", connection " + text_in(line, "connection");
  if (type == "command") return command_sentence(line);
  return fields_of(line);
}

style style_of(std::string_view type, json::slice line) {
  if (type == "tail") return style::dim;
  if (type == "tail:skipped" || type == "room:closed" || json::find(line, "code"))
    return style::bad;
  return type == "chat:message" ? style::good : style::title;
}

} // namespace

std::string tail_view(json::slice line, const look& l) {
  constexpr std::size_t type_columns = 18;
  auto type = text_in(line, "type");
  if (type == "tail:alive") return {};
  auto at = integer_in(line, "at");
  if (at == 0) at = integer_in(line, "timestamp");
  auto when = clock_text(at == 0 ? l.now_ms : at);
  auto name = fit(printable(type), type_columns);
  auto padding = std::string(type_columns - display_width(name), ' ');
  auto used = when.size() + 1 + type_columns + 1;
  auto sentence = printable(sentence_of(type, line));
  // What people say is worth reading whole; all else is one line.
  bool is_chat = type.rfind("chat:", 0) == 0;
  if (l.width != 0 && !is_chat) sentence = fit(sentence, l.width > used ? l.width - used : 1);
  return painted(when, style::dim, l) + " " + painted(name, style_of(type, line), l) + padding + " "
         + sentence + "\n";
}

} // namespace atrium::console
