// The native wire (contract §2): `{"type":"<event>", …fields, "ref":…}` in, results as whole
// WebSocket text frames out. Pure functions; no JSON tree is built.
#pragma once

#include "actors/failure.hpp"
#include "actors/outlet.hpp"
#include "net/command_decode.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace atrium::net {

struct native_command : client_event {
  /// JSON text of `ref`; empty: the client wants no answer.
  std::string ref;
};

/// Why a text is no event. The connection stays.
struct native_refusal {
  failure why;
  std::string ref;
  /// The name that the client gave, cut to 64 bytes; empty if it gave none.
  std::string event;
  /// The text is no JSON object at all.
  bool is_malformed = false;
};

/// Errors: `invalid_json`, and those of `read_command`.
[[nodiscard]] std::variant<native_command, native_refusal>
read_native_command(std::string_view text, const settings& config);

/// The answer to a command. Null: nothing is to be sent (a success that nobody asked for, or a failure
/// that was told). `ref` is JSON text or empty; `event` names the command.
[[nodiscard]] frame encode_result(const command_result& outcome, std::string_view ref,
                                  std::string_view event);
[[nodiscard]] frame encode_failure(const failure& why, std::string_view ref,
                                   std::string_view event);

} // namespace atrium::net
