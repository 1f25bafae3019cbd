// See friend_form.hpp.
#include "net/friend_form.hpp"

namespace atrium::net {
namespace {

constexpr std::size_t max_name_characters = 256;
constexpr std::size_t max_image_characters = 2'048;

/// A string of at most so many characters; `null` is none.
std::optional<std::string> read_short(fields& f, std::string_view name, std::size_t max) {
  auto value = f.text(name, 0, std::size_t{0} - 1);
  if (value && json::count_characters(*value) > max)
    f.fail("`" + std::string{name} + "` must have at most " + std::to_string(max) + " characters");
  return value;
}

friend_profile read_friend(fields& f) {
  friend_profile who;
  who.user.value = f.required("id", f.user_id("id"));
  who.username = read_short(f, "username", max_name_characters);
  who.name = read_short(f, "name", max_name_characters);
  who.profile_image = read_short(f, "profileImage", max_image_characters);
  return who;
}

} // namespace

std::vector<friend_profile> read_friends(fields& f, std::size_t max_count) {
  std::vector<friend_profile> out;
  auto given = f.find("friends");
  if (!given || !given->is(json::kind::array)) {
    f.fail("`friends` must be an array of objects");
    return out;
  }
  json::array_reader items{*given};
  for (json::slice item; items.next(item);) {
    if (max_count != 0 && out.size() == max_count)
      f.fail("a user lists at most " + std::to_string(max_count) + " friends",
             errc::payload_too_large, limit::friends_per_user);
    if (!item.is(json::kind::object)) f.fail("each of `friends` must be an object with an `id`");
    if (f.problem()) return {};
    fields one{item};
    out.push_back(read_friend(one));
    if (one.problem()) f.fail("in `friends`: " + one.problem()->sentence);
  }
  return out;
}

} // namespace atrium::net
