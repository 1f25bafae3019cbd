// Readers of REST requests, one per endpoint: private to rest.cpp (which request is whose) and
// rest_reading.cpp (rooms), rest_chat.cpp (messages and members) and rest_people.cpp (users). Each makes a call of a request
// whose path, method and Content-Type fit, or refuses it.
#pragma once

#include "net/rest.hpp"
#include "json/json.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace atrium::net {

struct rest_reading {
  const rest_request& request;
  const settings& config;
  /// What `:room`, `:user` and `:id` stand for in the path.
  std::string room;
  std::string user;
  std::string item{};
};

/// Whether the segments have the form of a route's path; `in` gets what stands for its parameters.
[[nodiscard]] bool matches(std::string_view path, const std::vector<std::string>& segments,
                           rest_reading& in);
/// Another method for the Allow header.
void add_method(std::string& allow, std::string_view method);

[[nodiscard]] rest_refusal refuse_rest(unsigned status, errc code, std::string sentence);
/// The refusal of what only operators may.
[[nodiscard]] rest_refusal refuse_stranger();
/// `limit` of the query, clamped to 1..`max`; a refusal unless it is an integer.
[[nodiscard]] std::variant<std::size_t, rest_refusal>
read_limit(const request_target& target, std::size_t max, std::size_t usual);
/// A cursor or an id out of the query: nothing if it is missing, empty or longer than any is.
[[nodiscard]] std::optional<std::string> read_parameter(const request_target& target,
                                                        std::string_view name);
/// The body, which must be a JSON object.
[[nodiscard]] std::variant<json::slice, rest_refusal> read_body(const rest_reading& r);

/// Everything under `/api/admin/`: admin_routes.cpp.
[[nodiscard]] bool is_admin_path(const request_target& target) noexcept;
[[nodiscard]] rest_call read_admin_call(const rest_request& request, const settings& config);

// Rooms.
[[nodiscard]] rest_call read_creation(rest_reading& r);
[[nodiscard]] rest_call read_list(rest_reading& r);
[[nodiscard]] rest_call read_participants(rest_reading& r);

// Messages and members.
/// A page of the history, or with `q` what a search finds.
[[nodiscard]] rest_call read_messages(rest_reading& r);
[[nodiscard]] rest_call read_post(rest_reading& r);
[[nodiscard]] rest_call read_export(rest_reading& r);
[[nodiscard]] rest_call read_members(rest_reading& r);
[[nodiscard]] rest_call read_new_members(rest_reading& r);

// Users, and figures of the server.
[[nodiscard]] rest_call read_online_users(rest_reading& r);
[[nodiscard]] rest_call read_user(rest_reading& r);
[[nodiscard]] rest_call read_new_friends(rest_reading& r);
[[nodiscard]] rest_call read_stats(rest_reading& r);

} // namespace atrium::net
