// See export_format.hpp. Messages are trusted to be valid JSON; any member may be missing or of
// another kind than ours have (older servers): then its place stays empty.
#include "net/export_format.hpp"

#include "actors/chat_message.hpp"
#include "json/json.hpp"

#include <array>
#include <chrono>
#include <cstdio>

namespace atrium::net {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view indent = "\n    ";

enum class column { text, number, time, json };

struct csv_column {
  std::string_view name;
  column kind;
};

constexpr std::array<csv_column, 11> columns{{
    {"id", column::text},
    {"seq", column::number},
    {"timestamp", column::time},
    {"userId", column::text},
    {"username", column::text},
    {"type", column::text},
    {"message", column::text},
    {"replyTo", column::text},
    {"editedAt", column::time},
    {"deletedAt", column::time},
    {"metadata", column::json},
}};

std::string text_of(const std::optional<json::slice>& value) {
  return value && value->is(json::kind::string) ? json::to_text(*value) : std::string{};
}

std::optional<std::int64_t> integer_of(const std::optional<json::slice>& value) noexcept {
  return value && value->is(json::kind::number) ? json::to_integer(*value) : std::nullopt;
}

/// In quotes where RFC 4180 asks for them.
void append_cell(std::string& out, std::string_view cell) {
  if (cell.find_first_of("\",\r\n") == std::string_view::npos) {
    out += cell;
    return;
  }
  out += '"';
  for (char c : cell) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

/// What people wrote: never a formula.
void append_text_cell(std::string& out, std::string text) {
  constexpr std::string_view formula_begins = "=+-@\t\r";
  if (!text.empty() && formula_begins.find(text[0]) != std::string_view::npos)
    text.insert(text.begin(), '\'');
  append_cell(out, text);
}

void append_value(std::string& out, column kind, const std::optional<json::slice>& value) {
  switch (kind) {
  case column::text: return append_text_cell(out, text_of(value));
  case column::number:
    if (auto n = integer_of(value)) json::append_number(out, *n);
    return;
  case column::time:
    if (auto when = integer_of(value)) append_iso_time(out, *when);
    return;
  case column::json:
    if (value) append_cell(out, json::compact(*value));
    return;
  }
}

void append_csv(std::string& out, json::slice message) {
  std::array<std::optional<json::slice>, columns.size()> values;
  json::object_reader members{message};
  for (json::member m; members.next(m);)
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (m.key == columns[i].name) values[i] = m.value;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i != 0) out += ',';
    append_value(out, columns[i].kind, values[i]);
  }
  out += line_end;
}

bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

/// No line of a text begins as one of ours does, and nothing in it speaks to a terminal.
void append_readable(std::string& out, std::string_view text, std::string_view new_line) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool is_pair = text.substr(i).starts_with(line_end);
    if (text[i] == '\n' || text[i] == '\r')
      out += new_line;
    else
      out += is_control(text[i]) && text[i] != '\t' ? ' ' : text[i];
    if (is_pair) ++i;
  }
}

void append_txt(std::string& out, json::slice message) {
  std::optional<json::slice> user, name, text, when, deleted;
  json::object_reader members{message};
  for (json::member m; members.next(m);) {
    if (m.key == "userId") user = m.value;
    if (m.key == "username") name = m.value;
    if (m.key == "message") text = m.value;
    if (m.key == "timestamp") when = m.value;
    if (m.key == "deletedAt") deleted = m.value;
  }
  out += '[';
  if (auto at = integer_of(when)) append_iso_time(out, *at);
  out += "] ";
  append_readable(out, text_of(name ? name : user), " ");
  out += ": ";
  if (deleted)
    out += "(deleted)";
  else
    append_readable(out, text_of(text), indent);
  out += '\n';
}

} // namespace

std::optional<export_format> read_export_format(std::string_view name) noexcept {
  for (auto f :
       {export_format::json, export_format::ndjson, export_format::csv, export_format::txt})
    if (name == to_string(f)) return f;
  return std::nullopt;
}

std::string_view to_string(export_format f) noexcept {
  switch (f) {
  case export_format::json: return "json";
  case export_format::ndjson: return "ndjson";
  case export_format::csv: return "csv";
  case export_format::txt: break;
  }
  return "txt";
}

std::string_view content_type_of(export_format f) noexcept {
  switch (f) {
  case export_format::json: return "application/json";
  case export_format::ndjson: return "application/x-ndjson";
  case export_format::csv: return "text/csv; charset=utf-8; header=present";
  case export_format::txt: break;
  }
  return "text/plain; charset=utf-8";
}

void append_export_begin(std::string& out, export_format f) {
  if (f == export_format::json) out += '[';
  if (f != export_format::csv) return;
  for (const auto& c : columns) {
    if (&c != &columns.front()) out += ',';
    out += c.name;
  }
  out += line_end;
}

void append_export_end(std::string& out, export_format f) {
  if (f == export_format::json) out += ']';
}

void append_exported(std::string& out, export_format f, std::string_view message, bool is_first) {
  switch (f) {
  case export_format::json:
    if (!is_first) out += ',';
    out += message;
    return;
  case export_format::ndjson:
    out += message;
    out += '\n';
    return;
  case export_format::csv: return append_csv(out, json::slice{message});
  case export_format::txt: return append_txt(out, json::slice{message});
  }
}

seq_t seq_of_stored(std::string_view message) {
  json::object_reader members{json::slice{message}};
  std::optional<json::slice> id;
  // It stands near the beginning.
  for (json::member m; members.next(m);) {
    if (m.key == "id") id = m.value;
    if (m.key == "seq") return integer_of(m.value).value_or(0);
  }
  return seq_of_message_id(text_of(id)).value_or(0);
}

void append_iso_time(std::string& out, unix_ms when) {
  using namespace std::chrono;
  constexpr unix_ms year_0 = -62'167'219'200'000;
  constexpr unix_ms year_10000 = 253'402'300'800'000;
  if (when < year_0 || when >= year_10000) return json::append_number(out, when);
  sys_time<milliseconds> at{milliseconds{when}};
  auto day = floor<days>(at);
  year_month_day date{day};
  hh_mm_ss time{at - day};
  std::array<char, 64> text{};
  auto n = std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                         static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                         static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                         static_cast<int>(time.minutes().count()),
                         static_cast<int>(time.seconds().count()),
                         static_cast<int>(time.subseconds().count()));
  out.append(text.data(), static_cast<std::size_t>(n));
}

} // namespace atrium::net
