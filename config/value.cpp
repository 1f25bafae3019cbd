// Values of settings in and out. Pure functions. A value is checked whole before the member changes,
// so a refused one leaves no trace; secrets never get into a sentence.
#include "config/value.hpp"

#include "config/shapes.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <type_traits>

namespace atrium::config {
namespace {

template <class T>
constexpr bool is_duration = false;
template <class R, class P>
constexpr bool is_duration<std::chrono::duration<R, P>> = true;

using list = std::vector<std::string>;

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      (out += '\\') += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += "\\u00";
      (out += digits[byte >> 4]) += digits[byte & 0xf];
    } else {
      out += c;
    }
  }
  return out += '"';
}

std::string quoted(const list& items) {
  std::string out = "[";
  for (const std::string& item : items) {
    if (out.size() > 1) out += ", ";
    out += quoted(item);
  }
  return out += ']';
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

list split(std::string_view text) {
  list items;
  while (!text.empty()) {
    const auto comma = text.find(',');
    if (const auto item = trim(text.substr(0, comma)); !item.empty()) items.emplace_back(item);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
  }
  return items;
}

bool fits(const setting& s, std::string_view text) {
  if (!s.choices.empty())
    return std::find(s.choices.begin(), s.choices.end(), text) != s.choices.end();
  switch (s.shape) {
  case form::any: return true;
  case form::not_empty: return !text.empty();
  case form::secret: return true;
  case form::redis_url: return is_redis_url(text);
  case form::network: return is_network(text);
  case form::origin: return is_origin(text);
  case form::origin_or_all: return text == "*" || is_origin(text);
  case form::token_key: return is_token_key(text);
  }
  return false;
}

std::string found(const setting& s, const written& value) {
  // Who mistakes what goes where may have put a secret there.
  if (s.shape == form::secret || s.shape == form::redis_url || s.shape == form::token_key)
    return {};
  struct speller {
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(bool yes) const { return yes ? "true" : "false"; }
    std::string operator()(const std::string& text) const { return quoted(text); }
    std::string operator()(const list& items) const { return quoted(items); }
    std::string operator()(const foreign& other) const { return other.what; }
  };
  return ", found " + std::visit(speller{}, value);
}

/// Stores `value` if its type and content are what `s` takes.
struct storer {
  const setting& s;
  const written& value;

  template <class T>
  bool operator()(T* target) const {
    if constexpr (std::is_integral_v<T> || is_duration<T>) {
      const auto* number = std::get_if<std::int64_t>(&value);
      if (!number || *number < s.range.min || *number > s.range.max) return false;
      *target = T(*number);
      return true;
    }
    return false;
  }
  bool operator()(bool* target) const {
    const auto* yes = std::get_if<bool>(&value);
    if (yes) *target = *yes;
    return yes;
  }
  bool operator()(std::string* target) const {
    const auto* text = std::get_if<std::string>(&value);
    if (!text || !fits(s, *text)) return false;
    *target = *text;
    return true;
  }
  bool operator()(store_kind* target) const {
    const auto* text = std::get_if<std::string>(&value);
    if (!text || !fits(s, *text)) return false;
    *target = *text == "memory" ? store_kind::memory : store_kind::redis;
    return true;
  }
  bool operator()(list* target) const {
    const auto* items = std::get_if<list>(&value);
    if (!items) return false;
    const auto good = [this](const std::string& item) { return fits(s, item); };
    if (!std::all_of(items->begin(), items->end(), good)) return false;
    *target = *items;
    return true;
  }
};

std::string_view describe(form shape) {
  switch (shape) {
  case form::any: return "text";
  case form::not_empty: return "text that is not empty";
  case form::secret: return "text";
  case form::redis_url: return "redis://[user:password@]host:port/db or unix:///path?db=0";
  case form::network: return "a list of IP addresses and networks like 10.0.0.0/8";
  case form::origin: return "a list of origins like https://host:port";
  case form::origin_or_all: return "a list of origins like https://host:port, or \"*\"";
  case form::token_key: return "a list of keys like <kid>:<HS256, RS256 or ES256>:<file>";
  }
  return {};
}

member member_of(const setting& s) {
  static settings sample;
  return s.of(sample);
}

struct text_reader {
  std::string_view text;

  written operator()(std::string*) const { return std::string{text}; }
  written operator()(store_kind*) const { return std::string{text}; }
  written operator()(list*) const { return split(text); }
  written operator()(bool*) const {
    if (text == "true" || text == "false") return text == "true";
    return std::string{text};
  }
  template <class T>
  written operator()(T*) const {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{} && end == text.data() + text.size()) return number;
    return std::string{text};
  }
};

struct toml_speller {
  const setting& s;
  bool mask;

  std::string operator()(const bool* yes) const { return *yes ? "true" : "false"; }
  std::string operator()(const std::string* text) const {
    if (mask && s.shape == form::secret && !text->empty()) return "\"***\"";
    return quoted(mask && s.shape == form::redis_url ? mask_password(*text) : *text);
  }
  std::string operator()(const list* items) const { return quoted(*items); }
  std::string operator()(const store_kind* kind) const {
    return *kind == store_kind::memory ? "\"memory\"" : "\"redis\"";
  }
  template <class T>
  std::string operator()(const T* number) const {
    if constexpr (is_duration<T>)
      return std::to_string(number->count());
    else
      return std::to_string(*number);
  }
};

} // namespace

written read_text(const setting& s, std::string_view text) {
  return std::visit(text_reader{text}, member_of(s));
}

std::optional<std::string> assign(const setting& s, settings& target, const written& value) {
  if (std::visit(storer{s, value}, s.of(target))) return std::nullopt;
  return "expected " + expected(s) + found(s, value);
}

std::string expected(const setting& s) {
  if (!s.choices.empty()) {
    std::string out;
    for (const auto choice : s.choices) {
      if (!out.empty()) out += " or ";
      out += quoted(choice);
    }
    return out;
  }
  const member kept = member_of(s);
  if (std::holds_alternative<bool*>(kept)) return "true or false";
  if (std::holds_alternative<std::string*>(kept) || std::holds_alternative<list*>(kept))
    return std::string{describe(s.shape)};
  return "an integer from " + std::to_string(s.range.min) + " to " + std::to_string(s.range.max);
}

std::string to_toml(const setting& s, const settings& from, bool mask) {
  settings copy = from;
  return std::visit(toml_speller{s, mask}, s.of(copy));
}

} // namespace atrium::config
