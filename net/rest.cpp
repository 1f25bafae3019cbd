// Routing, form checks and answers of REST. Pure. Unknown path 404, wrong method 405 with Allow,
// other Content-Type 415, a name that no room or user can have 404, somebody who may not ask 401 or
// 403, then what the endpoint's reader says (rest_reading.hpp): body not JSON 400.
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

/// Who may ask; operators may always.
enum class access {
  open,
  /// Who has a token.
  token,
  /// Who has a token; the room asks whether it opens it, and for its password.
  may_enter,
  /// Who has a token; the room asks whether it is its creator's.
  creator,
  operator_only,
  /// The user that `:user` names; without it operators only.
  self_or_operator,
};

/// The last column of contract §4, and what is asked where `auth.mode` is "none".
struct admittance {
  access with_tokens;
  access without_tokens = access::open;
};

struct route {
  std::string_view method;
  /// Segments; ":room" and ":user" take any name.
  std::string_view path;
  admittance who;
  rest_call (*read)(rest_reading&);
  bool has_body = false;
};

constexpr admittance open{access::open};
constexpr admittance with_token{access::token};
constexpr admittance who_may_enter{access::may_enter};
constexpr admittance operators{access::operator_only, access::operator_only};

constexpr std::array<route, 20> routes{{
    {"POST", "api/rooms/create", with_token, read_creation, true},
    {"POST", "api/rooms", with_token, read_creation, true},
    {"GET", "api/rooms", with_token, read_list},
    {"GET", "api/rooms/:room", with_token, read_plain<get_room>},
    {"DELETE", "api/rooms/:room", {access::creator}, read_plain<delete_room>},
    {"GET", "api/rooms/:room/messages", who_may_enter, read_messages},
    {"POST", "api/rooms/:room/messages", {access::operator_only}, read_post, true},
    {"GET", "api/rooms/:room/messages/export", who_may_enter, read_export},
    {"GET", "api/rooms/:room/members", operators, read_members},
    {"PUT", "api/rooms/:room/members", operators, read_new_members, true},
    {"GET", "api/rooms/:room/whiteboard", who_may_enter, read_plain<get_board>},
    {"GET", "api/rooms/:room/participants", who_may_enter, read_participants},
    {"GET", "api/rooms/:room/stats", who_may_enter, read_plain<get_stats>},
    {"GET", "api/users/online", {access::self_or_operator}, read_online_users},
    {"GET", "api/users/:user", {access::self_or_operator}, read_user},
    {"PUT",
     "api/users/:user/friends",
     {access::self_or_operator, access::operator_only},
     read_new_friends,
     true},
    {"GET", "api/stats", with_token, read_stats},
    {"GET", "health", open, read_health},
    {"GET", "ready", open, read_ready},
    {"GET", "metrics", open, read_metrics},
}};

bool has(const route& r, std::string_view parameter) noexcept {
  return r.path.find(parameter) != std::string_view::npos;
}

/// Nothing: may ask, as far as that can be told here.
std::optional<rest_refusal> refuse_asker(const route& r, const rest_reading& in) {
  bool has_tokens = in.config.auth.mode == "jwt";
  auto needed = has_tokens ? r.who.with_tokens : r.who.without_tokens;
  const auto& who = in.request.who;
  if (needed == access::open || who.is_operator) return std::nullopt;
  if (who.refused) return rest_refusal{401, *who.refused, {}};
  if (!who.token) return refuse_stranger();
  if (needed == access::self_or_operator && has(r, ":user") && who.token->user.value == in.user)
    return std::nullopt;
  if (needed != access::self_or_operator && needed != access::operator_only) return std::nullopt;
  return rest_refusal{
      403, kept_out(access_fault::no_operator, errc::forbidden, "only operators may do that"), {}};
}

rest_call read_by(const route& r, rest_reading& in) {
  if (r.has_body && !is_json_type(in.request.content_type))
    return refuse_rest(415, errc::bad_request, "Content-Type must be application/json");
  if (has(r, ":room") && !is_room_name(in.room))
    return refuse_rest(404, errc::room_not_found, "no room has this name");
  if (has(r, ":user") && !is_user_id(in.user))
    return refuse_rest(404, errc::bad_request, "no user has this id");
  if (auto no = refuse_asker(r, in)) return std::move(*no);
  return r.read(in);
}

std::int64_t seconds_of(std::chrono::milliseconds ms) noexcept {
  return std::max<std::int64_t>(1, (ms.count() + 999) / 1'000);
}

} // namespace

bool matches(std::string_view path, const std::vector<std::string>& segments, rest_reading& in) {
  for (std::size_t i = 0; i < segments.size(); ++i) {
    auto end = path.find('/');
    auto expected = path.substr(0, end);
    if (expected == ":room")
      in.room = segments[i];
    else if (expected == ":user")
      in.user = segments[i];
    else if (expected == ":id")
      in.item = segments[i];
    else if (expected != segments[i])
      return false;
    bool is_last = end == std::string_view::npos;
    if (is_last) return i + 1 == segments.size();
    path.remove_prefix(end + 1);
  }
  return false;
}

void add_method(std::string& allow, std::string_view method) {
  // Two routes may fit: `online` is a user's id, too.
  if (allow.find(method) != std::string::npos) return;
  if (!allow.empty()) allow += ", ";
  allow += method;
  if (method == "GET") allow += ", HEAD";
}

bool is_rest_path(const request_target& target) {
  static const settings defaults;
  const rest_request unread{{}, {}, {}, target};
  rest_reading in{unread, defaults, {}, {}};
  return is_admin_path(target) || std::any_of(routes.begin(), routes.end(), [&](const route& r) {
           return matches(r.path, target.segments, in);
         });
}

rest_call read_rest_call(const rest_request& request, const settings& config) {
  if (is_admin_path(request.target)) return read_admin_call(request, config);
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
  a.wants_token = why.code == errc::unauthorized;
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
