// Who may come in, and who may read what is in a room: passwords.
//
// Whether a token opens the room is asked before (room.cpp), so a password is never tried for nothing.
// A password is checked elsewhere, so that hashing never stalls the room; what the same session says
// meanwhile waits behind it. Whoever is in stays in: another `join` of it needs no password.
#include "actors/room_impl.hpp"

namespace atrium {

namespace {

/// Hashing takes its time, and some may wait before this one.
constexpr std::chrono::seconds check_patience{30};
constexpr std::chrono::milliseconds busy_pause{1'000};

const failure wrong{errc::wrong_password, "the room has a password, and this is not it"};
const failure missing{errc::wrong_password, "the room has a password; give it as `password`"};
const failure crowded{errc::rate_limited, "too many passwords are being checked; try again",
                      busy_pause};

/// REST requests for what is in a room. What describes the room is open, and who deletes one is asked
/// for more than its password elsewhere.
bool reads_inside(const room_command& c) {
  return !std::holds_alternative<get_room>(c) && !std::holds_alternative<delete_room>(c)
         && !std::holds_alternative<get_members>(c) && !std::holds_alternative<set_members>(c)
         && !std::holds_alternative<resync_member>(c);
}

} // namespace

bool room::is_guarded(const caller& from, const room_command& c) const {
  if (state_.meta().password_hash.empty() || from.is_operator) return false;
  if (const auto* join = std::get_if<join_room>(&c))
    return !join->is_admitted && !seats_.contains(from.out.session);
  return !from.connection && reads_inside(c);
}

void room::check_password(room_request& r) {
  auto* join = std::get_if<join_room>(&r.command);
  std::string given;
  if (join && join->password)
    given = *join->password;
  else if (r.from.password)
    given = *r.from.password;
  if (given.empty()) return refuse(r, missing);
  hold(r.from);
  auto kept = std::make_shared<room_request>(std::move(r));
  auto decide = [this, kept, busy = busy_](password_verdict verdict) {
    auto f = refusal(kept->from, kept->command);
    if (f)
      refuse(*kept, std::move(*f));
    else if (verdict == password_verdict::right)
      handle(kept->from, kept->command);
    else
      refuse(*kept, verdict == password_verdict::busy ? crowded : wrong);
    release(kept->from);
  };
  self_
      ->request(passwords_, check_patience,
                verify_password{state_.meta().password_hash, std::move(given)})
      .then([decide](const password_verified& v) { decide(v.verdict); },
            [decide](const caf::error&) { decide(password_verdict::busy); });
}

void room::refuse(const room_request& r, failure f) const {
  if (std::holds_alternative<join_room>(r.command)) return refuse_join(r.from, std::move(f));
  answer(r.from, std::move(f));
}

} // namespace atrium
