// Private to user_shard*.cpp: a shard's state and handlers.
#pragma once

#include "actors/friend_list.hpp"
#include "actors/online_index.hpp"
#include "actors/online_user.hpp"
#include "actors/registered_user.hpp"
#include "actors/room_ports.hpp"
#include "actors/shard_room.hpp"
#include "actors/tell.hpp"
#include "actors/user_shard.hpp"

#include <caf/actor_cast.hpp>

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace atrium {

class user_shard {
public:
  using pointer = gauged_pointer<user_shard_actor, user_shard_state>;

  user_shard(pointer self, user_shard_args args);

  // user_shard.cpp: registered sessions and what is queued for them
  void on(const registered_session_gone& g);
  void on(const queue_written& w);
  void on(const user_retry& r);
  void on(directory_ready& d);

  // user_shard_online.cpp: who is online
  void on(user_connected& c);
  void on(const user_renamed& r);
  void on(users_active);
  void on(const user_disconnected& d);
  void on(participant_lost& l);
  void on(activity_record_due);
  void on(records_wanted);
  void on_drain();

  // user_shard_lookup.cpp: what is known of users, and REST's questions
  void on(user_request& r);
  void on(const user_lookup_due& d);
  void on(user_question& q);
  void on(online_users_question& q);

  // user_shard_operators.cpp: what operators ask about users
  void on(operator_user_request& r);
  // user_shard_forgetting.cpp
  void on(const friend_forgotten& f);

  // user_shard_friends.cpp
  void on(const watch_users& w);
  void on(const users_watched& w);
  void on(const watched_user_changed& w);

  // user_shard_rooms.cpp: the rooms that users are members of
  void on(room_members& m);
  void on(const member_entered& e);
  void on(const member_left& l);
  void on(const members_room_ended& e);
  void on(join_as_member& j);
  void on(speak_as_member& s);

  // user_shard_messages.cpp: what members hear
  void on(const member_message& m);
  void on(const member_event& e);
  void on(const member_message_deleted& d);
  void on(const member_truth& t);
  void on(const member_fell_behind& f);

private:
  /// A room in memory; or one that is not, while users that are online belong to it.
  struct room_entry {
    room_entry(const environment& env, room_id room, std::string room_code,
               std::chrono::seconds room_ttl, room_key under);

    room_id id;
    std::string code;
    std::chrono::seconds ttl;
    room_key key;
    /// While it is loaded.
    caf::actor_addr actor;
    shard_room members;
    /// To sessions that are not in the room.
    room_ports ports;
    bool is_loaded = false;
  };
  /// Sessions of one user that hear of its friends.
  struct friend_circle {
    struct listener {
      outlet out;
      unix_ms since;
    };
    struct question {
      outlet out;
      /// 0: it did not ask, but it missed something.
      std::uint32_t request;
    };

    friend_circle(const environment& env, room_key under);

    room_key key;
    room_ports ports;
    friend_list list;
    std::vector<listener> listeners;
    /// When the user listed its friends last, as far as that was since it came; 0: not since.
    unix_ms listed_at = 0;
    /// To be answered as soon as the list is settled.
    std::vector<question> questions;
  };
  /// Whether rooms and friends of an online user were asked for in its records.
  enum class lookup : std::uint8_t { none, asked, done };
  struct user_entry {
    /// Null: no session of it registered.
    std::unique_ptr<registered_user> registered;
    /// Null: it has no connection.
    std::unique_ptr<online_user> online;
    /// Null: no session of it hears of friends.
    std::unique_ptr<friend_circle> friends;
    std::vector<room_entry*> rooms;
    /// Of the read of its queue under way, and of the lookup.
    std::uint64_t read = 0;
    std::uint64_t looked_up = 0;
    lookup known = lookup::none;
    bool retry_armed = false;
  };
  using session = registered_user::session;
  /// A user that is being forgotten, and who asked for it.
  struct farewell {
    caller from;
    user_id user;
    /// That it is a member of or in.
    std::set<room_id> rooms;
    /// Connections that have not answered yet.
    std::size_t awaited = 0;
  };
  using shared_farewell = std::shared_ptr<farewell>;

  // user_shard.cpp
  [[nodiscard]] user_entry* find_user(const user_id& user);
  [[nodiscard]] user_entry* find_registered(const user_id& user);
  [[nodiscard]] user_entry* find_online(const user_id& user);
  [[nodiscard]] bool is_live(const user_id& user) const;
  [[nodiscard]] message_queue queue_of(const user_id& user) const;
  [[nodiscard]] room_key next_key();
  void run(const caller& from, register_me&);
  void tell_registered(const session& s, const user_id& user);
  void read_queue_of(const user_id& user, user_entry& u);
  void on_read(const user_id& user, std::uint64_t read, queued_messages& answer);
  void send_batch(const registered_user& u, session& s);
  void go_live(const user_id& user, user_entry& u, bool settled);
  void start_hearing(const user_id& user, user_entry& u, session& s);
  void forget_absent(const user_entry& u);
  void retry_later(const user_id& user, user_entry& u);
  void answer(const caller& from, command_result outcome) const;
  template <class What>
  void tell_shard(std::size_t index, What&& what) const {
    tell(self_->context(), caf::actor_cast<user_shard_actor>(shards_.at(index)),
         std::forward<What>(what));
  }
  [[nodiscard]] std::size_t shard_of(const user_id& user) const {
    return std::hash<user_id>{}(user) % shards_.size();
  }

  // user_shard_online.cpp
  [[nodiscard]] user_records records_of(const user_id& user) const;
  template <class What>
  void record(const user_id& user, What&& what) const {
    tell(self_->context(), records_of(user), std::forward<What>(what));
  }
  void record_online(const user_id& user, online_user& online) const;
  void record_activity(const user_id& user, online_user& online) const;
  void note_activity(const user_id& user, online_user& online, const client_activity& did,
                     unix_ms at);
  void collect_activity();
  void arm_record();
  void come_online(const user_id& user, user_entry& u);
  void go_offline(const user_id& user, user_entry& u);
  void tell_rooms_offline(const user_id& user, const user_entry& u);
  void record_member(const room_entry& room, const user_id& user, bool is_connected) const;
  template <class What>
  void tell_room(const caf::actor_addr& room, What&& what) const {
    tell(self_->context(), caf::actor_cast<room_actor>(room), std::forward<What>(what));
  }

  // user_shard_lookup.cpp
  void look_up(const user_id& user, user_entry& u);
  void on_looked_up(const user_id& user, std::uint64_t number, loaded_user& found);
  void note_room(const user_id& user, const loaded_user::member_room& m);
  void answer_question(const caller& from, const loaded_user& known);
  void ask_connections(const caller& from, user_view view, std::vector<caf::actor_addr> left);

  // user_shard_operators.cpp
  void run(const caller& from, const user_id& user, const disconnect_user& c);
  void run(const caller& from, const user_id& user, const watch_user&);
  void run(const caller& from, const user_id& user, const unwatch_user&);
  [[nodiscard]] std::vector<connection_actor> connections_of(const user_id& user);
  void show_connection(const outlet& observer, const user_id& user,
                       const online_user::session& s) const;
  void tell_gone(const user_id& user, session_id session) const;
  void observe_new(const user_id& user, const online_user::session& s) const;

  // user_shard_forgetting.cpp
  void run(const caller& from, const user_id& user, const forget_user&);
  void part_from(const shared_farewell& f);
  void on_parted(const shared_farewell& f);
  void end_memberships(farewell& f);
  void end_membership(const user_id& user, const room_id& room);
  void erase(const shared_farewell& f);
  void tell_listers(const user_id& user) const;

  // user_shard_friends.cpp
  void run(const caller& from, get_online_status&);
  void run(const caller& from, set_friends& c);
  friend_circle& listen_to_friends(user_entry& u, const outlet& out);
  void replace_friends(const user_id& user, friend_circle& f, std::vector<friend_profile> friends);
  void watch(const user_id& user, std::vector<user_id> friends, bool begins);
  void settle_friends(friend_circle& f);
  void send_status(const friend_circle& f, const outlet& out) const;
  void fail_questions(friend_circle& f);
  /// The session missed something and has caught up.
  void renew_friends(friend_circle& f, session_id session);
  void note_friend(friend_circle& f, const online_status& who);
  void stop_listening(user_entry& u, session_id session);
  void tell_watchers(const user_id& user, bool is_online, unix_ms since);

  // user_shard_rooms.cpp
  [[nodiscard]] room_entry* find(const room_id& id);
  room_entry& make_room(const room_id& id, const std::string& code, std::chrono::seconds ttl);
  void drop_strangers(room_entry& room, const std::vector<user_id>& members);
  void add_member(room_entry& room, const user_id& user);
  void remove_member(room_entry& room, const user_id& user);
  void bid_farewell(const room_entry& room, const user_id& user, const event& e);
  void tell_online(const room_entry& room, const room_members& m) const;
  void note_left(const user_id& user, const room_id& room);
  /// Nothing of the room waits for the user any more.
  void empty_queue_of(const user_id& user, const room_id& room);
  /// Nothing is remembered of a user of whom there is nothing.
  void let_go_of(const user_id& user);
  void close_if_empty(room_entry& room);
  void close_room(room_entry& room);
  void leave_memory(room_entry& room);
  [[nodiscard]] static bool is_member(const user_entry& u, std::string_view room_name);

  // user_shard_messages.cpp
  void tell_those_delivered_to(room_entry& room, const member_message& m);
  void hold_for_those_delivered_to(room_entry& room, const member_event& e);
  /// Members whom nobody tells, by queue. Precondition: there are queues.
  [[nodiscard]] const shard_room::absent_lists& absent_from(room_entry& room) const;
  void queue_for_absent(room_entry& room, const member_message& m);
  void name_caller(caller& from) const;
  void ask_truth(const user_id& user, const session& s, const room_id& room, seq_t since);

  pointer self_;
  const environment& env_;
  std::size_t index_;
  std::vector<message_queue> queues_;
  std::vector<user_records> records_;
  user_shards::shared_ledger ledger_;
  user_shards::online_count online_count_;
  caf::actor_addr directory_;
  std::vector<caf::actor_addr> shards_;
  std::unordered_map<user_id, user_entry> users_;
  /// Those of them that are online.
  online_index online_;
  /// By user: sessions of operators that watch it.
  std::unordered_map<user_id, std::vector<outlet>> observers_;
  std::unordered_map<room_id, room_entry> rooms_;
  std::unordered_map<room_key, room_entry*> by_key_;
  /// Users with a session that is not live yet.
  std::unordered_set<user_id> delivered_to_;
  /// Who watches users of this shard.
  watch_book watchers_;
  /// Of the ledger what users did whose `user_connected` is on its way to us.
  struct early_activity {
    client_activity did;
    /// It was there at the last recording: who has not come by the next one never will.
    bool is_old = false;
  };
  std::unordered_map<user_id, early_activity> early_;
  /// Users whose activity waits to be recorded.
  std::vector<user_id> due_;
  bool record_armed_ = false;
  std::uint64_t last_key_ = 0;
  std::uint64_t last_read_ = 0;
  std::uint64_t last_receipt_ = 0;
};

} // namespace atrium
