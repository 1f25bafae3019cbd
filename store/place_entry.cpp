// Spells and reads the place of a user in a space. What is read was written by another process, or
// by hand: it is checked whole, and an entry that lacks anything is none, so that nobody is put
// where nobody was. Members that are not known are passed over. Values in, values out.
#include "store/place_entry.hpp"

#include "json/json.hpp"

namespace atrium::store {

namespace {

constexpr std::size_t entry_depth = 8;

std::optional<std::string> text_of(json::slice object, std::string_view name) {
  const auto found = json::find(object, name);
  if (!found || !found->is(json::kind::string)) return std::nullopt;
  return json::to_text(*found);
}

std::optional<double> number_of(json::slice object, std::string_view name) {
  const auto found = json::find(object, name);
  if (!found || !found->is(json::kind::number)) return std::nullopt;
  return json::to_number(*found);
}

} // namespace

std::string to_json(const placed_user& user) {
  std::string out = R"({"username":)";
  json::append_string(out, user.username);
  out += R"(,"x":)";
  json::append_number(out, user.place.x);
  out += R"(,"y":)";
  json::append_number(out, user.place.y);
  out += R"(,"connectionId":)";
  json::append_string(out, user.connection);
  out += R"(,"lastUpdated":)";
  json::append_number(out, std::int64_t{user.last_updated});
  out += '}';
  return out;
}

std::optional<placed_user> read_placed_user(user_id user, std::string_view text) {
  json::slice object;
  if (user.value.empty() || json::check(text, entry_depth, object)) return std::nullopt;
  if (!object.is(json::kind::object)) return std::nullopt;
  auto username = text_of(object, "username");
  auto connection = text_of(object, "connectionId");
  const auto x = number_of(object, "x");
  const auto y = number_of(object, "y");
  const auto updated = json::find(object, "lastUpdated");
  if (!username || !connection || !x || !y || !updated) return std::nullopt;
  if (!updated->is(json::kind::number)) return std::nullopt;
  const auto when = json::to_integer(*updated);
  if (!when) return std::nullopt;
  return placed_user{
      std::move(user), std::move(*username), {*x, *y}, std::move(*connection), *when};
}

} // namespace atrium::store
