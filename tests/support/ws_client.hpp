// A native WebSocket client for tests: every wait has a time limit and fails the test when it is
// over. The verbs mirror production: send, request (send and await the ack), expect, refute. Reads
// only while one of them waits, so a client that does nothing is a client that doesn't read.
#pragma once

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace atrium::test {

using headers = std::vector<std::pair<std::string, std::string>>;

/// The server answered the upgrade with something else than 101.
struct handshake_refused : std::runtime_error {
  unsigned status;
  std::string body;
  handshake_refused(unsigned s, std::string b);
};

class ws_client {
public:
  using json = nlohmann::json;
  using predicate = std::function<bool(const json&)>;
  static constexpr std::chrono::seconds patience{10};

  /// Connects to 127.0.0.1. Throws `handshake_refused` or std::runtime_error.
  /// `receive_buffer_bytes` 0: what the system gives; small makes a slow reader visible early.
  explicit ws_client(std::uint16_t port, const std::string& path = "/ws", const headers& extra = {},
                     int receive_buffer_bytes = 0);
  ~ws_client();
  ws_client(ws_client&&) noexcept;
  ws_client& operator=(ws_client&&) noexcept;

  void send(const json& event);
  void send_text(std::string_view text);
  void send_binary(std::string_view bytes);
  /// Bytes past Beast: half frames, wrong frames. The server's side of the socket is not looked at.
  void send_raw(std::string_view bytes);
  void ping();

  /// Adds a `ref`, sends, returns the answer with this `ref`; what else comes stays for `expect`.
  json request(json event, std::chrono::milliseconds timeout = patience);
  /// `request` for `join`; fails the test unless it succeeds.
  json join(const std::string& room, const std::string& user, json more = json::object());

  /// The first received message of this type (that fulfils `also`), waiting for it if need be. It
  /// is taken out; the others stay.
  json expect(const std::string& type, const predicate& also = {},
              std::chrono::milliseconds timeout = patience);
  json expect(const predicate& wanted, std::chrono::milliseconds timeout = patience);
  /// The next message in the order of arrival.
  json next(std::chrono::milliseconds timeout = patience);
  /// Fails the test if a message of this type comes within `during`.
  void refute(const std::string& type, std::chrono::milliseconds during);
  /// Reads (and so answers pings) for a while; what comes is kept.
  void read_for(std::chrono::milliseconds during);
  /// Everything received and not taken.
  std::vector<json> take_all();

  /// Waits until the connection is closed and returns the close code; 0 without a close frame.
  std::uint16_t expect_close(std::chrono::milliseconds timeout = patience);
  [[nodiscard]] bool is_open() const;
  /// Closes with 1000 and waits for the server's answer.
  void close();
  /// Closes the socket without a word (`hard`: with a reset).
  void drop(bool hard = false);

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace atrium::test
