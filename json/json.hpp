// JSON spelling without a tree: checks text once, cuts values out of it as slices of the same
// bytes, and writes compact JSON. The hot path (chat, whiteboards) lives on slices; where a tree is
// more convenient and nobody waits (tests, configuration), nlohmann/json is used instead.
//
// A slice is only ever made from text that `check` accepted, so the functions that walk one need no
// error path. RFC 8259.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace atrium::json {

enum class kind : std::uint8_t { object, array, string, number, boolean, null };

/// The text of one valid JSON value, without surrounding white space. Does not own its bytes.
struct slice {
  std::string_view raw;

  [[nodiscard]] kind type() const noexcept;
  [[nodiscard]] bool is(kind k) const noexcept { return type() == k; }
};

/// One member of an object. `key` is unescaped; it points into the text, or into `storage` when the
/// text spells it with escapes.
struct member {
  std::string_view key;
  slice value;
};

struct syntax_error {
  std::size_t offset;
  /// A sentence for people: what was found or expected.
  const char* what;
  /// It was the depth only.
  bool is_too_deep = false;
};

/// Checks that `text` is exactly one JSON value in valid UTF-8, nested at most `max_depth` deep (a
/// scalar is 0 deep; whatever `max_depth` is, 4,096 levels are the most).
/// On success `out` is that value and the result is empty.
[[nodiscard]] std::optional<syntax_error> check(std::string_view text, std::size_t max_depth,
                                                slice& out) noexcept;

/// Walks the members of an object in the order of the text; stops when `visit` returns false.
/// Precondition: `object` is an object.
class object_reader {
public:
  explicit object_reader(slice object) noexcept;
  /// False at the end. `m.key` is valid until the next call.
  bool next(member& m);
  /// After `next` returned false: just past the object. So `object` may be given with what follows
  /// it, and is found to end while it is read.
  [[nodiscard]] const char* end() const noexcept { return at_ + 1; }

private:
  const char* at_;
  const char* end_;
  std::string key_;
};

/// Walks the items of an array. Precondition: `array` is an array.
class array_reader {
public:
  explicit array_reader(slice array) noexcept;
  bool next(slice& item) noexcept;
  /// As `next`, but doesn't look for the item's end: `open` goes on to the end of the array. Whoever
  /// reads the item says with `end_item` where it ended, before the next call.
  bool begin_item(slice& open) noexcept;
  void end_item(const char* past) noexcept { at_ = past; }

private:
  const char* at_;
  const char* end_;
};

/// The last member called `key` (later duplicates win, as in JavaScript), if any.
[[nodiscard]] std::optional<slice> find(slice object, std::string_view key);

/// The text of a string value as UTF-8; lone surrogates become U+FFFD. Precondition: a string.
[[nodiscard]] std::string to_text(slice string);
/// The value of a number that is an integer (also spelled 1.0 or 1e3) within ±2^53.
[[nodiscard]] std::optional<std::int64_t> to_integer(slice number) noexcept;
/// The value of a number; nothing if it is no number or beyond a double.
[[nodiscard]] std::optional<double> to_number(slice number) noexcept;
/// Precondition: a boolean.
[[nodiscard]] bool to_bool(slice boolean) noexcept;

/// Whether `value` has no insignificant white space.
[[nodiscard]] bool is_compact(slice value) noexcept;
/// Appends `value` without insignificant white space.
void append_compact(std::string& out, slice value);
[[nodiscard]] std::string compact(slice value);

/// Appends `text` in quotes, escaped as JSON asks. Invalid UTF-8 becomes U+FFFD.
void append_string(std::string& out, std::string_view text);
void append_number(std::string& out, std::int64_t value);
/// Shortest spelling that reads back as the same double; not finite: null.
void append_number(std::string& out, double value);

/// Number of code points of valid UTF-8.
[[nodiscard]] std::size_t count_characters(std::string_view utf8) noexcept;
[[nodiscard]] bool is_valid_utf8(std::string_view bytes) noexcept;

/// What a member that is to be written is called. Of a literal the compiler makes what stands in the
/// text, and refuses one that would have to be escaped; any other name is escaped when it is written.
class member_name {
public:
  template <std::size_t size>
  consteval member_name(const char (&literal)[size]) : length_{size - 1} {
    static_assert(size - 1 <= max_literal, "a name this long is no literal");
    quoted_[0] = ',';
    quoted_[1] = '"';
    for (std::size_t i = 0; i < length_; ++i) {
      if (literal[i] < 0x20 || literal[i] == '"' || literal[i] == '\\') throw "needs escapes";
      quoted_[i + 2] = literal[i];
    }
    quoted_[length_ + 2] = '"';
    quoted_[length_ + 3] = ':';
  }
  /// Must outlive the call that it is given to.
  constexpr member_name(std::string_view name) : name_{name} {}
  member_name(const std::string& name) : name_{name} {}

  /// Appends `"name":`, with a comma before it unless it is the object's first.
  void append_to(std::string& out, bool is_first) const;

private:
  static constexpr std::size_t max_literal = 44;

  std::string_view name_;
  /// `,"name":` if the name is a literal.
  std::size_t length_ = 0;
  char quoted_[max_literal + 4] = {};
};

/// Writes one object: `object_writer w{out}; w.text("a", "b"); w.raw("c", "[1]"); w.end();`
class object_writer {
public:
  explicit object_writer(std::string& out) : out_{out} { out_ += '{'; }
  object_writer& text(const member_name& key, std::string_view value);
  object_writer& number(const member_name& key, std::int64_t value);
  object_writer& number(const member_name& key, double value);
  /// Sizes and counts: below 2^63.
  object_writer& number(const member_name& key, std::unsigned_integral auto value) {
    return number(key, static_cast<std::int64_t>(value));
  }
  object_writer& boolean(const member_name& key, bool value);
  /// `json` is valid JSON already.
  object_writer& raw(const member_name& key, std::string_view json);
  /// Writes the key; the caller appends the value to the same string.
  std::string& key(const member_name& name) {
    name.append_to(out_, first_);
    first_ = false;
    return out_;
  }
  /// Members spelled elsewhere: `"a":1,"b":2` without braces. Nothing if empty.
  object_writer& members(std::string_view fragment);
  void end() { out_ += '}'; }

private:
  std::string& out_;
  bool first_ = true;
};

/// Appends `[…]`, each item as `append(out, item)` spells it.
template <class Items, class Append>
void append_array(std::string& out, const Items& items, Append append) {
  out += '[';
  bool is_first = true;
  for (const auto& item : items) {
    if (!std::exchange(is_first, false)) out += ',';
    append(out, item);
  }
  out += ']';
}

} // namespace atrium::json
