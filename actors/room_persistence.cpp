// A room and the store: writes go out in order to the room's one writer, `durable` results come back
// when the store has confirmed, a dirty room writes itself whole when asked to.
#include "actors/room_impl.hpp"
#include "actors/tell.hpp"

#include "log/log.hpp"

namespace atrium {

namespace {

/// After a write that the store refused for good, the room tries once more as a whole: a rewrite
/// replaces whatever was in the way.
constexpr unix_ms defect_pause_ms = 5'000;

} // namespace

void room::send(std::optional<numbered_change> c, bool is_awaited) {
  if (!c) return;
  tell(self_->context(), writer_,
       room_write{stored_meta_, stored_epoch_, c->ticket, std::move(c->change), self_->address(),
                  is_awaited});
}

void room::touch() {
  auto now = env_.now();
  if (state_.people().count() > 0) state_.touch(now);
  send(journal_.touch(now));
  if (auto due = journal_.refresh_due_at()) arm(timer::refresh, *due);
  // Whoever is in keeps the room alive without a word.
  if (state_.people().count() > 0)
    arm(timer::keep_alive, now + std::chrono::milliseconds{state_.meta().ttl}.count() / 3);
}

void room::wait_durable(const caller& from, const posted_message& m) {
  if (m.message.seq <= journal_.persisted_seq())
    return answer(from, posted_result{m.message.json, m.message.seq, m.duplicate, true});
  auto deadline = env_.now() + env_.config.rooms.durable_timeout.count();
  durable_.push_back({from, m.message.json, m.message.seq, deadline, m.duplicate});
  arm(timer::durable, deadline);
}

void room::settle_durable() {
  std::erase_if(durable_, [this](const durable_wait& w) {
    if (w.seq > journal_.persisted_seq()) return false;
    answer(w.from, posted_result{w.message, w.seq, w.duplicate, true});
    return true;
  });
}

void room::on_durable_deadline() {
  auto now = env_.now();
  std::erase_if(durable_, [&](const durable_wait& w) {
    if (w.deadline > now) return false;
    fail(w.from, errc::not_persisted,
         "the store has not confirmed the message; send it again with the same clientMessageId");
    return true;
  });
  if (!durable_.empty()) arm(timer::durable, durable_.front().deadline);
}

void room::on(const persisted& p) {
  journal_.on_persisted(p.ticket);
  state_.on_persisted(journal_.persisted_seq());
  older_changes_ += state_.edits().settle(journal_.persisted_seq(), state_.oldest_seq());
  settle_durable();
  if (phase_ == phase::deleting && journal_.confirmed()) {
    auto deleter = std::move(*deleter_);
    close(close_reason_);
    return answer(deleter, done{});
  }
  if (phase_ == phase::leaving && journal_.confirmed()) {
    shards_.ended("");
    tell(self_->context(), directory_, room_left{state_.meta().id, false});
    tell(self_->context(), desk_, live_room_gone{key_});
    return self_->quit();
  }
  if (journal_.board_due() && phase_ != phase::deleting)
    send(journal_.add_board(state_.whiteboard().view(), state_.seq()));
  report_status();
}

void room::on(const write_lost& l) {
  journal_.on_lost(l.ticket);
  state_.on_persisted(journal_.persisted_seq());
  if (!l.transient) {
    for (auto& w : durable_) fail(w.from, errc::not_persisted, "the store refused the message");
    durable_.clear();
    arm(timer::rewrite, env_.now() + defect_pause_ms);
  }
  if (phase_ == phase::deleting) {
    phase_ = draining_ ? phase::leaving : phase::serving;
    fail(*deleter_, errc::store_unavailable, "the store cannot be reached; the room stays");
    deleter_.reset();
  }
  // A server that ends waits for the store as long as it may; otherwise the room serves on.
  if (phase_ == phase::leaving && !draining_) {
    phase_ = phase::serving;
    tell(self_->context(), directory_, room_left{state_.meta().id, true});
    arm_idle();
  }
  report_status();
}

void room::on_store_returned() {
  rewrite();
}

void room::rewrite() {
  if (!journal_.dirty() || phase_ == phase::closed) return;
  log::info("room_rewritten", {{"room", state_.meta().id.value}, {"seq", state_.seq()}});
  stored_meta_ = std::make_shared<const room_meta>(state_.meta());
  auto whole = state_.whole();
  whole.members = membership_.all();
  whole.places = places();
  unwritten_places_.clear();
  send(journal_.rewrite(std::move(whole)));
  report_status();
  if (phase_ == phase::leaving) hand_back_if_clean();
}

void room::hand_back_if_clean() {
  if (journal_.dirty()) return;
  if (journal_.board_waits())
    send(journal_.add(put_board{state_.whiteboard().view(), state_.seq()}, state_.seq()));
  stored_meta_ = std::make_shared<const room_meta>(state_.meta());
  send(journal_.add(hand_back{state_.seq()}, state_.seq()), true);
  journal_.stop();
}

} // namespace atrium
