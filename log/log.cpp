// Builds a line in the caller's thread and hands it to spdlog, which adds the time and writes it to
// standard error in one piece.
//
// Lines of one thread appear in the order in which they were written; lines never mix. A value can
// not forge a line or move a terminal's cursor: whatever is not plain visible ASCII is put in quotes
// with control characters escaped. Nothing is queued: when whoever reads standard error is slow, the
// writing thread waits for it, and when it is gone the line is lost. Never throws.
#include "log/log.hpp"

#include "json/json.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>

namespace atrium::log {
namespace {

constexpr std::array<std::string_view, 6> level_names{"trace", "debug", "info",
                                                      "warn",  "error", "off"};
constexpr std::array<std::string_view, 6> level_labels{"TRACE", "DEBUG", "INFO",
                                                       "WARN",  "ERROR", "OFF"};

std::atomic<level> threshold{level::info};
std::atomic<bool> as_json{false};

/// Loggers are never destroyed: a change of format needs no lock (spdlog's sinks for standard error
/// share one mutex), and threads may log while the process ends.
spdlog::logger* make_logger(const char* pattern) {
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  sink->set_formatter(
      std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc));
  return new spdlog::logger{"atrium", std::move(sink)};
}
spdlog::logger& text_logger() {
  static spdlog::logger* const instance = make_logger("%Y-%m-%dT%H:%M:%S.%eZ %v");
  return *instance;
}
spdlog::logger& json_logger() {
  static spdlog::logger* const instance = make_logger("{\"time\":\"%Y-%m-%dT%H:%M:%S.%eZ\",%v");
  return *instance;
}

/// JSON leaves DEL, C1 controls and U+2028/2029 as they are; terminals and viewers act on them.
void append_quoted(std::string& out, std::string_view text) {
  std::string quoted;
  json::append_string(quoted, text);
  constexpr std::string_view digits = "0123456789abcdef";
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    const auto byte = static_cast<unsigned char>(quoted[i]);
    const std::string_view rest = std::string_view{quoted}.substr(i);
    if (byte == 0x7f) {
      out += "\\u007f";
    } else if (byte == 0xc2 && static_cast<unsigned char>(quoted[i + 1]) < 0xa0) {
      const auto low = static_cast<unsigned char>(quoted[++i]);
      out += "\\u00";
      out += digits[low >> 4];
      out += digits[low & 0xf];
    } else if (rest.starts_with("\xe2\x80\xa8") || rest.starts_with("\xe2\x80\xa9")) {
      out += rest[2] == '\xa8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      out += quoted[i];
    }
  }
}

bool is_plain(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < 0x7f && c != '"' && c != '=' && c != '\\';
  });
}

void append_text(std::string& out, const field& f) {
  out += ' ';
  out += f.key;
  out += '=';
  if (f.is_number)
    out += std::to_string(f.number);
  else if (is_plain(f.text))
    out += f.text;
  else
    append_quoted(out, f.text);
}

void append_json(std::string& out, const field& f) {
  out += ',';
  append_quoted(out, f.key);
  out += ':';
  if (f.is_number)
    out += std::to_string(f.number);
  else
    append_quoted(out, f.text);
}

std::string text_line(level l, std::string_view event, std::initializer_list<field> fields) {
  std::string out{level_labels[static_cast<std::size_t>(l)]};
  out += ' ';
  out += event;
  for (const field& f : fields) append_text(out, f);
  return out;
}

std::string json_line(level l, std::string_view event, std::initializer_list<field> fields) {
  std::string out = "\"level\":\"";
  out += level_names[static_cast<std::size_t>(l)];
  out += "\",\"event\":";
  append_quoted(out, event);
  for (const field& f : fields) append_json(out, f);
  out += '}';
  return out;
}

} // namespace

void configure(std::string_view level_name, std::string_view format) {
  threshold = level::info;
  set_level(level_name);
  as_json = format == "json";
}

bool is_level(std::string_view name) noexcept {
  return std::find(level_names.begin(), level_names.end(), name) != level_names.end();
}

void set_level(std::string_view name) noexcept {
  const auto* found = std::find(level_names.begin(), level_names.end(), name);
  if (found != level_names.end()) threshold = static_cast<level>(found - level_names.begin());
}

std::string_view level_name() noexcept {
  return level_names[static_cast<std::size_t>(threshold.load(std::memory_order_relaxed))];
}

bool enabled(level l) noexcept {
  return l != level::off && l >= threshold.load(std::memory_order_relaxed);
}

void write(level l, std::string_view event, std::initializer_list<field> fields) noexcept {
  if (!enabled(l)) return;
  try {
    // spdlog is given no level to show: the line names its own.
    if (as_json.load(std::memory_order_relaxed))
      json_logger().log(spdlog::level::critical, json_line(l, event, fields));
    else
      text_logger().log(spdlog::level::critical, text_line(l, event, fields));
  } catch (...) {
    // No memory for a log line: there is nobody left to tell.
  }
}

} // namespace atrium::log
