// What scenarios of operators ask about users and of the desk.
#pragma once

#include "support/people.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace atrium::test {

/// An operator's session, which is no connection: it asks, and hears what it watches.
class watching_operator {
public:
  explicit watching_operator(house_scenario& house)
      : house_{house}, session_{++house.last_session} {}

  /// The answer, which must be a `Result` and is all that comes before what is watched.
  template <class Result>
  Result ask(const std::string& user, operator_user_command c) {
    tell(user, std::move(c));
    return take_answer<Result>();
  }
  template <class Result>
  Result ask_desk(desk_command c) {
    caf::anon_send(house_.desk, desk_request{myself(), std::move(c)});
    house_.run();
    return take_answer<Result>();
  }
  void tell(const std::string& user, operator_user_command c) {
    user_id id{user};
    caf::anon_send(house_.shards->of(id), operator_user_request{myself(), id, std::move(c)});
    house_.run();
  }
  /// All that came since: `+7` and `-7` for connections, `7 join 123456` for commands, with the code
  /// at the end if it was refused.
  words heard() {
    words out;
    for (auto& item : items())
      if (const auto* e = std::get_if<event>(&item)) out.push_back(text_of(*e));
    items().clear();
    return out;
  }

private:
  static std::string text_of(const event& e) {
    if (const auto* c = std::get_if<watched_connection>(&e))
      return (c->is_connected ? "+" : "-") + std::to_string(c->session);
    const auto& said = std::get<watched_command>(e);
    auto out = std::to_string(said.session) + " " + said.event_name;
    if (!said.room.empty()) out += " " + said.room;
    if (said.refused) out += " " + std::string{to_string(*said.refused)};
    return out;
  }
  caller myself() const {
    caller from;
    from.out = {&house_.port, session_, wire::native};
    from.request = 1;
    from.is_operator = true;
    return from;
  }
  decltype(received::items)& items() { return house_.port.sessions[session_].items; }
  template <class Result>
  Result take_answer() {
    REQUIRE_FALSE(items().empty());
    const auto* answer = std::get_if<1>(&items().front());
    REQUIRE(answer != nullptr);
    REQUIRE(std::holds_alternative<Result>(answer->second));
    auto out = std::get<Result>(answer->second);
    items().pop_front();
    return out;
  }

  house_scenario& house_;
  session_id session_;
};

} // namespace atrium::test
