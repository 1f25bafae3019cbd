// Checks of form. Pure; a sentence always names the field and what it should be.
#include "net/fields.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace atrium::net {
namespace {

constexpr std::size_t max_member_count = 256;

/// A bit for the length of a name; long ones share it.
std::uint64_t length_bit(std::string_view name) noexcept {
  return std::uint64_t{1} << std::min<std::size_t>(name.size(), 63);
}

std::string quoted(std::string_view name) {
  return "`" + std::string{name} + "`";
}

} // namespace

bool is_user_id(std::string_view id) noexcept {
  return !id.empty() && id.size() <= 64 && std::none_of(id.begin(), id.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
}

bool is_username(std::string_view name) noexcept {
  return !name.empty() && name.size() <= 256 && json::count_characters(name) <= 64;
}

void fields::fail(std::string sentence, errc code, atrium::limit beyond) {
  if (!problem_) problem_ = over(beyond, code, std::move(sentence));
}

fields::fields(json::slice object) {
  json::object_reader reader{object};
  json::member m;
  members_.reserve(16);
  while (reader.next(m)) {
    if (members_.size() == max_member_count) {
      fail("an object here has at most 256 members");
      return;
    }
    std::less_equal<> before;
    bool is_inside = before(object.raw.data(), m.key.data())
                     && before(m.key.data(), object.raw.data() + object.raw.size());
    if (!is_inside) m.key = unescaped_.emplace_front(m.key);
    lengths_ |= length_bit(m.key);
    members_.push_back(m);
  }
}

std::optional<json::slice> fields::find_or_null(std::string_view name) const {
  if ((lengths_ & length_bit(name)) == 0) return std::nullopt;
  // The last one wins, as in JavaScript.
  auto m = std::find_if(members_.rbegin(), members_.rend(),
                        [name](const json::member& each) { return each.key == name; });
  if (m == members_.rend()) return std::nullopt;
  return m->value;
}

std::optional<json::slice> fields::find(std::string_view name) const {
  auto value = find_or_null(name);
  return value && value->is(json::kind::null) ? std::nullopt : value;
}

std::optional<std::string> fields::text(std::string_view name, std::size_t min_bytes,
                                        std::size_t max_bytes) {
  auto value = find(name);
  if (!value) return std::nullopt;
  if (!value->is(json::kind::string)) {
    fail(quoted(name) + " must be a string");
    return std::nullopt;
  }
  auto text = json::to_text(*value);
  if (text.size() < min_bytes || text.size() > max_bytes) {
    fail(quoted(name) + " must have " + std::to_string(min_bytes) + " to "
         + std::to_string(max_bytes) + " bytes");
    return std::nullopt;
  }
  return text;
}

std::optional<std::string> fields::name(std::string_view field, std::size_t max_characters) {
  auto value = text(field, 0, std::size_t{0} - 1);
  if (value && (value->empty() || json::count_characters(*value) > max_characters)) {
    fail(quoted(field) + " must have 1 to " + std::to_string(max_characters) + " characters");
    return std::nullopt;
  }
  return value;
}

std::optional<std::string> fields::user_id(std::string_view field) {
  auto value = text(field, 0, std::size_t{0} - 1);
  if (value && !is_user_id(*value)) {
    fail(quoted(field) + " must have 1 to 64 bytes and no control characters");
    return std::nullopt;
  }
  return value;
}

std::optional<bool> fields::boolean(std::string_view name) {
  auto value = find(name);
  if (!value) return std::nullopt;
  if (!value->is(json::kind::boolean)) {
    fail(quoted(name) + " must be true or false");
    return std::nullopt;
  }
  return json::to_bool(*value);
}

std::optional<std::int64_t> fields::integer(std::string_view name, std::int64_t min,
                                            std::int64_t max) {
  auto value = find(name);
  if (!value) return std::nullopt;
  auto n = value->is(json::kind::number) ? json::to_integer(*value) : std::nullopt;
  if (!n || *n < min || *n > max) {
    fail(quoted(name) + " must be an integer from " + std::to_string(min) + " to "
         + std::to_string(max));
    return std::nullopt;
  }
  return n;
}

std::optional<double> fields::number(std::string_view name, double min, double max) {
  auto value = find(name);
  if (!value) return std::nullopt;
  auto n = value->is(json::kind::number) ? json::to_number(*value) : std::nullopt;
  if (!n || !std::isfinite(*n)) {
    fail(quoted(name) + " must be a finite number");
    return std::nullopt;
  }
  if (*n < min || *n > max) {
    std::string sentence = quoted(name) + " must be a number from ";
    json::append_number(sentence, min);
    sentence += " to ";
    json::append_number(sentence, max);
    fail(std::move(sentence));
    return std::nullopt;
  }
  return n;
}

std::size_t fields::limit(std::size_t max, std::size_t otherwise) {
  auto value = find("limit");
  if (!value) return otherwise;
  auto n = value->is(json::kind::number) ? json::to_number(*value) : std::nullopt;
  if (!n) {
    fail("`limit` must be a number");
    return otherwise;
  }
  return static_cast<std::size_t>(std::clamp(*n, 1.0, static_cast<double>(max)));
}

std::optional<std::string> fields::object(std::string_view name, std::size_t max_bytes) {
  auto value = find(name);
  if (!value) return std::nullopt;
  if (!value->is(json::kind::object)) {
    fail(quoted(name) + " must be an object");
    return std::nullopt;
  }
  auto compact = json::compact(*value);
  if (compact.size() > max_bytes) {
    fail(quoted(name) + " must be at most " + std::to_string(max_bytes) + " bytes of JSON");
    return std::nullopt;
  }
  return compact;
}

identity_claim read_identity(fields& f) {
  return {f.user_id("userId"), f.name("username", 64)};
}

} // namespace atrium::net
