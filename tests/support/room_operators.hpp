// What scenarios of operators ask of rooms.
#pragma once

#include "support/messenger.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace atrium::test {

[[nodiscard]] inline kick_user kick(const std::string& user, const std::string& reason = "enough") {
  return {{user}, reason};
}

[[nodiscard]] inline errc code_of(const command_result& outcome) {
  REQUIRE(std::holds_alternative<failure>(outcome));
  return std::get<failure>(outcome).code;
}

[[nodiscard]] inline post_message text(const std::string& what) {
  post_message m;
  m.text = what;
  return m;
}

[[nodiscard]] inline patch_board drawing(const std::string& id, int version = 1) {
  return {elements(R"([{"id":")" + id + R"(","version":)" + std::to_string(version) + "}]")};
}

/// An operator's stream of a room.
class room_tail {
public:
  room_tail(house_scenario& house, std::string room)
      : session{++house.last_session}, house_{house}, room_{std::move(room)} {
    send(watch_room{}, 1);
  }
  void end() { send(unwatch_room{}, 0); }
  [[nodiscard]] decltype(received::items)& items() { return house_.port.sessions[session].items; }
  command_result answer() {
    REQUIRE_FALSE(items().empty());
    auto outcome = std::get<1>(items().front()).second;
    items().pop_front();
    return outcome;
  }
  /// The kinds of events since, as indexes of `event`.
  std::vector<std::size_t> kinds() {
    std::vector<std::size_t> out;
    for (auto& item : items()) out.push_back(std::get<event>(item).index());
    items().clear();
    return out;
  }

  session_id session;

private:
  void send(room_command c, std::uint32_t request) {
    caller from;
    from.out = {&house_.port, session, wire::native};
    from.request = request;
    from.room_name = room_;
    from.is_operator = true;
    caf::anon_send(house_.directory, routed_request{std::move(from), std::move(c)});
    house_.run();
  }

  house_scenario& house_;
  std::string room_;
};

[[nodiscard]] inline std::vector<std::size_t> kinds_of(house_scenario& house, client& who) {
  std::vector<std::size_t> out;
  for (auto& item : house.port.sessions[who.session].items)
    if (auto* e = std::get_if<event>(&item)) out.push_back(e->index());
  who.drop_received();
  return out;
}

} // namespace atrium::test
