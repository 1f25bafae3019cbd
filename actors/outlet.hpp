// The port from actors to sockets. `net/` implements `io_port` once per I/O thread; rooms and
// connections hand it operations and never wait, never block and never see a socket.
//
// Order: operations that one actor posts to one port are carried out in that order. A room that
// posts history, board, result and `subscribe` in a row gives the joiner exactly that, with nothing
// missed and nothing doubled before its live events. The I/O thread keeps the list of a room's
// subscribers of its own sessions, so a broadcast costs one post per I/O thread, not per member.
#pragma once

#include "actors/events.hpp"
#include "actors/ids.hpp"
#include "actors/measures.hpp"
#include "actors/relay_events.hpp"
#include "actors/results.hpp"
#include "actors/vocabulary.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace atrium {

/// How bytes for a session are spelled. One frame per broadcast and wire is made, if someone uses it.
enum class wire : std::uint8_t {
  native,
  socketio,
  /// Socket.IO whose events carry their position as a last argument, for clients that come back.
  socketio_recoverable,
  native_messenger,
  socketio_messenger,
  native_space,
  socketio_space,
};
inline constexpr std::size_t wire_count = 7;

[[nodiscard]] constexpr bool is_native(wire w) noexcept {
  return w == wire::native || w == wire::native_messenger || w == wire::native_space;
}
[[nodiscard]] constexpr vocabulary words_of(wire w) noexcept {
  switch (w) {
  case wire::native_messenger:
  case wire::socketio_messenger: return vocabulary::messenger;
  case wire::native_space:
  case wire::socketio_space: return vocabulary::space;
  default: return vocabulary::base;
  }
}
/// The wire of a session that speaks `w` in its own words, in a room where it uses `words`.
[[nodiscard]] constexpr wire in_words(wire w, vocabulary words) noexcept {
  switch (words) {
  case vocabulary::base: return w;
  case vocabulary::messenger:
    return is_native(w) ? wire::native_messenger : wire::socketio_messenger;
  case vocabulary::space: break;
  }
  return is_native(w) ? wire::native_space : wire::socketio_space;
}

/// Bytes ready for sockets of one wire, shared by all recipients.
using frame = std::shared_ptr<const std::string>;
/// One event in every wire that is in use in its room; null where nobody needs it.
using frames = std::array<frame, wire_count>;

/// Where in its room's sequence an event stands: who has it has seen everything up to `seq`.
struct position {
  std::string_view epoch;
  /// `no_seq`: nowhere; it is no mutation and can't be sent again.
  seq_t seq = no_seq;
  /// It is sent anew to a reader that was too slow for it: spelled with `"resync":true`.
  bool resync = false;
};

/// Spells events; implemented by `net/`, called by rooms. Thread-safe, no state.
class encoder {
public:
  virtual ~encoder() = default;
  [[nodiscard]] virtual frame encode(const event& e, wire w, const position& at) const = 0;
  /// Null: nobody hears relay rooms by this wire.
  [[nodiscard]] virtual frame encode(const relay_event& e, wire w) const = 0;
};

/// Who of a room's subscribers gets a broadcast.
enum class audience : std::uint8_t {
  all,
  /// Those that joined with `whiteboard: "full"` (the default).
  full_board,
  /// Those that joined with `whiteboard: "patch"`.
  patch_board,
};

/// What happens to an event when its recipient reads too slowly.
enum class delivery : std::uint8_t {
  /// In order; on overflow the connection is resynchronised.
  reliable,
  /// Part of a snapshot (history, board, roster): not counted against the lane's budget.
  snapshot,
  /// Newest per key wins; never queued behind a slow reader.
  latest,
  /// Each one, in order, to a reader that keeps up; to others as `latest`.
  passing,
};

/// A user of a space that moved.
struct mover {
  /// Of the user: with `delivery::latest`, the next move replaces this one.
  std::uint64_t key = 0;
  room_point place;
  /// Those beyond the radius are told, too.
  bool for_all = false;
  /// `user-moved`; null for wires in which nobody hears of it.
  frames bytes;
  /// The user's own: they are not told, and see from this place from now on.
  std::vector<session_id> sessions{};
};
/// Users of a space that moved since the last batch, each once.
struct move_batch {
  std::vector<mover> movers;
  /// Who stands further from a mover than this is told only if the move is `for_all`; 0: everybody
  /// is told.
  double radius = 0;
};

namespace op {

/// The one result of request `request` of the session.
struct result {
  session_id to;
  std::uint32_t request;
  command_result outcome;
};
/// An event for one session only.
struct event {
  session_id to;
  room_key room;
  frame bytes;
  delivery how;
  /// Of the event's `position`.
  seq_t seq = no_seq;
  /// Not 0: the connection is told `frame_written` when the socket has taken the whole frame.
  std::uint64_t receipt = 0;
  /// With `delivery::passing`: what replaces what.
  std::uint64_t key = 0;
};
/// From now on the session gets the room's broadcasts (again: changes the audience).
struct subscribe {
  session_id who;
  room_key room;
  wire spelling;
  audience board;
  /// The session was sent everything up to here.
  seq_t seq = no_seq;
};
struct unsubscribe {
  session_id who;
  room_key room;
};
/// The room's broadcasts reach a session again that fell behind; the snapshot follows.
struct resume {
  session_id who;
  room_key room;
  /// With the snapshot or what was missed the session will have everything up to here.
  seq_t seq = no_seq;
};
/// A broadcast to the room's subscribers on this thread.
struct publish {
  room_key room;
  frames bytes;
  /// Left out, usually the sender; 0: nobody.
  session_id except;
  audience who;
  delivery how;
  /// With `delivery::latest` or `passing`: what replaces what, e.g. a hash of kind and user. Else,
  /// unless it is 0:
  /// what still waits under it is out of date.
  std::uint64_t key;
  /// Of the event's `position`.
  seq_t seq = no_seq;
};
/// Moves in a space, to the room's subscribers on this thread.
struct moves {
  room_key room;
  std::shared_ptr<const move_batch> batch;
};
/// Where the user of a session stands that entered a space: from there it sees.
struct view {
  session_id who;
  room_key room;
  room_point place;
};
/// The room is gone: all its subscriptions end.
struct forget {
  room_key room;
};
/// Follows a broadcast that is timed: the thread lets go of it when it has written what it was given
/// by then.
struct stamp {
  std::shared_ptr<const fan_out_watch> watch;
};
/// Ends a session after what is queued for it was written (contract §2, close codes).
struct close {
  session_id who;
  std::uint16_t code;
  std::string reason;
};

} // namespace op

using outbound = std::variant<op::result, op::event, op::subscribe, op::unsubscribe, op::resume,
                              op::publish, op::moves, op::view, op::forget, op::stamp, op::close>;

class io_port {
public:
  virtual ~io_port() = default;
  /// Thread-safe, never blocks; operations for sessions that are gone vanish.
  virtual void post(outbound&& what) noexcept = 0;
};

/// The way back to one session. A plain value; the port outlives all actors.
struct outlet {
  io_port* port = nullptr;
  session_id session = 0;
  wire spelling = wire::native;
};

} // namespace atrium
