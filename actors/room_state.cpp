// See room_state.hpp.
#include "actors/room_state.hpp"

#include "actors/environment.hpp"

#include <algorithm>
#include <array>

namespace atrium {

namespace {

// White space and line terminators of ECMAScript beyond ASCII, as UTF-8.
constexpr std::array<std::string_view, 19> wide_spaces{
    "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81", "\xE2\x80\x82",
    "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86", "\xE2\x80\x87",
    "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xA8", "\xE2\x80\xA9",
    "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80", "\xEF\xBB\xBF"};

constexpr unix_ms typing_renewal_ms = 1'000;

bool is_ascii(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x80;
}

std::size_t leading_space(std::string_view text) noexcept {
  if (text.empty()) return 0;
  if (text[0] == ' ' || (text[0] >= '\t' && text[0] <= '\r')) return 1;
  if (is_ascii(text[0])) return 0;
  for (auto space : wide_spaces)
    if (text.starts_with(space)) return space.size();
  return 0;
}

std::size_t trailing_space(std::string_view text) noexcept {
  if (text.empty()) return 0;
  if (text.back() == ' ' || (text.back() >= '\t' && text.back() <= '\r')) return 1;
  if (is_ascii(text.back())) return 0;
  for (auto space : wide_spaces)
    if (text.ends_with(space)) return space.size();
  return 0;
}

const failure too_many_edits{errc::store_unavailable,
                             "too many changes of messages wait for the store; try again later"};

std::size_t most_participants(const room_meta& meta, const limit_settings& limits) {
  auto most = limits.members_per_room;
  return most == 0 ? meta.max_participants : std::min(meta.max_participants, most);
}

} // namespace

std::string_view trim(std::string_view text) noexcept {
  while (auto n = leading_space(text)) text.remove_prefix(n);
  while (auto n = trailing_space(text)) text.remove_suffix(n);
  return text;
}

room_state::room_state(loaded_room loaded, const settings& config, unix_ms now)
    : config_{config}, meta_{std::move(loaded.meta)}, epoch_{std::move(loaded.epoch)},
      seq_{loaded.seq}, chat_{config.rooms.window_count, config.rooms.window_bytes},
      edits_{config.rooms.window_count}, people_{most_participants(meta_, config.limits),
                                                 meta_.kind == "space" ? config.spaces.grace
                                                                       : config.rooms.grace} {
  epoch_is_new_ = loaded.crashed || epoch_.empty();
  if (epoch_is_new_) epoch_ = random_hex(8);
  chat_.load(std::move(loaded.messages), std::move(loaded.older), loaded.message_count);
  chat_.on_persisted(seq_);
  if (!loaded.board_json.empty()) board_.load(loaded.board_json, now);
}

std::optional<failure> room_state::check(std::string_view text) const {
  if (text.empty()) return failure{errc::bad_request, "`message` is empty"};
  auto most = config_.limits.message_chars;
  // No character is shorter than a byte.
  if (most != 0 && text.size() > most && json::count_characters(text) > most)
    return over(limit::message_chars, errc::payload_too_large,
                "`message` is longer than " + std::to_string(most) + " characters");
  return std::nullopt;
}

seq_t room_state::oldest_seq() const noexcept {
  const auto& log = chat_.messages();
  return log.empty() ? seq_ + 1 : log.front().seq;
}

bool room_state::may_be_archived(std::string_view id) const {
  auto seq = seq_of_message_id(id);
  return seq && !chat_.complete() && *seq < oldest_seq();
}

const stored_message* room_state::find_message(std::string_view id) const {
  if (const auto* here = chat_.find(id)) return here;
  auto seq = seq_of_message_id(id);
  const auto* changed = seq ? edits_.find(*seq) : nullptr;
  return changed && changed->id == id ? changed : nullptr;
}

std::variant<posted_message, failure> room_state::post(const user_id& user,
                                                       const std::string& username,
                                                       const post_message& m, unix_ms now) {
  auto text = trim(m.text);
  if (auto f = check(text)) return std::move(*f);
  ++seq_;
  stored_message stored{make_message_id(seq_, epoch_),    seq_,    user,
                        m.client_message_id.value_or(""), nullptr, now};
  chat_message made;
  made.id = stored.id;
  made.room = meta_.id.value;
  made.seq = seq_;
  made.user = user.value;
  made.username = username;
  made.text = text;
  made.type = m.type;
  made.timestamp = now;
  made.user_image = m.user_image;
  made.reply_to = m.reply_to;
  made.metadata = m.metadata;
  made.client_message_id = m.client_message_id;
  stored.json = std::make_shared<const std::string>(to_json(made));
  stored.is_text = m.type == "text";
  stored.is_system = m.type == "system";
  chat_.append(stored);
  return posted_message{std::move(stored), false};
}

changed_message room_state::take(stored_message m, unix_ms now) {
  changed_message out{std::move(m), ++seq_, true, now};
  chat_.replace(out.message);
  edits_.add(out.message, seq_);
  return out;
}

std::variant<changed_message, failure>
room_state::edit(const stored_message& m, const user_id& user, std::string_view text, unix_ms now) {
  if (m.is_deleted) return failure{errc::message_not_found, "the message was deleted"};
  if (m.user != user || m.is_system)
    return failure{errc::forbidden, "only its author may edit a message"};
  if (!m.is_text) return failure{errc::forbidden, "only messages of type \"text\" can be edited"};
  if (now - m.timestamp >= config_.chat.edit_window.count())
    return failure{errc::edit_window_closed, "the message is too old to be edited"};
  text = trim(text);
  if (auto f = check(text)) return std::move(*f);
  if (text_of(*m.json) == text) return changed_message{m, seq_, false, now};
  if (edits_.is_full()) return too_many_edits;
  return take(with_text(m, text, now), now);
}

std::variant<changed_message, failure> room_state::remove(const stored_message& m,
                                                          const deleting_user& who, unix_ms now) {
  bool is_author = m.user == who.user && !m.is_system;
  bool is_creator = !who.user.value.empty() && meta_.created_by == who.user.value;
  if (!is_author && !is_creator && !who.is_operator)
    return failure{errc::forbidden,
                   "only its author, the room's creator or an operator may delete a message"};
  if (m.is_deleted) return changed_message{m, seq_, false, now};
  if (edits_.is_full()) return too_many_edits;
  return take(tombstone_of(m, now), now);
}

drawing room_state::drawn(board_merged merged) {
  drawing out;
  if (merged.changed > 0) ++seq_;
  out.result = {board_.version(), seq_, merged.changed};
  out.winners = std::move(merged.winners);
  out.corrections = std::move(merged.lost);
  out.replaced = merged.replaced;
  return out;
}

std::variant<drawing, failure> room_state::draw(const board_change& change, bool whole,
                                                unix_ms now) {
  // Here and not by a timer: a board that nobody changes does not grow.
  board_.prune(now, config_.whiteboard.tombstone_ttl);
  auto outcome = board_.apply(change, whole, now,
                              {config_.limits.board_elements, config_.limits.board_bytes});
  if (auto* f = std::get_if<failure>(&outcome)) return std::move(*f);
  return drawn(std::move(std::get<board_merged>(outcome)));
}

drawing room_state::clear(unix_ms now) {
  return drawn(board_.clear(now));
}

bool room_state::type(const user_id& user, const std::string& username, bool is_typing,
                      unix_ms now) {
  if (!is_typing) return typing_.erase(user) > 0;
  auto& t = typing_[user];
  t.username = username;
  t.until = now + config_.rooms.typing.count();
  return true;
}

bool room_state::renew_typing(const user_id& user, unix_ms now) {
  auto& t = typing_.at(user);
  if (now - t.stored_at < typing_renewal_ms) return false;
  t.stored_at = now;
  return true;
}

std::vector<typing_changed> room_state::end_typing(unix_ms now) {
  std::vector<typing_changed> ended;
  for (auto t = typing_.begin(); t != typing_.end();) {
    if (t->second.until > now) {
      ++t;
      continue;
    }
    ended.push_back({meta_.id, t->first, t->second.username, false});
    t = typing_.erase(t);
  }
  return ended;
}

std::optional<unix_ms> room_state::next_typing_end() const {
  std::optional<unix_ms> next;
  for (const auto& [user, t] : typing_) next = std::min(next.value_or(t.until), t.until);
  return next;
}

rewrite_room room_state::whole() const {
  rewrite_room out;
  out.seq = seq_;
  out.messages.assign(chat_.messages().begin(), chat_.messages().end());
  if (board_.drawn()) out.board = board_.view();
  for (const auto& p : people_.participants())
    if (p.connections > 0) out.participants.emplace_back(p.user, p.username);
  out.last_activity = meta_.last_activity;
  out.changed = edits_.below(oldest_seq());
  return out;
}

unix_ms room_state::expires_at() const {
  return meta_.last_activity + std::chrono::milliseconds{meta_.ttl}.count();
}

} // namespace atrium
