// The forms of room names and the one JSON spelling of a room (contract §4). The password hash is
// never spelled; only whether there is one.
#include "actors/room_meta.hpp"

#include "json/json.hpp"

#include <algorithm>

namespace atrium {

namespace {

constexpr std::size_t code_digits = 6;
constexpr std::size_t name_max_bytes = 64;

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool is_name_character(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

} // namespace

bool is_room_code(std::string_view name) noexcept {
  return name.size() == code_digits && std::all_of(name.begin(), name.end(), is_digit);
}

bool is_room_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= name_max_bytes
         && std::all_of(name.begin(), name.end(), is_name_character);
}

std::string to_json(const room_meta& meta, std::size_t participants) {
  std::string out;
  json::object_writer w{out};
  w.text("id", meta.id.value)
      .text("code", meta.code)
      .text("name", meta.name)
      .text("createdBy", meta.created_by)
      .number("createdAt", meta.created_at)
      .number("participantCount", static_cast<std::int64_t>(participants))
      .number("maxParticipants", static_cast<std::int64_t>(meta.max_participants))
      .text("kind", meta.kind)
      .boolean("isPrivate", meta.is_private)
      .boolean("hasPassword", !meta.password_hash.empty())
      .boolean("locked", meta.locked)
      .number("ttlSeconds", static_cast<std::int64_t>(meta.ttl.count()))
      .number("lastActivity", meta.last_activity);
  if (meta.width) w.number("width", *meta.width);
  if (meta.height) w.number("height", *meta.height);
  if (meta.spawn) {
    json::object_writer point{w.key("spawn")};
    point.number("x", meta.spawn->x).number("y", meta.spawn->y).end();
  }
  w.end();
  return out;
}

} // namespace atrium
