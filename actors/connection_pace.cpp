// Cursors and moves of one client connection. They are never refused for their rate: each goes to the
// room at once if the last one is long enough ago; otherwise the newest waits for its time, and those
// that it takes the place of are done by that. A move to a place outside of the space takes no place
// of one that is inside: it waits beside it, and the room rejects it.
#include "actors/connection_impl.hpp"
#include "actors/space.hpp"

#include <algorithm>
#include <variant>

namespace atrium {

connection::coalesced* connection::coalesced_of(const room_command& c, joined_room& r) {
  if (std::holds_alternative<move_cursor>(c)) return &r.cursor;
  if (std::holds_alternative<move_to>(c)) return &r.move;
  return nullptr;
}

std::chrono::milliseconds connection::cursor_pause() const {
  return std::chrono::milliseconds{1'000 / std::max(env_.config.rooms.cursor_hz, 1u)};
}

std::chrono::milliseconds connection::move_pause() const {
  // A room tells the newest of what it gets in between.
  return std::chrono::milliseconds{1'000 / std::max(env_.config.spaces.move_hz * 2, 1u)};
}

void connection::forward_soon(client_command& c, joined_room& r) {
  auto now = self_->clock().now();
  auto& one = *coalesced_of(c.command, r);
  const auto* move = std::get_if<move_to>(&c.command);
  auto pause = move ? move_pause() : cursor_pause();
  bool waits = one.waiting || (move && r.stray_move);
  if (!waits && now >= one.due) {
    one.due = now + pause;
    return forward(c, r.room);
  }
  if (move && !r.bounds.contains({move->x, move->y}))
    keep_waiting(r.stray_move, c, outside_of_space());
  else
    keep_waiting(one.waiting, c, done{});
  arm_coalesced(one.due);
}

void connection::keep_waiting(std::unique_ptr<client_command>& waiting, client_command& c,
                              const command_result& of_superseded) {
  if (waiting) out_.port->post(op::result{out_.session, waiting->request, of_superseded});
  waiting = std::make_unique<client_command>(std::move(c));
}

void connection::arm_coalesced(time_point at) {
  if (coalesced_at_ <= at) return;
  coalesced_at_ = at;
  self_->delayed_send(self_, std::max(at - self_->clock().now(), time_point::duration{0}),
                      coalesced_due{});
}

void connection::on_coalesced_due() {
  coalesced_at_ = time_point::max();
  for (auto& [id, r] : rooms_) {
    forward_if_due(r, r.cursor.due, cursor_pause(), {&r.cursor.waiting});
    // A rejection shows where the user stands by then.
    forward_if_due(r, r.move.due, move_pause(), {&r.move.waiting, &r.stray_move});
  }
}

void connection::forward_if_due(
    const joined_room& r, time_point& due, std::chrono::milliseconds pause,
    std::initializer_list<std::unique_ptr<client_command>*> all_waiting) {
  if (std::none_of(all_waiting.begin(), all_waiting.end(), [](auto* one) { return !!*one; }))
    return;
  auto now = self_->clock().now();
  if (due > now) return arm_coalesced(due);
  due = now + pause;
  for (auto* one : all_waiting)
    if (auto c = std::move(*one)) forward(*c, r.room);
}

void connection::settle_waiting(joined_room& r, const command_result& outcome) {
  for (auto* one : {&r.cursor.waiting, &r.move.waiting})
    if (auto c = std::move(*one)) out_.port->post(op::result{out_.session, c->request, outcome});
  if (auto c = std::move(r.stray_move)) fail(c->request, outside_of_space());
}

} // namespace atrium
