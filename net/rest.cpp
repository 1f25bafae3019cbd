// Routing, form checks and answers of REST. Pure. Unknown path 404, wrong method 405 with Allow,
// body not JSON 400, other Content-Type 415, in this order.
#include "net/rest.hpp"

#include "net/fields.hpp"
#include "net/json_spelling.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace atrium::net {
namespace {

constexpr std::size_t max_limit = 200;
constexpr std::size_t usual_limit = 50;
constexpr std::size_t max_cursor_bytes = 256;

struct reading {
  const rest_request& request;
  const settings& config;
  /// What `:room` stands for in the path.
  std::string room;
};

rest_refusal refuse(unsigned status, errc code, std::string sentence) {
  return {status, {code, std::move(sentence)}, {}};
}

/// `limit` of the query, clamped; a refusal unless it is a number.
std::variant<std::size_t, rest_refusal> read_limit(const request_target& target, std::size_t max,
                                                   std::size_t usual) {
  const auto* text = target.parameter("limit");
  if (text == nullptr) return usual;
  std::int64_t n = 0;
  auto [end, ec] = std::from_chars(text->data(), text->data() + text->size(), n);
  if (end != text->data() + text->size() || text->empty() || ec == std::errc::invalid_argument)
    return refuse(400, errc::bad_request, "`limit` must be an integer");
  if (ec == std::errc::result_out_of_range) return text->front() == '-' ? std::size_t{1} : max;
  return static_cast<std::size_t>(std::clamp<std::int64_t>(n, 1, static_cast<std::int64_t>(max)));
}

std::optional<std::string> parameter(const request_target& target, std::string_view name) {
  const auto* value = target.parameter(name);
  if (value == nullptr || value->empty() || value->size() > max_cursor_bytes) return std::nullopt;
  return *value;
}

rest_call read_list(reading& r) {
  auto limit = read_limit(r.request.target, max_limit, usual_limit);
  if (auto* no = std::get_if<rest_refusal>(&limit)) return std::move(*no);
  return list_rooms{std::get<std::size_t>(limit), parameter(r.request.target, "cursor")};
}

rest_call read_messages(reading& r) {
  if (parameter(r.request.target, "q"))
    return refuse(404, errc::bad_request, "messages cannot be searched yet");
  auto limit = read_limit(r.request.target, max_limit, usual_limit);
  if (auto* no = std::get_if<rest_refusal>(&limit)) return std::move(*no);
  get_history h{std::get<std::size_t>(limit), parameter(r.request.target, "before"),
                parameter(r.request.target, "after")};
  if (h.before && h.after)
    return refuse(400, errc::bad_request, "`before` and `after` exclude each other");
  return room_call{std::move(r.room), std::move(h)};
}

rest_call read_participants(reading& r) {
  auto page = r.config.presence.page;
  auto limit = read_limit(r.request.target, page, page);
  if (auto* no = std::get_if<rest_refusal>(&limit)) return std::move(*no);
  return room_call{std::move(r.room), list_presence{parameter(r.request.target, "cursor"),
                                                    std::get<std::size_t>(limit)}};
}

template <class Command>
rest_call read_plain(reading& r) {
  return room_call{std::move(r.room), Command{}};
}

rest_call read_health(reading&) {
  return health_call{false};
}

rest_call read_ready(reading&) {
  return health_call{true};
}

rest_call read_metrics(reading&) {
  return metrics_call{};
}

void read_space(fields& f, create_room& c) {
  c.width = f.number("width", 1, 10'000);
  c.height = f.number("height", 1, 10'000);
  auto spawn = f.find("spawn");
  if (!spawn) return;
  if (!spawn->is(json::kind::object)) return f.fail("`spawn` must be an object with `x` and `y`");
  fields point{*spawn};
  room_point p;
  // A place lies inside: its upper bound is excluded.
  auto below = [](std::optional<double> size) { return std::nextafter(size.value_or(100), 0.0); };
  p.x = point.required("x", point.number("x", 0, below(c.width)));
  p.y = point.required("y", point.number("y", 0, below(c.height)));
  if (point.problem()) return f.fail("`spawn`: " + point.problem()->sentence);
  c.spawn = p;
}

std::optional<std::string> read_own_id(fields& f) {
  auto id = f.text("id", 0, std::size_t{0} - 1);
  if (id && (!is_room_name(*id) || is_room_code(*id)))
    f.fail("`id` must have 1 to 64 letters, digits, `_` or `-`, and not be six digits");
  return id;
}

rest_call read_creation(reading& r) {
  json::slice body;
  auto depth = r.config.limits.json_depth;
  if (json::check(r.request.body, depth == 0 ? std::size_t{0} - 1 : depth, body))
    return refuse(400, errc::invalid_json, "the body is not JSON");
  if (!body.is(json::kind::object))
    return refuse(400, errc::bad_request, "the body must be a JSON object");
  fields f{body};
  create_room c;
  c.name = f.required("name", f.name("name", 100));
  c.created_by = f.required("createdBy", f.name("createdBy", 100));
  auto most = r.config.limits.members_per_room;
  auto max = most == 0 ? std::int64_t{1'000'000} : static_cast<std::int64_t>(most);
  if (auto n = f.integer("maxParticipants", 1, max))
    c.max_participants = static_cast<std::size_t>(*n);
  c.id = read_own_id(f);
  c.kind = f.text("kind", 0, 16).value_or("room");
  if (c.kind != "room" && c.kind != "space") f.fail("`kind` must be \"room\" or \"space\"");
  c.is_private = f.boolean("isPrivate").value_or(false);
  c.ttl_seconds = f.integer("ttlSeconds", 60, 2'592'000);
  // A room must never look protected and be open.
  if (f.find("password")) f.fail("`password` is not supported yet");
  read_space(f, c);
  if (f.problem()) return rest_refusal{400, *f.problem(), {}};
  return c;
}

struct route {
  std::string_view method;
  /// Segments; ":room" takes any name.
  std::string_view path;
  rest_call (*read)(reading&);
  bool has_body = false;
};

constexpr std::array<route, 12> routes{{
    {"POST", "api/rooms/create", read_creation, true},
    {"POST", "api/rooms", read_creation, true},
    {"GET", "api/rooms", read_list},
    {"GET", "api/rooms/:room", read_plain<get_room>},
    {"DELETE", "api/rooms/:room", read_plain<delete_room>},
    {"GET", "api/rooms/:room/messages", read_messages},
    {"GET", "api/rooms/:room/whiteboard", read_plain<get_board>},
    {"GET", "api/rooms/:room/participants", read_participants},
    {"GET", "api/rooms/:room/stats", read_plain<get_stats>},
    {"GET", "health", read_health},
    {"GET", "ready", read_ready},
    {"GET", "metrics", read_metrics},
}};

/// Whether the segments have the route's form; `room` gets what stands for `:room`.
bool matches(std::string_view path, const std::vector<std::string>& segments, std::string& room) {
  for (std::size_t i = 0; i < segments.size(); ++i) {
    auto end = path.find('/');
    auto expected = path.substr(0, end);
    if (expected == ":room")
      room = segments[i];
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

rest_call read_by(const route& r, reading& in) {
  if (r.has_body && !is_json_type(in.request.content_type))
    return refuse(415, errc::bad_request, "Content-Type must be application/json");
  if (r.path.find(":room") != std::string_view::npos && !is_room_name(in.room))
    return refuse(404, errc::room_not_found, "no room has this name");
  return r.read(in);
}

std::int64_t seconds_of(std::chrono::milliseconds ms) noexcept {
  return std::max<std::int64_t>(1, (ms.count() + 999) / 1'000);
}

} // namespace

rest_call read_rest_call(const rest_request& request, const settings& config) {
  auto method = request.method == "HEAD" ? std::string_view{"GET"} : request.method;
  reading in{request, config, {}};
  std::string allow;
  for (const auto& r : routes) {
    if (!matches(r.path, request.target.segments, in.room)) continue;
    if (r.method == method) return read_by(r, in);
    add_method(allow, r.method);
  }
  if (allow.empty()) return refuse(404, errc::bad_request, "there is nothing at this path");
  if (method == "OPTIONS") return options_call{allow + ", OPTIONS"};
  auto no = refuse(405, errc::bad_request, "this path does not take this method");
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
  if (std::holds_alternative<room_created>(outcome)) a.status = 201;
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
