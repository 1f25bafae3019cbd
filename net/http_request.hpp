// What a request must look like before anything is done with it: the checks that Beast's parser
// leaves open (protocols.md §1), targets, query strings, origins. Values, no sockets.
#pragma once

#include "actors/messages.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace atrium::net {

/// The parts of a request's head that the checks look at. Views into the parser's fields.
struct request_head {
  /// 11 or 10.
  unsigned version = 11;
  std::vector<std::string_view> host;
  std::vector<std::string_view> transfer_encoding;
  bool has_content_length = false;
};

/// Why a head is refused; status 400, 501 or 505. The connection closes after the answer.
struct head_refusal {
  unsigned status;
  std::string sentence;
};
[[nodiscard]] std::optional<head_refusal> check_head(const request_head& head);

/// A target cut into path segments and query parameters, percent-decoded.
struct request_target {
  /// `/api/rooms/x` → {"api", "rooms", "x"}; a single slash at the end is ignored.
  std::vector<std::string> segments;
  std::vector<std::pair<std::string, std::string>> query;

  /// The last value of a parameter.
  [[nodiscard]] const std::string* parameter(std::string_view name) const noexcept;
};
/// Nothing if the target is no path, or wrongly encoded, or not UTF-8.
[[nodiscard]] std::optional<request_target> parse_target(std::string_view target);

/// `userId` and `username` of a query string. Error: `bad_request` if one has not its form
/// (contract §1): nobody is given an identity that was not claimed.
[[nodiscard]] std::variant<identity_claim, failure> read_identity(const request_target& target);

/// May a page of `origin` open a WebSocket here? No Origin: yes. An empty list: the same host and
/// port as `host`. `*` allows everybody.
[[nodiscard]] bool is_allowed_origin(std::string_view origin, std::string_view host,
                                     const std::vector<std::string>& allowed);

/// `application/json`, with or without parameters.
[[nodiscard]] bool is_json_type(std::string_view content_type) noexcept;

/// The token of `Authorization: Bearer <token>`; empty for anything else.
[[nodiscard]] std::string_view bearer_token(std::string_view authorization) noexcept;

/// Compares without telling by its time where the difference is.
[[nodiscard]] bool is_same_secret(std::string_view a, std::string_view b) noexcept;

} // namespace atrium::net
