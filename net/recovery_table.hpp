// Socket.IO clients that may come back, by their secret `pid` (protocols.md §4.6): those that are
// connected, and what is known of those that lost their connection. One per server; a mutex guards
// the table, which is touched once per connect and disconnect. Bounded by `socketio.recovery_sessions`
// and `socketio.recovery_window_ms`.
#pragma once

#include "actors/messages.hpp"
#include "config/settings.hpp"
#include "net/recovery_log.hpp"

#include <chrono>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace atrium::net {

class io_thread;

/// What a client had when its connection was lost.
struct lost_connection {
  /// Its id in Socket.IO, which it gets back.
  std::string sid;
  identity_claim who;
  struct room {
    room_key key;
    std::string id;
    std::string epoch;
    bool patch_board;
    /// False: the client has left it; the last that it saw may still have been there.
    bool is_joined;
  };
  std::vector<room> rooms;
  recovery_log log;
  /// Its earlier sessions.
  std::vector<session_id> own;
};

/// Where a lost connection goes on in one room.
struct room_return {
  std::string id;
  std::string epoch;
  seq_t seq;
  bool patch_board;
};

/// Where `lost` goes on when `offset` is the last that the client has; empty: it was in no room.
/// Nothing: that is not known of all its rooms.
[[nodiscard]] std::optional<std::vector<room_return>> returns_of(const lost_connection& lost,
                                                                 std::string_view offset);

/// A connected client whose state another connection may take over.
class recoverable {
public:
  virtual ~recoverable() = default;
  /// The client, who says that it is `who`, is back on another connection: end this one and leave the
  /// state in the table. False: that is somebody else. On the session's thread.
  [[nodiscard]] virtual bool give_up(const identity_claim& who) = 0;
};

class recovery_table {
public:
  using time_point = std::chrono::steady_clock::time_point;
  struct connected {
    io_thread* thread;
    /// To be used on `thread` only.
    std::weak_ptr<recoverable> session;
  };
  using found = std::variant<std::monostate, connected, lost_connection>;

  explicit recovery_table(const socketio_settings& config) : config_{config} {}

  void add(const std::string& pid, connected c);
  void add(const std::string& pid, lost_connection&& lost, time_point now);
  void remove(const std::string& pid);
  /// Takes a lost connection out; a connected one stays.
  [[nodiscard]] found take(const std::string& pid, time_point now);

private:
  void forget(const std::string& pid);
  void forget_old(time_point now);

  struct kept {
    lost_connection lost;
    time_point until;
    std::list<std::string>::iterator place;
  };

  const socketio_settings& config_;
  std::mutex mutex_;
  std::unordered_map<std::string, connected> connected_;
  std::unordered_map<std::string, kept> lost_;
  /// Of `lost_`, the oldest first.
  std::list<std::string> order_;
};

} // namespace atrium::net
