// See admin_reading.hpp. Pure. What is recorded of a request that acts stands beside its reader.
#include "net/admin_reading.hpp"

#include "log/log.hpp"
#include "net/fields.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace atrium::net {
namespace {

constexpr std::size_t max_limit = 200;
constexpr std::size_t usual_limit = 50;
constexpr std::size_t max_text_bytes = 256;
constexpr std::size_t max_reason_characters = 200;
constexpr std::size_t max_announcement_characters = 1'000;
/// Of an announcement as it is recorded.
constexpr std::size_t recorded_characters = 100;
constexpr std::size_t max_message_id_bytes = 128;

template <class T>
using read = std::variant<T, rest_refusal>;

/// One of the names that a parameter may have, with what each stands for.
template <class T>
struct choice {
  std::string_view name;
  T value;
};

/// What the query says by one of these names; the first of them if it says nothing.
template <class T, std::size_t N>
read<T> read_choice(const request_target& target, std::string_view parameter,
                    const std::array<choice<T>, N>& all) {
  const auto* given = target.parameter(parameter);
  if (given == nullptr || given->empty()) return all.front().value;
  std::string names;
  for (const auto& each : all) {
    if (each.name.empty()) continue;
    if (each.name == *given) return each.value;
    if (!names.empty()) names += ", ";
    names += each.name;
  }
  return refuse_rest(400, errc::bad_request,
                     "`" + std::string{parameter} + "` must be one of: " + names);
}

read<std::string> read_text(const request_target& target, std::string_view parameter) {
  const auto* given = target.parameter(parameter);
  if (given == nullptr) return std::string{};
  if (given->size() <= max_text_bytes) return *given;
  return refuse_rest(400, errc::bad_request,
                     "`" + std::string{parameter} + "` must have at most 256 bytes");
}

/// The parameters of one list, of which the first that is wrong is kept.
struct list_reading {
  const request_target& target;
  std::optional<rest_refusal> problem{};

  template <class T>
  T take(read<T> outcome) {
    if (auto* value = std::get_if<T>(&outcome)) return std::move(*value);
    if (!problem) problem = std::get<rest_refusal>(std::move(outcome));
    return T{};
  }
  std::size_t limit() { return take(read_limit(target, max_limit, usual_limit)); }
  std::optional<std::string> cursor() { return read_parameter(target, "cursor"); }
  std::string text(std::string_view parameter) { return take(read_text(target, parameter)); }
  template <class T, std::size_t N>
  T one_of(std::string_view parameter, const std::array<choice<T>, N>& all) {
    return take(read_choice(target, parameter, all));
  }
  bool descending() {
    constexpr std::array<choice<bool>, 2> orders{{{"desc", true}, {"asc", false}}};
    return one_of("order", orders);
  }
};

rest_call finish(list_reading& l, admin_command&& command) {
  if (l.problem) return std::move(*l.problem);
  return admin_call{std::move(command)};
}

/// The members of a request's body; of one that may be missing: of none.
struct body_reading {
  explicit body_reading(const rest_reading& r) : outcome{open(r)} {
    if (const auto* object = std::get_if<json::slice>(&outcome)) members.emplace(*object);
  }
  /// What is wrong with it.
  [[nodiscard]] std::optional<rest_refusal> problem() const {
    if (const auto* no = std::get_if<rest_refusal>(&outcome)) return *no;
    if (const auto& wrong = members->problem()) return rest_refusal{400, *wrong, {}};
    return std::nullopt;
  }
  /// Empty if there is none, or if something is wrong.
  std::string reason() {
    if (!members) return {};
    auto text = members->text("reason", 0, std::size_t{0} - 1).value_or("");
    if (json::count_characters(text) > max_reason_characters)
      members->fail("`reason` must have at most 200 characters");
    return text;
  }
  std::string announcement() {
    if (!members) return {};
    auto text = members->required("message", members->name("message", max_announcement_characters));
    if (text.find_first_not_of(" \t\r\n") == std::string::npos)
      members->fail("`message` must say something");
    return text;
  }

