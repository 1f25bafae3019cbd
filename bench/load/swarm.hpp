// All clients of a run: one thread, one epoll instance, a read and a write per connection and turn.
// It opens, upgrades and joins connections, gives arriving messages to the ledger, answers pings,
// and sends what traffic hands it. Never waits for one connection.
#pragma once

#include "bench/load/dialect.hpp"
#include "bench/load/frame.hpp"
#include "bench/load/histogram.hpp"
#include "bench/load/ledger.hpp"
#include "bench/load/options.hpp"
#include "bench/load/population.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace atrium::bench {

class swarm {
public:
  /// `who`, `books` and `steps`, which is null unless somebody walks, must outlive the swarm; `rooms`
  /// has a name for each room.
  swarm(const load_options& options, const population& who, std::vector<std::string> rooms,
        ledger& books, const walk* steps = nullptr);
  ~swarm();
  swarm(const swarm&) = delete;
  swarm& operator=(const swarm&) = delete;

  /// Begins a connection. It is `ready` when it may join.
  void connect(std::uint32_t connection);
  /// Asks to enter the connection's room. Precondition: ready.
  void join(std::uint32_t connection);
  /// Puts a message behind what is unsent; it goes out at the end of the turn. Whatever is given to
  /// a connection that is gone vanishes.
  void send(std::uint32_t connection, std::string_view text);
  /// Sends what is unsent, waits at most `timeout_ns` for something to arrive, reads it. Once for
  /// each connection that has something.
  void turn(std::uint64_t timeout_ns);
  void close_all();

  [[nodiscard]] const std::string& room_name(std::uint32_t room) const { return rooms_[room]; }
  [[nodiscard]] std::string user_name(std::uint32_t connection) const;

  struct counts {
    std::uint32_t connecting = 0;
    /// Ever ready, ever joined.
    std::uint32_t ready = 0;
    std::uint32_t joined = 0;
    /// Connections that broke or were closed by the server.
    std::uint32_t gone = 0;
    /// Events `error`, failed results, results that were to be durable and are not.
    std::uint64_t refused = 0;
    /// Frames that are no delivery and no ack.
    std::uint64_t other_frames = 0;
    std::uint64_t received_bytes = 0;
    std::uint64_t reads = 0;
  };
  [[nodiscard]] const counts& so_far() const noexcept { return counts_; }
  /// What was first to go wrong; empty: nothing did.
  [[nodiscard]] const std::string& first_failure() const noexcept { return first_failure_; }
  [[nodiscard]] const histogram& handshakes() const noexcept { return handshakes_; }
  [[nodiscard]] const histogram& joins() const noexcept { return joins_; }

private:
  enum class stage : std::uint8_t {
    idle,
    connecting,
    upgrading,
    /// Engine.IO's greeting is awaited, then Socket.IO's.
    greeting,
    entering,
    ready,
    joining,
    joined,
    gone,
  };
  struct client {
    int socket = -1;
    stage at = stage::idle;
    bool awaits_room_to_write = false;
    bool is_unsent = false;
    std::uint64_t began_ns = 0;
    /// The beginning of a frame whose end is still to come; the fragments of a message.
    std::string unread;
    std::string fragments;
    std::string unsent;
    std::size_t unsent_from = 0;
  };

  void await(std::uint32_t index, bool room_to_write);
  void begin_upgrade(std::uint32_t index);
  void become_ready(client& c);
  void fail(std::uint32_t index, std::string_view why);
  void note_failure(std::string_view why);
  void put(std::uint32_t index, opcode kind, std::string_view payload);
  void write(std::uint32_t index);
  void write_unsent();
  void read(std::uint32_t index);
  std::size_t read_frames(std::uint32_t index, std::string_view bytes, std::uint64_t now);
  void take_frame(std::uint32_t index, const server_frame& f, std::uint64_t now);
  void take_text(std::uint32_t index, std::string_view text, std::uint64_t now);
  /// Greetings, pings and the end of a Socket.IO connection. False: `text` is none of these.
  bool take_socketio(std::uint32_t index, std::string_view text);
  void take_other(std::uint32_t index, std::string_view text, std::uint64_t now);
  void take_arrival(std::uint32_t index, std::string_view text, std::uint64_t now);
  void take_ack(std::uint32_t index, std::string_view text, std::uint64_t now);

  const load_options& options_;
  const dialect& dialect_;
  const population& who_;
  std::vector<std::string> rooms_;
  ledger& books_;
  const walk* steps_;
  std::string_view joined_;
  std::string_view arrives_;
  /// The last eight bytes of what a delivery begins with, and where they stand.
  std::uint64_t arrives_tail_ = 0;
  std::size_t arrives_tail_at_ = 0;
  /// Where the last stamp was found: the next one is most likely there too.
  std::size_t stamp_hint_ = 0;

  int epoll_ = -1;
  std::vector<client> clients_;
  std::vector<std::uint32_t> unsent_;
  std::string buffer_;
  counts counts_;
  std::string first_failure_;
  histogram handshakes_;
  histogram joins_;
};

} // namespace atrium::bench
