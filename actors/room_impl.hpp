// Private to room*.cpp: a room's state and handlers.
#pragma once

#include "actors/membership.hpp"
#include "actors/presence_journal.hpp"
#include "actors/replay_window.hpp"
#include "actors/room.hpp"
#include "actors/room_journal.hpp"
#include "actors/room_ports.hpp"
#include "actors/room_shards.hpp"
#include "actors/room_state.hpp"
#include "actors/space.hpp"

#include <array>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

namespace atrium {

/// What a volatile event is about.
enum class volatile_kind : std::uint64_t { cursor = 1, typing = 2, move = 3 };
/// Names what a volatile event replaces in a slow reader's lane.
[[nodiscard]] inline std::uint64_t volatile_key(const user_id& user, volatile_kind kind) {
  return std::hash<user_id>{}(user)*31 + static_cast<std::uint64_t>(kind);
}

class room {
public:
  using pointer = room_actor::stateful_pointer<room_holder>;

  room(pointer self, room_args args);

  // room.cpp: which handler, and the end of a room
  void on(room_request& r);
  void on(const room_timer& t);
  void on(const passivate_now& p);
  void on_drain();

  // room_members.cpp
  void on(const members_key& k) { shards_.on(k); }
  void on(const members_online& o);
  void on(const member_offline& o);

  // room_persistence.cpp
  void on(const persisted& p);
  void on(const write_lost& l);
  void on_store_returned();

private:
  /// A session that is in the room.
  struct seat {
    outlet out;
    caf::actor_addr connection;
    bool patch_board = false;
  };
  /// A result that waits for the store (`durable`).
  struct durable_wait {
    caller from;
    shared_text message;
    seq_t seq;
    unix_ms deadline;
    bool duplicate;
  };
  enum class phase {
    serving,
    /// Asked the directory whether to leave memory.
    asking,
    /// Writes what is left and hands itself back.
    leaving,
    /// `DELETE`: the store removes its keys.
    deleting,
    /// Over; whoever still asks is told so, until nobody can.
    closed,
  };
  using timer = room_timer::kind;

  // room.cpp
  void serve(room_request& r);
  void handle(const caller& from, room_command& command);
  [[nodiscard]] std::string name_of(const user_id& user) const;
  [[nodiscard]] std::optional<failure> refusal(const caller& from, const room_command& c) const;
  void answer(const caller& from, command_result outcome) const;
  void fail(const caller& from, errc code, std::string sentence) const;
  void run(const caller& from, get_room&);
  void run(const caller& from, get_board&);
  void run(const caller& from, delete_room& c);
  void arm(timer what, unix_ms at);
  void arm_idle();
  void on_idle();
  void close(const std::string& reason);
  void end_if_unneeded();
  void leave_memory();
  [[nodiscard]] bool expired(unix_ms now) const;

  // room_presence.cpp: coming and going, cursor and typing
  void run(const caller& from, join_room& c);
  void run(const caller& from, leave_room& c);
  void run(const caller& from, drop_connection&);
  void run(const caller& from, resync& c);
  void run(const caller& from, list_presence& c);
  void run(const caller& from, move_cursor& c);
  void run(const caller& from, set_typing& c);
  void admit(const caller& from, const join_room& c);
  [[nodiscard]] bool send_missed(const outlet& out, const join_room::since_point& since,
                                 bool patches, bool is_resync);
  void send_history_and_board(const outlet& out, bool is_resync);
  void send_roster(const outlet& out, bool is_resync);
  [[nodiscard]] joined_result joined(const caller& from, const join_room& c, bool recovered) const;
  [[nodiscard]] failure full() const;
  void refuse_join(const caller& from, failure f) const;
  void fail_leave(const caller& from) const;
  void note_arrival(const caller& from, arrival how, const std::string& former);
  void note_departure(const participant& who, departure how);
  void vacate(session_id session);
  /// `superseded`: the key of what is out of date by that; 0: nothing is.
  void tell_presence(std::uint64_t superseded = 0);
  void flush_presence(std::uint64_t superseded = 0);
  void tell_typing(const typing_changed& t, session_id except);
  void on_grace_over();
  void on_typing_over();
  void report_status();

