// Writing compact JSON by appending to a string of the caller's. What comes out is always valid:
// text is escaped, bytes that are no UTF-8 become U+FFFD, numbers that JSON has no word for become
// null. Only `raw` and `members` trust their caller.
//
// Members stand in the order in which they were written.
#include "json/blocks.hpp"
#include "json/json.hpp"
#include "json/scan.hpp"

#include <charconv>
#include <cmath>

namespace atrium::json {

namespace {

template <class Number>
void append_chars(std::string& out, Number value) {
  char buffer[40];
  const auto written = std::to_chars(buffer, buffer + sizeof buffer, value);
  out.append(buffer, written.ptr);
}

void append_escape(std::string& out, char c) {
  switch (c) {
  case '"': out += "\\\""; return;
  case '\\': out += "\\\\"; return;
  case '\b': out += "\\b"; return;
  case '\f': out += "\\f"; return;
  case '\n': out += "\\n"; return;
  case '\r': out += "\\r"; return;
  case '\t': out += "\\t"; return;
  default: break;
  }
  constexpr char hex[] = "0123456789abcdef";
  out += "\\u00";
  out += hex[static_cast<unsigned char>(c) >> 4];
  out += hex[static_cast<unsigned char>(c) & 0xF];
}

void append_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view replacement = "\xEF\xBF\xBD";
  const char* at = text.data();
  const char* const end = at + text.size();
  out += '"';
  while (at != end) {
    const char* const plain = detail::skip_plain(at, end);
    out.append(at, plain);
    at = plain;
    if (at == end) break;
    if (static_cast<unsigned char>(*at) < 0x80) {
      append_escape(out, *at);
      ++at;
      continue;
    }
    const std::size_t length = detail::sequence_length(at, end);
    if (length == 0) {
      out += replacement;
      ++at;
    } else {
      out.append(at, length);
      at += length;
    }
  }
  out += '"';
}

} // namespace

bool is_compact(slice value) noexcept {
  detail::block_reader blocks{value.raw.data(), value.raw.data() + value.raw.size()};
  for (detail::block_masks masks; blocks.next(masks);)
    if (masks.spaces != 0) return false;
  return true;
}

void append_compact(std::string& out, slice value) {
  // Most texts come from JSON.stringify.
  if (is_compact(value)) {
    out += value.raw;
    return;
  }
  const char* at = value.raw.data();
  const char* const end = at + value.raw.size();
  const char* run = at;
  while (at != end) {
    if (*at == '"') {
      at = detail::skip_string(at, end);
    } else if (detail::is_space(*at)) {
      out.append(run, at);
      at = run = detail::skip_space(at, end);
    } else {
      ++at;
    }
  }
  out.append(run, end);
}

std::string compact(slice value) {
  std::string out;
  out.reserve(value.raw.size());
  append_compact(out, value);
  return out;
}

void append_string(std::string& out, std::string_view text) {
  const char* const plain = detail::skip_plain(text.data(), text.data() + text.size());
  if (plain != text.data() + text.size()) return append_escaped(out, text);
  out += '"';
  out += text;
  out += '"';
}

void append_number(std::string& out, std::int64_t value) {
  append_chars(out, value);
}

void append_number(std::string& out, double value) {
  if (std::isfinite(value))
    append_chars(out, value);
  else
    out += "null";
}

void member_name::append_to(std::string& out, bool is_first) const {
  if (length_ != 0) {
    out.append(quoted_ + (is_first ? 1 : 0), length_ + (is_first ? 3 : 4));
    return;
  }
  if (!is_first) out += ',';
  append_string(out, name_);
  out += ':';
}

object_writer& object_writer::text(const member_name& key, std::string_view value) {
  append_string(this->key(key), value);
  return *this;
}

object_writer& object_writer::number(const member_name& key, std::int64_t value) {
  append_number(this->key(key), value);
  return *this;
}

object_writer& object_writer::number(const member_name& key, double value) {
  append_number(this->key(key), value);
  return *this;
}

object_writer& object_writer::boolean(const member_name& key, bool value) {
  this->key(key) += value ? "true" : "false";
  return *this;
}

object_writer& object_writer::raw(const member_name& key, std::string_view json) {
  this->key(key) += json;
  return *this;
}

object_writer& object_writer::members(std::string_view fragment) {
  if (fragment.empty()) return *this;
  if (!first_) out_ += ',';
  first_ = false;
  out_ += fragment;
  return *this;
}

} // namespace atrium::json