  std::variant<json::slice, rest_refusal> outcome;
  std::optional<fields> members;

private:
  static std::variant<json::slice, rest_refusal> open(const rest_reading& r) {
    if (r.request.body.empty()) return json::slice{"{}"};
    return read_body(r);
  }
};

/// By what name an operator's deeds are recorded.
std::string name_of(const rest_request& request) {
  if (request.who.token) return request.who.token->user.value;
  return std::string{request.operator_name.value_or("operator")};
}

std::string beginning_of(const std::string& text) {
  std::size_t characters = 0;
  auto is_begin = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
  auto end = std::find_if(text.begin(), text.end(), [&](char c) {
    return is_begin(c) && ++characters > recorded_characters;
  });
  return {text.begin(), end};
}

/// `target`: what it is done to.
rest_call act(const rest_reading& r, admin_command&& command, std::string action,
              std::string target, std::string detail = {}) {
  operator_action deed;
  deed.who = name_of(r.request);
  deed.action = std::move(action);
  deed.target = std::move(target);
  deed.detail = std::move(detail);
  return admin_call{std::move(command), std::move(deed)};
}

} // namespace

// ---- looking ---------------------------------------------------------------------------------

rest_call read_overview(rest_reading&) {
  return admin_call{look_over{}};
}

rest_call read_live_rooms(rest_reading& r) {
  using by = list_live_rooms::sort_by;
  using flag = list_live_rooms::flag;
  constexpr std::array<choice<by>, 6> sorts{{{"members", by::members},
                                             {"rate", by::rate},
                                             {"bytes", by::bytes},
                                             {"age", by::age},
                                             {"ttl", by::ttl},
                                             {"name", by::name}}};
  constexpr std::array<choice<std::string_view>, 3> kinds{
      {{"", ""}, {"room", "room"}, {"space", "space"}}};
  constexpr std::array<choice<flag>, 5> flags{{{"", flag::none},
                                               {"dirty", flag::dirty},
                                               {"locked", flag::locked},
                                               {"private", flag::is_private},
                                               {"password", flag::password}}};
  list_reading l{r.request.target};
  list_live_rooms c;
  c.sort = l.one_of("sort", sorts);
  c.descending = l.descending();
  c.text = l.text("q");
  c.kind = l.one_of("kind", kinds);
  c.only = l.one_of("flag", flags);
  c.limit = l.limit();
  c.cursor = l.cursor();
  return finish(l, desk_command{std::move(c)});
}

rest_call read_inspection(rest_reading& r) {
  list_reading l{r.request.target};
  inspect_room c{l.cursor(), l.limit()};
  return finish(l, room_order{std::move(r.room), std::move(c)});
}

rest_call read_connections(rest_reading& r) {
  using by = list_connections::sort_by;
  constexpr std::array<choice<by>, 6> sorts{{{"queued", by::queued},
                                             {"rtt", by::rtt},
                                             {"dropped", by::dropped},
                                             {"sent", by::sent},
                                             {"received", by::received},
                                             {"age", by::age}}};
  list_reading l{r.request.target};
  list_connections c;
  c.sort = l.one_of("sort", sorts);
  c.descending = l.descending();
  c.text = l.text("q");
  c.limit = l.limit();
  if (auto cursor = l.cursor(); cursor && !(c.after = read_connection_cursor(*cursor)))
    return refuse_rest(400, errc::bad_request, "`cursor` is none that an answer gave");
  return finish(l, std::move(c));
}

rest_call read_users(rest_reading& r) {
  list_reading l{r.request.target};
  list_online_users c;
  c.limit = l.limit();
  c.cursor = l.cursor();
  c.prefix = l.text("q");
  return finish(l, std::move(c));
}

rest_call read_admin_user(rest_reading& r) {
  return admin_call{look_at_user{{std::move(r.user)}}};
}

rest_call read_writers(rest_reading&) {
  return admin_call{desk_command{list_writers{}}};
}

rest_call read_store_info(rest_reading&) {
  return admin_call{desk_command{ask_store_info{}}};
}

rest_call read_audit(rest_reading& r) {
  list_reading l{r.request.target};
  list_audit c{l.limit(), l.cursor()};
  return finish(l, desk_command{std::move(c)});
}

rest_call read_relays(rest_reading& r) {
  list_reading l{r.request.target};
  list_relays c{l.limit(), l.cursor()};
  return finish(l, std::move(c));
}

rest_call read_tail(rest_reading& r) {
  if (r.request.method == "GET")
    return admin_call{open_tail{std::move(r.room), {std::move(r.user)}}};
  auto no = refuse_rest(405, errc::bad_request, "a stream has nothing but a body");
  no.allow = "GET";
  return no;
}

rest_call read_log_level(rest_reading&) {
  return admin_call{get_log_level{}};
}

