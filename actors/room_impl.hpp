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

#include <array>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

namespace atrium {

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

  // room_persistence.cpp
  void on(const persisted& p);
  void on(const write_lost& l);
  void on_store_returned();

private:
  struct member {
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
  void handle(const caller& from, room_command& command);
  [[nodiscard]] std::optional<failure> refusal(const caller& from, const room_command& c) const;
  void answer(const caller& from, command_result outcome) const;
  void fail(const caller& from, errc code, std::string sentence) const;
  void run(const caller& from, get_room&);
  void run(const caller& from, get_board&);
  void run(const caller& from, get_stats&);
  void run(const caller& from, delete_room&);
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
  void run(const caller& from, resync&);
  void run(const caller& from, list_presence& c);
  void run(const caller& from, move_cursor& c);
  void run(const caller& from, set_typing& c);
  void admit(const caller& from, const join_room& c);
  [[nodiscard]] bool send_missed(const outlet& out, const join_room& c);
  void send_history_and_board(const outlet& out, bool is_resync);
  void send_roster(const outlet& out, bool is_resync);
  [[nodiscard]] joined_result joined(const caller& from, const join_room& c, bool recovered) const;
  void refuse_join(const caller& from, failure f) const;
  void note_arrival(const caller& from, arrival how);
  void note_departure(const participant& who, departure how);
  void remove_member(session_id session);
  void tell_presence();
  void flush_presence();
  void tell_typing(const typing_changed& t, session_id except);
  void on_grace_over();
  void on_typing_over();
  void report_status();

  // room_members.cpp: who belongs to the room
  void run(const caller& from, get_members&);
  void run(const caller& from, set_members& c);
  void run(const caller& from, resync_member&);
  void admit_member(const caller& from, const join_room& c);
  [[nodiscard]] bool end_membership(const user_id& user);
  void change_membership(change_members c);
  void tell_inside(const std::vector<user_id>& users);
  void note_entering(const caller& from) const;
  void note_entered(const caller& from, const join_room& c, bool recovered) const;
  void note_left(const user_id& user, session_id session) const;
  [[nodiscard]] std::optional<seq_t> shown_from(const join_room& c, bool recovered) const;
  [[nodiscard]] std::vector<user_id> connected_users() const;
  void send_left(outlet out) const;

  // room_content.cpp: chat and board
  void run(const caller& from, post_message& c);
  void run(const caller& from, edit_message& c);
  void run(const caller& from, delete_message& c);
  void run(const caller& from, search_messages& c);
  void run(const caller& from, get_history& c);
  void run(const caller& from, change_board& c);
  void run(const caller& from, patch_board& c);
  void run(const caller& from, clear_board&);
  void read_archive(const caller& from, std::size_t limit, std::optional<seq_t> before,
                    std::optional<seq_t> after);
  void draw(const caller& from, const board_change& change, bool whole);
  void tell_drawing(const caller& from, drawing& d, bool as_patch);
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
  room_key key_;
  membership membership_;
  room_state state_;
  room_ports ports_;
  room_shards shards_;
  room_journal journal_;
  replay_window window_;
  std::shared_ptr<const room_meta> stored_meta_;
  std::shared_ptr<const std::string> stored_epoch_;
  presence_journal presence_;
  std::unordered_map<session_id, member> members_;
  std::deque<durable_wait> durable_;
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
  std::array<armed_timer, 8> armed_{};
  /// Frames made once and sent to every joiner until they change.
  std::array<frame, wire_count> history_frames_;
  std::array<frame, wire_count> board_frames_;
  std::optional<caller> deleter_;
  bool draining_ = false;
  /// What the directory was told last.
  room_status reported_;
};

} // namespace atrium
