// What only operators ask of a room: docs/admin-api.md.
#include "actors/room_impl.hpp"

namespace atrium {

void room::run(const caller& from, inspect_room&) {
  fail(from, errc::unknown_event, "not yet");
}
void room::run(const caller& from, kick_user&) {
  fail(from, errc::unknown_event, "not yet");
}
void room::run(const caller& from, lock_room&) {
  fail(from, errc::unknown_event, "not yet");
}
void room::run(const caller& from, announce_to_room&) {
  fail(from, errc::unknown_event, "not yet");
}
void room::run(const caller& from, watch_room&) {
  fail(from, errc::unknown_event, "not yet");
}
void room::run(const caller& from, unwatch_room&) {
  fail(from, errc::unknown_event, "not yet");
}

} // namespace atrium
