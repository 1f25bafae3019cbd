// Private to user_shard*.cpp: a shard's state and handlers.
#pragma once

#include "actors/registered_user.hpp"
#include "actors/room_ports.hpp"
#include "actors/shard_room.hpp"
#include "actors/user_shard.hpp"

#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace atrium {

class user_shard {
public:
  using pointer = user_shard_actor::stateful_pointer<user_shard_state>;

  user_shard(pointer self, user_shard_args args);

  // user_shard.cpp: sessions and what is queued for them
  void on(const register_user& r);
  void on(const registered_session_gone& g);
  void on(const queue_written& w);
  void on(const user_retry& r);
  void on(const directory_ready& d) { directory_ = d.directory; }

  // user_shard_rooms.cpp: the rooms that users are members of
  void on(room_members& m);
  void on(const member_entered& e);
  void on(const member_left& l);
  void on(const member_message& m);
  void on(const member_message_deleted& d);
  void on(const member_truth& t);
  void on(const members_room_ended& e);
  void on(const member_fell_behind& f);
  void on(join_as_member& j);

private:
  /// A room in memory; or one that left it, while registered users belong to it.
  struct room_entry {
    room_entry(const environment& env, room_id room, std::string room_code, room_key under);

    room_id id;
    std::string code;
    room_key key;
    shard_room members;
    /// To sessions that are not in the room.
    room_ports ports;
    bool is_loaded = true;
  };
  struct user_entry {
    /// Null: no session of it registered.
    std::unique_ptr<registered_user> registered;
    std::vector<room_entry*> rooms;
    /// Of the read under way.
    std::uint64_t read = 0;
    bool retry_armed = false;
  };
  using session = registered_user::session;

  // user_shard.cpp
  [[nodiscard]] user_entry* find_registered(const user_id& user);
  [[nodiscard]] bool is_live(const user_id& user) const;
  [[nodiscard]] message_queue queue_of(const user_id& user) const;
  void tell_registered(const session& s, const user_id& user);
  void read_queue_of(const user_id& user, user_entry& u);
  void on_read(const user_id& user, std::uint64_t read, queued_messages& answer);
  void send_batch(const registered_user& u, session& s);
  void go_live(const user_id& user, user_entry& u, bool settled);
  void start_hearing(const user_id& user, user_entry& u, session& s);
  void forget_absent(const user_entry& u);
  void retry_later(const user_id& user, user_entry& u);

  // user_shard_rooms.cpp
  [[nodiscard]] room_entry* find(const room_id& id);
  room_entry& open_room(const room_members& m);
  void drop_strangers(room_entry& room, const std::vector<user_id>& members);
  void add_member(room_entry& room, const user_id& user);
  void remove_member(room_entry& room, const user_id& user);
  /// Nothing of the room waits for the user any more.
  void empty_queue_of(const user_id& user, const room_id& room);
  void forget_user(const user_id& user);
  void close_if_empty(room_entry& room);
  void close_room(room_entry& room);
  void leave_memory(room_entry& room);
  void tell_those_delivered_to(room_entry& room, const member_message& m);
  /// Members whom nobody tells, by queue. Precondition: there are queues.
  [[nodiscard]] const shard_room::absent_lists& absent_from(room_entry& room) const;
  void queue_for_absent(room_entry& room, const member_message& m);
  void ask_truth(const user_id& user, const session& s, const room_id& room, seq_t since);

  pointer self_;
  const environment& env_;
  std::size_t index_;
  std::vector<message_queue> queues_;
  caf::actor_addr directory_;
  std::unordered_map<user_id, user_entry> users_;
  std::unordered_map<room_id, room_entry> rooms_;
  std::unordered_map<room_key, room_entry*> by_key_;
  /// Users with a session that is not live yet.
  std::unordered_set<user_id> delivered_to_;
  std::uint64_t last_key_ = 0;
  std::uint64_t last_read_ = 0;
  std::uint64_t last_receipt_ = 0;
};

} // namespace atrium
