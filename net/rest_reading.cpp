// What all readers share, and those of rooms. Pure.
#include "net/rest_reading.hpp"

#include "net/fields.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace atrium::net {
namespace {

constexpr std::size_t max_limit = 200;
constexpr std::size_t usual_limit = 50;
constexpr std::size_t max_parameter_bytes = 256;
constexpr std::size_t max_password_bytes = 128;

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

/// With a token its user; somebody else is not named by mistake.
std::string read_creator(const rest_reading& r, fields& f) {
  auto said = f.name("createdBy", 100);
  const auto& token = r.request.who.token;
  if (!token) return f.required("createdBy", std::move(said));
  if (said && *said != token->user.value)
    f.fail("`createdBy` names another user than the token does", errc::identity_mismatch);
  return token->user.value;
}

} // namespace

rest_call read_creation(rest_reading& r) {
  auto body = read_body(r);
  if (auto* no = std::get_if<rest_refusal>(&body)) return std::move(*no);
  fields f{std::get<json::slice>(body)};
  create_room c;
  c.name = f.required("name", f.name("name", 100));
  c.created_by = read_creator(r, f);
  auto most = r.config.limits.members_per_room;
  auto max = most == 0 ? std::int64_t{1'000'000} : static_cast<std::int64_t>(most);
  if (auto n = f.integer("maxParticipants", 1, max))
    c.max_participants = static_cast<std::size_t>(*n);
  c.id = read_own_id(f);
  c.kind = f.text("kind", 0, 16).value_or("room");
  if (c.kind != "room" && c.kind != "space") f.fail("`kind` must be \"room\" or \"space\"");
  c.is_private = f.boolean("isPrivate").value_or(false);
  c.ttl_seconds = f.integer("ttlSeconds", 60, 2'592'000);
  c.password = f.text("password", 1, max_password_bytes);
  read_space(f, c);
  if (f.problem()) return rest_refusal{status_of(f.problem()->code), *f.problem(), {}};
  const auto& token = r.request.who.token;
  if (token && token->rooms && !(c.id && token->rooms->contains(*c.id)))
    return rest_refusal{403,
                        kept_out(access_fault::closed_room, errc::forbidden,
                                 "the token does not open a room of this id"),
                        {}};
  return c;
}

rest_call read_list(rest_reading& r) {
  auto limit = read_limit(r.request.target, max_limit, usual_limit);
  if (auto* no = std::get_if<rest_refusal>(&limit)) return std::move(*no);
  return list_rooms{std::get<std::size_t>(limit), read_parameter(r.request.target, "cursor")};
}

rest_call read_participants(rest_reading& r) {
  auto page = r.config.presence.page;
  auto limit = read_limit(r.request.target, page, page);
  if (auto* no = std::get_if<rest_refusal>(&limit)) return std::move(*no);
  return room_call{std::move(r.room), list_presence{read_parameter(r.request.target, "cursor"),
                                                    std::get<std::size_t>(limit)}};
}

rest_refusal refuse_rest(unsigned status, errc code, std::string sentence) {
  return {status, {code, std::move(sentence)}, {}};
}

rest_refusal refuse_stranger() {
  return refuse_rest(401, errc::unauthorized, "an operator's token is needed");
}

std::variant<std::size_t, rest_refusal> read_limit(const request_target& target, std::size_t max,
                                                   std::size_t usual) {
  const auto* text = target.parameter("limit");
  if (text == nullptr) return usual;
  std::int64_t n = 0;
  auto [end, ec] = std::from_chars(text->data(), text->data() + text->size(), n);
  if (end != text->data() + text->size() || text->empty() || ec == std::errc::invalid_argument)
    return refuse_rest(400, errc::bad_request, "`limit` must be an integer");
  if (ec == std::errc::result_out_of_range) return text->front() == '-' ? std::size_t{1} : max;
  return static_cast<std::size_t>(std::clamp<std::int64_t>(n, 1, static_cast<std::int64_t>(max)));
}

std::optional<std::string> read_parameter(const request_target& target, std::string_view name) {
  const auto* value = target.parameter(name);
  if (value == nullptr || value->empty() || value->size() > max_parameter_bytes)
    return std::nullopt;
  return *value;
}

std::variant<json::slice, rest_refusal> read_body(const rest_reading& r) {
  json::slice body;
  auto depth = r.config.limits.json_depth;
  auto error = json::check(r.request.body, depth == 0 ? std::size_t{0} - 1 : depth, body);
  if (error)
    return rest_refusal{400,
                        over(error->is_too_deep ? limit::json_depth : limit::none,
                             errc::invalid_json, "the body is not JSON"),
                        {}};
  if (!body.is(json::kind::object))
    return refuse_rest(400, errc::bad_request, "the body must be a JSON object");
  return body;
}

} // namespace atrium::net
