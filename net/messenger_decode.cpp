// See messenger_decode.hpp. Pure. Who speaks is read with every event and judged by the connection's
// actor; a name that a messenger's client does not give is made up in connection_link.cpp.
#include "net/messenger_decode.hpp"

#include "net/friend_form.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace atrium::net {
namespace {

constexpr std::size_t max_password_bytes = 128;
constexpr std::size_t max_client_id_bytes = 128;

/// As `!!value` in JavaScript.
bool is_truthy(json::slice value) {
  switch (value.type()) {
  case json::kind::null: return false;
  case json::kind::boolean: return json::to_bool(value);
  // Beyond a double it is infinite there.
  case json::kind::number: return json::to_number(value) != 0.0;
  case json::kind::string: return value.raw.size() > 2;
  case json::kind::object:
  case json::kind::array: break;
  }
  return true;
}

std::optional<client_event> about_user(fields& f, user_command c) {
  client_event out;
  out.who = read_identity(f);
  out.event = event_name(c);
  out.of_user = std::move(c);
  if (f.problem()) return std::nullopt;
  return out;
}

std::optional<client_event> read_registration(fields& f, const settings&) {
  return about_user(f, register_me{});
}

std::optional<client_event> read_status_question(fields& f, const settings&) {
  return about_user(f, get_online_status{});
}

std::optional<client_event> read_new_friends(fields& f, const settings& config) {
  return about_user(f, set_friends{read_friends(f, config.limits.friends_per_user)});
}

constexpr std::array<user_event, 3> user_events{{
    {register_me::event_name, read_registration},
    {get_online_status::event_name, read_status_question},
    {set_friends::event_name, read_new_friends},
}};

} // namespace

room_command read_messenger_join(fields& f, const client_event_text&, const settings&) {
  join_room j;
  j.words = vocabulary::messenger;
  j.password = f.text("password", 1, max_password_bytes);
  return j;
}

room_command read_messenger_leave(fields&, const client_event_text&, const settings&) {
  return leave_room{vocabulary::messenger};
}

room_command read_messenger_post(fields& f, const client_event_text&, const settings&) {
  post_message p;
  p.text = f.required("content", f.text("content", 0, std::size_t{0} - 1));
  p.client_message_id = f.text("clientMessageId", 1, max_client_id_bytes);
  p.durable = f.boolean("durable").value_or(false);
  return p;
}

room_command read_typing(fields& f, const client_event_text& text, const settings&) {
  if (auto is_typing = f.boolean("isTyping")) return set_typing{*is_typing};
  // `null` counts here: it is how some say that they stopped.
  if (auto content = json::find(text.object, "content")) return set_typing{is_truthy(*content)};
  f.fail("`isTyping` is missing");
  return set_typing{};
}

const user_event* find_user_event(std::string_view name) noexcept {
  auto found = std::find_if(user_events.begin(), user_events.end(),
                            [&](const user_event& e) { return e.name == name; });
  return found == user_events.end() ? nullptr : &*found;
}

} // namespace atrium::net
