// Clients of relay rooms in a scenario: what each is told, in words short enough to compare.
#pragma once

#include "support/house_scenario.hpp"

#include <caf/all.hpp>
#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace atrium::test {

using heard_list = std::vector<std::string>;

/// `first`, `new <socket>`, `in <sockets>`, `followed <sockets>`, `unfollowed`, the text of a message;
/// of results `ok` or the failure's code.
[[nodiscard]] inline std::string in_short(const relay_event& e) {
  auto list = [](std::string word, const std::vector<socket_id>& sockets) {
    for (const auto& s : sockets) word += " " + s.value;
    return word;
  };
  if (std::holds_alternative<first_in_relay>(e)) return "first";
  if (const auto* j = std::get_if<relay_joined_by>(&e)) return "new " + j->socket.value;
  if (const auto* m = std::get_if<relay_members_told>(&e)) return list("in", m->sockets);
  if (const auto* f = std::get_if<relay_followers_told>(&e)) return list("followed", f->sockets);
  if (const auto* m = std::get_if<relay_message_told>(&e))
    return m->payload->arguments.substr(1, m->payload->arguments.size() - 2);
  return "unfollowed";
}

/// A connected client of Socket.IO, whose socket id is its name.
class drawer {
public:
  drawer(house_scenario& house, std::string name, shared_claims token = {})
      : session{++house.last_session}, house_{house}, name_{std::move(name)} {
    connection_ = open_connection(*house.door, {&house.port, session, wire::socketio},
                                  {std::nullopt, std::nullopt, std::move(token)}, "");
  }
  ~drawer() {
    vanish_only();
    house_.run();
  }
  drawer(const drawer&) = delete;
  drawer& operator=(const drawer&) = delete;

  void push_only(relay_command c) {
    caf::anon_send(connection_, client_relay_command{++last_request_, {name_}, std::move(c)});
  }
  void push(relay_command c) {
    push_only(std::move(c));
    house_.run();
  }
  void join(const std::string& room) { push(join_relay{room}); }
  void say_only(const std::string& room, const std::string& text, bool is_volatile = false) {
    auto payload = std::make_shared<const relay_payload>(relay_payload{'"' + text + '"'});
    if (is_volatile)
      push_only(relay_volatile_broadcast{{room, payload}});
    else
      push_only(relay_broadcast{{room, payload}});
  }
  void say(const std::string& room, const std::string& text, bool is_volatile = false) {
    say_only(room, text, is_volatile);
    house_.run();
  }
  void follow_only(const std::string& whom) { push_only(follow_socket{{whom}, true}); }
  void follow(const std::string& whom) { push(follow_socket{{whom}, true}); }
  void unfollow(const std::string& whom) { push(follow_socket{{whom}, false}); }
  /// Its lane overflowed, and has run empty.
  void drained() {
    for (const auto& [room, who] : house_.port.subscribers)
      if (is_relay_key(room) && who.contains(session))
        caf::anon_send(connection_, lane_drained{room, no_seq});
    house_.run();
  }
  void cut_off() {
    caf::anon_send(connection_, atrium::cut_off{"enough", false});
    house_.run();
  }
  void vanish_only() {
    if (connection_) caf::anon_send(connection_, client_gone{});
    connection_ = nullptr;
  }
  void vanish() {
    vanish_only();
    house_.run();
  }

  /// What it was told since this was asked last.
  heard_list heard() {
    heard_list out;
    for (auto& item : house_.port.sessions[session].items) {
      if (const auto* e = std::get_if<relay_event>(&item)) out.push_back(in_short(*e));
      if (const auto* r = std::get_if<1>(&item)) {
        const auto* why = std::get_if<failure>(&r->second);
        out.push_back(why == nullptr ? "ok" : std::string{to_string(why->code)});
      }
    }
    house_.port.sessions[session].items.clear();
    return out;
  }

  session_id session;

private:
  house_scenario& house_;
  std::string name_;
  connection_actor connection_;
  std::uint32_t last_request_ = 0;
};

/// An operator's list of relay rooms.
[[nodiscard]] inline relays_page house_relays(house_scenario& house, list_relays wish) {
  caller from;
  from.out = {&house.port, ++house.last_session, wire::native};
  from.request = 1;
  caf::anon_send(house.relays, relays_request{from, std::move(wish)});
  house.run();
  auto& items = house.port.sessions[house.last_session].items;
  REQUIRE(items.size() == 1);
  return std::get<relays_page>(std::get<1>(items.front()).second);
}

} // namespace atrium::test
