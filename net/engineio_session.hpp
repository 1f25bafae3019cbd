// One Engine.IO session (protocols.md §3): a client that speaks over long-polling, over a WebSocket,
// or over the one first and the other later. What the messages mean is a derived class's business.
//
// The output queue holds WebSocket frames whatever the transport: a poll is answered with the packets
// out of them. So the same bytes serve everybody, and an upgrade changes nothing in the queue.
// engineio_session.cpp has packets, heartbeat and the end; engineio_polling.cpp GET and POST;
// engineio_upgrade.cpp the WebSocket and the way to it. Runs on one I/O thread.
#pragma once

#include "net/engineio_codec.hpp"
#include "net/held_request.hpp"
#include "net/queued_session.hpp"
#include "net/routes.hpp"
#include "net/websocket.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace atrium::net {

class engineio_session : public queued_session, protected websocket_user {
public:
  engineio_session(io_thread& thread, connection_slot place);

  // From HTTP requests, on the session's thread.
  /// A handshake over long-polling: the session begins, and the request gets the open packet.
  void open(std::shared_ptr<held_request> get);
  /// A handshake over a WebSocket.
  void open(upgrade& u);
  /// Checks the deadlines. False: there is no such session any more.
  [[nodiscard]] bool is_alive();
  [[nodiscard]] engineio::transport current() const noexcept { return current_; }
  /// A GET of a polling client: answered when there is something to say.
  void take_poll(std::shared_ptr<held_request> get);
  /// The head of a POST has come. False: another one is under way, which ends the session.
  [[nodiscard]] bool begin_payload();
  void take_payload(std::shared_ptr<held_request> post, std::string_view content_type,
                    std::string_view body);
  /// The POST that began was refused; the session goes on.
  void abandon_payload() { has_payload_begun_ = false; }
  /// The client's socket broke under a request of its own: that ends the session.
  void on_request_lost(const held_request& lost);
  /// A WebSocket that wants to take over. A second one is opened and closed.
  void take_websocket(upgrade& u);

  // For the thread.
  std::optional<connection_view> describe() override;
  void close(std::uint16_t code, std::string_view reason) override;
  void abort() override { end("aborted"); }
  void flush() override;
  void on_timer(time_point now) override;

protected:
  static constexpr auto never = time_point::max();

  // What a derived class does.
  /// A message; `data` is valid until the function returns.
  virtual void on_data(std::string_view data, bool is_binary) = 0;
  /// The client has its open packet queued.
  virtual void on_open() {}
  /// Nothing more can be said or heard. Once, if it was opened.
  virtual void on_gone() = 0;
  /// Who the client is, as far as that is known.
  virtual void describe_user(connection_view&) const {}
  /// False: messages are not taken for now; see `resume_input`.
  [[nodiscard]] virtual bool takes_messages() const noexcept { return true; }
  /// A deadline of its own, and what happens then.
  [[nodiscard]] virtual time_point own_deadline() const noexcept { return never; }
  virtual void on_own_deadline() {}

  /// Messages are taken again, perhaps.
  void resume_input();
  /// The next answer to a poll has all that is queued by then.
  void answer_whole() noexcept { is_answered_whole_ = true; }
  /// Closes without a code.
  void hang_up(std::string_view reason);
  /// The client broke the protocol: hangs up.
  void close_for(std::string_view reason);
  /// Ends at once; a held poll gets `last_packet`.
  void end(std::string_view why, std::string_view last_packet = "1");
  void arm();

  [[nodiscard]] bool is_sealed() const noexcept override;
  [[nodiscard]] bool is_blocked() const noexcept override;
  [[nodiscard]] bool keeps_up() const noexcept override;
  void on_stalled() override;
  [[nodiscard]] const std::string& ip() const noexcept { return place_.ip(); }

private:
  // Packets and heartbeat.
  void begin();
  void take_packet(const engineio::packet& p);
  void on_pong();
  void ping(time_point now);
  void on_pong_missing(time_point now);
  void say_gone();

  // Long-polling.
  void answer_poll();
  void answer_payload(unsigned status);
  void release_poll();
  [[nodiscard]] std::string take_payload_out();
  [[nodiscard]] std::function<void()> receipts_of_answer();

  // WebSocket.
  session& owner() noexcept override { return *this; }
  [[nodiscard]] bool may_read() const noexcept override { return takes_messages(); }
  void on_message(websocket& from, std::string_view text, bool is_text) override;
  void on_receipts(websocket& from) override;
  void on_drained(websocket& from) override;
  void on_resumed(websocket& from) override;
  void on_sealed(websocket& from) override;
  void on_end(websocket& from, std::string_view why) override;
  void take_probe_message(std::string_view text, bool is_text);
  void switch_to_websocket();
  void drop_probe(std::string_view why);
  [[nodiscard]] std::shared_ptr<websocket> make_websocket(upgrade& u, lanes& out);

  connection_slot place_;
  counted session_count_;
  counted transport_count_;
  const unix_ms connected_at_;
  round_trip heartbeat_;
  std::string sid_;
  engineio::transport current_ = engineio::transport::polling;

  std::shared_ptr<held_request> poll_;
  std::shared_ptr<held_request> payload_;
  bool has_payload_begun_ = false;
  bool is_answered_whole_ = false;

  std::shared_ptr<websocket> ws_;
  /// A WebSocket on trial, its own queue, and how many noops it may cost the polls.
  std::shared_ptr<websocket> probe_;
  std::unique_ptr<lanes> probe_lanes_;
  bool is_probed_ = false;
  int noops_left_ = 0;
  /// The WebSocket took over but has a word of the trial left to send.
  bool is_switching_ = false;

  time_point next_ping_ = never;
  time_point pong_due_ = never;
  time_point upgrade_due_ = never;
  time_point noop_due_ = never;
  time_point closing_due_ = never;
  bool is_open_ = false;
  /// Says farewell to a polling client, then ends.
  bool is_closing_ = false;
  bool is_gone_ = false;
  bool has_ended_ = false;
};

} // namespace atrium::net
