// Routing, form checks and answers of REST. Pure. Unknown path 404, wrong method 405 with Allow,
// other Content-Type 415, a name that no room or user can have 404, then what the endpoint's reader
// says (rest_reading.hpp): body not JSON 400, not an operator 401.
#include "net/rest.hpp"

#include "net/fields.hpp"
#include "net/json_spelling.hpp"
#include "net/rest_reading.hpp"

#include <algorithm>
#include <array>

namespace atrium::net {
namespace {

template <class Command>
rest_call read_plain(rest_reading& r) {
  return room_call{std::move(r.room), Command{}};
}

rest_call read_health(rest_reading&) {
  return health_call{false};
}

rest_call read_ready(rest_reading&) {
  return health_call{true};
}

rest_call read_metrics(rest_reading&) {
  return metrics_call{};
}

struct route {
  std::string_view method;
  /// Segments; ":room" and ":user" take any name.
  std::string_view path;
  rest_call (*read)(rest_reading&);
  bool has_body = false;
};

constexpr std::array<route, 20> routes{{
    {"POST", "api/rooms/create", read_creation, true},
    {"POST", "api/rooms", read_creation, true},
    {"GET", "api/rooms", read_list},
    {"GET", "api/rooms/:room", read_plain<get_room>},
    {"DELETE", "api/rooms/:room", read_plain<delete_room>},
    {"GET", "api/rooms/:room/messages", read_messages},
    {"POST", "api/rooms/:room/messages", read_post, true},
    {"GET", "api/rooms/:room/messages/export", read_export},
    {"GET", "api/rooms/:room/members", read_members},
    {"PUT", "api/rooms/:room/members", read_new_members, true},
    {"GET", "api/rooms/:room/whiteboard", read_plain<get_board>},
    {"GET", "api/rooms/:room/participants", read_participants},
    {"GET", "api/rooms/:room/stats", read_plain<get_stats>},
    {"GET", "api/users/online", read_online_users},
    {"GET", "api/users/:user", read_user},
    {"PUT", "api/users/:user/friends", read_new_friends, true},
    {"GET", "api/stats", read_stats},
    {"GET", "health", read_health},
    {"GET", "ready", read_ready},
    {"GET", "metrics", read_metrics},
}};

/// Whether the segments have the route's form; `in` gets what stands for `:room` and `:user`.
bool matches(std::string_view path, const std::vector<std::string>& segments, rest_reading& in) {
  for (std::size_t i = 0; i < segments.size(); ++i) {
    auto end = path.find('/');
    auto expected = path.substr(0, end);
    if (expected == ":room")
      in.room = segments[i];
    else if (expected == ":user")
      in.user = segments[i];
    else if (expected != segments[i])
      return false;
    bool is_last = end == std::string_view::npos;
    if (is_last) return i + 1 == segments.size();
    path.remove_prefix(end + 1);
  }
  return false;
}

void add_method(std::string& allow, std::string_view method) {
  if (!allow.empty()) allow += ", ";
  allow += method;
  if (method == "GET") allow += ", HEAD";
}

rest_call read_by(const route& r, rest_reading& in) {
  if (r.has_body && !is_json_type(in.request.content_type))
    return refuse_rest(415, errc::bad_request, "Content-Type must be application/json");
  if (r.path.find(":room") != std::string_view::npos && !is_room_name(in.room))
    return refuse_rest(404, errc::room_not_found, "no room has this name");
  if (r.path.find(":user") != std::string_view::npos && !is_user_id(in.user))
    return refuse_rest(404, errc::bad_request, "no user has this id");
  return r.read(in);
}

std::int64_t seconds_of(std::chrono::milliseconds ms) noexcept {
  return std::max<std::int64_t>(1, (ms.count() + 999) / 1'000);
}

} // namespace

rest_call read_rest_call(const rest_request& request, const settings& config) {
  auto method = request.method == "HEAD" ? std::string_view{"GET"} : request.method;
  rest_reading in{request, config, {}, {}};
  std::string allow;
  for (const auto& r : routes) {
    if (!matches(r.path, request.target.segments, in)) continue;
    if (r.method == method) return read_by(r, in);
    add_method(allow, r.method);
  }
  if (allow.empty()) return refuse_rest(404, errc::bad_request, "there is nothing at this path");
  if (method == "OPTIONS") return options_call{allow + ", OPTIONS"};
  auto no = refuse_rest(405, errc::bad_request, "this path does not take this method");
  no.allow = std::move(allow);
  return no;
}

unsigned status_of(errc code) noexcept {
  switch (code) {
  case errc::bad_request:
  case errc::invalid_json: return 400;
  case errc::unauthorized:
  case errc::wrong_password: return 401;
  case errc::forbidden:
  case errc::identity_mismatch:
  case errc::not_in_room: return 403;
  case errc::unknown_event:
  case errc::room_not_found:
  case errc::message_not_found: return 404;
  case errc::room_exists:
  case errc::room_full:
  case errc::edit_window_closed: return 409;
  case errc::room_closed: return 410;
  case errc::payload_too_large: return 413;
  case errc::rate_limited: return 429;
  case errc::not_persisted:
  case errc::store_unavailable:
  case errc::shutting_down: return 503;
  case errc::internal: break;
  }
  return 500;
}

rest_answer answer_failure(const failure& why) {
  rest_answer a;
  a.status = status_of(why.code);
  json::object_writer w{a.body};
  append_failure(w, why);
  w.end();
  if (a.status == 429 || a.status == 503) a.retry_after = seconds_of(why.retry_after);
  return a;
}

rest_answer answer_result(const command_result& outcome, const rest_call& call) {
  if (const auto* why = std::get_if<failure>(&outcome)) return answer_failure(*why);
  rest_answer a;
  const auto* health = std::get_if<health_view>(&outcome);
  json::object_writer w{a.body};
  if (health == nullptr) w.boolean("success", true);
  if (const auto* page = std::get_if<presence_page>(&outcome)) {
    // Over REST `count` is the number of items, away participants too.
    auto items = *page;
    items.count = items.participants.size();
    append_result(w, items);
  } else {
    append_result(w, outcome);
  }
  w.end();
  const auto* posted = std::get_if<posted_result>(&outcome);
  if (std::holds_alternative<room_created>(outcome) || (posted != nullptr && !posted->duplicate))
    a.status = 201;
  if (health != nullptr) {
    const auto* asked = std::get_if<health_call>(&call);
    bool is_fine = asked != nullptr && asked->is_ready_check
                       ? health->ready && !health->draining
                       : health->overall != health_view::state::unhealthy;
    a.status = is_fine ? 200 : 503;
    a.retry_after = is_fine ? 0 : 1;
  }
  return a;
}

} // namespace atrium::net
