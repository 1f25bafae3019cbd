// The whiteboard, and what every joiner is sent.
//
// A change is told to everybody, kept for those who come back, and answered at once; the store hears
// of it afterwards. One that changes nothing takes no seq and tells nobody.
#include "actors/room_impl.hpp"

namespace atrium {

void room::run(const caller& from, change_board& c) {
  draw(from, c.change, true);
}

void room::run(const caller& from, patch_board& c) {
  draw(from, c.change, false);
}

void room::draw(const caller& from, const board_change& change, bool whole) {
  auto outcome = state_.draw(change, whole, last_use_);
  if (auto* f = std::get_if<failure>(&outcome)) return answer(from, std::move(*f));
  tell_drawing(from, std::get<drawing>(outcome), !whole);
}

void room::run(const caller& from, clear_board&) {
  auto d = state_.clear(last_use_);
  tell_drawing(from, d, true);
}

void room::tell_drawing(const caller& from, drawing& d, bool as_patch) {
  const auto& id = state_.meta().id;
  auto view = state_.whiteboard().view();
  auto sender = from.out.session;
  if (d.result.changed > 0) {
    board_frames_ = {};
    board_updated update{id, view, d.result.seq};
    bool patchable = as_patch && !d.replaced;
    window_.add(
        d.result.seq,
        {view, patchable ? d.winners : std::vector<shared_text>{}, sender, !d.corrections.empty()},
        d.winners);
    if (patchable) {
      board_patched patch{id, std::move(d.winners), d.result.version, d.result.seq};
      ports_.publish(update, audience::full_board, delivery::reliable, sender);
      ports_.publish(patch, audience::patch_board, delivery::reliable, sender);
    } else {
      ports_.publish(update, audience::all, delivery::reliable, sender);
    }
    send(journal_.add_board(view, state_.seq()));
    note_mutation();
    const auto pause = env_.config.whiteboard.digest.count();
    if (pause != 0) arm(timer::digest, env_.now() + pause);
  }
  if (!d.corrections.empty()) {
    auto m = seats_.find(sender);
    if (m != seats_.end() && m->second.patch_board)
      ports_.send(from.out,
                  board_patched{id, std::move(d.corrections), d.result.version, d.result.seq},
                  delivery::reliable);
    else
      ports_.send(from.out, board_updated{id, view, d.result.seq}, delivery::reliable);
  }
  answer(from, d.result);
}

void room::tell_digest() {
  if (!ports_.wanted(audience::patch_board)) return;
  const auto& board = state_.whiteboard();
  ports_.publish(board_digest_told{state_.meta().id, board.version(), board.digest()},
                 audience::patch_board, delivery::reliable);
}

frame room::history_frame(wire w) {
  auto& made = history_frames_[static_cast<std::size_t>(w)];
  if (!made)
    made = ports_.encode(chat_history_sent{state_.meta().id,
                                           state_.chat().newest(env_.config.chat.join_history),
                                           false},
                         w);
  return made;
}

frame room::board_frame(wire w) {
  auto& made = board_frames_[static_cast<std::size_t>(w)];
  if (!made)
    made = ports_.encode(
        board_state_sent{state_.meta().id, state_.whiteboard().view(), state_.seq(), false}, w);
  return made;
}

} // namespace atrium
