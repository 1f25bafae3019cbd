// What a room server cannot beat on this machine: one thread, raw epoll, no JSON, nothing kept but
// the last messages of each room. A message is relayed byte for byte in a frame made once; all that
// arrived for a room in one wake-up leaves in one system call per member.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace atrium::bench {

class broadcaster {
public:
  /// Listens on 127.0.0.1. A joiner gets up to `history_count` messages. Throws std::runtime_error
  /// when the port is taken.
  broadcaster(std::uint16_t port, std::size_t history_count);
  ~broadcaster();
  broadcaster(const broadcaster&) = delete;
  broadcaster& operator=(const broadcaster&) = delete;

  /// Serves until the process is killed.
  [[noreturn]] void serve();

private:
  struct room;
  struct member {
    int socket = -1;
    bool is_upgraded = false;
    bool awaits_room_to_write = false;
    room* in = nullptr;
    /// Where the room's list has it.
    std::size_t place = 0;
    std::string unread;
    std::string unsent;
  };
  /// A part of what a room sends at the end of a turn, for everybody but one.
  struct piece {
    std::size_t from;
    std::size_t size;
    const member* except;
  };
  struct room {
    std::vector<member*> members;
    std::string fresh;
    std::vector<piece> pieces;
    bool leaves_out = false;
    /// A ring of payloads.
    std::vector<std::string> history;
    std::size_t message_count = 0;
    /// The framed history; empty: to be made anew.
    std::string history_frame;
  };

  void accept_all();
  void read(member& m);
  std::size_t upgrade(member& m, std::string_view bytes);
  void take_text(member& m, std::string_view text);
  void join(member& m, std::string_view text);
  const std::string& history_of(room& r) const;
  void publish(room& r, std::string_view text, const member* except);
  void flush(room& r);
  void send_pieces(member& m, const room& r);
  void put(member& m, std::string_view bytes);
  void write_unsent(member& m);
  void await(member& m, bool room_to_write);
  void drop(member& m);

  std::size_t history_count_;
  int listener_ = -1;
  int epoll_ = -1;
  std::string buffer_;
  std::unordered_map<std::string, std::unique_ptr<room>> rooms_;
  std::vector<room*> to_flush_;
  std::vector<member*> dropped_;
};

} // namespace atrium::bench
