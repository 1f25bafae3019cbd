// See space_decode.hpp. Pure. Moves come often: their fields are found in what was read of the event
// once.
#include "net/space_decode.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <string>

namespace atrium::net {
namespace {

constexpr std::size_t max_password_bytes = 128;
constexpr double nowhere = std::numeric_limits<double>::quiet_NaN();

double read_coordinate(fields& f, std::string_view name) {
  auto value = f.find_or_null(name);
  if (!value) {
    f.fail("`" + std::string{name} + "` is missing");
    return nowhere;
  }
  if (value->is(json::kind::number)) return json::to_number(*value).value_or(nowhere);
  if (!value->is(json::kind::null)) f.fail("`" + std::string{name} + "` must be a number");
  return nowhere;
}

bool is_status(std::string_view status) noexcept {
  constexpr std::array<std::string_view, 3> all{"online", "busy", "away"};
  return std::find(all.begin(), all.end(), status) != all.end();
}

} // namespace

room_command read_space_join(fields& f, const client_event_text&, const settings&) {
  join_room j;
  j.words = vocabulary::space;
  j.lists_participants = false;
  j.password = f.text("password", 1, max_password_bytes);
  return j;
}

room_command read_space_leave(fields&, const client_event_text&, const settings&) {
  return leave_room{vocabulary::space};
}

room_command read_move(fields& f, const client_event_text&, const settings&) {
  move_to m;
  m.x = read_coordinate(f, "x");
  m.y = read_coordinate(f, "y");
  return m;
}

room_command read_status(fields& f, const client_event_text&, const settings&) {
  set_status s;
  s.status = f.required("status", f.text("status", 0, std::size_t{0} - 1));
  if (!is_status(s.status)) f.fail(R"(`status` must be "online", "busy" or "away")");
  s.text = f.text("text", 0, std::size_t{0} - 1).value_or("");
  return s;
}

} // namespace atrium::net
