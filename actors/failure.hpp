// What can go wrong, as a value: a code of the contract (§4, "Codes"), a sentence for people.
#pragma once

#include "actors/refusals.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace atrium {

enum class errc {
  bad_request,
  invalid_json,
  unknown_event,
  unauthorized,
  forbidden,
  identity_mismatch,
  room_not_found,
  room_exists,
  room_full,
  room_closed,
  wrong_password,
  not_in_room,
  message_not_found,
  edit_window_closed,
  payload_too_large,
  rate_limited,
  not_persisted,
  store_unavailable,
  shutting_down,
  internal,
};
inline constexpr std::size_t errc_count = static_cast<std::size_t>(errc::internal) + 1;

/// The spelling on the wire: `room_not_found`.
[[nodiscard]] std::string_view to_string(errc code) noexcept;

struct failure {
  errc code = errc::internal;
  std::string sentence;
  /// Not zero for `rate_limited`: when another try may succeed.
  std::chrono::milliseconds retry_after{0};
  /// An event of its own told the client already: without `ref` no `error` follows.
  bool is_told = false;
  /// For counting only: the limit that was hit, or what was wrong with who somebody is.
  limit beyond = limit::none;
  access_fault fault = access_fault::none;
};

/// The failure of who went beyond `l`.
[[nodiscard]] inline failure over(limit l, errc code, std::string sentence,
                                  std::chrono::milliseconds retry_after = {}) {
  return {code, std::move(sentence), retry_after, false, l};
}
/// The failure of who is not let in.
[[nodiscard]] inline failure kept_out(access_fault f, errc code, std::string sentence) {
  failure out{code, std::move(sentence)};
  out.fault = f;
  return out;
}
/// What is to be counted of a failure as a fault in who somebody is: also where none was said, by its code.
[[nodiscard]] access_fault fault_of(const failure& f) noexcept;

} // namespace atrium
