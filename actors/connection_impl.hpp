// Private to connection*.cpp: a connection's state and handlers.
#pragma once

#include "actors/connection.hpp"
#include "actors/relay_messages.hpp"
#include "actors/tell.hpp"
#include "actors/token_bucket.hpp"

#include <chrono>
#include <deque>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

namespace atrium {

class connection {
public:
  using pointer = connection_actor::stateful_pointer<connection_state>;

  connection(pointer self, connection_args args);

  void on(client_command& c);
  void on(refused_command& c);
  void on(client_user_command& c);
  void on(const frame_written& w);
  void on_gone();
  void on(const lane_drained& l);
  void on(const room_joined& j);
  void on(const join_refused& r);
  void on(const room_ended& e);
  void on(const removed_from_room& r);
  void on_coalesced_due();
  [[nodiscard]] entered_rooms rooms() const;
  [[nodiscard]] entered_rooms on(const cut_off& c);
  void on(const observe_connection& o);
  void on(const unobserve_connection& o);
  void on(client_relay_command& c);
  void on(const relay_joined& j);
  void on_relay_pace_due();

private:
  using time_point = caf::actor_clock::time_point;

  /// A kind of command of which only the newest counts: it is passed on at intervals.
  struct coalesced {
    /// When the next one may be passed on.
    time_point due{};
    /// Null: nothing waits.
    std::unique_ptr<client_command> waiting;
  };
  struct joined_room {
    std::string code;
    room_actor room;
    room_key key;
    coalesced cursor;
    /// To places within the bounds.
    coalesced move;
    /// The newest to a place outside, which the room will reject at the pace of moves. Null: nothing
    /// waits.
    std::unique_ptr<client_command> stray_move;
    room_bounds bounds;
    /// Of spaces the one entered last has the highest; 0: it was not entered as one.
    std::uint64_t space_entry = 0;
  };
  using room_map = std::unordered_map<room_id, joined_room>;

  struct joined_relay {
    relay_room_actor room;
    room_key key = 0;
  };
  /// The relay rooms of the client; almost no client has any.
  struct relay_side {
    relay_side(const limit_settings& limits, time_point now);

    /// By name, as all here.
    std::map<std::string, joined_relay, std::less<>> rooms;
    /// Being entered, with what the client said for them since.
    std::map<std::string, std::deque<client_relay_command>, std::less<>> pending;
    /// Volatile messages that wait for the rate, the newest of each room: at most one more than there
    /// are rooms.
    std::map<std::string, client_relay_command, std::less<>> waiting;
    token_bucket volatile_rate;
    bool is_pace_armed = false;
  };

  // connection.cpp: who the client is, and what it may say now
  void claim_identity(const identity_claim& claim);
  void take_token(const shared_claims& token);
  [[nodiscard]] bool opens(const room_id& room) const;
  void end_unopened() const;
  void go_online();
  void rename(const std::string& username);
  void note_activity(bool is_message);
  void tell_activity();
  [[nodiscard]] std::optional<failure> check_claim(const identity_claim& who);
  [[nodiscard]] std::optional<failure> check_identity(const client_command& c);
  void name_guest();
  [[nodiscard]] std::optional<failure> check_rate();
  void take(client_command& c);
  void take(refused_command& c);
  void take(client_user_command& c);
  void dispatch(client_command& c);
  void fail(std::uint32_t request, failure f);
  [[nodiscard]] caller caller_of(const client_command& c) const;
  template <class What>
  void tell_shard(What&& what) const {
    tell(self_->context(), shards_->of(user_), std::forward<What>(what));
  }

  // connection_rooms.cpp: entering, leaving, and what is said outside
  [[nodiscard]] std::optional<failure> check_entry(const client_command& join) const;
  void start_join(client_command& c);
  void leave(client_command& c, room_map::iterator r);
  void end_membership(client_command& c);
  [[nodiscard]] bool speaks_as_member(const room_command& c) const;
  void speak_as_member_of(client_command& c);
  void forget(room_map::iterator r);
  void forward(client_command& c, const room_actor& room);
  [[nodiscard]] failure not_in(const std::string& room) const;
  void remember_ended(const room_id& id, const std::string& code);
  void resolve_pending(const std::string& name);
  /// The client is gone.
  void leave_rooms();
  [[nodiscard]] room_map::iterator find(const std::string& name);
  [[nodiscard]] room_map::iterator last_space();
  [[nodiscard]] const std::string& awaited_name(const client_command& c) const;
  void drop(const room_actor& room) const;
  void ask_truth(const room_actor& room, seq_t since) const;

