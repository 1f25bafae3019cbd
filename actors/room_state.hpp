// What happens in a room, as a value without actors: a command and a time go in, what is to be told and
// answered comes out. The room actor adds sockets, the store and timers. Contract §3.
#pragma once

#include "actors/board.hpp"
#include "actors/chat_log.hpp"
#include "actors/commands.hpp"
#include "actors/events.hpp"
#include "actors/failure.hpp"
#include "actors/room_meta.hpp"
#include "actors/roster.hpp"
#include "actors/store_port.hpp"
#include "actors/unstored_edits.hpp"
#include "config/settings.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace atrium {

/// A message as the room has it now.
struct posted_message {
  stored_message message;
  /// It was there before (`clientMessageId`): nothing changed, nobody is to be told.
  bool duplicate = false;
};

/// A message that was edited or deleted.
struct changed_message {
  stored_message message;
  /// Of the change; the room's if it changed nothing.
  seq_t seq = 0;
  bool is_changed = false;
  unix_ms at = 0;
};

/// Who wants to delete a message.
struct deleting_user {
  const user_id& user;
  bool is_operator = false;
};

/// What a change did to the board.
struct drawing {
  board_result result;
  /// Elements that changed, for those who follow by patches.
  std::vector<shared_text> winners;
  /// Elements that the sender has wrong and gets back.
  std::vector<shared_text> corrections;
  /// The scene was replaced as a whole: a patch would not tell what is gone.
  bool replaced = false;
};

class room_state {
public:
  /// `loaded` as the store gave it; of a room just created: only meta and epoch. A room that was not
  /// handed back goes on under a new epoch.
  room_state(loaded_room loaded, const settings& config, unix_ms now);

  /// `chat:message`. That `replyTo` names a message of the room was looked at before. Errors:
  /// bad_request (empty), payload_too_large.
  [[nodiscard]] std::variant<posted_message, failure>
  post(const user_id& user, const std::string& username, const post_message& m, unix_ms now);
  /// May `id` name a message that only the archive has?
  [[nodiscard]] bool may_be_archived(std::string_view id) const;
  /// `chat:edit` of `m`, a message of this room as it is now. Errors: bad_request, payload_too_large,
  /// message_not_found (deleted), forbidden (not the author's, no text), edit_window_closed.
  [[nodiscard]] std::variant<changed_message, failure>
  edit(const stored_message& m, const user_id& user, std::string_view text, unix_ms now);
  /// `chat:delete`. One that is deleted already stays as it is. Error: forbidden.
  [[nodiscard]] std::variant<changed_message, failure>
  remove(const stored_message& m, const deleting_user& who, unix_ms now);
  /// The message as it is now, unless only the archive has it. Valid until the next change.
  [[nodiscard]] const stored_message* find_message(std::string_view id) const;

  /// `whiteboard-change` (`whole`) and `whiteboard:patch`. Errors: bad_request, payload_too_large.
  [[nodiscard]] std::variant<drawing, failure> draw(const board_change& change, bool whole,
                                                    unix_ms now);
  /// `whiteboard:clear`
  [[nodiscard]] drawing clear(unix_ms now);

  /// Starts or ends typing. True if others are to be told.
  bool type(const user_id& user, const std::string& username, bool is_typing, unix_ms now);
  /// Whether the store is to hear that the user, who types, does; true at most once a second.
  [[nodiscard]] bool renew_typing(const user_id& user, unix_ms now);
  /// Those whose typing ended by itself.
  [[nodiscard]] std::vector<typing_changed> end_typing(unix_ms now);
  [[nodiscard]] std::optional<unix_ms> next_typing_end() const;

  /// The room as one write.
  [[nodiscard]] rewrite_room whole() const;
  /// Where its ttl has run out, if nobody is in.
  [[nodiscard]] unix_ms expires_at() const;

  [[nodiscard]] const room_meta& meta() const noexcept { return meta_; }
  [[nodiscard]] const std::string& epoch() const noexcept { return epoch_; }
  /// The room was not handed back by whoever had it: the sequence goes on under another epoch.
  [[nodiscard]] bool epoch_is_new() const noexcept { return epoch_is_new_; }
  [[nodiscard]] seq_t seq() const noexcept { return seq_; }
  [[nodiscard]] const chat_log& chat() const noexcept { return chat_; }
  [[nodiscard]] unstored_edits& edits() noexcept { return edits_; }
  [[nodiscard]] const unstored_edits& edits() const noexcept { return edits_; }
  /// The store has everything up to this seq.
  void on_persisted(seq_t seq) { chat_.on_persisted(seq); }
  /// The seq of the oldest message in memory: what is older only the archive has.
  [[nodiscard]] seq_t oldest_seq() const noexcept;
  [[nodiscard]] const board& whiteboard() const noexcept { return board_; }
  [[nodiscard]] roster& people() noexcept { return people_; }
  [[nodiscard]] const roster& people() const noexcept { return people_; }
  /// Read-only, or writable again.
  void lock(bool is_locked) noexcept { meta_.locked = is_locked; }
  /// Something happened that keeps the room alive.
  void touch(unix_ms now) noexcept { meta_.last_activity = now; }

private:
  struct typist {
    std::string username;
    unix_ms until = 0;
    /// When the store was told last.
    unix_ms stored_at = 0;
  };

  [[nodiscard]] std::optional<failure> check(std::string_view text) const;
  [[nodiscard]] changed_message take(stored_message m, unix_ms now);
  [[nodiscard]] drawing drawn(board_merged merged);

  const settings& config_;
  room_meta meta_;
  std::string epoch_;
  bool epoch_is_new_ = false;
  seq_t seq_ = 0;
  chat_log chat_;
  unstored_edits edits_;
  board board_;
  roster people_;
  std::map<user_id, typist> typing_;
};

/// `text` without the white space at its ends that JavaScript's `trim` takes away.
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;

} // namespace atrium
