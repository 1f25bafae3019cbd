// One WebSocket (RFC 6455) as a transport: bytes in become whole messages for its user, frames of the
// user's queue go out. Knows nothing of what is said. Beast is the WebSocket; reading is in
// websocket_input.cpp, writing and closing in websocket_output.cpp.
#pragma once

#include "net/corked_stream.hpp"
#include "net/frame_header.hpp"
#include "net/io_thread.hpp"
#include "net/lanes.hpp"
#include "net/prefetch.hpp"
#include "net/upgrade.hpp"

#include <boost/beast/websocket/stream.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace atrium::net {

class websocket;

/// The session that a WebSocket belongs to. Called on its thread; any call may come while the session
/// is inside of a call of its own to the WebSocket, but for `on_message`.
class websocket_user {
public:
  virtual ~websocket_user() = default;

  /// Whose `flush`, `on_timer` and `on_tick` call those of the WebSocket.
  [[nodiscard]] virtual session& owner() noexcept = 0;
  /// False: nothing more is read until `resume_reading`.
  [[nodiscard]] virtual bool may_read() const noexcept = 0;
  /// `text` is valid until the function returns.
  virtual void on_message(websocket& from, std::string_view text, bool is_text) = 0;
  virtual void on_pong(websocket&) {}
  /// It is read from again, after `may_read` was false.
  virtual void on_resumed(websocket&) {}
  /// The socket has taken frames whose receipts the queue has now.
  virtual void on_receipts(websocket&) {}
  /// The socket has taken all that was queued.
  virtual void on_drained(websocket&) {}
  /// Nothing is queued any more behind what is queued now: a close frame, or a refusal.
  virtual void on_sealed(websocket& from) = 0;
  /// The socket is closed; the last call.
  virtual void on_end(websocket& from, std::string_view why) = 0;
};

class websocket final : public std::enable_shared_from_this<websocket>, private cork {
public:
  using time_point = session::time_point;

  /// `thread` is the current one. `user` and `out` outlive the WebSocket's last call of `user`, or
  /// its `abandon`. 0 for `max_message_bytes`: no limit. Of `u` socket, early bytes and socket count
  /// are taken.
  websocket(io_thread& thread, websocket_user& user, lanes& out, upgrade& u,
            std::size_t max_message_bytes);

  /// Answers the upgrade. False: Beast has refused it and says why; `on_end` follows.
  bool accept(const upgrade_request& request);
  /// Begins to read.
  void start() { take_bytes({}); }
  /// Sends what is queued, as far as the socket takes it.
  void write();
  /// `write` is going to be called.
  void prefetch_write() const noexcept { prefetch(this, 80); }
  /// From now on another queue is sent, of which nothing is sent yet. Nothing of the old one may be
  /// left.
  void send_from(lanes& out) noexcept { out_ = &out; }
  /// The user may be read from again, perhaps.
  void resume_reading();

  /// Ends after what is queued was sent. 0: a close frame without a code.
  void close(std::uint16_t code, std::string_view reason);
  /// As `close`, but what is queued and not begun is thrown away, and the peer gets a second.
  void close_at_once(std::uint16_t code, std::string_view reason);
  /// Closes the socket without a word.
  void end(std::string_view why);
  /// As `end`, and `user` is never called again.
  void abandon() {
    user_ = nullptr;
    end("abandoned");
  }
  /// Whether the time for closing is over; ends it then.
  void on_timer(time_point now);

  [[nodiscard]] time_point closing_due() const noexcept { return closing_due_; }
  [[nodiscard]] bool is_sealed() const noexcept { return is_sealed_ || has_ended_; }
  [[nodiscard]] bool has_ended() const noexcept { return has_ended_; }
  /// The socket takes no bytes for now.
  [[nodiscard]] bool is_blocked() const noexcept { return is_blocked_; }
  /// It isn't read from, because it may not be.
  [[nodiscard]] bool is_paused() const noexcept { return is_paused_; }

private:
  using boost_error = boost::system::error_code;
  static constexpr auto never = time_point::max();

  // Reading: websocket_input.cpp.
  void read();
  void on_readable();
  void take_bytes(std::string_view fresh);
  [[nodiscard]] std::size_t take_frames(std::string_view bytes);
  /// A frame that is taken here: data, ping or pong, as they should be.
  [[nodiscard]] bool is_plain(const frame_header& h) const noexcept;
  void take_control(const frame_header& h, std::string_view whole);
  /// A data frame as far as it came, or more of it; so much of that is payload.
  void take_data(std::string_view part, std::size_t payload_bytes);
  void take_message(std::string_view text);
  void count_refused(boost_error ec);
  void on_refused_frame(boost_error ec);
  void read_by_beast();
  void on_beast_read(boost_error ec, std::size_t used);
  /// So much of unfinished messages is held; closes when that is more than all may hold.
  void hold_inbound(std::size_t bytes);
  [[nodiscard]] bool may_read() const noexcept;

  // Writing and closing: websocket_output.cpp.
  void wait_writable();
  void on_drained();
  void break_off();
  bool put_own(std::string bytes) override;
  void hold(std::unique_ptr<write_completion> done) override;
  void seal(std::chrono::milliseconds patience);
  void tear_down(std::unique_ptr<write_completion> done) override;
  void discard_input();
  void mark_dirty();
  /// What rooms said before comes before what is written next.
  void catch_up();
  void arm();

  [[nodiscard]] counters& counts() const noexcept { return thread_.home().counts; }
  [[nodiscard]] std::shared_ptr<websocket> self() { return shared_from_this(); }

  // What a write needs comes first, in as few cache lines as may be.
  io_thread& thread_;
  /// Null: abandoned.
  websocket_user* user_;
  lanes* out_;
  int descriptor_;
  bool is_open_ = false;
  bool is_reading_ = false;
  /// Beast reads from the socket by itself from now on.
  bool is_left_to_beast_ = false;
  bool is_paused_ = false;
  bool is_blocked_ = false;
  /// A close frame is the last that was queued.
  bool is_sealed_ = false;
  bool is_shut_ = false;
  bool is_broken_ = false;
  bool has_ended_ = false;
  std::unique_ptr<write_completion> held_;
  std::unique_ptr<write_completion> teardown_;

  std::size_t max_message_bytes_;
  counted socket_count_;
  boost::beast::websocket::stream<corked_stream, false> ws_;

  inbound_share share_;
  /// Received and not taken: part of a frame, or all of it while reading is paused.
  std::string carry_;
  /// What came so far of a message that is not there whole.
  std::string message_;
  /// Payload of the data frame under way that is still to come, and whether it ends its message.
  std::uint64_t missing_bytes_ = 0;
  bool is_final_ = false;

  time_point closing_due_ = never;
};

} // namespace atrium::net
