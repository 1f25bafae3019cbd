// Members of a room.
#include "actors/room_impl.hpp"

namespace atrium {

void room::run(const caller& from, get_members&) {
  fail(from, errc::unknown_event, "not built yet");
}

void room::run(const caller& from, set_members&) {
  fail(from, errc::unknown_event, "not built yet");
}

} // namespace atrium
