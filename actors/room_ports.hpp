// A room's way to sockets: which I/O threads have its subscribers, in which wires, and what they want
// of the board. Encodes an event once per wire in use and posts it once per I/O thread.
//
// Order: everything goes out in the order of the calls. Never blocks.
#pragma once

#include "actors/environment.hpp"
#include "actors/events.hpp"
#include "actors/outlet.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace atrium {

class room_ports {
public:
  /// `epoch` must outlive the ports.
  room_ports(const environment& env, room_key key, const std::string& epoch)
      : env_{env}, key_{key}, epoch_{epoch} {}

  /// From now on `out`, which has everything up to `seq`, gets broadcasts. Each `subscribe` is undone by one `unsubscribe` with the same
  /// arguments.
  void subscribe(const outlet& out, bool patch_board, seq_t seq);
  void unsubscribe(const outlet& out, bool patch_board);
  /// Ends all subscriptions; nothing is published afterwards.
  void forget();

  /// Broadcasts to the subscribers that `who` names, but not to session `except` (0: to all).
  /// `key` names what a later event replaces of those with `delivery::latest`.
  void publish(const event& e, audience who, delivery how, session_id except = 0,
               std::uint64_t key = 0);
  /// The same, of what is spelled already; `seq`: of the event that `bytes` spell.
  void publish(const frames& bytes, audience who, delivery how, session_id except,
               std::uint64_t key, seq_t seq);

  /// Moves in a space; `bytes` of each are made by `encode_heard`.
  void post(std::shared_ptr<const move_batch> batch) const;
  /// In every wire that is in use and whose words have the event.
  [[nodiscard]] frames encode_heard(const event& e) const;
  /// Where the user of `out`, which is subscribed, stands.
  void view(const outlet& out, room_point place) const;

  [[nodiscard]] frame encode(const event& e, wire w, bool is_resync = false) const;
  /// `seq`: of the event that `bytes` spell.
  void send(const outlet& out, frame bytes, delivery how, seq_t seq) const;
  void send(const outlet& out, const event& e, delivery how, bool is_resync = false) const;
  void answer(const outlet& out, std::uint32_t request, command_result outcome) const;
  void resume(const outlet& out, seq_t seq) const;

  /// Does anybody look at the board this way?
  [[nodiscard]] bool wanted(audience who) const noexcept;
  /// Does anybody hear the room by this wire?
  [[nodiscard]] bool is_in_use(wire w) const noexcept {
    return wires_[static_cast<std::size_t>(w)] != 0;
  }
  /// Does anybody hear the room in these words?
  [[nodiscard]] bool is_heard_in(vocabulary words) const noexcept;

private:
  struct port_use {
    io_port* port;
    std::size_t subscribers;
  };

  void count(const outlet& out, bool patch_board, int step);

  const environment& env_;
  room_key key_;
  const std::string& epoch_;
  std::vector<port_use> ports_;
  std::array<std::size_t, wire_count> wires_{};
  std::size_t full_ = 0;
  std::size_t patch_ = 0;
};

} // namespace atrium
