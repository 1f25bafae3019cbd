// The files that `GET …/messages/export` makes of stored messages (contract §4). Pure: text in, text
// out, message by message, so that a file of any length is made in pieces.
//
//   json    one array of messages, as they are stored
//   ndjson  one message per line
//   csv     RFC 4180 with a header line; cells that a spreadsheet would take for formulas are disarmed
//   txt     `[2026-11-21T10:15:02.123Z] username: message`, for people
#pragma once

#include "actors/ids.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace atrium::net {

enum class export_format { json, ndjson, csv, txt };

/// "json", "ndjson", "csv" or "txt".
[[nodiscard]] std::optional<export_format> read_export_format(std::string_view name) noexcept;
/// The spelling of the format: also what the file's name ends with.
[[nodiscard]] std::string_view to_string(export_format f) noexcept;
[[nodiscard]] std::string_view content_type_of(export_format f) noexcept;

/// What stands before the first message, and after the last.
void append_export_begin(std::string& out, export_format f);
void append_export_end(std::string& out, export_format f);
/// One message. `message` is the JSON text of an object, compact, as rooms keep it.
void append_exported(std::string& out, export_format f, std::string_view message, bool is_first);

/// Where a stored message stands in its room; 0 if it doesn't say.
[[nodiscard]] seq_t seq_of_stored(std::string_view message);

/// `2026-11-21T10:15:02.123Z`; outside of the years 0 to 9999 the number itself.
void append_iso_time(std::string& out, unix_ms when);

} // namespace atrium::net
