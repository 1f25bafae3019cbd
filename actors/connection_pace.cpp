// Cursors and moves of one client connection. They are never refused for their rate: each goes to the
// room at once if the last one is long enough ago; otherwise the newest waits for its time, and those
// that it takes the place of are done by that.
#include "actors/connection_impl.hpp"

#include <algorithm>
#include <variant>

namespace atrium {

connection::coalesced* connection::coalesced_of(const room_command& c, joined_room& r) {
  if (std::holds_alternative<move_cursor>(c)) return &r.cursor;
  if (std::holds_alternative<move_to>(c)) return &r.move;
  return nullptr;
}

std::chrono::milliseconds connection::pause_of(const room_command& c) const {
  // A room tells the newest of what it gets in between.
  auto hz = std::holds_alternative<move_to>(c) ? env_.config.spaces.move_hz * 2
                                               : env_.config.rooms.cursor_hz;
  return std::chrono::milliseconds{1'000 / std::max(hz, 1u)};
}

void connection::forward_soon(client_command& c, joined_room& r) {
  auto now = self_->clock().now();
  auto pause = pause_of(c.command);
  auto& one = *coalesced_of(c.command, r);
  if (!one.waiting && (!one.last || now - *one.last >= pause)) {
    one.last = now;
    return forward(c, r.room);
  }
  // The newest takes the place of the one that waited, which is done by being superseded.
  if (one.waiting) out_.port->post(op::result{out_.session, one.waiting->request, done{}});
  one.waiting = std::make_unique<client_command>(std::move(c));
  arm_coalesced(*one.last + pause);
}

void connection::arm_coalesced(time_point at) {
  if (coalesced_at_ && *coalesced_at_ <= at) return;
  coalesced_at_ = at;
  self_->delayed_send(self_, std::max(at - self_->clock().now(), time_point::duration{0}),
                      coalesced_due{});
}

void connection::on_coalesced_due() {
  coalesced_at_.reset();
  for (auto& [id, r] : rooms_) {
    forward_if_due(r, r.cursor);
    forward_if_due(r, r.move);
  }
}

void connection::forward_if_due(joined_room& r, coalesced& one) {
  if (!one.waiting) return;
  auto now = self_->clock().now();
  auto due = *one.last + pause_of(one.waiting->command);
  if (due > now) return arm_coalesced(due);
  one.last = now;
  forward(*one.waiting, r.room);
  one.waiting.reset();
}

void connection::settle_waiting(joined_room& r, const command_result& outcome) {
  for (auto* one : {&r.cursor, &r.move})
    if (one->waiting) out_.port->post(op::result{out_.session, one->waiting->request, outcome});
}

} // namespace atrium