// ---- acting ----------------------------------------------------------------------------------

rest_call read_kick(rest_reading& r) {
  body_reading b{r};
  kick_user c;
  if (b.members) c.user.value = b.members->required("userId", b.members->user_id("userId"));
  c.reason = b.reason();
  if (auto no = b.problem()) return std::move(*no);
  // A room's name has no slash.
  auto target = r.room + "/" + c.user.value;
  auto detail = c.reason;
  return act(r, room_order{r.room, std::move(c)}, "kick", std::move(target), std::move(detail));
}

rest_call read_close(rest_reading& r) {
  body_reading b{r};
  auto reason = b.reason();
  if (auto no = b.problem()) return std::move(*no);
  delete_room c{reason.empty() ? "closed" : reason};
  return act(r, room_order{r.room, std::move(c)}, "close", r.room, std::move(reason));
}

rest_call read_lock(rest_reading& r) {
  body_reading b{r};
  lock_room c;
  if (b.members) c.is_locked = b.members->required("locked", b.members->boolean("locked"));
  if (auto no = b.problem()) return std::move(*no);
  return act(r, room_order{r.room, c}, c.is_locked ? "lock" : "unlock", r.room);
}

rest_call read_room_announcement(rest_reading& r) {
  body_reading b{r};
  announce_to_room c{b.announcement()};
  if (auto no = b.problem()) return std::move(*no);
  auto detail = beginning_of(c.message);
  return act(r, room_order{r.room, std::move(c)}, "announce", r.room, std::move(detail));
}

rest_call read_announcement(rest_reading& r) {
  body_reading b{r};
  announce_to_all c{b.announcement()};
  if (auto no = b.problem()) return std::move(*no);
  auto detail = beginning_of(c.message);
  return act(r, std::move(c), "announce", {}, std::move(detail));
}

rest_call read_redaction(rest_reading& r) {
  if (r.item.empty() || r.item.size() > max_message_id_bytes)
    return refuse_rest(404, errc::message_not_found, "no message has this id");
  auto target = r.room + "/" + r.item;
  return act(r, room_order{r.room, delete_message{r.item}}, "redact", std::move(target));
}

rest_call read_user_disconnect(rest_reading& r) {
  body_reading b{r};
  disconnect_user c{b.reason()};
  if (auto no = b.problem()) return std::move(*no);
  auto detail = c.reason;
  return act(r, user_order{{r.user}, std::move(c)}, "disconnect", r.user, std::move(detail));
}

rest_call read_connection_disconnect(rest_reading& r) {
  cut_connection c;
  auto end = r.item.data() + r.item.size();
  auto [at, ec] = std::from_chars(r.item.data(), end, c.connection);
  if (ec != std::errc{} || at != end)
    return refuse_rest(404, errc::bad_request, "no connection has this id");
  body_reading b{r};
  c.reason = b.reason();
  if (auto no = b.problem()) return std::move(*no);
  auto detail = c.reason;
  return act(r, std::move(c), "disconnect", r.item, std::move(detail));
}

rest_call read_forget(rest_reading& r) {
  return act(r, user_order{{r.user}, forget_user{}}, "forget", r.user);
}

rest_call read_drain(rest_reading& r) {
  body_reading b{r};
  if (auto no = b.problem()) return std::move(*no);
  return act(r, drain_server{}, "drain", {});
}

rest_call read_new_log_level(rest_reading& r) {
  body_reading b{r};
  set_log_level c;
  if (b.members) c.level = b.members->required("level", b.members->text("level", 0, 16));
  if (auto no = b.problem()) return std::move(*no);
  if (!log::is_level(c.level))
    return refuse_rest(400, errc::bad_request,
                       "`level` must be one of: trace, debug, info, warn, error, off");
  auto detail = c.level;
  return act(r, std::move(c), "log-level", {}, std::move(detail));
}

rest_call read_cleanup(rest_reading& r) {
  body_reading b{r};
  clean_store c;
  if (b.members) {
    c.is_dry_run = b.members->required("dryRun", b.members->boolean("dryRun"));
    c.cursor = b.members->text("cursor", 0, max_text_bytes);
    if (c.cursor && c.cursor->empty()) c.cursor.reset();
  }
  if (auto no = b.problem()) return std::move(*no);
  if (c.is_dry_run) return admin_call{desk_command{std::move(c)}};
  return act(r, desk_command{std::move(c)}, "cleanup", {});
}

} // namespace atrium::net