  // room_space.cpp: places, and what users show
  void run(const caller& from, set_status& c);
  void run(const caller& from, move_to& c);
  void admit_to_space(const caller& from, const join_room& c);
  void send_space(const outlet& out, const user_id& user, bool is_resync);
  /// The user, who came in, has a place if the room is a space.
  void place(const user_id& user);
  void tell_space_arrival(const caller& from, arrival how);
  void tell_space_departure(const user_id& user, departure how);
  void tell_space_changed(const participant& who);
  void arm_grace();
  void on_moves_due();
  void note_place(const user_id& user);
  void on_places_due();
  void write_places();
  [[nodiscard]] placed_user placed(const participant& who) const;
  [[nodiscard]] std::vector<placed_user> places() const;
  void refresh_places();
  /// Who had a place in an earlier life is a ghost until its grace time is over.
  void restore_places(const std::vector<placed_user>& former);

  // room_members.cpp: who belongs to the room
  void run(const caller& from, get_members&);
  void run(const caller& from, set_members& c);
  void run(const caller& from, resync_member& c);
  void admit_member(const caller& from, const join_room& c);
  [[nodiscard]] bool end_membership(const user_id& user);
  /// `farewell`: told to whom of those removed hears the room from outside; null: nothing.
  void change_membership(change_members c, std::shared_ptr<const event> farewell = nullptr);
  void tell_inside(const std::vector<user_id>& users);
  /// The connection is told that it is in; `is_space`: by `join-space`.
  void tell_joined(const caller& from, bool is_space) const;
  void note_entering(const caller& from) const;
  void note_entered(const caller& from, const join_room& c, bool recovered) const;
  void note_left(const user_id& user, session_id session) const;
  [[nodiscard]] std::optional<seq_t> shown_from(const join_room& c, bool recovered) const;
  /// Participants, then members who are online elsewhere.
  [[nodiscard]] std::vector<user_id> connected_users() const;
  /// The user's last connection here is gone.
  void note_lost(const user_id& user);
  void tell_offline(const user_id& user);
  /// Until it is known which members are online.
  void defer_join(const caller& from, join_room& c);
  void send_left(outlet out) const;

  // room_operators.cpp: what only operators ask
  void run(const caller& from, inspect_room& c);
  void run(const caller& from, kick_user& c);
  void run(const caller& from, lock_room& c);
  void run(const caller& from, announce_to_room& c);
  void run(const caller& from, watch_room&);
  void run(const caller& from, unwatch_room&);
  /// The user, who has a place, has none any more.
  void expel(const user_kicked& told, participant who);
  [[nodiscard]] room_inspection::seated seated(const participant& who) const;
  /// It is read-only, and the caller is no operator.
  [[nodiscard]] bool is_locked_for(const caller& from) const noexcept {
    return state_.meta().locked && !from.is_operator;
  }
  [[nodiscard]] static failure read_only();
  /// The command would change what is in the room.
  [[nodiscard]] bool is_change(const caller& from, const room_command& c) const;

  // room_figures.cpp: how the room stands, for operators
  /// Something of it may have changed.
  void note_figures() {
    if (!figures_awaited_) await_figures();
  }
  void await_figures();
  void on_figures_due();
  void tell_figures();
  [[nodiscard]] room_figures figures() const;
  [[nodiscard]] std::size_t estimated_bytes() const;

  // room_entry.cpp: passwords
  [[nodiscard]] bool is_guarded(const caller& from, const room_command& c) const;
  void check_password(room_request& r);
  void refuse(const room_request& r, failure f) const;

  // room_messages.cpp: chat
  void run(const caller& from, post_message& c);
  void run(const caller& from, edit_message& c);
  void run(const caller& from, delete_message& c);
  void post(const caller& from, const post_message& c);
  void answer_duplicate(const caller& from, const stored_message& first, bool is_durable);
  void answer_posted(const caller& from, const posted_message& m, bool is_durable);
  void tell_posted(const posted_message& posted, bool is_awaited, const outlet& sender);
  void tell_edited(const changed_message& c);
  void post_system(const participant& who, std::string_view what, std::string text);
  /// The room's seq has risen.
  void note_mutation();
  void tell_seq();

