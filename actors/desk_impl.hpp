// Private to desk*.cpp: the desk's state and handlers.
#pragma once

#include "actors/desk.hpp"
#include "actors/live_rooms.hpp"

#include <cstdint>
#include <unordered_map>

namespace atrium {

class desk {
public:
  using pointer = desk_actor::stateful_pointer<desk_state>;

  desk(pointer self, desk_args args) : self_{self}, env_{args.env}, store_{std::move(args.store)} {}

  // desk.cpp: which handler, and the list of rooms
  void on(live_room_changed& c);
  void on(const live_room_gone& g);
  void on(desk_request& r);
  void on(const desk_walk& w);

  // desk_store.cpp: what the store is asked
  void on(operator_acted& a);

private:
  /// A look through the list of rooms.
  struct room_walk {
    caller from;
    live_rooms_question question;
  };

  // desk.cpp
  void run(const caller& from, list_live_rooms& c);
  void go_on(std::uint64_t number, room_walk& w);
  void answer(const caller& to, command_result outcome) const;

  // desk_store.cpp
  void run(const caller& from, list_writers& c);
  void run(const caller& from, ask_store_info& c);
  void run(const caller& from, clean_store& c);
  void run(const caller& from, list_audit& c);

  pointer self_;
  const environment& env_;
  store_actors store_;
  live_rooms rooms_;
  /// Under way, at most `admin.questions`; each has one `desk_walk` in our mailbox.
  std::unordered_map<std::uint64_t, room_walk> walks_;
  std::uint64_t last_walk_ = 0;
};

} // namespace atrium
