// Private to relay_room*.cpp: a relay room's state and handlers.
#pragma once

#include "actors/gauges.hpp"
#include "actors/relay_room.hpp"
#include "actors/relay_state.hpp"
#include "actors/room_ports.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>

namespace atrium {

class relay_room {
public:
  using pointer = relay_room_actor::stateful_pointer<relay_room_state>;

  relay_room(pointer self, relay_room_args args);

  void on(relay_request& r);
  void on(const relay_timer& t);
  void on_end();

private:
  using time_point = caf::actor_clock::time_point;

  struct seat {
    outlet out;
    counted place;
    /// When the others were asked last to send it what they have.
    std::optional<time_point> resynced{};
    bool awaits_resync = false;
  };

  // relay_room.cpp: what members ask
  void run(const relay_caller& from, const enter_relay& c);
  void run(const relay_caller& from, relay_post& c);
  void run(const relay_caller& from, relay_follow& c);
  void run(const relay_caller& from, const resync_relay& c);
  void run(const relay_caller& from, const leave_relay& c);
  [[nodiscard]] bool is_full() const noexcept;
  void pass_on(const relay_caller& from, const relay_post& what);
  void pass_to_followers(const relay_caller& from, const relay_event& what);
  void answer(const relay_caller& to, command_result outcome) const;
  void ask_to_end();

  // relay_room_telling.cpp: what members are told
  [[nodiscard]] frames spell(const relay_event& e) const;
  void tell_others(const relay_event& e, session_id except);
  void tell_one(const socket_id& who, const relay_event& e) const;
  void tell_members();
  void tell_members_now();
  void tell_followers(const socket_id& of) const;
  void ask_for_truth(const socket_id& of, seat& s, time_point now);
  void on_resync_due();
  void note_change();
  void tell_figures();
  void await(relay_timer::kind what, std::chrono::milliseconds time);
  [[nodiscard]] std::chrono::milliseconds members_pause() const noexcept;

  pointer self_;
  const environment& env_;
  relay_directory_actor directory_;
  /// It has none; the ports ask for one.
  const std::string epoch_;
  const room_key key_;
  room_ports ports_;
  relay_state state_;
  std::unordered_map<socket_id, seat> seats_;
  std::uint64_t handled_ = 0;
  /// When everybody was told last who is in.
  std::optional<time_point> members_told_;
  bool members_awaited_ = false;
  bool resync_awaited_ = false;
  bool figures_awaited_ = false;
  /// With the totals of now, and the rates of the time before the directory was told last.
  relay_figures figures_;
  /// As they were told.
  relay_figures told_;
  time_point figures_told_{};
};

} // namespace atrium
