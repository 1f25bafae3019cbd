// Names of limits and of faults in who somebody is. The switches have no default, so a new one stops the
// build here until it is named.
#include "actors/refusals.hpp"

namespace atrium {

std::string_view to_string(limit l) noexcept {
  switch (l) {
  case limit::none: break;
  case limit::payload_bytes: return "payload_bytes";
  case limit::inbound_bytes: return "inbound_bytes";
  case limit::header_bytes: return "header_bytes";
  case limit::handshake_ms: return "handshake_ms";
  case limit::json_depth: return "json_depth";
  case limit::message_chars: return "message_chars";
  case limit::cursor_bytes: return "cursor_bytes";
  case limit::board_elements: return "board_elements";
  case limit::board_bytes: return "board_bytes";
  case limit::friends_per_user: return "friends_per_user";
  case limit::rooms_per_connection: return "rooms_per_connection";
  case limit::rooms_per_user: return "rooms_per_user";
  case limit::relay_rooms: return "relay_rooms";
  case limit::relay_volatile_per_second: return "relay_volatile_per_second";
  case limit::connections: return "connections";
  case limit::connections_per_ip: return "connections_per_ip";
  case limit::events_per_second: return "events_per_second";
  case limit::requests_per_second: return "requests_per_second";
  case limit::rooms_created_per_minute: return "rooms_created_per_minute";
  case limit::join_failures_per_minute: return "join_failures_per_minute";
  case limit::lane_bytes: return "lane_bytes";
  case limit::lane_ms: return "lane_ms";
  case limit::stalled_ms: return "stalled_ms";
  case limit::members_per_room: return "members_per_room";
  case limit::allowed_origins: return "allowed_origins";
  }
  return "none";
}

std::string_view to_string(access_fault f) noexcept {
  switch (f) {
  case access_fault::none: break;
  case access_fault::missing: return "missing";
  case access_fault::malformed: return "malformed";
  case access_fault::key: return "key";
  case access_fault::signature: return "signature";
  case access_fault::expired: return "expired";
  case access_fault::not_yet_valid: return "not_yet_valid";
  case access_fault::issuer: return "issuer";
  case access_fault::audience: return "audience";
  case access_fault::other_user: return "other_user";
  case access_fault::closed_room: return "closed_room";
  case access_fault::no_operator: return "no_operator";
  case access_fault::password: return "password";
  }
  return "none";
}

} // namespace atrium
