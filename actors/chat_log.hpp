// The newest messages of a room as a value: history for joiners, paging as far as memory reaches, and
// the memory of `clientMessageId`s. Bounded by count and bytes (`rooms.window_count`,
// `rooms.window_bytes`); what is older is in the archive. What the archive does not have yet stays a while
// longer, within bounds of its own. Of messages that only the bytes push out it
// is still known who sent them under which `clientMessageId`. Contract §3.
#pragma once

#include "actors/chat_message.hpp"
#include "actors/ids.hpp"

#include <cstddef>
#include <deque>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace atrium {

class chat_log {
public:
  chat_log(std::size_t max_count, std::size_t max_bytes)
      : max_count_{max_count}, max_bytes_{max_bytes} {}

  /// Fills an empty log. `messages` oldest first, `older` before them, without json; `total` of them
  /// are in the archive.
  void load(std::vector<stored_message> messages, std::vector<stored_message> older,
            std::size_t total);

  /// Adds the newest message and lets go of the oldest ones beyond the bounds that the archive has.
  /// Of those that it does not have yet up to 1,000 and twice the bytes stay.
  void append(stored_message m);
  /// The archive has everything up to this seq; before the first call: everything.
  void on_persisted(seq_t seq);
  /// Of messages that were let go of before the archive had them: the highest seq (0: none), and how
  /// many they are.
  [[nodiscard]] seq_t overrun_seq() const noexcept { return overrun_seq_; }
  [[nodiscard]] std::size_t overrun_count() const noexcept { return overrun_count_; }

  /// The first message that this user sent with this `clientMessageId`; null if none is remembered.
  /// Its json is null if only the archive has it. Valid until the next change.
  [[nodiscard]] const stored_message* find_duplicate(const user_id& user,
                                                     std::string_view client_message_id) const;
  /// Null if it is not here. Valid until the next change.
  [[nodiscard]] const stored_message* find(std::string_view id) const;
  /// Takes the place of the message of the same seq, if it is here.
  void replace(const stored_message& m);

  /// The newest `count` messages, oldest first.
  [[nodiscard]] std::vector<shared_text> newest(std::size_t count) const;

  struct page {
    std::vector<shared_text> messages;
    bool has_more = false;
  };
  /// A page as `chat:history` asks for it; nothing if the archive has to be asked. `before` and
  /// `after` are exclusive, at most one is set; neither: the newest.
  [[nodiscard]] std::optional<page> read(std::size_t limit, std::optional<seq_t> before,
                                         std::optional<seq_t> after) const;
  /// As `read`, as if there were no archive: a part of the page at least.
  [[nodiscard]] page read_here(std::size_t limit, std::optional<seq_t> before,
                               std::optional<seq_t> after) const;

  /// Oldest first.
  [[nodiscard]] const std::deque<stored_message>& messages() const noexcept { return log_; }
  /// Nothing older is in the archive.
  [[nodiscard]] bool complete() const noexcept { return log_.size() >= total_; }
  /// All messages of the room, the archive's too.
  [[nodiscard]] std::size_t total() const noexcept { return total_; }
  /// Of the messages that are here, as JSON.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

private:
  using iterator = std::deque<stored_message>::const_iterator;

  void remember(const stored_message& m);
  void forget(const stored_message& m);
  void trim();
  [[nodiscard]] bool may_drop_oldest() const noexcept;
  void drop_oldest();
  void drop_older();
  [[nodiscard]] iterator first_not_below(seq_t seq) const;
  std::size_t max_count_;
  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::size_t total_ = 0;
  seq_t persisted_ = std::numeric_limits<seq_t>::max();
  seq_t overrun_seq_ = 0;
  std::size_t overrun_count_ = 0;
  std::deque<stored_message> log_;
  /// Of the newest `max_count_` those that found no place by their bytes, without json.
  std::deque<stored_message> older_;
  /// user, NUL, clientMessageId → seq of the first such message
  std::unordered_map<std::string, seq_t> by_client_id_;
};

} // namespace atrium
