// A session's side of its connection's actor: what the client asked goes there, and what it is owed
// an answer for is remembered here until the answer comes.
#pragma once

#include "actors/event_kinds.hpp"
#include "actors/gauges.hpp"
#include "actors/messages.hpp"
#include "net/command_decode.hpp"
#include "net/io_thread.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace atrium::net {

class connection_link {
public:
  using time_point = session::time_point;

  /// A command without a result so far.
  struct owed_answer {
    std::uint32_t request;
    /// How the client names its question; empty: it wants no answer.
    std::string ref;
    std::string event;
    std::size_t weight;
    event_kind kind{};
    event_group group = event_group::change;
    /// When the session had it, to the turn of its thread.
    time_point since{};
    /// In which words the client hears rooms after a success; nothing: as before.
    std::optional<vocabulary> words{};
  };

  explicit connection_link(io_thread& thread) : thread_{thread} {}

  /// Spawns the actor. Precondition: not open.
  void open(outlet out, identity_claim claimed, std::string address);
  /// The client is gone: the actor's last message. What is owed is never answered. Safe to repeat.
  void close();

  /// `bytes`: of the whole event. The number under which its one result comes. Who enters by
  /// `joinRoom` and never gave a name is called by the userId. A token that the event brings takes the
  /// place of the connection's, and `token_due` may be another then; a bad one, or another user's,
  /// refuses the event.
  std::uint32_t send(client_event&& event, std::string ref, std::size_t bytes);
  /// One of Excalidraw's room protocol; `socket`: of the session.
  std::uint32_t send(relay_command command, std::string ref, socket_id socket);
  /// An event that is no command, which counts against the client's rate like any other.
  std::uint32_t refuse(failure why, std::string ref, std::string event);
  void ask_truth(room_key room, seq_t since);
  /// The socket has taken the frame with this receipt.
  void tell_written(std::uint64_t receipt);
  /// Whose answer `outcome` is, which is counted; nothing: nobody's any more.
  [[nodiscard]] std::optional<owed_answer> settle(std::uint32_t request,
                                                  const command_result& outcome);
  /// Who the client is, as far as that is known: what it said, or what it was told.
  [[nodiscard]] const std::optional<std::string>& user() const noexcept { return claimed_.user; }
  [[nodiscard]] const std::optional<std::string>& username() const noexcept;

  /// So much is owed that the client is not to be read from.
  [[nodiscard]] bool is_full() const noexcept;
  [[nodiscard]] const std::vector<owed_answer>& owed() const noexcept { return owed_; }

  /// When `has_expired` is to be asked; `time_point::max()`: not again.
  [[nodiscard]] time_point token_due() const noexcept { return token_due_; }
  /// The client's token has expired: true once. Otherwise `token_due` is later afterwards.
  [[nodiscard]] bool has_expired();

private:
  void name_messenger(client_event& e);
  void learn_user(const command_result& outcome);
  [[nodiscard]] std::optional<failure> renew_token(client_event& e);
  void watch_token();
  std::uint32_t owe(owed_answer o);
  [[nodiscard]] counted hearing(vocabulary words) const;
  void note_answer(const owed_answer& o, const command_result& outcome);
  [[nodiscard]] std::size_t max_in_flight() const noexcept;

  io_thread& thread_;
  connection_actor connection_;
  /// Who the client said it is, as far as the actor believes it.
  identity_claim claimed_;
  time_point token_due_ = time_point::max();
  /// Among those who hear rooms in these words.
  counted heard_in_;
  std::vector<owed_answer> owed_;
  std::size_t weight_ = 0;
  std::uint32_t next_request_ = 1;
};

} // namespace atrium::net
