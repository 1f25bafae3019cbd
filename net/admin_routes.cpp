// Which operator's request is whose, and who may ask: everything under `/api/admin/`. Pure.
//
// Before anything else it is decided who asks, for paths that exist and others alike, so that a stranger
// learns nothing from an answer: 404 where nobody can be an operator, else 401 (403 with a good token
// that makes no operator). Preflights, which never show a token, are all answered the same. Operators
// then get what REST says elsewhere: unknown path 404, wrong method 405 with Allow, other Content-Type
// 415, a name that nothing can have 404.
#include "net/admin_reading.hpp"

#include "net/fields.hpp"

#include <algorithm>
#include <array>

namespace atrium::net {
namespace {

constexpr std::size_t max_operator_characters = 64;

enum class body : std::uint8_t { none, optional, needed };

struct admin_route {
  std::string_view method;
  /// Segments; ":room", ":user" and ":id" take any name.
  std::string_view path;
  rest_call (*read)(rest_reading&);
  body brings = body::none;
};

constexpr std::array<admin_route, 25> routes{{
    {"GET", "api/admin/overview", read_overview},
    {"GET", "api/admin/rooms", read_live_rooms},
    {"GET", "api/admin/rooms/:room", read_inspection},
    {"GET", "api/admin/rooms/:room/tail", read_tail},
    {"POST", "api/admin/rooms/:room/kick", read_kick, body::needed},
    {"POST", "api/admin/rooms/:room/close", read_close, body::optional},
    {"POST", "api/admin/rooms/:room/lock", read_lock, body::needed},
    {"POST", "api/admin/rooms/:room/announce", read_room_announcement, body::needed},
    {"DELETE", "api/admin/rooms/:room/messages/:id", read_redaction},
    {"GET", "api/admin/relays", read_relays},
    {"GET", "api/admin/connections", read_connections},
    {"POST", "api/admin/connections/:id/disconnect", read_connection_disconnect, body::optional},
    {"GET", "api/admin/users", read_users},
    {"GET", "api/admin/users/:user", read_admin_user},
    {"DELETE", "api/admin/users/:user", read_forget},
    {"GET", "api/admin/users/:user/tail", read_tail},
    {"POST", "api/admin/users/:user/disconnect", read_user_disconnect, body::optional},
    {"GET", "api/admin/writers", read_writers},
    {"GET", "api/admin/redis", read_store_info},
    {"GET", "api/admin/audit", read_audit},
    {"POST", "api/admin/announce", read_announcement, body::needed},
    {"POST", "api/admin/drain", read_drain, body::optional},
    {"GET", "api/admin/log-level", read_log_level},
    {"PUT", "api/admin/log-level", read_new_log_level, body::needed},
    {"POST", "api/admin/cleanup", read_cleanup, body::needed},
}};

/// Nothing: may ask.
std::optional<rest_refusal> refuse_asker(const rest_request& request, const settings& config) {
  const auto& who = request.who;
  bool has_operators = !config.admin.token.empty() || config.auth.mode == "jwt";
  if (!has_operators) return refuse_rest(404, errc::bad_request, "there is nothing at this path");
  if (who.is_operator) return std::nullopt;
  if (who.refused) return rest_refusal{401, *who.refused, {}};
  if (who.token) return refuse_rest(403, errc::forbidden, "only operators may do that");
  return refuse_stranger();
}

std::optional<rest_refusal> refuse_name(const rest_request& request) {
  if (!request.operator_name) return std::nullopt;
  auto name = *request.operator_name;
  bool has_control = std::any_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
  });
  if (!name.empty() && !has_control && json::is_valid_utf8(name)
      && json::count_characters(name) <= max_operator_characters)
    return std::nullopt;
  return refuse_rest(400, errc::bad_request,
                     "X-Operator must have 1 to 64 characters and no control characters");
}

bool has(const admin_route& route, std::string_view parameter) noexcept {
  return route.path.find(parameter) != std::string_view::npos;
}

rest_call read_by(const admin_route& route, rest_reading& in) {
  bool brings_body = route.brings == body::needed
                     || (route.brings == body::optional && !in.request.body.empty());
  if (brings_body && !is_json_type(in.request.content_type))
    return refuse_rest(415, errc::bad_request, "Content-Type must be application/json");
  if (has(route, ":room") && !is_room_name(in.room))
    return refuse_rest(404, errc::room_not_found, "no room has this name");
  if (has(route, ":user") && !is_user_id(in.user))
    return refuse_rest(404, errc::bad_request, "no user has this id");
  if (auto no = refuse_name(in.request)) return std::move(*no);
  return route.read(in);
}

/// What a preflight is told, whatever is at the path.
options_call any_method() {
  return {"GET, HEAD, POST, PUT, DELETE, OPTIONS"};
}

} // namespace

bool is_admin_path(const request_target& target) noexcept {
  const auto& s = target.segments;
  return s.size() >= 2 && s[0] == "api" && s[1] == "admin";
}

rest_call read_admin_call(const rest_request& request, const settings& config) {
  bool is_options = request.method == "OPTIONS";
  if (auto no = refuse_asker(request, config)) {
    if (is_options && no->status != 404) return any_method();
    return std::move(*no);
  }
  if (is_options) return any_method();
  auto method = request.method == "HEAD" ? std::string_view{"GET"} : request.method;
  std::string allow;
  for (const auto& route : routes) {
    rest_reading in{request, config, {}, {}};
    if (!matches(route.path, request.target.segments, in)) continue;
    if (route.method == method) return read_by(route, in);
    add_method(allow, route.method);
  }
  if (allow.empty()) return refuse_rest(404, errc::bad_request, "there is nothing at this path");
  auto no = refuse_rest(405, errc::bad_request, "this path does not take this method");
  no.allow = std::move(allow);
  return no;
}

} // namespace atrium::net
