// See message_form.hpp. URLs are not parsed but recognised: whatever a browser might read otherwise
// than we do (backslashes, characters that it drops, entities, schemes in odd spellings) is refused.
// Never reads beyond the text, valid UTF-8 or not; JSON has seen to that it is.
#include "net/message_form.hpp"

#include "actors/room_state.hpp"

#include <algorithm>
#include <array>

namespace atrium::net {
namespace {

constexpr std::size_t max_url_bytes = 2'048;
constexpr std::size_t max_metadata_bytes = 4'096;
constexpr std::size_t max_media_type_bytes = 127;
constexpr std::size_t max_query_characters = 256;
constexpr std::size_t max_client_id_bytes = 128;
constexpr std::size_t max_message_id_bytes = 128;
constexpr std::size_t max_file_name_characters = 255;
constexpr std::int64_t max_integer = 9'007'199'254'740'991;

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

/// `expected` in lower case.
bool starts_with_ignoring_case(std::string_view text, std::string_view expected) noexcept {
  return text.size() >= expected.size()
         && std::equal(expected.begin(), expected.end(), text.begin(),
                       [](char e, char c) { return e == lower(c); });
}

/// The code point that `text` begins with, and its bytes; U+FFFD for what is no UTF-8.
char32_t first_code_point(std::string_view text, std::size_t& bytes) noexcept {
  auto lead = static_cast<unsigned char>(text[0]);
  bytes = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (bytes == 1) return lead;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) {
    bytes = 1;
    return U'\uFFFD';
  }
  char32_t point = lead & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i)
    point = point << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
  return point;
}

struct code_points {
  char32_t first;
  char32_t last;
};

/// Beyond ASCII: controls, white space, what is invisible or turns the direction of text.
constexpr std::array<code_points, 10> hidden{{
    {0x80, 0xA0},
    {0xAD, 0xAD},
    {0x1680, 0x1680},
    {0x180E, 0x180E},
    {0x2000, 0x200F},
    {0x2028, 0x202F},
    {0x205F, 0x206F},
    {0x3000, 0x3000},
    {0xFEFF, 0xFEFF},
    {0xFFF9, 0xFFFD},
}};

/// Characters that no URL has, and that lead out of an attribute or to another reading.
bool has_bad_character(std::string_view text) noexcept {
  for (std::size_t bytes = 0; !text.empty(); text.remove_prefix(bytes)) {
    auto point = first_code_point(text, bytes);
    if (bytes == 1 && point < 0x80) {
      if (is_control(text[0])
          || std::string_view{"\"<>`\\"}.find(text[0]) != std::string_view::npos)
        return true;
    } else if (std::any_of(hidden.begin(), hidden.end(), [point](const code_points& range) {
                 return point >= range.first && point <= range.last;
               })) {
      return true;
    }
  }
  return false;
}

bool is_port(std::string_view text) noexcept {
  if (text.empty() || text.size() > 5 || !std::all_of(text.begin(), text.end(), is_digit))
    return false;
  unsigned n = 0;
  for (char c : text) n = n * 10 + static_cast<unsigned>(c - '0');
  return n <= 65'535;
}

bool is_host(std::string_view host) noexcept {
  auto is_named = [](char c) { return is_letter(c) || is_digit(c) || (c & 0x80) != 0; };
  return std::any_of(host.begin(), host.end(), is_named)
         && std::all_of(host.begin(), host.end(),
                        [&](char c) { return is_named(c) || c == '-' || c == '.' || c == '_'; });
}

bool is_ipv6(std::string_view text) noexcept {
  return std::count(text.begin(), text.end(), ':') >= 2
         && std::all_of(text.begin(), text.end(), [](char c) {
              return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f') || c == ':' || c == '.';
            });
}

/// `host`, `host:port`, `[ipv6]`, `[ipv6]:port`.
bool is_authority(std::string_view text) noexcept {
  bool is_bracketed = text.starts_with('[');
  auto end = is_bracketed ? text.find(']') : text.find(':');
  auto host = text.substr(0, end);
  if (!is_bracketed)
    return is_host(host) && (end == std::string_view::npos || is_port(text.substr(end + 1)));
  if (end == std::string_view::npos || !is_ipv6(host.substr(1))) return false;
  auto rest = text.substr(end + 1);
  return rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
}

bool is_token_character(char c) noexcept {
  return is_letter(c) || is_digit(c) || std::string_view{"!#$&-^_.+"}.find(c) < 9;
}

bool is_token(std::string_view text) noexcept {
  return !text.empty() && (is_letter(text[0]) || is_digit(text[0]))
         && std::all_of(text.begin(), text.end(), is_token_character);
}

