// Spells and reads the profile of a friend. The field of the hash says who it is; what the text
// says of the id is not looked at. Applications write these hashes too, so whatever is no object is
// left out rather than believed. Values in, values out.
#include "store/friend_entry.hpp"

#include "json/json.hpp"

namespace atrium::store {

namespace {

constexpr std::size_t entry_depth = 8;

void append_member(std::string& out, std::string_view name,
                   const std::optional<std::string>& text) {
  if (!text) return;
  out += ",\"";
  out += name;
  out += "\":";
  json::append_string(out, *text);
}

} // namespace

std::string to_json(const friend_profile& profile) {
  std::string out = R"({"id":)";
  json::append_string(out, profile.user.value);
  append_member(out, "username", profile.username);
  append_member(out, "name", profile.name);
  append_member(out, "profileImage", profile.profile_image);
  out += '}';
  return out;
}

std::optional<friend_profile> read_friend(user_id user, std::string_view text) {
  json::slice object;
  if (user.value.empty() || json::check(text, entry_depth, object)) return std::nullopt;
  if (!object.is(json::kind::object)) return std::nullopt;
  friend_profile profile;
  profile.user = std::move(user);
  json::object_reader members{object};
  for (json::member found; members.next(found);) {
    if (!found.value.is(json::kind::string)) continue;
    if (found.key == "username")
      profile.username = json::to_text(found.value);
    else if (found.key == "name")
      profile.name = json::to_text(found.value);
    else if (found.key == "profileImage")
      profile.profile_image = json::to_text(found.value);
  }
  return profile;
}

} // namespace atrium::store
