// REST (contract §4) as values: a request in, a command for the house or a refusal out; a result
// in, an answer out. Knows neither sockets nor actors' mailboxes.
//
// To add an endpoint: a line in the table `routes` in rest.cpp, which also says who may ask, and its
// reader (rest_reading.hpp).
#pragma once

#include "actors/messages.hpp"
#include "config/settings.hpp"
#include "net/admin_call.hpp"
#include "net/export_format.hpp"
#include "net/http_request.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace atrium::net {

/// Who asks.
struct rest_asker {
  /// It showed the operator's token, or one that makes it an operator.
  bool is_operator = false;
  /// What its own token says; null: it has none, or nobody asks for one.
  shared_claims token{};
  /// Why it has none, though one is asked for and it is no operator.
  std::optional<failure> refused{};
};

/// What decides about a request. Views into the parser.
struct rest_request {
  std::string_view method;
  std::string_view content_type;
  std::string_view body;
  const request_target& target;
  rest_asker who{};
  /// Header `X-Operator`; nothing: it is not there.
  std::optional<std::string_view> operator_name{};
};

/// A command for the room that `room` names.
struct room_call {
  std::string room;
  room_command command;
  /// Who posts; empty for everything else.
  user_id user{};
  std::string username{};
};
/// `GET …/messages/export`: all messages of the room, in pieces.
struct export_call {
  std::string room;
  export_format format;
};
/// `GET /api/users/:id`, or with friends `PUT …/friends`
struct user_call {
  user_id user;
  std::optional<set_friends> friends;
};
/// `GET /api/stats`
struct stats_call {};
/// `GET /health`, `GET /ready`
struct health_call {
  bool is_ready_check = false;
};
/// `GET /metrics`
struct metrics_call {};
/// A refusal that the house needn't be asked for.
struct rest_refusal {
  unsigned status;
  failure why;
  /// Value of the Allow header with 405; empty otherwise.
  std::string allow;
};
/// `OPTIONS` for a path that exists: the methods that it takes.
struct options_call {
  std::string allow;
};

using rest_call
    = std::variant<room_call, export_call, create_room, list_rooms, user_call, list_online_users,
                   stats_call, health_call, metrics_call, options_call, admin_call, rest_refusal>;

/// Is this a path of REST, with whatever method?
[[nodiscard]] bool is_rest_path(const request_target& target);

[[nodiscard]] rest_call read_rest_call(const rest_request& request, const settings& config);

struct rest_answer {
  unsigned status = 200;
  std::string body;
  std::string content_type = "application/json";
  /// 401, and a bearer's token would help.
  bool wants_token = false;
  /// Seconds; 0: no Retry-After header.
  std::int64_t retry_after = 0;
};

/// The HTTP status that a failure has.
[[nodiscard]] unsigned status_of(errc code) noexcept;
[[nodiscard]] rest_answer answer_failure(const failure& why);
/// `call` is what was asked: /health and /ready read the same result differently.
[[nodiscard]] rest_answer answer_result(const command_result& outcome, const rest_call& call);

} // namespace atrium::net