/// `data:image/png;base64,…`, all of it free of bad characters.
bool is_picture_data(std::string_view text) noexcept {
  constexpr std::string_view begin = "data:image/";
  if (!starts_with_ignoring_case(text, begin)) return false;
  text.remove_prefix(begin.size());
  return text.find(',') != std::string_view::npos
         && is_token(text.substr(0, text.find_first_of(";,")));
}

std::string quoted(std::string_view name) {
  return "`" + std::string{name} + "`";
}

std::string read_type(fields& f, std::string_view field) {
  auto type = f.text(field, 0, 64).value_or("text");
  constexpr std::array<std::string_view, 4> known{"text", "image", "file", "system"};
  if (std::find(known.begin(), known.end(), type) == known.end())
    f.fail(quoted(field) + " must be \"text\", \"image\" or \"file\"");
  return type;
}

/// A member of that name twice would be one thing to us and another to whoever reads the first.
bool names_twice(json::slice object, std::string_view name) {
  json::object_reader members{object};
  int count = 0;
  for (json::member m; members.next(m);)
    if (m.key == name) ++count;
  return count > 1;
}

/// What `image` and `file` need: {url, name, size, mimeType}.
void check_attachment(fields& f) {
  auto metadata = f.find("metadata");
  if (!metadata) return f.fail("`metadata` is missing: {url, name, size, mimeType}");
  if (!metadata->is(json::kind::object)) return;
  fields m{*metadata};
  if (!is_web_url(m.required("url", m.text("url", 1, max_url_bytes))))
    m.fail("`url` must be an http or https URL");
  auto name = m.required("name", m.name("name", max_file_name_characters));
  if (std::any_of(name.begin(), name.end(), is_control))
    m.fail("`name` must have no control characters");
  m.required("size", m.integer("size", 0, max_integer));
  if (!is_media_type(m.required("mimeType", m.text("mimeType", 0, max_media_type_bytes))))
    m.fail("`mimeType` must have the form type/subtype");
  for (auto field : {"url", "name", "size", "mimeType"})
    if (names_twice(*metadata, field)) m.fail(quoted(field) + " is there twice");
  if (m.problem()) f.fail("in `metadata`: " + m.problem()->sentence);
}

std::optional<std::string> read_user_image(fields& f) {
  auto image = f.text("userImage", 0, max_url_bytes);
  if (image && !is_picture_reference(*image))
    f.fail("`userImage` must be a relative reference, an http or https URL, or data:image/…");
  return image;
}

} // namespace

bool is_web_url(std::string_view text) noexcept {
  if (text.size() > max_url_bytes || has_bad_character(text)) return false;
  if (text.find(' ') != std::string_view::npos) return false;
  for (std::string_view scheme : {"http://", "https://"}) {
    if (!starts_with_ignoring_case(text, scheme)) continue;
    text.remove_prefix(scheme.size());
    return is_authority(text.substr(0, text.find_first_of("/?#")));
  }
  return false;
}

bool is_picture_reference(std::string_view text) noexcept {
  if (text.empty()) return true;
  if (text.size() > max_url_bytes || has_bad_character(text)) return false;
  if (is_web_url(text)) return true;
  if (text.front() == ' ' || text.back() == ' ') return false;
  if (is_picture_data(text)) return text.find(' ') == std::string_view::npos;
  // Without a colon there is no scheme, not even one spelled with entities.
  return text.substr(0, text.find('?')).find(':') == std::string_view::npos;
}

bool is_media_type(std::string_view text) noexcept {
  auto slash = text.find('/');
  return text.size() <= max_media_type_bytes && slash != std::string_view::npos
         && is_token(text.substr(0, slash)) && is_token(text.substr(slash + 1));
}

std::optional<std::string> read_query(std::string_view text) {
  auto query = trim(text);
  if (query.empty() || json::count_characters(query) > max_query_characters) return std::nullopt;
  return std::string{query};
}

post_message read_post_message(fields& f, std::string_view type_field) {
  post_message p;
  p.text = f.required("message", f.text("message", 0, std::size_t{0} - 1));
  p.type = read_type(f, type_field);
  p.client_message_id = f.text("clientMessageId", 1, max_client_id_bytes);
  p.reply_to = f.text("replyTo", 1, max_message_id_bytes);
  p.metadata = f.object("metadata", max_metadata_bytes);
  if (p.type == "image" || p.type == "file") check_attachment(f);
  p.user_image = read_user_image(f);
  p.durable = f.boolean("durable").value_or(false);
  return p;
}

} // namespace atrium::net
