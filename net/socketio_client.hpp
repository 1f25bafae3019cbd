// A client of Atrium that speaks Socket.IO: the main namespace is the house (contract §2), and who
// asks for it can come back after a lost connection (protocols.md §4.6). socketio_client.cpp has
// events and results, socketio_recovery.cpp the coming back.
#pragma once

#include "net/connection_link.hpp"
#include "net/recovery_table.hpp"
#include "net/socketio_session.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace atrium::net {

class socketio_client final : public socketio_session, public recoverable {
public:
  socketio_client(io_thread& thread, engineio_opening o);

  void on_result(std::uint32_t request, command_result&& outcome) override;
  void deliver(const op::event& e) override;
  bool deliver_batch(room_key room, const merged_frames& broadcasts) override;
  void offer_latest(room_key room, const frame& bytes, std::uint64_t key) override;
  bool announce(const frames& all) override;
  /// One whom an operator sends away is not to come back by itself.
  void close(std::uint16_t code, std::string_view reason) override;
  void drain() override;
  [[nodiscard]] bool give_up(const identity_claim& who) override;

private:
  /// What a CONNECT asks for.
  struct connect_request {
    identity_claim who;
    std::string token;
    bool wants_recovery = false;
    std::string pid;
    std::string offset;
  };
  /// A client on its way back into its rooms. What they say meanwhile waits here.
  struct coming_back {
    connect_request asked;
    lost_connection lost;
    std::vector<room_return> rooms;
    std::vector<std::uint32_t> requests;
    std::vector<merged_frames> held;
    std::size_t held_bytes = 0;
    std::size_t answers_missing = 0;
  };

  // For Socket.IO.
  [[nodiscard]] bool has_namespace(std::string_view name) const override { return name == "/"; }
  void on_connect(const std::string& name, json::slice auth) override;
  void on_event(const std::string& name, const socketio::packet& p) override;
  void on_disconnect(const std::string& name) override;
  void on_gone() override;
  [[nodiscard]] bool takes_messages() const noexcept override { return !link_.is_full(); }
  [[nodiscard]] time_point own_deadline() const noexcept override {
    return std::min({socketio_session::own_deadline(), link_.token_due(), farewell_due_});
  }
  void on_own_deadline() override;
  void on_token_expired();
  void dismiss(std::uint16_t code, std::string_view reason);
  void describe_user(connection_view& v) const override;

  // For the queue.
  void enqueue(const merged_frames& frames, entry_kind kind, lane_origin from) override;
  void ask_truth(room_key room, seq_t since) override { link_.ask_truth(room, since); }
  void tell_written(std::uint64_t receipt) override { link_.tell_written(receipt); }
  void on_fallen_behind() override { log_.clear(); }

  [[nodiscard]] std::variant<connect_request, failure> read_connect(json::slice auth) const;
  [[nodiscard]] std::optional<failure> read_auth(json::slice auth, connect_request& into) const;
  /// An event of Excalidraw's protocol, if it is one.
  [[nodiscard]] bool take_relay_event(const socketio::packet& p);
  /// The client is in: says so, and what Excalidraw's waits for.
  void welcome();
  [[nodiscard]] bool offers_recovery(const connect_request& c) const noexcept;
  void connect(connect_request c);
  [[nodiscard]] wire spelling() const noexcept {
    return pid_.empty() ? wire::socketio : wire::socketio_recoverable;
  }
  /// Leaves the rooms; what they still say to the actor of before reaches nobody.
  void leave_namespace();
  /// Notes the room that a result says is joined, if it says so.
  void note_room(const command_result& outcome);
  /// Notes that `event` succeeded, if it was a messenger's or a space's way in.
  void note_entry(std::string_view event);
  /// It hears `room` in words whose events have no offsets: a messenger's or a space's.
  [[nodiscard]] static bool has_no_offsets(const subscription* room) noexcept;

  // Coming back.
  void come_back(connect_request c);
  void come_back_when_given_up(connect_request c, const recovery_table::connected& other);
  void begin_return(connect_request c, lost_connection lost, std::vector<room_return> rooms);
  void on_return_result(std::uint32_t request, const command_result& outcome);
  void finish_return();
  void note_return(const coming_back& back);
  /// What the client has of its rooms can be told from an offset.
  [[nodiscard]] bool can_return() const;
  void fail_return();
  /// It connects anew.
  void refuse_return(connect_request c);
  void remember();
  /// Nobody can take up what this connection was.
  void forget_recovery();

  std::variant<identity_claim, failure> claimed_;
  /// Of the handshake; one in `auth` comes before it.
  std::string token_;
  connection_link link_;
  /// Who the client turned out to be.
  identity_claim who_;
  std::string socket_id_;
  /// Empty: its state can't be recovered.
  std::string pid_;
  std::vector<lost_connection::room> rooms_;
  recovery_log log_;
  std::vector<session_id> own_;
  /// By `register`, or to what friends do.
  bool is_registered_ = false;
  /// The token has expired and the client knows: the transport is closed, too.
  time_point farewell_due_ = never;
  std::unique_ptr<coming_back> back_;
};

} // namespace atrium::net
