// Names of keys and fields, and their spelling. Order: a command's words appear as they were added.
// Numbers are written in their shortest spelling that reads back the same. What is read from Redis
// is never trusted to be whole: a hash without a name is no room, a number that does not parse
// keeps its default, so that a field edited by hand cannot take a server down.
// Nothing here blocks or fails; keys have one hash-slot-relevant name each, and no command built
// from them touches two rooms, so that Redis Cluster stays possible.
#include "store/redis_commands.hpp"

#include <random>

namespace atrium::store {

void command_buffer::begin(std::size_t argc) {
  ++count_;
  bytes_ += '*';
  bytes_ += std::to_string(argc);
  bytes_ += "\r\n";
}

void command_buffer::arg(std::string_view word) {
  char length[24] = {'$'};
  auto* end = std::to_chars(length + 1, length + sizeof length - 2, word.size()).ptr;
  *end++ = '\r';
  *end++ = '\n';
  bytes_.append(length, end).append(word).append("\r\n", 2);
}

std::string key_space::spell(std::string_view before, std::string_view name,
                             std::string_view after) const {
  std::string key;
  key.reserve(prefix_.size() + before.size() + name.size() + after.size());
  key += prefix_;
  key += before;
  key += name;
  key += after;
  return key;
}

std::string key_space::room(std::string_view id) const {
  return spell("room:", id);
}
std::string key_space::messages(std::string_view id) const {
  return spell("room:", id, ":messages");
}
std::string key_space::whiteboard(std::string_view id) const {
  return spell("room:", id, ":whiteboard");
}
std::string key_space::participants(std::string_view id) const {
  return spell("room:", id, ":participants");
}
std::string key_space::rooms_active() const {
  return spell("rooms:active", {});
}
std::string key_space::room_code(std::string_view code) const {
  return spell("room_code:", code);
}
std::string key_space::archive(std::string_view id) const {
  return spell("room_messages:", id);
}
std::string key_space::message(std::string_view message_id) const {
  return spell("message:", message_id);
}
std::string key_space::space_users(std::string_view id) const {
  return spell("space:", id, ":users");
}
std::string key_space::members(std::string_view id) const {
  return spell("ws:room_participants:", id);
}
std::string key_space::connected_members(std::string_view id) const {
  return spell("ws:joined_room_participants:", id);
}
std::string key_space::user_rooms(std::string_view user) const {
  return spell("ws:user_rooms:", user);
}
std::string key_space::typing(std::string_view id, std::string_view user) const {
  return spell("typing:", id, ":").append(user);
}
std::string key_space::queue(std::string_view user) const {
  return spell("ws:offline_messages:", user);
}
std::string key_space::clients() const {
  return spell("ws:clients", {});
}
std::string key_space::online_users() const {
  return spell("ws:online_users", {});
}
std::string key_space::friends(std::string_view user) const {
  return spell("ws:friends:", user);
}
std::string key_space::friend_of(std::string_view user) const {
  return spell("ws:friend_of:", user);
}
std::string key_space::activity(std::string_view user) const {
  return spell("activity:", user);
}
std::string key_space::cache(std::string_view key) const {
  return spell("cache:", key);
}

std::string key_space::audit() const {
  return spell("ws:audit", {});
}

std::vector<std::string> key_space::contents(std::string_view id) const {
  return {messages(id),    whiteboard(id), participants(id),
          space_users(id), members(id),    connected_members(id)};
}

void append_member_removal(command_buffer& out, const key_space& keys, std::string_view room,
                           const std::vector<std::string>& users) {
  for (const auto& user : users) out.add("SREM", keys.user_rooms(user), room);
  out.begin(2 + users.size());
  out.arg("SREM");
  out.arg(keys.members(room));
  for (const auto& user : users) out.arg(user);
}

namespace {

std::string spell_double(double value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

std::string spell_bool(bool value) {
  return value ? "true" : "false";
}

template <class T>
void read_number(std::string_view text, T& out) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size()) out = value;
}

void read_place(std::string_view text, std::optional<double>& out) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size()) out = value;
}

