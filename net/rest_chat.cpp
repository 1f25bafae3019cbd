// Readers of what is said in a room and who belongs to it. Pure. Messages that only operators may post
// are refused here, before anybody is asked, so that a stranger learns nothing about the room.
#include "net/message_form.hpp"
#include "net/rest_reading.hpp"

#include <algorithm>

namespace atrium::net {
namespace {

constexpr std::size_t max_limit = 200;
constexpr std::size_t usual_limit = 50;

rest_call read_search(rest_reading& r, const std::string& words, std::size_t limit) {
  auto query = read_query(words);
  if (!query) return refuse_rest(400, errc::bad_request, "`q` must have 1 to 256 characters");
  if (read_parameter(r.request.target, "after"))
    return refuse_rest(400, errc::bad_request, "`q` and `after` exclude each other");
  search_messages s{std::move(*query), limit, read_parameter(r.request.target, "before")};
  return room_call{std::move(r.room), std::move(s)};
}

/// By id, each once.
std::vector<user_id> read_user_ids(fields& f) {
  std::vector<user_id> users;
  auto given = f.find("userIds");
  if (!given || !given->is(json::kind::array)) {
    f.fail("`userIds` must be an array of strings");
    return users;
  }
  json::array_reader items{*given};
  for (json::slice item; items.next(item);) {
    auto id = item.is(json::kind::string) ? json::to_text(item) : std::string{};
    if (!is_user_id(id)) {
      f.fail("each of `userIds` must be a string of 1 to 64 bytes without control characters");
      return {};
    }
    users.push_back({std::move(id)});
  }
  std::sort(users.begin(), users.end());
  users.erase(std::unique(users.begin(), users.end()), users.end());
  return users;
}

} // namespace

rest_call read_messages(rest_reading& r) {
  auto limit = read_limit(r.request.target, max_limit, usual_limit);
  if (auto* no = std::get_if<rest_refusal>(&limit)) return std::move(*no);
  if (const auto* words = r.request.target.parameter("q"))
    return read_search(r, *words, std::get<std::size_t>(limit));
  get_history h{std::get<std::size_t>(limit), read_parameter(r.request.target, "before"),
                read_parameter(r.request.target, "after")};
  if (h.before && h.after)
    return refuse_rest(400, errc::bad_request, "`before` and `after` exclude each other");
  return room_call{std::move(r.room), std::move(h)};
}

rest_call read_post(rest_reading& r) {
  auto body = read_body(r);
  if (auto* no = std::get_if<rest_refusal>(&body)) return std::move(*no);
  fields f{std::get<json::slice>(body)};
  room_call call{std::move(r.room), {}};
  call.user.value = f.required("userId", f.user_id("userId"));
  call.username = f.required("username", f.name("username", 64));
  auto message = read_post_message(f, "type");
  if (f.problem()) return rest_refusal{400, *f.problem(), {}};
  if (message.type == "system" && !r.request.who.is_operator) return refuse_stranger();
  call.command = std::move(message);
  return call;
}

rest_call read_export(rest_reading& r) {
  const auto* name = r.request.target.parameter("format");
  auto format = read_export_format(name == nullptr ? "json" : std::string_view{*name});
  if (!format)
    return refuse_rest(400, errc::bad_request, "`format` must be json, ndjson, csv or txt");
  return export_call{std::move(r.room), *format};
}

rest_call read_members(rest_reading& r) {
  return room_call{std::move(r.room), get_members{}};
}

rest_call read_new_members(rest_reading& r) {
  auto body = read_body(r);
  if (auto* no = std::get_if<rest_refusal>(&body)) return std::move(*no);
  fields f{std::get<json::slice>(body)};
  set_members members{read_user_ids(f)};
  if (f.problem()) return rest_refusal{400, *f.problem(), {}};
  auto most = r.config.limits.members_per_room;
  if (most != 0 && members.users.size() > most)
    return rest_refusal{409,
                        over(limit::members_per_room, errc::room_full,
                             "a room has at most " + std::to_string(most) + " members"),
                        {}};
  return room_call{std::move(r.room), std::move(members)};
}

} // namespace atrium::net
