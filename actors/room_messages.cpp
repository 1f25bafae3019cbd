// Chat: posting, editing and deleting messages.
//
// Each is told to everybody, kept for those who come back, and answered at once; the store hears of
// it afterwards. Where a message of the archive is concerned (a reply, an edit, an old
// `clientMessageId`) it is looked up first; what the same session says meanwhile waits behind it.
// If the room was made read-only meanwhile, nothing comes of it.
// What changes nothing takes no seq and tells nobody. A deleted message's text is kept nowhere.
#include "actors/room_impl.hpp"

#include "json/json.hpp"

namespace atrium {

namespace {

/// Who posts what the server has to say.
const user_id server_user{"system"};
constexpr std::string_view server_name = "System";

} // namespace

void room::run(const caller& from, post_message& c) {
  if (c.type == "system" && !from.is_operator)
    return fail(from, errc::forbidden,
                "only the server and operators post messages of type \"system\"");
  if (c.client_message_id)
    if (const auto* first = state_.chat().find_duplicate(from.user, *c.client_message_id))
      return answer_duplicate(from, *first, c.durable);
  if (!c.reply_to) return post(from, c);
  with_message(from, *c.reply_to, [this, from, c](const stored_message* replied) {
    if (!replied)
      return fail(from, errc::message_not_found, "`replyTo` names no message of this room");
    if (is_locked_for(from)) return answer(from, read_only());
    post(from, c);
  });
}

void room::answer_duplicate(const caller& from, const stored_message& first, bool is_durable) {
  env_.counts.add(counter::messages_duplicate);
  with_message(from, first.id, [this, from, is_durable](const stored_message* m) {
    if (!m) return fail(from, errc::message_not_found, "the message was posted and has aged out");
    answer_posted(from, {*m, true}, is_durable);
  });
}

void room::post(const caller& from, const post_message& c) {
  auto outcome = state_.post(from.user, from.username, c, last_use_);
  if (auto* f = std::get_if<failure>(&outcome)) return answer(from, std::move(*f));
  auto& posted = std::get<posted_message>(outcome);
  tell_posted(posted, c.durable, from.out);
  answer_posted(from, posted, c.durable);
}

void room::tell_posted(const posted_message& posted, bool is_awaited, const outlet& sender) {
  const auto& m = posted.message;
  env_.counts.add(counter::messages_posted);
  history_frames_ = {};
  // Its position counts messages, too.
  board_frames_[static_cast<std::size_t>(wire::socketio_recoverable)] = nullptr;
  window_.add(m.seq, m.json);
  // A messenger does not hear itself.
  ports_.publish(chat_posted{m.json, m.seq}, audience::all, delivery::reliable,
                 words_of(sender.spelling) == vocabulary::messenger ? sender.session : 0);
  shards_.posted(m, sender.session);
  send(journal_.add(append_message{m}, m.seq), is_awaited);
  if (auto all = state_.chat().overrun_count(); all > overrun_count_)
    env_.counts.add(counter::messages_not_archived, all - std::exchange(overrun_count_, all));
  note_mutation();
}

void room::answer_posted(const caller& from, const posted_message& m, bool is_durable) {
  if (is_durable) return wait_durable(from, m);
  answer(from, posted_result{m.message.json, m.message.seq, m.duplicate, false});
}

void room::run(const caller& from, edit_message& c) {
  with_message(from, c.id, [this, from, text = std::move(c.text)](const stored_message* m) {
    if (!m) return fail(from, errc::message_not_found, "this room has no such message");
    if (is_locked_for(from)) return answer(from, read_only());
    auto outcome = state_.edit(*m, from.user, text, last_use_);
    if (auto* f = std::get_if<failure>(&outcome)) return answer(from, std::move(*f));
    auto& edited = std::get<changed_message>(outcome);
    if (edited.is_changed) tell_edited(edited);
    answer(from, edited_result{edited.message.json, edited.seq});
  });
}

void room::run(const caller& from, delete_message& c) {
  with_message(from, c.id, [this, from](const stored_message* m) {
    if (!m) return fail(from, errc::message_not_found, "this room has no such message");
    if (is_locked_for(from)) return answer(from, read_only());
    auto outcome = state_.remove(*m, {from.user, from.is_operator}, last_use_);
    if (auto* f = std::get_if<failure>(&outcome)) return answer(from, std::move(*f));
    auto& deleted = std::get<changed_message>(outcome);
    if (deleted.is_changed) tell_edited(deleted);
    answer(from, done{});
  });
}

void room::tell_edited(const changed_message& c) {
  const auto& m = c.message;
  const auto& id = state_.meta().id;
  history_frames_ = {};
  board_frames_[static_cast<std::size_t>(wire::socketio_recoverable)] = nullptr;
  auto text = m.is_deleted ? nullptr : std::make_shared<const std::string>(text_of(*m.json));
  window_.add(c.seq, replayed_edit{m.id, text, c.at}, m.seq, m.json);
  event told = message_deleted{id, m.id, c.at, c.seq};
  if (!m.is_deleted) told = message_edited{id, m.id, *text, c.at, c.seq};
  ports_.publish(told, audience::all, delivery::reliable);
  shards_.publish(told, delivery::reliable);
  send(journal_.add(replace_message{m, c.seq}, c.seq));
  if (m.is_deleted) shards_.deleted(m.id);
  note_mutation();
}

void room::post_system(const participant& who, std::string_view what, std::string text) {
  if (!env_.config.chat.system_messages) return;
  post_message m;
  m.type = "system";
  m.text = std::move(text);
  json::object_writer w{m.metadata.emplace()};
  w.text("event", what).text("userId", who.user.value).text("username", who.username).end();
  auto outcome = state_.post(server_user, std::string{server_name}, m, env_.now());
  if (auto* posted = std::get_if<posted_message>(&outcome)) tell_posted(*posted, false, {});
}

void room::note_mutation() {
  auto now = env_.now();
  state_.touch(now);
  touch();
  note_figures();
  auto pause = env_.config.rooms.seq_interval.count();
  if (pause != 0) arm(timer::beat, now + pause);
}

void room::tell_seq() {
  ports_.publish(room_seq_told{state_.meta().id, state_.epoch(), state_.seq()}, audience::all,
                 delivery::reliable);
}

} // namespace atrium