  // connection_pace.cpp: cursors and moves, of which only the newest counts
  [[nodiscard]] static coalesced* coalesced_of(const room_command& c, joined_room& r);
  [[nodiscard]] std::chrono::milliseconds cursor_pause() const;
  [[nodiscard]] std::chrono::milliseconds move_pause() const;
  void forward_soon(client_command& c, joined_room& r);
  /// It takes the place of what waits.
  void keep_waiting(std::unique_ptr<client_command>& waiting, client_command& c,
                    const command_result& of_superseded);
  void forward_if_due(const joined_room& r, time_point& due, std::chrono::milliseconds pause,
                      std::initializer_list<std::unique_ptr<client_command>*> all_waiting);
  void arm_coalesced(time_point at);
  /// What waits will not be passed on.
  void settle_waiting(joined_room& r, const command_result& outcome);

  // connection_operators.cpp: what operators do to it, and see of it
  void leave_for_good();
  [[nodiscard]] static failure cut_off_already();
  /// Something that the client says now, for `tell_observers` after it was taken.
  [[nodiscard]] watched_command watched(std::string_view name, std::string room);
  void tell_observers(watched_command said) const;

  // connection_relay.cpp: rooms of Excalidraw's protocol
  void take(client_relay_command& c);
  void dispatch(client_relay_command& c);
  void enter_relay_room(client_relay_command& c, const std::string& name);
  void post_to_relay(client_relay_command& c, relay_message& m, bool is_volatile);
  void post_soon(client_relay_command& c, relay_message& m);
  void pass_on(client_relay_command& c);
  void pass_waiting(const std::string& room);
  void arm_relay_pace(std::chrono::milliseconds wait);
  void follow(client_relay_command& c, const follow_socket& f);
  /// What waits for a room being entered, for which this has to wait as well; null: nothing does.
  [[nodiscard]] std::deque<client_relay_command>* relay_wait(const std::string& name);
  [[nodiscard]] relay_caller relay_caller_of(std::uint32_t request, const socket_id& socket) const;
  [[nodiscard]] bool ask_relay_truth(room_key key);
  void leave_relays();
  [[nodiscard]] bool enters_relays() const noexcept;
  /// In or entering.
  [[nodiscard]] std::size_t relay_count() const noexcept;

  pointer self_;
  const environment& env_;
  directory_actor directory_;
  shared_user_shards shards_;
  outlet out_;
  /// Where the client comes from; empty: unknown.
  std::string address_;
  token_bucket rate_;
  user_id user_;
  std::string username_;
  /// Null: nobody asks for one.
  shared_claims token_;
  room_map rooms_;
  /// Names of rooms that closed while we were in, the oldest first.
  std::vector<std::string> ended_;
  /// Joins under way by the name that the client used, and what it said for that room since.
  std::map<std::string, std::deque<client_command>> pending_;
  /// A room that the session wants the truth about before we heard of having joined it.
  std::optional<lane_drained> awaited_truth_;
  /// What the client did that is not in the ledger.
  client_activity did_;
  activity_ledger::place ledger_place_;
  /// When `coalesced_due` comes; `time_point::max()`: none is under way.
  time_point coalesced_at_ = time_point::max();
  /// The name in the `join-space` under way that began last; empty: there is none.
  std::string awaited_space_;
  std::uint64_t space_entries_ = 0;
  /// The user's shard knows us.
  bool is_online_ = false;
  bool registered_ = false;
  /// To what shards say of rooms or friends.
  bool listens_ = false;
  bool gone_ = false;
  /// By an operator.
  bool is_cut_off_ = false;
  /// Sessions of operators that hear what the client says; null: none.
  std::unique_ptr<std::vector<outlet>> observers_;
  /// Null: there are no relay rooms here.
  relay_directory_actor relay_directory_;
  std::unique_ptr<relay_side> relays_;
  /// Of the session that relay commands came by.
  socket_id relay_socket_;
  /// Why what is being taken was refused; only if somebody observes.
  std::optional<errc> refused_;
  caf::strong_actor_ptr stay_;
};

} // namespace atrium
