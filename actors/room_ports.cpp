// See room_ports.hpp.
#include "actors/room_ports.hpp"

#include <algorithm>

namespace atrium {

void room_ports::count(const outlet& out, bool patch_board, int step) {
  auto n = static_cast<std::size_t>(step);
  wires_[static_cast<std::size_t>(out.spelling)] += n;
  (patch_board ? patch_ : full_) += n;
  auto use = std::find_if(ports_.begin(), ports_.end(),
                          [&](const port_use& p) { return p.port == out.port; });
  if (use == ports_.end()) use = ports_.insert(ports_.end(), port_use{out.port, 0});
  use->subscribers += n;
  if (use->subscribers == 0) ports_.erase(use);
}

void room_ports::subscribe(const outlet& out, bool patch_board, seq_t seq) {
  count(out, patch_board, 1);
  auto board = patch_board ? audience::patch_board : audience::full_board;
  out.port->post(op::subscribe{out.session, key_, out.spelling, board, seq});
}

void room_ports::unsubscribe(const outlet& out, bool patch_board) {
  count(out, patch_board, -1);
  out.port->post(op::unsubscribe{out.session, key_});
}

void room_ports::forget() {
  for (auto& use : ports_) use.port->post(op::forget{key_});
  ports_.clear();
  wires_ = {};
  full_ = patch_ = 0;
}

bool room_ports::wanted(audience who) const noexcept {
  switch (who) {
  case audience::all: return full_ + patch_ > 0;
  case audience::full_board: return full_ > 0;
  case audience::patch_board: return patch_ > 0;
  }
  return false;
}

frame room_ports::encode(const event& e, wire w, bool is_resync) const {
  return env_.spelling.encode(e, w, {epoch_, seq_of(e), is_resync});
}

void room_ports::publish(const event& e, audience who, delivery how, session_id except,
                         std::uint64_t key) {
  if (wanted(who)) publish(encode_heard(e), who, how, except, key, seq_of(e));
}

void room_ports::publish(const frames& bytes, audience who, delivery how, session_id except,
                         std::uint64_t key, seq_t seq) {
  if (std::none_of(bytes.begin(), bytes.end(), [](const frame& f) { return !!f; })) return;
  auto& counts = env_.counts;
  std::shared_ptr<const fan_out_watch> watch;
  if (counts.add(counter::broadcasts) % fan_out_sample == fan_out_sample - 1)
    watch = std::make_shared<const fan_out_watch>(counts.measured.fan_out, measures::clock::now());
  for (auto& use : ports_) {
    use.port->post(op::publish{key_, bytes, except, who, how, key, seq});
    if (watch) use.port->post(op::stamp{watch});
  }
}

frames room_ports::encode_heard(const event& e) const {
  frames bytes;
  for (std::size_t i = 0; i < wire_count; ++i) {
    auto w = static_cast<wire>(i);
    if (wires_[i] != 0 && atrium::is_heard_in(e, words_of(w))) bytes[i] = encode(e, w);
  }
  return bytes;
}

bool room_ports::is_heard_in(vocabulary words) const noexcept {
  for (std::size_t i = 0; i < wire_count; ++i)
    if (wires_[i] != 0 && words_of(static_cast<wire>(i)) == words) return true;
  return false;
}

void room_ports::post(std::shared_ptr<const move_batch> batch) const {
  env_.counts.add(counter::broadcasts, batch->movers.size());
  for (const auto& use : ports_) use.port->post(op::moves{key_, batch});
}

void room_ports::view(const outlet& out, room_point place) const {
  out.port->post(op::view{out.session, key_, place});
}

void room_ports::send(const outlet& out, frame bytes, delivery how, seq_t seq) const {
  out.port->post(op::event{out.session, key_, std::move(bytes), how, seq});
}

void room_ports::send(const outlet& out, const event& e, delivery how, bool is_resync) const {
  send(out, encode(e, out.spelling, is_resync), how, seq_of(e));
}

void room_ports::answer(const outlet& out, std::uint32_t request, command_result outcome) const {
  out.port->post(op::result{out.session, request, std::move(outcome)});
}

void room_ports::resume(const outlet& out, seq_t seq) const {
  out.port->post(op::resume{out.session, key_, seq});
}

} // namespace atrium
