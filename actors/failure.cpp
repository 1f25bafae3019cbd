// The spelling of failure codes (contract §4, "Codes"). The switch has no default, so a new code
// stops the build here until it is spelled.
#include "actors/failure.hpp"

namespace atrium {

std::string_view to_string(errc code) noexcept {
  switch (code) {
  case errc::bad_request: return "bad_request";
  case errc::invalid_json: return "invalid_json";
  case errc::unknown_event: return "unknown_event";
  case errc::unauthorized: return "unauthorized";
  case errc::forbidden: return "forbidden";
  case errc::identity_mismatch: return "identity_mismatch";
  case errc::room_not_found: return "room_not_found";
  case errc::room_exists: return "room_exists";
  case errc::room_full: return "room_full";
  case errc::room_closed: return "room_closed";
  case errc::wrong_password: return "wrong_password";
  case errc::not_in_room: return "not_in_room";
  case errc::message_not_found: return "message_not_found";
  case errc::edit_window_closed: return "edit_window_closed";
  case errc::payload_too_large: return "payload_too_large";
  case errc::rate_limited: return "rate_limited";
  case errc::not_persisted: return "not_persisted";
  case errc::store_unavailable: return "store_unavailable";
  case errc::shutting_down: return "shutting_down";
  case errc::internal: break;
  }
  return "internal";
}

access_fault fault_of(const failure& f) noexcept {
  if (f.fault != access_fault::none) return f.fault;
  switch (f.code) {
  case errc::unauthorized: return access_fault::no_operator;
  case errc::identity_mismatch: return access_fault::other_user;
  case errc::wrong_password: return access_fault::password;
  default: return access_fault::none;
  }
}

} // namespace atrium
