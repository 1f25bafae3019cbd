// One native WebSocket connection: the class, private to websocket_session.cpp (reading) and
// websocket_output.cpp (writing and closing).
#pragma once

#include "net/corked_stream.hpp"
#include "net/event_spelling.hpp"
#include "net/frame_header.hpp"
#include "net/io_thread.hpp"
#include "net/lanes.hpp"
#include "net/native_vocabulary.hpp"
#include "net/websocket_session.hpp"

#include <boost/beast/websocket/stream.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace atrium::net {

class websocket_session final : public session, private cork {
public:
  websocket_session(io_thread& thread, upgrade u);

  void run(const upgrade_request& request);

  void on_result(std::uint32_t request, command_result&& outcome) override;
  void deliver(room_key room, const frame& bytes, delivery how) override;
  bool deliver_batch(room_key room, const merged_frames& broadcasts) override;
  void offer_latest(room_key room, const frame& bytes, std::uint64_t key) override;
  void resume(room_key room) override;
  void close(std::uint16_t code, std::string_view reason) override;
  void drain() override;
  void abort() override { end("aborted"); }
  void flush() override { write_queue(); }
  void on_timer(time_point now) override;
  bool on_tick(time_point now) override;

private:
  using boost_error = boost::system::error_code;
  static constexpr auto never = time_point::max();

  /// A command without a result so far.
  struct in_flight {
    std::uint32_t request;
    std::string ref;
    std::string event;
    std::size_t weight;
  };

  // Reading: websocket_input.cpp.
  void open();
  void read();
  void on_readable();
  void take_bytes(std::string_view fresh);
  [[nodiscard]] std::size_t take_frames(std::string_view bytes);
  /// A frame that is taken here: data, ping or pong, as they should be.
  [[nodiscard]] bool is_plain(const frame_header& h) const noexcept;
  void take_control(const frame_header& h, std::string_view whole);
  void take_data(const frame_header& h, std::string_view whole);
  void count_refused(boost_error ec);
  void on_refused_frame(boost_error ec);
  void read_by_beast();
  void on_beast_read(boost_error ec, std::size_t used);
  /// So much of unfinished messages is held; closes the session when that is more than all may hold.
  void hold_inbound(std::size_t bytes);
  [[nodiscard]] bool may_read() const noexcept;
  void resume_reading();

  // Messages and results.
  void take_message(std::string_view text);
  void take_malformed(std::uint16_t close_code);
  void dispatch(native_command&& c, std::size_t bytes);
  /// Notes a command without result yet; its number, never 0.
  std::uint32_t open_request(std::string ref, std::string event, std::size_t weight);

  // Deadlines.
  void on_pong();
  void arm();
  void ping(time_point now);
  void on_pong_missing(time_point now);

  // Writing.
  void put(frame bytes, entry_kind kind);
  void put_events(const merged_frames& events);
  void fall_behind();
  void ask_for_truth();
  void write_queue();
  void wait_writable();
  void on_drained();
  void break_off();
  bool put_own(std::string bytes) override;
  void hold(std::unique_ptr<write_completion> done) override;

  // Closing.
  void seal(std::chrono::milliseconds patience);
  void close_at_once(std::uint16_t code, std::string_view reason);
  void tear_down(std::unique_ptr<write_completion> done) override;
  void discard_input();
  void leave_house();
  void end(std::string_view why);

  [[nodiscard]] bool is_muted(room_key room) const noexcept;
  [[nodiscard]] const settings& config() const noexcept { return thread_.home().config; }
  [[nodiscard]] counters& counts() const noexcept { return thread_.home().counts; }
  [[nodiscard]] std::shared_ptr<websocket_session> self() {
    return std::static_pointer_cast<websocket_session>(shared_from_this());
  }

  io_thread& thread_;
  connection_slot place_;
  counted socket_count_;
  counted websocket_count_;
  identity_claim claimed_;
  boost::beast::websocket::stream<corked_stream, false> ws_;
  connection_actor connection_;
  lanes lanes_;

  inbound_share share_;
  /// Received and not taken: part of a frame, or all of it while reading is paused.
  std::string carry_;
  /// The fragments so far of a message that comes in several frames.
  std::string message_;
  std::vector<in_flight> in_flight_;
  std::size_t weight_ = 0;
  std::uint32_t next_request_ = 1;
  unsigned malformed_in_a_row_ = 0;

  time_point next_ping_ = never;
  time_point pong_due_ = never;
  time_point closing_due_ = never;

  std::unique_ptr<write_completion> held_;
  std::unique_ptr<write_completion> teardown_;
  bool is_open_ = false;
  bool is_reading_ = false;
  /// Beast reads from the socket by itself from now on.
  bool is_left_to_beast_ = false;
  bool is_paused_ = false;
  /// The socket takes no bytes for now.
  bool is_blocked_ = false;
  /// Of a room whose events were thrown away, the truth is under way.
  bool is_truth_asked_ = false;
  /// A close frame is the last that was queued.
  bool is_sealed_ = false;
  bool is_shut_ = false;
  bool is_broken_ = false;
  bool has_ended_ = false;
};

} // namespace atrium::net
