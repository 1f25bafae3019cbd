// A user with the sessions that it registered, as a value: how far each was given what is queued,
// and what comes next. Contract §3 ("Messenger").
//
//   register ──> read the queue ──> a batch is sent ──> written: dropped from the queue, read again
//                       └── nothing is left: the sessions are live
//
// One round of it serves all sessions of the user that are owed the queue, so what one of them
// wrote and another was not sent yet is never dropped. A session that is not live yet is told
// nothing else: what comes meanwhile is queued, or held here if another session of the user hears
// it at once.
#pragma once

#include "actors/chat_message.hpp"
#include "actors/events.hpp"
#include "actors/ids.hpp"
#include "actors/outlet.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

namespace atrium {

/// Not thread-safe; one user shard's.
class registered_user {
public:
  /// Events that are held for one session; beyond, it is owed the truth about their rooms.
  static constexpr std::size_t max_held = 100;

  /// A message, or what became of one.
  struct held_event {
    room_id room;
    std::shared_ptr<const event> what;
    seq_t seq;
  };
  struct session {
    /// In the messenger's words.
    outlet out;
    /// It hears the user's rooms.
    bool is_live = false;
    /// It is to be sent what is queued.
    bool is_owed = true;
    /// Of the batch that it was sent and has not written; 0: none.
    std::uint64_t receipt = 0;
    std::deque<held_event> held{};
    /// Rooms that it missed something of and has not been told since, with the seq up to which it
    /// has everything; `no_seq`: that is not known.
    std::map<room_id, seq_t> missed{};
  };
  enum class next {
    nothing,
    /// The batch goes to all that are owed.
    send,
    /// More was queued meanwhile.
    read,
    /// Nothing is left: `go_live`.
    settle,
  };

  /// A session registers, perhaps again: it is owed the queue.
  session& add(const outlet& out);
  /// A batch that nobody is left to write is given up; it stays queued.
  void remove(session_id id);
  /// Null: not registered. Valid until it is removed.
  [[nodiscard]] session* find(session_id id);
  [[nodiscard]] std::map<session_id, session>& sessions() noexcept { return sessions_; }

  /// True: the queue is to be read now; exactly one `on_read` or `on_unavailable` follows. False: a
  /// round is under way, or nobody is owed anything.
  bool start_read();
  /// What is queued, oldest first. What the last answer had as well was sent already.
  next on_read(std::vector<stored_message> queued);
  /// The queue can't be read now: sessions go live all the same and are still owed.
  void on_unavailable();
  /// What is being sent; empty: nothing.
  [[nodiscard]] const std::vector<stored_message>& batch() const noexcept { return batch_; }
  /// Ids that leave the queue: a session wrote the batch. Empty: it was another receipt.
  [[nodiscard]] std::vector<std::string> on_written(session_id id, std::uint64_t receipt);
  /// A message was queued for the user.
  void note_queued() noexcept { queued_meanwhile_ = true; }

  /// Keeps an event that others of the user's sessions hear now for those that are not live, but
  /// not for those that `hears` names.
  void hold(const held_event& e, const std::function<bool(session_id)>& hears);
  /// The session was shown everything of the room from this seq on.
  void forget_held(session_id id, const room_id& room, seq_t from);
  /// Those that were not live, and are now. `settled`: they were given all that was queued.
  [[nodiscard]] std::vector<session*> go_live(bool settled);

  [[nodiscard]] bool is_live() const;
  /// There is a session that is not live yet.
  [[nodiscard]] bool is_delivered_to() const;
  [[nodiscard]] bool is_owed() const;
  /// Somebody is owed the truth about a room.
  [[nodiscard]] bool has_missed() const;
  /// How long to wait before something that failed is tried again: longer each time.
  [[nodiscard]] std::chrono::milliseconds next_pause();

private:
  std::map<session_id, session> sessions_;
  bool reading_ = false;
  bool queued_meanwhile_ = false;
  std::vector<stored_message> batch_;
  /// Ids in the last answer.
  std::unordered_set<std::string> seen_;
  std::chrono::milliseconds pause_{0};
};

} // namespace atrium