void read_spawn(std::string_view text, std::optional<room_point>& spawn, double room_point::*axis) {
  std::optional<double> value;
  read_place(text, value);
  if (!value) return;
  if (!spawn) spawn.emplace();
  (*spawn).*axis = *value;
}

// Fields that describe the room to people.
bool read_description(std::string_view name, const std::string& value, room_meta& meta) {
  if (name == "id")
    meta.id.value = value;
  else if (name == "code")
    meta.code = value;
  else if (name == "name")
    meta.name = value;
  else if (name == "createdBy")
    meta.created_by = value;
  else if (name == "kind")
    meta.kind = value;
  else if (name == "passwordHash")
    meta.password_hash = value;
  else if (name == "isPrivate")
    meta.is_private = value == "true";
  else if (name == "locked")
    meta.locked = value == "true";
  else
    return false;
  return true;
}

void read_measure(std::string_view name, const std::string& value, room_meta& meta) {
  if (name == "createdAt")
    read_number(value, meta.created_at);
  else if (name == "maxParticipants")
    read_number(value, meta.max_participants);
  else if (name == "lastActivity")
    read_number(value, meta.last_activity);
  else if (name == "width")
    read_place(value, meta.width);
  else if (name == "height")
    read_place(value, meta.height);
  else if (name == "spawnX")
    read_spawn(value, meta.spawn, &room_point::x);
  else if (name == "spawnY")
    read_spawn(value, meta.spawn, &room_point::y);
  else if (name == "ttlSeconds") {
    std::int64_t count = meta.ttl.count();
    read_number(value, count);
    if (count > 0) meta.ttl = std::chrono::seconds{count};
  }
}

} // namespace

std::vector<hash_field> room_fields(const room_meta& meta) {
  std::vector<hash_field> fields{
      {"id", meta.id.value},
      {"code", meta.code},
      {"name", meta.name},
      {"createdBy", meta.created_by},
      {"createdAt", std::to_string(meta.created_at)},
      {"maxParticipants", std::to_string(meta.max_participants)},
      {"kind", meta.kind},
      {"isPrivate", spell_bool(meta.is_private)},
      {"locked", spell_bool(meta.locked)},
      {"ttlSeconds", std::to_string(meta.ttl.count())},
      {"lastActivity", std::to_string(meta.last_activity)},
  };
  if (!meta.password_hash.empty()) fields.emplace_back("passwordHash", meta.password_hash);
  if (meta.width) fields.emplace_back("width", spell_double(*meta.width));
  if (meta.height) fields.emplace_back("height", spell_double(*meta.height));
  if (meta.spawn) {
    fields.emplace_back("spawnX", spell_double(meta.spawn->x));
    fields.emplace_back("spawnY", spell_double(meta.spawn->y));
  }
  return fields;
}

std::vector<std::string_view> missing_room_fields(const room_meta& meta) {
  std::vector<std::string_view> names;
  if (meta.password_hash.empty()) names.emplace_back("passwordHash");
  if (!meta.width) names.emplace_back("width");
  if (!meta.height) names.emplace_back("height");
  if (!meta.spawn) {
    names.emplace_back("spawnX");
    names.emplace_back("spawnY");
  }
  return names;
}

std::optional<stored_room> read_room(std::span<const hash_field> fields) {
  stored_room room;
  for (const auto& [name, value] : fields) {
    if (name == "epoch")
      room.epoch = value;
    else if (name == "seq")
      read_number(value, room.seq);
    else if (name == "loaded")
      room.is_loaded = true;
    else if (!read_description(name, value, room.meta))
      read_measure(name, value, room.meta);
  }
  if (room.meta.id.value.empty() || room.meta.name.empty()) return std::nullopt;
  return room;
}

std::string random_code() {
  static thread_local std::random_device source;
  std::uniform_int_distribution<unsigned> draw{0, 999'999};
  const auto digits = std::to_string(draw(source));
  return std::string(6 - digits.size(), '0') + digits;
}

} // namespace atrium::store
