// Tells keys of the layout from others that live in the same database. A name that only looks like
// one of ours (`room:a:b`, `room_code:hello`) is somebody else's: ids of rooms have no colon, codes
// have six digits. What follows the name of a user, a message or a cached answer may be anything.
#include "store/key_layout.hpp"

#include "actors/room_meta.hpp"

#include <array>

namespace atrium::store {

namespace {

struct pattern {
  std::string_view before;
  std::string_view after;
  std::string_view name;
  enum class middle { none, room, code, user, room_and_user, any } what;
};

using middle = pattern::middle;

constexpr std::array patterns{
    pattern{"room:", ":messages", "room:*:messages", middle::room},
    pattern{"room:", ":whiteboard", "room:*:whiteboard", middle::room},
    pattern{"room:", ":participants", "room:*:participants", middle::room},
    pattern{"room:", "", "room:*", middle::room},
    pattern{"rooms:active", "", "rooms:active", middle::none},
    pattern{"room_code:", "", "room_code:*", middle::code},
    pattern{"room_messages:", "", "room_messages:*", middle::room},
    pattern{"message:", "", "message:*", middle::any},
    pattern{"space:", ":users", "space:*:users", middle::room},
    pattern{"ws:clients", "", "ws:clients", middle::none},
    pattern{"ws:online_users", "", "ws:online_users", middle::none},
    pattern{"ws:user_rooms:", "", "ws:user_rooms:*", middle::user},
    pattern{"ws:room_participants:", "", "ws:room_participants:*", middle::room},
    pattern{"ws:joined_room_participants:", "", "ws:joined_room_participants:*", middle::room},
    pattern{"ws:offline_messages:", "", "ws:offline_messages:*", middle::user},
    pattern{"ws:friends:", "", "ws:friends:*", middle::user},
    pattern{"ws:friend_of:", "", "ws:friend_of:*", middle::user},
    pattern{"typing:", "", "typing:*:*", middle::room_and_user},
    pattern{"activity:", "", "activity:*", middle::user},
    pattern{"cache:", "", "cache:*", middle::any},
};

constexpr std::size_t most_user_bytes = 64;

bool is_user(std::string_view text) {
  return !text.empty() && text.size() <= most_user_bytes;
}

bool is_middle(middle what, std::string_view text) {
  switch (what) {
  case middle::none: return text.empty();
  case middle::room: return is_room_name(text);
  case middle::code: return is_room_code(text);
  case middle::user: return is_user(text);
  case middle::any: return !text.empty();
  case middle::room_and_user: break;
  }
  const auto colon = text.find(':');
  return colon != std::string_view::npos && is_room_name(text.substr(0, colon))
         && is_user(text.substr(colon + 1));
}

} // namespace

std::string_view pattern_of(std::string_view key) noexcept {
  for (const auto& p : patterns) {
    if (key.size() < p.before.size() + p.after.size()) continue;
    if (!key.starts_with(p.before) || !key.ends_with(p.after)) continue;
    const auto length = key.size() - p.before.size() - p.after.size();
    if (is_middle(p.what, key.substr(p.before.size(), length))) return p.name;
  }
  return {};
}

std::string glob_of(std::string_view prefix) {
  std::string glob;
  for (const char c : prefix) {
    if (std::string_view{"*?[]\\^-"}.find(c) != std::string_view::npos) glob += '\\';
    glob += c;
  }
  return glob + '*';
}

} // namespace atrium::store
