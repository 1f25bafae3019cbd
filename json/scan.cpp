// The strict scanner: accepts exactly RFC 8259 in valid UTF-8 (RFC 3629), in one pass, without
// recursion and without memory of its own. Open containers are one bit each on a fixed stack, so
// hostile nesting costs an error and nothing else.
//
// It never changes text and never judges meaning: duplicate keys, huge numbers and lone surrogates
// (as escapes) are the reader's business. The first error ends the scan and names its offset.
#include "json/scan.hpp"
#include "json/json.hpp"

#include <algorithm>
#include <array>

namespace atrium::json {

namespace detail {

std::size_t sequence_length(const char* at, const char* end) noexcept {
  const auto left = static_cast<std::size_t>(end - at);
  const auto byte = [at](std::size_t i) { return static_cast<unsigned char>(at[i]); };
  const auto tail = [&byte](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;
  if (lead < 0xE0) return left >= 2 && tail(1) ? 2 : 0;
  if (lead < 0xF0) {
    if (left < 3 || !tail(1) || !tail(2)) return 0;
    const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = lead == 0xED && byte(1) >= 0xA0;
    return overlong || surrogate ? 0 : 3;
  }
  if (lead > 0xF4 || left < 4 || !tail(1) || !tail(2) || !tail(3)) return 0;
  const bool overlong = lead == 0xF0 && byte(1) < 0x90;
  const bool beyond = lead == 0xF4 && byte(1) >= 0x90;
  return overlong || beyond ? 0 : 4;
}

} // namespace detail

namespace {

constexpr const char* too_deep = "nested too deeply";

using detail::skip_space;

/// However generous the caller is: more levels than this are an error.
constexpr std::size_t depth_limit = 4'096;

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool is_hex(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

class scanner {
public:
  scanner(std::string_view text, std::size_t max_depth) noexcept
      : at_{text.data()}, end_{text.data() + text.size()}, max_depth_{
                                                               std::min(max_depth, depth_limit)} {}

  /// One value; afterwards `at()` is past it, or where the error is.
  bool value() noexcept;
  const char* at() const noexcept { return at_; }
  const char* what() const noexcept { return what_; }

private:
  enum class step { failed, expects_value, complete };

  bool fail(const char* what) noexcept {
    what_ = what;
    return false;
  }
  step begin_value() noexcept;
  step begin_container(bool object) noexcept;
  step after_item() noexcept;
  bool key_and_colon() noexcept;
  bool string() noexcept;
  bool escape() noexcept;
  bool number() noexcept;
  bool digits(const char* what) noexcept;
  bool literal(std::string_view word) noexcept;

  static step to_step(bool ok) noexcept { return ok ? step::complete : step::failed; }
  bool in_object() const noexcept {
    return ((open_[(depth_ - 1) / 64] >> ((depth_ - 1) % 64)) & 1U) != 0;
  }

  const char* at_;
  const char* end_;
  std::size_t max_depth_;
  std::size_t depth_ = 0;
  const char* what_ = nullptr;
  /// One bit per open container, written before it is read: 1 is an object.
  std::array<std::uint64_t, depth_limit / 64> open_;
};

bool scanner::value() noexcept {
  for (;;) {
    step s = begin_value();
    while (s == step::complete) {
      if (depth_ == 0) return true;
      s = after_item();
    }
    if (s == step::failed) return false;
  }
}

scanner::step scanner::begin_value() noexcept {
  at_ = skip_space(at_, end_);
  if (at_ == end_) return to_step(fail("a value is missing at the end of the text"));
  switch (*at_) {
  case '{': return begin_container(true);
  case '[': return begin_container(false);
  case '"': return to_step(string());
  case 't': return to_step(literal("true"));
  case 'f': return to_step(literal("false"));
  case 'n': return to_step(literal("null"));
  default: break;
  }
  if (*at_ == '-' || is_digit(*at_)) return to_step(number());
  return to_step(fail("a value was expected"));
}

scanner::step scanner::begin_container(bool object) noexcept {
  if (depth_ == max_depth_) return to_step(fail(too_deep));
  const std::uint64_t bit = std::uint64_t{1} << (depth_ % 64);
  std::uint64_t& word = open_[depth_ / 64];
  if (depth_ % 64 == 0) word = 0;
  word = object ? word | bit : word & ~bit;
  ++depth_;
  at_ = skip_space(at_ + 1, end_);
  if (at_ != end_ && *at_ == (object ? '}' : ']')) {
    ++at_;
    --depth_;
    return step::complete;
  }
  if (!object) return step::expects_value;
  return key_and_colon() ? step::expects_value : step::failed;
}

scanner::step scanner::after_item() noexcept {
  at_ = skip_space(at_, end_);
  const bool object = in_object();
  if (at_ != end_ && *at_ == ',') {
    at_ = skip_space(at_ + 1, end_);
    if (!object) return step::expects_value;
    return key_and_colon() ? step::expects_value : step::failed;
  }
  if (at_ != end_ && *at_ == (object ? '}' : ']')) {
    ++at_;
    --depth_;
    return step::complete;
  }
  return to_step(fail(object ? "',' or '}' was expected" : "',' or ']' was expected"));
}

bool scanner::key_and_colon() noexcept {
  if (at_ == end_ || *at_ != '"') return fail("a member name in quotes was expected");
  if (!string()) return false;
  at_ = skip_space(at_, end_);
  if (at_ == end_ || *at_ != ':') return fail("':' was expected");
  ++at_;
  return true;
}

bool scanner::string() noexcept {
  ++at_;
  for (;;) {
    at_ = detail::skip_plain(at_, end_);
    if (at_ == end_) return fail("a string has no end");
    const auto c = static_cast<unsigned char>(*at_);
    if (c == '"') {
      ++at_;
      return true;
    }
    if (c == '\\') {
      if (!escape()) return false;
    } else if (c < 0x20) {
      return fail("a control character in a string");
    } else {
      const std::size_t length = detail::sequence_length(at_, end_);
      if (length == 0) return fail("invalid UTF-8 in a string");
      at_ += length;
    }
  }
}

bool scanner::escape() noexcept {
  if (end_ - at_ < 2) return fail("a string has no end");
  switch (at_[1]) {
  case '"':
  case '\\':
  case '/':
  case 'b':
  case 'f':
  case 'n':
  case 'r':
  case 't': at_ += 2; return true;
  case 'u':
    if (end_ - at_ < 6 || !std::all_of(at_ + 2, at_ + 6, is_hex))
      return fail("four hexadecimal digits were expected after \\u");
    at_ += 6;
    return true;
  default: return fail("an unknown escape in a string");
  }
}

bool scanner::number() noexcept {
  if (*at_ == '-') ++at_;
  if (at_ != end_ && *at_ == '0') {
    ++at_;
    if (at_ != end_ && is_digit(*at_)) return fail("a number must not begin with 0");
  } else if (!digits("a digit was expected")) {
    return false;
  }
  if (at_ != end_ && *at_ == '.') {
    ++at_;
    if (!digits("a digit was expected after the point")) return false;
  }
  if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
    ++at_;
    if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
    if (!digits("a digit was expected in the exponent")) return false;
  }
  return true;
}

bool scanner::digits(const char* what) noexcept {
  if (at_ == end_ || !is_digit(*at_)) return fail(what);
  while (at_ != end_ && is_digit(*at_)) ++at_;
  return true;
}

bool scanner::literal(std::string_view word) noexcept {
  if (!std::string_view{at_, static_cast<std::size_t>(end_ - at_)}.starts_with(word))
    return fail("a value was expected");
  at_ += word.size();
  return true;
}

} // namespace

std::optional<syntax_error> check(std::string_view text, std::size_t max_depth,
                                  slice& out) noexcept {
  const char* const end = text.data() + text.size();
  const char* const from = skip_space(text.data(), end);
  const auto offset = [&text](const char* at) {
    return static_cast<std::size_t>(at - text.data());
  };
  scanner s{text.substr(offset(from)), max_depth};
  if (!s.value()) return syntax_error{offset(s.at()), s.what(), s.what() == too_deep};
  const char* const rest = skip_space(s.at(), end);
  if (rest != end) return syntax_error{offset(rest), "text after the value"};
  out.raw = {from, static_cast<std::size_t>(s.at() - from)};
  return std::nullopt;
}

bool is_valid_utf8(std::string_view bytes) noexcept {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  while (at != end) {
    at = detail::skip_plain(at, end);
    if (at == end) break;
    const std::size_t length = detail::sequence_length(at, end);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

std::size_t count_characters(std::string_view utf8) noexcept {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

} // namespace atrium::json