  // room_archive.cpp: what has to be looked up
  using message_taker = std::function<void(const stored_message*)>;
  /// Calls `take` with the message as it is now (null: the room has none of this id), at once or when
  /// the store has answered. Until then what the same session says waits. If the store can't be asked
  /// the caller is told so, and `take` is never called.
  void with_message(const caller& from, const std::string& id, message_taker take);
  void hold(const caller& from);
  [[nodiscard]] bool is_held(const caller& from) const;
  void release(const caller& from);
  void run(const caller& from, get_history& c);
  void run(const caller& from, search_messages& c);
  void run(const caller& from, get_stats&);
  void read_archive(const caller& from, std::size_t limit, std::optional<seq_t> before,
                    std::optional<seq_t> after);
  struct page_wish {
    std::size_t limit;
    /// From this seq on messages come from memory.
    seq_t boundary;
    bool is_forward;
  };
  [[nodiscard]] history_result joined_page(const page_wish& wish, message_page& archived,
                                           const chat_log::page& here) const;
  void forget_search();
  /// Something left memory that the store may not have yet.
  [[nodiscard]] bool archive_lags() const noexcept {
    return state_.chat().overrun_seq() > journal_.persisted_seq();
  }

  // room_content.cpp: the board
  void run(const caller& from, change_board& c);
  void run(const caller& from, patch_board& c);
  void run(const caller& from, clear_board&);
  void draw(const caller& from, const board_change& change, bool whole);
  void tell_drawing(const caller& from, drawing& d, bool as_patch);
  void tell_digest();
  [[nodiscard]] frame history_frame(wire w);
  [[nodiscard]] frame board_frame(wire w);

  // room_persistence.cpp
  void send(std::optional<numbered_change> c, bool is_awaited = false);
  void touch();
  void settle_durable();
  void wait_durable(const caller& from, const posted_message& m);
  void on_durable_deadline();
  void rewrite();
  void hand_back_if_clean();

  pointer self_;
  const environment& env_;
  directory_actor directory_;
  store_writer writer_;
  store_reader reader_;
  password_actor passwords_;
  search_actor searcher_;
  desk_actor desk_;
  std::size_t writer_index_;
  room_key key_;
  membership membership_;
  /// Until `restore_places`.
  std::vector<placed_user> former_places_;
  room_state state_;
  room_ports ports_;
  room_shards shards_;
  room_journal journal_;
  replay_window window_;
  std::shared_ptr<const room_meta> stored_meta_;
  std::shared_ptr<const std::string> stored_epoch_;
  presence_journal presence_;
  /// Nothing: the room is no space.
  std::optional<space> space_;
  /// Whose places, coming or going the store was not told.
  std::set<user_id> unwritten_places_;
  /// Who moved since those who know no spaces were told.
  std::set<user_id> moved_;
  unix_ms places_written_at_ = 0;
  unix_ms places_refreshed_at_ = 0;
  std::unordered_map<session_id, seat> seats_;
  std::deque<durable_wait> durable_;
  /// What sessions said while something of theirs was looked up.
  std::unordered_map<session_id, std::deque<room_request>> held_;
  /// Messages that left memory unstored, as far as they are counted.
  std::size_t overrun_count_ = 0;
  /// How often something that only the archive has was changed.
  std::uint64_t older_changes_ = 0;
  bool was_searched_ = false;
  /// `joinRoom`s that wait for the shards.
  std::vector<room_request> deferred_joins_;
  /// Whoever waits for an answer that the room asked somebody for holds a copy: until then the room
  /// stays in memory.
  std::shared_ptr<const int> busy_ = std::make_shared<const int>(0);
  phase phase_ = phase::serving;
  /// Requests that came through the directory; see may_passivate.
  std::uint64_t routed_ = 0;
  unix_ms last_use_;
  /// When the pending message of each timer comes; 0: none is pending.
  struct armed_timer {
    /// When it is due, and when its next message comes; 0: never.
    unix_ms at = 0;
    unix_ms wake = 0;
  };
  std::array<armed_timer, static_cast<std::size_t>(timer::count)> armed_{};
  /// Frames made once and sent to every joiner until they change.
  std::array<frame, wire_count> history_frames_;
  std::array<frame, wire_count> board_frames_;
  std::optional<caller> deleter_;
  /// That the deleter gave.
  std::string close_reason_;
  /// Operators' sessions that look on.
  std::unordered_map<session_id, outlet> tails_;
  bool draining_ = false;
  /// What the directory was told last.
  room_status reported_{};
  /// Until the desk is told the next time nothing has to be noted for it.
  bool figures_awaited_ = true;
  /// When the rate was measured last, where the room stood then, and what it was.
  unix_ms measured_at_ = 0;
  seq_t measured_seq_ = 0;
  double per_second_ = 0;
};

} // namespace atrium
