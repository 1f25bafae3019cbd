// Chat and whiteboard: the mutations that take a seq.
//
// Each is told to everybody, kept for those who come back, and answered at once; the store hears of
// it afterwards. A change that changes nothing takes no seq and tells nobody.
#include "actors/room_impl.hpp"

namespace atrium {

namespace {

constexpr std::chrono::seconds store_patience{30};

} // namespace

void room::run(const caller& from, post_message& c) {
  auto outcome = state_.post(from.user, from.username, c, last_use_);
  if (auto* f = std::get_if<failure>(&outcome)) return answer(from, std::move(*f));
  auto& posted = std::get<posted_message>(outcome);
  if (posted.duplicate) {
    env_.counts.add(counter::messages_duplicate);
  } else {
    env_.counts.add(counter::messages_posted);
    history_frames_ = {};
    // Its position counts messages, too.
    board_frames_[static_cast<std::size_t>(wire::socketio_recoverable)] = nullptr;
    state_.touch(last_use_);
    window_.add(posted.message.seq, posted.message.json);
    // A messenger does not hear itself.
    auto sender = is_messenger(from.out.spelling) ? from.out.session : 0;
    ports_.publish(chat_posted{posted.message.json, posted.message.seq}, audience::all,
                   delivery::reliable, sender);
    shards_.posted(posted.message, from.out.session);
    send(journal_.add(append_message{posted.message}, posted.message.seq), c.durable);
    if (posted.let_go > journal_.persisted_seq()) env_.counts.add(counter::messages_not_archived);
    touch();
  }
  if (c.durable) return wait_durable(from, posted);
  answer(from, posted_result{posted.message.json, posted.message.seq, posted.duplicate, false});
}

void room::run(const caller& from, edit_message&) {
  fail(from, errc::unknown_event, "not built yet");
}

void room::run(const caller& from, delete_message&) {
  fail(from, errc::unknown_event, "not built yet");
}

void room::run(const caller& from, search_messages&) {
  fail(from, errc::unknown_event, "not built yet");
}

void room::run(const caller& from, get_history& c) {
  std::optional<seq_t> before;
  std::optional<seq_t> after;
  for (auto [id, seq] : {std::pair{&c.before, &before}, std::pair{&c.after, &after}}) {
    if (!*id) continue;
    *seq = seq_of_message_id(**id);
    if (!*seq) return fail(from, errc::bad_request, "`before` and `after` are ids of messages");
  }
  if (before && after) return fail(from, errc::bad_request, "give `before` or `after`, not both");
  if (auto page = state_.chat().read(c.limit, before, after))
    return answer(from, history_result{std::move(page->messages), page->has_more});
  read_archive(from, c.limit, before, after);
}

void room::read_archive(const caller& from, std::size_t limit, std::optional<seq_t> before,
                        std::optional<seq_t> after) {
  auto unavailable = [this, from] {
    fail(from, errc::store_unavailable, "older messages cannot be read now; try again");
  };
  self_->request(reader_, store_patience, read_messages{state_.meta().id, limit, before, after})
      .then(
          [this, from, unavailable](message_page& page) {
            if (page.status == store_status::unavailable) return unavailable();
            history_result out;
            out.has_more = page.has_more;
            for (auto& m : page.messages) out.messages.push_back(std::move(m.json));
            answer(from, std::move(out));
          },
          [unavailable](const caf::error&) { unavailable(); });
}

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
    state_.touch(last_use_);
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
    touch();
  }
  if (!d.corrections.empty()) {
    auto m = members_.find(sender);
    if (m != members_.end() && m->second.patch_board)
      ports_.send(from.out,
                  board_patched{id, std::move(d.corrections), d.result.version, d.result.seq},
                  delivery::reliable);
    else
      ports_.send(from.out, board_updated{id, view, d.result.seq}, delivery::reliable);
  }
  answer(from, d.result);
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
