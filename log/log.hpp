// Log lines with a stable event name and fields, as text or as JSON lines. spdlog does the writing.
// What is never logged: secrets (tokens, passwords, URLs with them) and texts of messages.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace atrium::log {

enum class level { trace, debug, info, warn, error, off };

/// `room=123456`: one field of a line. Text is copied when the line is written, not before.
struct field {
  std::string_view key;
  std::string_view text;
  std::int64_t number = 0;
  bool is_number = false;

  field(std::string_view k, std::string_view v) : key{k}, text{v} {}
  field(std::string_view k, const char* v) : key{k}, text{v} {}
  field(std::string_view k, const std::string& v) : key{k}, text{v} {}
  field(std::string_view k, std::integral auto v)
      : key{k}, number{static_cast<std::int64_t>(v)}, is_number{true} {}
};

/// Sets level ("trace" … "off") and format ("text" or "json"); lines go to standard error.
/// Thread-safe; may be called again while running.
void configure(std::string_view level, std::string_view format);
/// "trace" … "off" is one.
[[nodiscard]] bool is_level(std::string_view name) noexcept;
/// Sets the level alone; a name that is none changes nothing. Thread-safe.
void set_level(std::string_view name) noexcept;
/// The name of the level that holds now.
[[nodiscard]] std::string_view level_name() noexcept;
[[nodiscard]] bool enabled(level l) noexcept;

/// Writes one line: time, level, event name, fields. `event` is snake_case and stable: people grep
/// for it. Thread-safe; never throws.
void write(level l, std::string_view event, std::initializer_list<field> fields) noexcept;

inline void debug(std::string_view event, std::initializer_list<field> fields = {}) {
  if (enabled(level::debug)) write(level::debug, event, fields);
}
inline void info(std::string_view event, std::initializer_list<field> fields = {}) {
  if (enabled(level::info)) write(level::info, event, fields);
}
inline void warn(std::string_view event, std::initializer_list<field> fields = {}) {
  if (enabled(level::warn)) write(level::warn, event, fields);
}
inline void error(std::string_view event, std::initializer_list<field> fields = {}) {
  if (enabled(level::error)) write(level::error, event, fields);
}

} // namespace atrium::log
